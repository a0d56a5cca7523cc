"""Pages of the identification pair. Everybody else finds nothing here, and can't tell that from nothing there."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cadra.foundation.access.middleware import StaffRequest
from cadra.foundation.kernel.clock import now
from cadra.foundation.kernel.pack import pack
from cadra.foundation.shell.forms import again
from cadra.record.interpreting.queries import requests as interpreting
from cadra.record.people.actions import ChangedMeanwhile
from cadra.stages.identification import policy
from cadra.stages.identification.actions import pair as actions
from cadra.stages.identification.forms import pair as forms
from cadra.stages.identification.queries import pair as queries

if TYPE_CHECKING:
    from cadra.stages.identification.models import Decision, Interview

FORM = ["GET", "HEAD", "POST"]


@require_GET
def overview(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Where identification of this file stands: what she told first, then everything else."""
    file = queries.pair_file(request.actor, case_id)
    context = {
        "file": file,
        "members": _members(file),
        "interviews": [(row, file.names.get(row.led_by, "")) for row in file.interviews],
        "decisions": [(row, _state(row)) for row in reversed(file.decisions)],
        **_sentences(),
    }
    return render(request, "identification/pair/overview.html", context)


@require_http_methods(FORM)
def interview_new(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """A new conversation; what she told already stands above the first question."""
    return _interview_form(request, _for_interview(request, case_id), None)


@require_http_methods(FORM)
def interview(request: StaffRequest, case_id: UUID, interview_id: UUID) -> HttpResponse:
    """A draft to complete, or a finished interview to read."""
    file = queries.pair_file(request.actor, case_id)
    row = queries.interview_of(file, interview_id)
    if row.finished_at is None and file.may_interview:
        return _interview_form(request, file, row)
    if request.method == "POST":
        raise Http404
    record = row.plain["record"] or {}  # type: ignore[attr-defined]
    context = {
        "file": file,
        "row": row,
        "led_by": file.names.get(row.led_by, ""),
        "held": queries.held_rows(record),
        "told": queries.told_rows(record),
        "beside": interpreting.beside(file.interpreters, row.number),
    }
    return render(request, "identification/pair/interview.html", context)


def _interview_form(request: StaffRequest, file: queries.PairFile, row: "Interview | None") -> HttpResponse:
    kept: dict[str, Any] = (row.plain["record"] or {}) if row else {}  # type: ignore[attr-defined]
    initial = forms.InterviewForm.initial_of(row.held_at if row else now(), kept, row.version if row else 0)
    form = forms.InterviewForm(_sent(request), initial=initial)
    changed: list[dict[str, Any]] = []
    if request.method == "POST" and form.is_valid():
        try:
            actions.record_interview(
                actor=request.actor,
                person=file.person,
                held_at=form.held_at(),
                record=form.record(),
                finish=not form.is_draft,
                interview=row,
                version=form.cleaned_data.get("version") or 0,
                submission=form.cleaned_data["submission"],
            )
        except ChangedMeanwhile as meanwhile:
            changed = _changed(meanwhile.row, form)
            form = forms.InterviewForm(again(request.POST, version=meanwhile.row.version))
        except actions.NotNow as why:
            messages.error(request, str(why))
            return redirect("identification:overview", file.person.pk)
        else:
            done = _("Saved as a draft. Your colleague can go on with it.") if form.is_draft else _("Saved. It counts.")
            messages.success(request, done)
            return redirect("identification:overview", file.person.pk)
    number = row.number if row else len(file.interviews) + 1
    accounts = [one for one in file.accounts if row is None or not one.belongs_to(row)]
    context = {
        "file": file,
        "row": row,
        "form": form,
        "number": number,
        "accounts": accounts,
        "changed": changed,
        "beside": interpreting.beside(file.interpreters, number),
    }
    return render(request, "identification/pair/interview_form.html", context)


def _changed(row: "Interview", form: forms.InterviewForm) -> list[dict[str, Any]]:
    """What the other has written where it differs from what stands in this form: title, theirs."""
    theirs = row.plain["record"]  # type: ignore[attr-defined]
    mine = form.record()
    before = {one["key"]: one for one in [*queries.held_rows(mine), *queries.told_rows(mine)]}
    return [
        one
        for one in [*queries.held_rows(theirs), *queries.told_rows(theirs)]
        if (one.get("value"), one.get("lines"))
        != (before.get(one["key"], {}).get("value"), before.get(one["key"], {}).get("lines"))
    ]


@require_http_methods(FORM)
def decide(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Propose a decision and sign it first."""
    file = queries.pair_file(request.actor, case_id)
    if not file.may_sign:
        raise Http404
    if file.open_decision is not None and request.method == "GET":
        return redirect("identification:decision", case_id, file.open_decision.pk)
    form = forms.DecisionForm(_sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.propose_decision(
                actor=request.actor,
                person=file.person,
                outcome=form.cleaned_data["outcome"],
                grounds=form.grounds,
                reasons=form.cleaned_data["reasons"],
                submission=form.cleaned_data["submission"],
            )
        except actions.NotNow as why:
            form.add_error(None, str(why))
        else:
            messages.success(request, _("Proposed and signed by you. Your colleague has been told and signs next."))
            return redirect("identification:decision", case_id, row.pk)
    context = {"file": file, "form": form, **_sentences()}
    return render(request, "identification/pair/decide.html", context)


@require_GET
def decision(request: StaffRequest, case_id: UUID, decision_id: UUID) -> HttpResponse:
    """A decision to read, to sign, to give back, or to tell her of."""
    file = queries.pair_file(request.actor, case_id)
    return _decision_page(request, file, queries.decision_of(file, decision_id))


def _decision_page(
    request: StaffRequest,
    file: queries.PairFile,
    row: "Decision",
    return_form: forms.ReturnForm | None = None,
    tell_form: forms.TellForm | None = None,
) -> HttpResponse:
    must = queries.not_identified(row)
    is_open = row.signed_at is None and row.returned_at is None
    mine = row.proposed_by == request.actor.user_id
    context = {
        "file": file,
        "row": row,
        "rows": queries.reasons_rows(row),
        "signatures": _signatures(file, row),
        "state": _state(row),
        "may_sign": file.may_sign and is_open and not mine,
        "may_return": file.may_sign and is_open,
        "mine": mine,
        "is_open": is_open,
        "may_tell": file.may_sign and row.signed_at is not None and row.told_at is None,
        "must": must,
        "return_form": return_form or forms.ReturnForm(),
        "tell_form": tell_form or forms.TellForm(must=must),
        "shown_form": return_form or tell_form,
        "to_person": str(pack().statuses[row.outcome].to_person),
        **_sentences(),
    }
    return render(request, "identification/pair/decision.html", context)


@require_POST
def decision_sign(request: StaffRequest, case_id: UUID, decision_id: UUID) -> HttpResponse:
    """The second signature."""
    file = _for_signing(request, case_id)
    row = queries.decision_of(file, decision_id)
    try:
        actions.sign_decision(actor=request.actor, person=file.person, decision=row)
    except actions.NotNow as why:
        messages.error(request, str(why))
    else:
        messages.success(request, _("Signed. The decision is in force. Now tell her, in words she understands."))
    return redirect("identification:decision", case_id, decision_id)


@require_POST
def decision_return(request: StaffRequest, case_id: UUID, decision_id: UUID) -> HttpResponse:
    """Not signed, with words."""
    file = _for_signing(request, case_id)
    row = queries.decision_of(file, decision_id)
    form = forms.ReturnForm(request.POST)
    if not form.is_valid():
        return _decision_page(request, file, row, return_form=form)
    try:
        actions.return_decision(actor=request.actor, person=file.person, decision=row, words=form.cleaned_data["words"])
    except actions.NotNow as why:
        messages.error(request, str(why))
    else:
        messages.success(request, _("Given back with your words. Your colleague has been told."))
    return redirect("identification:overview", case_id)


@require_POST
def decision_told(request: StaffRequest, case_id: UUID, decision_id: UUID) -> HttpResponse:
    """She was told, and how she can have it looked at again."""
    file = _for_signing(request, case_id)
    row = queries.decision_of(file, decision_id)
    form = forms.TellForm(request.POST, must=queries.not_identified(row))
    if not form.is_valid():
        return _decision_page(request, file, row, tell_form=form)
    try:
        actions.tell_decision(
            actor=request.actor, person=file.person, decision=row, how_to_reconsider=form.cleaned_data["how"]
        )
    except actions.NotNow as why:
        messages.error(request, str(why))
    else:
        messages.success(request, _("Noted: she has been told."))
    return redirect("identification:overview", case_id)


@require_http_methods(FORM)
def recovery(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Her time to recover and reflect: its dates, and longer when she needs it."""
    file = queries.pair_file(request.actor, case_id)
    if request.method == "POST":
        if file.period is None or file.period.is_over:
            actions.start_recovery(actor=request.actor, person=file.person)
            messages.success(request, _("The period has begun."))
        elif request.POST.get("last") == str(file.period.last.pk):
            actions.extend_recovery(actor=request.actor, person=file.person, period=file.period.last)
            messages.success(request, _("The period is longer now."))
        return redirect("identification:recovery", case_id)
    codes = ("recovery_reflection", "recovery_reflection_minimum", "recovery_extension", "recovery_alert")
    limits = [pack().limit(code) for code in codes]
    context = {
        "file": file,
        "period": file.period,
        "limits": [{"limit": limit, "words": queries.limit_words(limit)} for limit in limits],
        "may_set": file.may_sign or policy.may_answer(request.actor),
        "means": pack().say("recovery_reflection"),
        "bar": pack().say("removal_bar"),
        "not_verified": pack().say("limit_not_verified"),
    }
    return render(request, "identification/pair/recovery.html", context)


def _for_interview(request: StaffRequest, case_id: UUID) -> queries.PairFile:
    file = queries.pair_file(request.actor, case_id)
    if not file.may_interview:
        raise Http404
    return file


def _for_signing(request: StaffRequest, case_id: UUID) -> queries.PairFile:
    file = queries.pair_file(request.actor, case_id)
    if not file.may_sign:
        raise Http404
    return file


def _members(file: queries.PairFile) -> list[dict[str, Any]]:
    if file.pair is None:
        return []
    places = [
        (_("Police officer"), file.pair.police_id),
        (_("Social worker"), file.pair.social_id),
        (_("Child protection worker"), file.pair.child_worker_id),
    ]
    return [{"key": place, "value": file.names.get(user, "")} for place, user in places if user]


def _signatures(file: queries.PairFile, row: "Decision") -> list[dict[str, Any]]:
    signed = [{"title": _("First signature"), "when": row.proposed_at, "by": file.names.get(row.proposed_by, "")}]
    if row.signed_at and row.signed_by:
        signed.append({"title": _("Second signature"), "when": row.signed_at, "by": file.names.get(row.signed_by, "")})
    if row.told_at and row.told_by:
        signed.append({"title": _("She was told"), "when": row.told_at, "by": file.names.get(row.told_by, "")})
    return list(reversed(signed))


def _state(row: "Decision") -> dict[str, str]:
    """Where a decision stands: words, colour."""
    if row.returned_at:
        return {"text": _("Given back"), "colour": "orange"}
    if row.signed_at is None:
        return {"text": _("Waits for the second signature"), "colour": "yellow"}
    return {"text": _("In force"), "colour": "green"}


def _sentences() -> dict[str, str]:
    """Sentences of the pack that the pages show."""
    names = ("grounds", "not_proof", "help_unconditional", "reconsideration", "removal_bar", "limit_not_verified")
    return {f"say_{name}": pack().say(name) for name in names}


def _sent(request: StaffRequest) -> Any:
    """What was sent with a form; None when it is only shown."""
    return request.POST if request.method == "POST" else None
