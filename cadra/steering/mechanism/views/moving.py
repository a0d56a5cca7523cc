"""Change stage: to inclusion or back, closing with a second look, opening again."""

from typing import Any
from uuid import UUID, uuid5

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cadra.foundation.access.middleware import StaffRequest
from cadra.foundation.kernel.addresses import reverse
from cadra.foundation.shell.templatetags.shell import moment
from cadra.steering.mechanism import actions, moving_words, presenting
from cadra.steering.mechanism.forms.moving import CloseForm, ReasonForm, SecondLookForm
from cadra.steering.mechanism.queries.moving import StagePage, stage_page

METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(METHODS)
def stage(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Where the file stands, where it can go, and what that would mean."""
    page = stage_page(request.actor, case_id)
    form = ReasonForm(request.POST if request.method == "POST" else None, page.next) if page.next else None
    if request.method == "POST" and page.next is not None and form is not None and form.is_valid():
        try:
            actions.move(actor=request.actor, file=page.file, stage=page.next, reason=form.cleaned_data["reason"])
        except actions.NotNow as not_now:
            messages.error(request, str(not_now))
        else:
            messages.success(request, moving_words.moved(page.next))
        return redirect("mechanism:file", case_id)
    if request.method == "POST" and form is None:
        messages.error(request, _("The file can't be moved like this from where it stands now. Look at it again."))
        return redirect("mechanism:stage", case_id)
    return _show(request, page, "mechanism/stage.html", form=form)


@require_http_methods(METHODS)
def close(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Propose to close: what ends, what stays, why, and what she says."""
    page = stage_page(request.actor, case_id)
    form = CloseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            actions.propose_closing(
                actor=request.actor,
                file=page.file,
                reason=given["reason"],
                her_word=given["her_word"],
                why=given["why"],
                come_back=given["come_back"],
                submission=uuid5(request.actor.user_id, str(given["submission"])),
            )
        except actions.NotNow as not_now:
            messages.error(request, str(not_now))
        else:
            messages.success(request, _("Sent for a second look. Until then nothing ends and you work on as before."))
        return redirect("mechanism:stage", case_id)
    if not page.may_close:
        return redirect("mechanism:stage", case_id)
    return _show(request, page, "mechanism/stage_close.html", form=form)


@require_http_methods(METHODS)
def second_look(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """A colleague looks at a proposed closing, or whoever proposed it takes it back."""
    page = stage_page(request.actor, case_id)
    proposal = page.proposal
    if proposal is None:
        if request.method == "POST":
            messages.info(request, _("A colleague was quicker: this closing is decided."))
        return redirect("mechanism:stage", case_id)
    own = proposal.proposed_by == request.actor.user_id
    form = SecondLookForm(request.POST if request.method == "POST" else None)
    if own and request.method == "POST":
        actions.give_back(actor=request.actor, file=page.file, closing=proposal, second="")
        messages.success(request, _("Taken back. The file stays open."))
        return redirect("mechanism:file", case_id)
    if request.method == "POST" and form.is_valid():
        return _decided(request, page, form.cleaned_data)
    return _show(request, page, "mechanism/stage_second.html", form=form, own=own)


def _decided(request: StaffRequest, page: StagePage, given: dict[str, Any]) -> HttpResponse:
    case_id, proposal = page.file.person.pk, page.proposal
    assert proposal is not None  # noqa: S101 - the caller looked
    if given["then"] == SecondLookForm.BACK:
        actions.give_back(actor=request.actor, file=page.file, closing=proposal, second=given["second"])
        messages.success(request, _("Given back with your words. The file stays open; your colleague is told."))
        return redirect("mechanism:file", case_id)
    try:
        actions.close(actor=request.actor, file=page.file, closing=proposal, second=given["second"])
    except actions.NotNow as not_now:
        messages.error(request, str(not_now))
    else:
        messages.success(request, _("The file is closed and can be read. It can be opened again at any time."))
    return redirect("mechanism:file", case_id)


@require_http_methods(METHODS)
def reopen(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """She is back."""
    page = stage_page(request.actor, case_id)
    if not page.file.rests:
        return redirect("mechanism:file", case_id)
    form = ReasonForm(request.POST if request.method == "POST" else None, "reopened")
    if request.method == "POST" and form.is_valid():
        actions.reopen(actor=request.actor, file=page.file, reason=form.cleaned_data["reason"])
        messages.success(
            request, _("Open again, as a new episode. Ask her anew what may be shared, and look at her safety first.")
        )
        return redirect("mechanism:file", case_id)
    return _show(request, page, "mechanism/stage_reopen.html", form=form)


def _show(request: StaffRequest, page: StagePage, template: str, **more: Any) -> HttpResponse:
    case_id = page.file.person.pk
    context = {
        **presenting.frame(page.file, "file"),
        "page": page,
        "journey": presenting.journey(page.stages),
        "back_url": reverse("mechanism:file", args=[case_id]),
        "stage_url": reverse("mechanism:stage", args=[case_id]),
        "unfinished": moving_words.unfinished(page),
        "ending": moving_words.ending(page),
        "staying": moving_words.staying(page),
        "told": moving_words.told(page),
        "next_words": moving_words.meaning(page.next) if page.next else "",
        "next_is": moving_words.step(page.next) if page.next else "",
        "waits_in_identification": page.waits_in_identification,
        "proposal": moving_words.closing_rows(page, page.proposal) if page.proposal else None,
        "closed": moving_words.closing_rows(page, page.closed_by) if page.closed_by else None,
        "closed_since": page.file.case.closed_at,
        "kept_until": moment(page.kept_until.date()),
        "kept_verified": moving_words.kept_verified(),
        **more,
    }
    return render(request, template, context)
