"""The roster, requests of a file, and an interpreter's own appointments."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cadra.foundation.access.middleware import StaffRequest
from cadra.foundation.kernel.roles import Role
from cadra.foundation.network.words import lacks
from cadra.foundation.shell.forms import again
from cadra.record.interpreting import actions, policy, presenting
from cadra.record.interpreting.forms import (
    ConflictForm,
    EntryForm,
    MoveForm,
    RequestForm,
    SearchForm,
    UndertakingForm,
)
from cadra.record.interpreting.queries import requests, roster

FORM = ["GET", "HEAD", "POST"]


@require_GET
def interpreters(request: StaffRequest) -> HttpResponse:
    """The roster: who speaks what, where, tonight, and with an undertaking in force."""
    actor = request.actor
    keeps = policy.keeps_some(actor)
    form = SearchForm(request.GET, keeps=keeps)
    rows, older = roster.search(actor, form.value(), after=request.GET.get("after", ""))
    bound = roster.bound_until(rows)
    asked = [(name, value) for name, values in request.GET.lists() for value in values if value and name in form.fields]
    chosen = [
        {"text": words, "url": "?" + urlencode([pair for pair in asked if pair != (name, value)])}
        for name, value, words in form.chosen()
    ]
    context = {
        "form": form,
        "rows": [presenting.line(row, bound.get(row.pk)) for row in rows],
        "chosen": chosen,
        "older_url": "?" + urlencode([*asked, ("after", older)]) if older else "",
        "keeps": keeps,
    }
    return render(request, "interpreting/roster.html", context)


@require_GET
def interpreter(request: StaffRequest, interpreter_id: UUID) -> HttpResponse:
    """One entry, and its undertakings."""
    entry = roster.entry(request.actor, interpreter_id)
    bound = roster.bound_until([entry.row]).get(entry.row.pk)
    context = {
        "entry": entry,
        "rows": presenting.entry_rows(entry),
        "tags": presenting.line(entry.row, bound)["tags"],
        "papers": presenting.undertakings(entry),
    }
    return render(request, "interpreting/interpreter.html", context)


@require_http_methods(FORM)
def new(request: StaffRequest) -> HttpResponse:
    """Put someone on the roster."""
    if not policy.keeps_some(request.actor):
        raise Http404
    form = EntryForm(request.POST or None, accounts=roster.colleagues(request.actor, None))
    if request.method == "POST" and form.is_valid():
        row = actions.add(actor=request.actor, told=form.told(), submission=form.cleaned_data["submission"])
        messages.success(request, _("On the roster. Nobody can be assigned before an undertaking is written down."))
        return redirect("interpreting:interpreter", row.pk)
    return render(request, "interpreting/edit.html", {"form": form})


@require_http_methods(FORM)
def change(request: StaffRequest, interpreter_id: UUID) -> HttpResponse:
    """Say it anew, or take someone off the roster."""
    row = roster.kept_entry(request.actor, interpreter_id)
    form = EntryForm(request.POST or None, accounts=roster.colleagues(request.actor, row), row=row)
    context: dict[str, Any] = {"form": form, "row": row}
    if request.method == "POST" and form.is_valid():
        try:
            version = form.cleaned_data["version"] or 0
            actions.change(actor=request.actor, interpreter=row, told=form.told(), version=version)
        except actions.ChangedMeanwhile as wrong:
            form.add_error(None, str(wrong))
            form.data = again(request.POST, version=row.version)
            context["now"] = presenting.entry_rows(roster.entry(request.actor, row.pk))
        else:
            messages.success(request, _("Saved. Everyone finds it so from now on."))
            return redirect("interpreting:interpreter", row.pk)
    return render(request, "interpreting/edit.html", context)


@require_http_methods(FORM)
def undertaking(request: StaffRequest, interpreter_id: UUID) -> HttpResponse:
    """The undertaking of confidentiality was signed."""
    row = roster.kept_entry(request.actor, interpreter_id)
    form = UndertakingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = {name: form.cleaned_data[name] for name in ("version", "signed_on", "until", "submission")}
        actions.sign(actor=request.actor, interpreter=row, **said)
        messages.success(request, _("Written down. While it is in force she or he can be assigned."))
        return redirect("interpreting:interpreter", row.pk)
    return render(request, "interpreting/undertaking.html", {"form": form, "row": row})


@require_GET
def of_file(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """All requests of a file."""
    page = requests.file_page(request.actor, case_id)
    return render(
        request, "interpreting/of_file.html", {**presenting.frame(page), "rows": presenting.request_lines(page)}
    )


@require_http_methods(FORM)
def ask(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Ask for an interpreter, for an interview or another conversation; what is known is filled in."""
    page = requests.file_page(request.actor, case_id)
    if page.rests:
        raise Http404
    form = RequestForm(request.POST or None, initial=_known(page, request.GET.get("interview", "")))
    if request.method == "POST" and form.is_valid():
        row = actions.ask(
            actor=request.actor,
            person=page.person,
            wanted=form.wanted(),
            submission=form.cleaned_data["submission"],
        )
        messages.success(request, _("Asked for. Now choose whom to ring; until somebody comes it stays on your work."))
        return redirect("interpreting:request", case_id, row.pk)
    return render(request, "interpreting/ask.html", {**presenting.frame(page), "form": form})


