"""From one hand to the next: the briefing of one file, and what waits for me to take over."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from cadra.foundation.access.middleware import StaffRequest
from cadra.foundation.kernel.addresses import reverse
from cadra.foundation.kernel.clock import deadline, now
from cadra.foundation.kernel.pack import pack
from cadra.foundation.shell.forms import again
from cadra.foundation.shell.templatetags.shell import moment
from cadra.steering.mechanism import actions, presenting, team_words
from cadra.steering.mechanism.forms.team import AnswerForm, BriefingForm
from cadra.steering.mechanism.queries import handing as queries
from cadra.steering.mechanism.queries.caseload import weight_of

METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(METHODS)
def handover(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """One file: written and sent by whoever gives it on, answered by whoever it goes to."""
    page = queries.handover_page(request.actor, case_id)
    if page.is_mine and page.state == "sent":
        return _answer(request, page)
    if not page.may_write:
        return _show(request, page)
    if request.method == "POST" and request.POST.get("then") == "back":
        return _take_back(request, page)
    if page.state == "sent":
        if request.method == "POST":
            messages.info(request, _("This hand-over is on its way already. Nothing was sent twice."))
            return redirect("mechanism:handover", case_id)
        return _show(request, page)
    form = _form(request, page)
    if request.method == "POST" and form.is_valid():
        done = _written(request, page, form)
        if done is not None:
            return done
    return _show(request, page, form=form)


def _form(request: StaffRequest, page: queries.HandoverPage, data: QueryDict | None = None) -> BriefingForm:
    row = page.handover if page.state == "draft" else None
    said = row.plain["briefing"] if row is not None and isinstance(row.plain["briefing"], dict) else {}
    wished = team_words.wished_for(page.wish) and any(one.fits is False for one in page.choices)
    choices = [(one.user.pk, team_words.choice_label(one, page.loads.get(one.user.pk))) for one in page.choices]
    initial = {**said, "to_user": str(row.to_user or "") if row else "", "version": row.version if row else 0}
    typed = data if data is not None else (request.POST if request.method == "POST" else None)
    return BriefingForm(typed, choices, wished=wished, initial=initial)


def _written(request: StaffRequest, page: queries.HandoverPage, form: BriefingForm) -> HttpResponse | None:
    """What was typed is kept, and sent when that was the button; None when something is to be put right first."""
    given, case_id = form.cleaned_data, page.file.person.pk
    briefing = actions.Briefing(
        UUID(given["to_user"]) if given["to_user"] else None,
        given["words"],
        given["wants"],
        given.get("against", ""),
    )
    sending = given["then"] == BriefingForm.SEND
    try:
        actions.write_handover(actor=request.actor, file=page.file, briefing=briefing, version=given["version"] or 0)
        row = actions.send_handover(actor=request.actor, file=page.file, ahead=page.ahead) if sending else None
    except actions.NeedsReason:
        messages.info(request, _("Kept as a draft. It goes against her wish: say why before you send it."))
        return redirect("mechanism:handover", case_id)
    except actions.CannotHave as cannot:
        form.add_error("to_user", str(cannot))
        return None
    except actions.Stands:
        messages.info(request, _("This hand-over is on its way already. Nothing was sent twice."))
        return redirect("mechanism:handover", case_id)
    except actions.ChangedMeanwhile as changed:
        return _changed(request, page, changed.row)
    if row is None:
        messages.success(request, _("Kept. Nobody is told until you send it."))
        return redirect("mechanism:handover", case_id)
    said = _("Sent. You stay responsible until it is accepted; an answer is due %(day)s.")
    messages.success(request, said % {"day": moment(row.answer_by) if row.answer_by else ""})
    return redirect("mechanism:team", case_id)


def _changed(request: StaffRequest, page: queries.HandoverPage, theirs: Any) -> HttpResponse:
    """A colleague wrote in the same draft: both texts stand side by side, what was typed is kept."""
    form = _form(request, page, again(request.POST, version=theirs.version))
    form.is_valid()
    said = theirs.plain["briefing"] if isinstance(theirs.plain["briefing"], dict) else {}
    rows = [
        {"key": form.fields["words"].label, "value": said.get("words", "")},
        {"key": form.fields["wants"].label, "value": said.get("wants", "")},
    ]
    return _show(request, page, form=form, meanwhile=rows)


def _take_back(request: StaffRequest, page: queries.HandoverPage) -> HttpResponse:
    try:
        actions.take_back_handover(actor=request.actor, file=page.file)
    except actions.Stands as stands:
        messages.error(request, str(stands))
    else:
        messages.success(request, _("Taken back. The file stays where it is."))
    return redirect("mechanism:team", page.file.person.pk)


def _answer(request: StaffRequest, page: queries.HandoverPage) -> HttpResponse:
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and page.handover is not None:
        given, person = form.cleaned_data, page.file.person
        try:
            if given["then"] == AnswerForm.NO:
                actions.decline_handover(
                    actor=request.actor, person=person, handover=page.handover, words=given["words"]
                )
                messages.success(request, _("Declined. Whoever sent it is told, and the file stays where it is."))
                return redirect("mechanism:home")
            actions.accept_handover(actor=request.actor, person=person, handover=page.handover)
        except actions.Stands as stands:
            messages.error(request, str(stands))
            return redirect("mechanism:home")
        messages.success(request, _("You carry this file now. Her open tasks are yours."))
        return redirect("mechanism:file", person.pk)
    return _show(request, page, answer=form)


def _show(request: StaffRequest, page: queries.HandoverPage, **more: Any) -> HttpResponse:
    row, case_id = page.handover, page.file.person.pk
    briefing = row.plain["briefing"] if row is not None and isinstance(row.plain["briefing"], dict) else {}
    answer = row.plain["answer"] if row is not None and isinstance(row.plain["answer"], dict) else {}
    context = {
        **presenting.frame(page.file, "team"),
        "page": page,
        "state": team_words.handover_state(row, page.names) if row is not None else "",
        "ahead": team_words.ahead_rows(page.ahead),
        "said": [
            {"key": _("What matters most now"), "value": briefing.get("words", "")},
            *([{"key": _("What she wants"), "value": briefing["wants"]}] if briefing.get("wants") else []),
            *([{"key": _("Why against her wish"), "value": briefing["against"]}] if briefing.get("against") else []),
            *([{"key": _("The answer"), "value": answer["words"]}] if answer.get("words") else []),
        ]
        if row is not None and page.state != "draft"
        else [],
        "wish": team_words.wish_word(page.wish) if team_words.wished_for(page.wish) else "",
        "due": moment(deadline(now(), pack().limit("handover_answer"))),
        "limit": pack().limit("handover_answer"),
        "back_url": reverse("mechanism:team", args=[case_id]),
        **more,
    }
    return render(request, "mechanism/handover.html", context)


@require_http_methods(METHODS)
def handovers(request: StaffRequest) -> HttpResponse:
    """Files handed to me: each with its briefing, taken over one by one or all at once."""
    rows, names = queries.waiting_for_me(request.actor)
    if request.method == "POST":
        return _take_all(request, rows)
    files = []
    for one in rows:
        said = one.handover.plain["briefing"] if isinstance(one.handover.plain["briefing"], dict) else {}
        files.append(
            {
                "row": one,
                "weight": weight_of(one.case),
                "by": names.user(one.handover.written_by),
                "words": said.get("words", ""),
                "wants": said.get("wants", ""),
                "url": reverse("mechanism:handover", args=[one.handover.case_id]),
            }
        )
    return render(request, "mechanism/handovers.html", {"files": files})


def _take_all(request: StaffRequest, rows: list[queries.Waiting]) -> HttpResponse:
    wanted = set(request.POST.getlist("file"))
    known = {str(one.handover.pk) for one in rows}
    if not wanted or not wanted <= known:
        if wanted:
            messages.info(request, _("This list changed meanwhile. Look at it again."))
        else:
            messages.error(request, _("Choose at least one file."))
        return redirect("mechanism:handovers")
    taken = 0
    for one in rows:
        if str(one.handover.pk) in wanted:
            try:
                actions.accept_handover(actor=request.actor, person=one.person, handover=one.handover)
            except (actions.Stands, Http404):
                continue
            taken += 1
    said = ngettext("You carry %(count)s file more now.", "You carry %(count)s files more now.", taken)
    messages.success(request, said % {"count": taken})
    if taken < len(wanted):
        messages.info(request, _("Some could not be taken over: they stand differently by now."))
    return redirect("mechanism:handovers")
