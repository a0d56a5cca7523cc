"""Who saw the file, and those who must never see it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from cadra.foundation.access.middleware import StaffRequest
from cadra.foundation.kernel.addresses import reverse
from cadra.foundation.shell.templatetags.shell import moment
from cadra.steering.mechanism import actions, presenting
from cadra.steering.mechanism.events import Event, runs
from cadra.steering.mechanism.forms.refusals import SearchForm
from cadra.steering.mechanism.queries import pages as queries
from cadra.steering.mechanism.queries.opened import look, opened
from cadra.steering.mechanism.views.notes import moment_of
from cadra.steering.mechanism.words import EMERGENCY_REASONS, FINDINGS, part_word, purpose_word


@require_GET
def seen(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Who saw or changed the file, in words, printable."""
    page = queries.seen_page(request.actor, case_id, moment_of(request.GET.get("before", "")))
    here = reverse("mechanism:seen", args=[case_id])
    context = {
        **presenting.frame(page.file, "seen"),
        "head": [_("When"), _("Who"), _("Institution"), _("What"), _("Parts")],
        "rows": [_look_row(page, group) for group in runs(page.events)],
        "openings": [_opening(page, one) for one in page.openings],
        "older_url": f"{here}?before={page.older.replace('+', '%2B')}" if page.older else "",
        "newest_url": here if request.GET.get("before") else "",
    }
    return render(request, "mechanism/seen.html", context)


@require_GET
def refusals(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Those who must never see the file, and a search for adding one."""
    form = SearchForm(request.GET if "words" in request.GET else None)
    words = form.cleaned_data["words"] if form.is_bound and form.is_valid() else ""
    page = queries.refusals_page(request.actor, case_id, words)
    context = {
        **presenting.frame(page.file, "refusals"),
        "form": form,
        "words": words,
        "refusals": [
            {
                "key": page.names.principal(one.principal) or _("Someone who is no longer listed"),
                "value": _("Since %(when)s") % {"when": moment(one.since)},
                "url": reverse("mechanism:refusal_lift", args=[case_id, one.pk]),
                "action": _("Open again"),
            }
            for one in page.refusals
        ],
        "found": page.found,
    }
    return render(request, "mechanism/refusals.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def refusal_new(request: StaffRequest, case_id: UUID, principal: int) -> HttpResponse:
    """Close the file to someone: says what they can open now, then closes it at once."""
    file, _rest = opened(request.actor, case_id)
    if not file.carried:
        raise Http404
    who = queries.listed(principal)
    if request.method == "POST":
        try:
            actions.refuse(actor=request.actor, file=file, principal=principal)
        except actions.CannotRefuse:
            messages.error(
                request,
                _(
                    "You can't close the file to yourself, your desk or the institution that holds it. "
                    "Ask the Responsible Authority to give it into other hands first."
                ),
            )
        else:
            messages.success(
                request, _("Closed. From this moment %(who)s can't see anything of this file.") % {"who": who.name}
            )
        return redirect("mechanism:refusals", case_id)
    look(file, "looked_at_refusals")
    holding = sorted({part for grant in file.grants if grant.grantee == principal for part in grant.compartments})
    lines = [_("It takes effect at once, for every part of the file, and no emergency opening gets around it.")]
    if holding:
        lines.insert(0, _("Open to them now: %(parts)s.") % {"parts": ", ".join(map(part_word, holding))})
    return _confirm(request, file, _("Close the file to %(who)s?") % {"who": who.name}, lines, _("Close it to them"))


@require_http_methods(["GET", "HEAD", "POST"])
def refusal_lift(request: StaffRequest, case_id: UUID, refusal_id: UUID) -> HttpResponse:
    """Only on her word."""
    file, refusal, names = queries.refusal_of(request.actor, case_id, refusal_id)
    who = names.principal(refusal.principal)
    if request.method == "POST":
        actions.lift_refusal(actor=request.actor, person=file.person, refusal=refusal)
        messages.success(request, _("%(who)s is no longer on the list.") % {"who": who})
        return redirect("mechanism:refusals", case_id)
    lines = [
        _("Only on her own word. It opens nothing by itself, but a consent or a task given to them counts again."),
    ]
    return _confirm(request, file, _("Take %(who)s off the list?") % {"who": who}, lines, _("She wants it so"))


def _confirm(request: StaffRequest, file: Any, title: str, lines: list[str], submit: str) -> HttpResponse:
    context = {
        **presenting.frame(file, "refusals"),
        "title": title,
        "lines": lines,
        "submit": submit,
        "warning": True,
        "back_url": reverse("mechanism:refusals", args=[file.person.pk]),
    }
    return render(request, "mechanism/confirm.html", context)


def _look_row(page: queries.SeenPage, group: list[Event]) -> list[Any]:
    """One line: the same thing done several times in a row is told once, with how often and since when."""
    one = group[0]
    purpose = purpose_word(one.entry.purpose) if one.entry.purpose else ""
    often = ngettext("%(count)s time since %(when)s", "%(count)s times since %(when)s", len(group)) % {
        "count": len(group),
        "when": moment(group[-1].at),
    }
    return [
        {"text": moment(one.at), "hint": often if len(group) > 1 else ""},
        page.names.user(one.entry.actor) or _("The service itself"),
        page.names.institution(one.entry.institution),
        {"text": str(one.sentence), "tag": "red" if one.denied else None, "hint": purpose},
        ", ".join(part_word(part) for part in one.entry.compartments),
    ]


def _opening(page: queries.SeenPage, one: Any) -> dict[str, Any]:
    finding = str(FINDINGS.get(one.finding, one.finding)) if one.reviewed_at else _("Not reviewed yet")
    return {
        "key": moment(one.opened_at),
        "lines": [
            page.names.user(one.user_id),
            page.names.institution(one.institution_id),
            str(EMERGENCY_REASONS.get(one.reason, one.reason)),
        ],
        "hint": finding,
    }