def _known(page: requests.FilePage, interview: str) -> dict[str, Any]:
    """Language and whom she wants to speak through, as far as the file knows."""
    wish = page.profile.get("interpreter") or {}
    spoken = [code for code in page.profile.get("languages") or [] if code]
    number = int(interview) if interview.isascii() and interview.isdigit() and len(interview) < 4 else None
    return {
        "kind": "interview" if number else "session",
        "number": number,
        "language": wish.get("language") or (spoken[0] if spoken else ""),
        "sex": wish.get("sex") if wish.get("sex") in ("female", "male") else "",
        "way": "in_person",
    }


@require_GET
def one_request(request: StaffRequest, case_id: UUID, wanted_id: UUID) -> HttpResponse:
    """What is wanted, who may be asked and why, who was asked and what became of it."""
    page, row = requests.request_page(request.actor, case_id, wanted_id)
    return _request_page(request, page, row)


def _request_page(
    request: StaffRequest, page: requests.FilePage, row: Any, move: MoveForm | None = None
) -> HttpResponse:
    held = page.standing(row)
    waits = row.state == "waiting" and not page.rests
    found = requests.suggestions(row) if waits else []
    fitting = [one for one in found if one.fits]
    others = [one for one in found if not one.fits]
    context = {
        **presenting.frame(page),
        "row": row,
        "title": presenting.title(row),
        "tag": presenting.tag(row),
        "rows": presenting.request_rows(page, row),
        "held": page.interpreters.get(held.interpreter_id) if held is not None else None,
        "buttons": presenting.buttons(held) if held is not None and not page.rests else [],
        "waits": waits,
        "fitting": presenting.suggestion_lines(fitting, page.person.pk, row.pk),
        "others": presenting.suggestion_lines(others, page.person.pk, row.pk),
        "taken_off": presenting.taken_off(page, row),
        "turns": presenting.turns(page, row),
        "may_drop": row.state in ("waiting", "asked", "accepted") and not page.rests,
        "move": move or MoveForm.of(row),
        "wrong": move is not None,
    }
    return render(request, "interpreting/request.html", context)


@require_http_methods(FORM)
def assign(request: StaffRequest, case_id: UUID, wanted_id: UUID, interpreter_id: UUID) -> HttpResponse:
    """Before anybody is assigned: what might stand between them."""
    page, row = requests.request_page(request.actor, case_id, wanted_id)
    if page.rests:
        raise Http404
    form = ConflictForm(request.POST or None)
    if row.state != "waiting":
        return redirect("interpreting:request", case_id, wanted_id)
    chosen = requests.one_suggestion(row, interpreter_id)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.assign(
                actor=request.actor,
                person=page.person,
                request=row,
                interpreter=interpreter_id,
                conflicts=form.cleaned_data["conflicts"],
                submission=form.cleaned_data["submission"],
            )
        except actions.NotNow as why:
            messages.error(request, str(why))
        else:
            if made.conflicts:
                messages.error(request, _("Not assigned, and kept: this interpreter is not suggested for her again."))
            else:
                messages.success(request, _("Written down as asked. Ring now, and write down the answer."))
        return redirect("interpreting:request", case_id, wanted_id)
    [line] = presenting.suggestion_lines([chosen], case_id, wanted_id)
    lacking = requests.untrained(page.person, chosen.interpreter).values()
    context = {
        **presenting.frame(page),
        "row": row,
        "form": form,
        "line": line,
        "title": presenting.title(row),
        "lacks": [lacks(topics) for topics in lacking],
    }
    return render(request, "interpreting/assign.html", context)


@require_POST
def do(request: StaffRequest, case_id: UUID, wanted_id: UUID) -> HttpResponse:
    """A button of a request: an answer, another time, not needed any more."""
    page, row = requests.request_page(request.actor, case_id, wanted_id)
    who: dict[str, Any] = {"actor": request.actor, "person": page.person, "request": row}
    said = request.POST.get("do", "")
    try:
        if said == "move":
            form = MoveForm(request.POST)
            if not form.is_valid():
                return _request_page(request, page, row, form)
            actions.move(**who, starts_at=form.starts_at(), minutes=form.cleaned_data["minutes"])
            messages.success(request, _("The time was changed."))
        elif said == "drop":
            actions.drop(**who)
            messages.success(
                request, _("No interpreter is needed any more. Whoever was asked: ring and say it is off.")
            )
        elif said in presenting.BUTTONS:
            actions.answer(**who, said=said)
            messages.success(request, _("Written down."))
        else:
            raise Http404
    except actions.NotNow as why:
        messages.error(request, str(why))
    return redirect("interpreting:request", case_id, wanted_id)


@require_GET
def appointments(request: StaffRequest) -> HttpResponse:
    """An interpreter's own appointments: time, language, whom they asked for, a reference. Nothing of any file."""
    if not (request.actor.has(Role.INTERPRETER) or requests.on_the_roster(request.actor)):
        raise Http404
    rows = [presenting.appointment(one) for one in requests.appointments()]
    return render(request, "interpreting/appointments.html", {"rows": rows})


@require_POST
def appointment(request: StaffRequest, assignment_id: UUID) -> HttpResponse:
    """Her yes or no."""
    actions.answer_own(actor=request.actor, assignment_id=assignment_id, comes=request.POST.get("do") == "yes")
    messages.success(request, _("Thank you. Whoever asked you is told."))
    return redirect("interpreting:appointments")
