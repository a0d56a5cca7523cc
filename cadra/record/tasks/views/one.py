"""One task: written, looked at, given, done, put off."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cadra.foundation.access.middleware import StaffRequest
from cadra.foundation.shell.forms import again
from cadra.record.people.actions import ChangedMeanwhile
from cadra.record.tasks import actions, presenting, queries
from cadra.record.tasks.forms import DeclineForm, DoneForm, DropForm, GiveForm, PutOffForm, TaskForm

FORMS = {"done": DoneForm, "put_off": PutOffForm, "decline": DeclineForm, "drop": DropForm}


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """A task about a file."""
    actor = request.actor
    page = queries.file_page(actor, case_id)
    if page.rests:
        raise Http404
    people = page.able(*page.parts)  # which part it is about, the action judges
    form = TaskForm(request.POST or None, parts=page.parts, people=people, me=actor.user_id)
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.create(
                actor=actor,
                person=page.person,
                part=form.cleaned_data.get("part") or page.parts[0],
                wanted=form.wanted,
                assignee=form.assignee_id,
                submission=form.cleaned_data["submission"],
            )
        except actions.CannotSee as problem:
            form.add_error("assignee", str(problem))
        else:
            _said(request, row.accepted_at is not None)
            return redirect("tasks:of_file", case_id)
    return render(request, "tasks/form.html", {**presenting.frame(page), "form": form, "is_new": True})


@require_http_methods(["GET", "HEAD", "POST"])
def new_for_house(request: StaffRequest) -> HttpResponse:
    """One of the institution's own tasks."""
    actor = request.actor
    form = TaskForm(request.POST or None, people=list(queries.colleagues(actor)), me=actor.user_id)
    if request.method == "POST" and form.is_valid():
        row = actions.create_for_house(
            actor=actor,
            wanted=form.wanted,
            assignee=form.assignee_id,
            submission=form.cleaned_data["submission"],
        )
        _said(request, row.accepted_at is not None)
        return redirect("tasks:list")
    return render(request, "tasks/form.html", {"form": form, "is_new": True, "of_house": True})


@require_GET
def task(request: StaffRequest, case_id: UUID, task_id: UUID) -> HttpResponse:
    """A task about a file."""
    page, row = queries.task_page(request.actor, case_id, task_id)
    return _show_of_file(request, page, row, {})


@require_GET
def house_task(request: StaffRequest, house_task_id: UUID) -> HttpResponse:
    """One of the institution's own tasks."""
    return _show_of_house(request, queries.house_task_page(request.actor, house_task_id), {})


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: StaffRequest, case_id: UUID, task_id: UUID) -> HttpResponse:
    """Write a task anew. Whoever saves second sees what the first one wrote, and keeps what was typed."""
    actor = request.actor
    page, row = queries.task_page(actor, case_id, task_id)
    if not page.may_work(actor, row) or not row.is_open or row.kind:
        raise Http404
    return _change(request, row, row.plain["words"], presenting.frame(page), "tasks:task", case_id)


@require_http_methods(["GET", "HEAD", "POST"])
def change_house_task(request: StaffRequest, house_task_id: UUID) -> HttpResponse:
    """The same for one of the institution's own."""
    page = queries.house_task_page(request.actor, house_task_id)
    if not page.may_work or not page.task.is_open:
        raise Http404
    said = {"what": page.task.title, "more": page.task.more}
    return _change(request, page.task, said, {"of_house": True}, "tasks:house_task")


def _change(
    request: StaffRequest, row: Any, said: dict[str, str], context: dict[str, Any], back: str, *arguments: UUID
) -> HttpResponse:
    shown = {
        "what": said.get("what", ""),
        "more": said.get("more", ""),
        "due_on": row.due_on,
        "due_time": row.due_time,
        "repeats": row.repeats,
        "version": row.version,
    }
    form = TaskForm(request.POST or None, initial=shown, parts=() if arguments else None, people=None)
    if row.due_on and request.POST:
        form.fields["due_on"].future = False  # type: ignore[attr-defined]  # a day that has passed may stay
    if request.method == "POST" and form.is_valid():
        try:
            actions.change(actor=request.actor, task=row, version=form.cleaned_data["version"] or 0, wanted=form.wanted)
        except ChangedMeanwhile as changed:
            form.data = again(request.POST, version=changed.row.version)
            context["meanwhile"] = presenting.title_of(changed.row), presenting.facts(changed.row, {})
        except actions.NotNow as problem:
            messages.error(request, str(problem))
            return redirect(back, *arguments, row.pk)
        else:
            messages.success(request, _("The task was changed. What it said before is kept."))
            return redirect(back, *arguments, row.pk)
    return render(request, "tasks/form.html", {**context, "form": form})


