"""Emergency opening by reference, and its review by the data protection officer."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from cadra.foundation.access.middleware import StaffRequest
from cadra.foundation.access.policy import may_break_glass
from cadra.foundation.kernel.clock import deadline
from cadra.foundation.kernel.pack import pack
from cadra.foundation.shell.templatetags.shell import moment
from cadra.steering.mechanism import actions
from cadra.steering.mechanism.events import event_words
from cadra.steering.mechanism.forms.emergency import EmergencyForm, ReviewForm
from cadra.steering.mechanism.queries import reviews as queries
from cadra.steering.mechanism.words import EMERGENCY_REASONS, FINDINGS, part_word


@require_http_methods(["GET", "HEAD", "POST"])
def emergency(request: StaffRequest) -> HttpResponse:
    """Open a file for two hours; the same answer whatever the cause when it can't be opened."""
    if not may_break_glass(request.actor):
        raise Http404
    form = EmergencyForm(request.POST if request.method == "POST" else None)
    refused = False
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        opened = actions.open_in_emergency(actor=request.actor, reference=given["reference"], reason=given["reason"])
        if opened is not None:
            if opened.told:
                messages.warning(
                    request,
                    ngettext("Open. One person has been told.", "Open. %(count)s people have been told.", opened.told)
                    % {"count": opened.told},
                )
            return redirect("mechanism:file", opened.case_id)
        refused = True
    hours = pack().limit("break_glass").value
    return render(request, "mechanism/emergency.html", {"form": form, "refused": refused, "hours": hours})


@require_GET
def reviews(request: StaffRequest) -> HttpResponse:
    """Emergency openings that wait for review."""
    page = queries.reviews(request.actor)
    context = {
        "waiting": [
            {
                "opening": one,
                "who": page.names.user(one.user_id),
                "where": page.names.institution(one.institution_id),
                "reason": EMERGENCY_REASONS.get(one.reason, one.reason),
                "due": deadline(one.opened_at, pack().limit("break_glass_review")),
            }
            for one in page.waiting
        ],
        "reviewed": [
            {
                "key": moment(one.opened_at),
                "lines": [page.names.user(one.user_id), page.names.institution(one.institution_id)],
                "hint": FINDINGS.get(one.finding, one.finding),
            }
            for one in page.reviewed
        ],
    }
    return render(request, "mechanism/reviews.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: StaffRequest, opening_id: UUID) -> HttpResponse:
    """One opening: who, why, what was opened, and what it was."""
    page = queries.review(request.actor, opening_id)
    form = ReviewForm(request.POST if request.method == "POST" else None)
    own = page.opening.user_id == request.actor.user_id
    if request.method == "POST" and form.is_valid() and not own:
        actions.review_emergency(actor=request.actor, opening=page.opening, finding=form.cleaned_data["finding"])
        messages.success(request, _("Reviewed. Whoever carries the file sees your finding on the list of who saw it."))
        return redirect("mechanism:reviews")
    opening = page.opening
    context = {
        "form": None if own or opening.reviewed_at else form,
        "own": own,
        "rows": [
            {"key": _("File"), "value": page.reference},
            {
                "key": _("Opened by"),
                "lines": [page.names.user(opening.user_id), page.names.institution(opening.institution_id)],
            },
            {"key": _("Reason given"), "value": EMERGENCY_REASONS.get(opening.reason, opening.reason)},
            {"key": _("From"), "value": moment(opening.opened_at)},
            {"key": _("Until"), "value": moment(opening.until)},
            *(
                [{"key": _("Finding"), "value": FINDINGS.get(opening.finding, opening.finding)}]
                if opening.reviewed_at
                else []
            ),
        ],
        "head": [_("When"), _("What"), _("Parts")],
        "steps": [
            [moment(one.at), str(event_words(one.verb)), ", ".join(part_word(part) for part in one.compartments)]
            for one in page.steps
        ],
    }
    return render(request, "mechanism/review.html", context)