@require_POST
def do(request: StaffRequest, case_id: UUID, task_id: UUID) -> HttpResponse:
    """A button of a task about a file."""
    page, row = queries.task_page(request.actor, case_id, task_id)
    return _do(request, row, lambda given: _show_of_file(request, page, row, given), page.able(row.sealed_under))


@require_POST
def do_house_task(request: StaffRequest, house_task_id: UUID) -> HttpResponse:
    """A button of one of the institution's own."""
    actor = request.actor
    page = queries.house_task_page(actor, house_task_id)
    return _do(request, page.task, lambda given: _show_of_house(request, page, given), list(queries.colleagues(actor)))


def _do(request: StaffRequest, row: Any, show: Callable[[dict[str, Any]], HttpResponse], people: Any) -> HttpResponse:
    verb = request.POST.get("do", "")
    form = _form(verb, request.POST, people)
    if form is not None and not form.is_valid():
        return show({verb: form})
    try:
        said = _carry_out(request, verb, row, form.cleaned_data if form is not None else {})
    except actions.NotNow as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, said)
    return redirect("tasks:list") if request.POST.get("from") == "list" else redirect(presenting.url_of(row))


def _form(verb: str, data: Any, people: Any) -> forms.Form | None:
    if verb == "give":
        return GiveForm(data, people=people)
    return FORMS[verb](data) if verb in FORMS else None


def _carry_out(request: StaffRequest, verb: str, row: Any, data: dict[str, Any]) -> str:
    who: dict[str, Any] = {"actor": request.actor, "task": row}
    if verb == "done":
        actions.finish(**who, note=data["note"])
        return _("Done. If that was a mistake, you can take it back for a few minutes.")
    if verb == "undo":
        actions.undo(**who)
        return _("Taken back: the task is open again.")
    if verb == "put_off":
        actions.put_off(**who, on=data["on"], time=data["time"], reason=data["reason"])
        return _("Put off. The date before and the reason are kept.")
    if verb == "give":
        actions.give(**who, to=UUID(data["to"]), words=data["message"])
        return _("Given. Your colleague is told that something waits, and says yes or no.")
    if verb == "accept":
        actions.accept(**who)
        return _("Accepted. The task is yours.")
    if verb == "decline":
        actions.decline(**who, words=data["why"])
        return _("It went back to who gave it, with your words.")
    if verb == "drop":
        actions.drop(**who, reason=data["reason"])
        return _("Taken off. It stays readable.")
    raise Http404


def _show_of_file(request: StaffRequest, page: Any, row: Any, given: dict[str, Any]) -> HttpResponse:
    actor = request.actor
    people = page.able(row.sealed_under) if row.is_open else []
    context = {**presenting.frame(page), **_shown(actor, row, page.names, page.may_work(actor, row), people, given)}
    return render(request, "tasks/task.html", context)


def _show_of_house(request: StaffRequest, page: Any, given: dict[str, Any]) -> HttpResponse:
    actor = request.actor
    people = list(queries.colleagues(actor)) if page.task.is_open else []
    context = {"of_house": True, **_shown(actor, page.task, page.names, page.may_work, people, given)}
    return render(request, "tasks/task.html", context)


def _shown(actor: Any, row: Any, names: Any, may_work: bool, people: Any, given: dict[str, Any]) -> dict[str, Any]:
    """What the page of a task draws; `given`: the form that was wrong, by its verb."""
    is_open = row.is_open and may_work
    to_answer = is_open and row.assignee_id == actor.user_id and row.accepted_at is None
    return {
        "row": row,
        "title": presenting.title_of(row),
        "tag": presenting.tag(row),
        "facts": presenting.facts(row, names),
        "turns": presenting.turns(row, names),
        "clock": presenting.clock(row) if is_open else None,
        "do_url": presenting.do_url(row),
        "change_url": presenting.change_url(row) if is_open else "",
        "is_open": is_open,
        "to_answer": to_answer,
        "may_undo": actions.may_undo(actor, row),
        "wrong": next(iter(given), ""),
        "problem": next(iter(given.values()), None),
        "done": given.get("done") or DoneForm(),
        "put_off": given.get("put_off") or PutOffForm(),
        "give": given.get("give") or GiveForm(people=[one for one in people if one.pk != row.assignee_id]),
        "decline": given.get("decline") or DeclineForm(),
        "drop": given.get("drop") or DropForm(),
    }


def _said(request: StaffRequest, mine: bool) -> None:
    messages.success(
        request,
        _("The task is on your list.")
        if mine
        else _("The task is given. Your colleague is told that something waits, and says yes or no."),
    )
