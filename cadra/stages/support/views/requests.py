"""The provider's desk: what waits, one request with only what she agreed to share, and each answer to it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cadra.foundation.access.middleware import StaffRequest
from cadra.foundation.catalogue.presenting import tap
from cadra.foundation.catalogue.queries import counted
from cadra.foundation.shell.forms import again
from cadra.stages.support import actions, presenting
from cadra.stages.support.forms.refer import GiveForm
from cadra.stages.support.forms.requests import AnswerForm, DeskFilter, EndForm, StartForm
from cadra.stages.support.queries import requests

#: Names of fields that also stand in the answer, on the same page: each label finds its own.
GIVING, ENDING = "give_%s", "end_%s"


@require_GET
def desk(request: StaffRequest) -> HttpResponse:
    """Requests sent to the desks the actor answers at."""
    which = request.GET.get("show", "answer")
    if which not in requests.LISTS or request.actor is None:
        raise Http404
    form = DeskFilter(request.GET)
    urgency = form.cleaned_data["urgency"] if form.is_valid() else ""
    page = requests.desk_list(request.actor, which=which, urgency=urgency, cursor=request.GET.get("older", ""))
    context = {
        "page": page,
        "which": which,
        "rows": [presenting.request_row(row) for row in page.rows],
        "lists": presenting.desk_lists(which, page.counts),
        "form": form,
        "urgency": urgency,
        "at_a_desk": requests.has_a_desk(request.actor),
        "taps": [tap(row) for row in counted(request.actor)],
    }
    return render(request, "support/requests.html", context)


@require_GET
def request_page(request: StaffRequest, referral_id: UUID) -> HttpResponse:
    """One request: the envelope and what she agreed to share. The first opening is told to the sender."""
    return _show(request, referral_id)


@require_POST
def answer(request: StaffRequest, referral_id: UUID) -> HttpResponse:
    """Accepted, waiting list or refused."""
    form = AnswerForm(request.POST)
    done = _("Your answer is with the sender.")
    return _act(request, referral_id, "answer_form", form, lambda row: _answer(request, row, form), done)


@require_POST
def start(request: StaffRequest, referral_id: UUID) -> HttpResponse:
    """Help has begun."""
    form = StartForm(request.POST)
    done = _("Help has begun. The sender is told.")
    return _act(
        request,
        referral_id,
        "start_form",
        form,
        lambda row: actions.start(actor=request.actor, referral=row, version=form.cleaned_data["version"]),
        done,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def give(request: StaffRequest, referral_id: UUID) -> HttpResponse:
    """Write down one thing that was given."""
    if request.method != "POST":
        return redirect("support:request", referral_id)
    form = GiveForm(request.POST, auto_id=GIVING, people=requests.colleagues_of(request.actor))
    done = _("Written down. The sender is told.")
    return _act(
        request,
        referral_id,
        "give_form",
        form,
        lambda row: actions.deliver(actor=request.actor, referral=row, **form.value()),
        done,
    )


@require_POST
def end(request: StaffRequest, referral_id: UUID) -> HttpResponse:
    """Help has ended, and how."""
    form = EndForm(request.POST, auto_id=ENDING)
    done = _("Ended. The sender is told how.")
    return _act(request, referral_id, "end_form", form, lambda row: _end(request, row, form), done)


def _answer(request: StaffRequest, row: Any, form: AnswerForm) -> None:
    actions.answer(actor=request.actor, referral=row, **form.value())


def _end(request: StaffRequest, row: Any, form: EndForm) -> None:
    values = form.cleaned_data
    actions.end(
        actor=request.actor,
        referral=row,
        outcome=values["outcome"],
        words=values["words"],
        version=values["version"],
    )


def _act(
    request: StaffRequest, referral_id: UUID, name: str, form: Any, action: Callable[[Any], Any], done: str
) -> HttpResponse:
    """Do one thing to a request the desk still sees (404 otherwise, whatever was typed), or show what is wrong."""
    row = requests.request_for(request.actor, referral_id)
    if not form.is_valid():
        return _show(request, referral_id, {name: form})
    try:
        action(row)
    except actions.SupportError as wrong:
        messages.error(request, str(wrong))
        return _show(request, referral_id, {name: form})
    messages.success(request, done)
    return redirect("support:request", referral_id)


def _show(request: StaffRequest, referral_id: UUID, bound: dict[str, Any] | None = None) -> HttpResponse:
    actor = request.actor
    row = requests.request_for(actor, referral_id)
    if row.received_at is None:
        row = actions.receive(actor=actor, referral=row)
    page = requests.request(actor, row)
    bound = bound or {}
    for form in bound.values():
        if "version" in form.fields:
            form.data = again(request.POST, version=row.version)
    version = {"version": row.version}
    forms = {
        "answer_form": AnswerForm(initial=version),
        "start_form": StartForm(initial=version),
        "give_form": GiveForm(auto_id=GIVING, people=page.colleagues),
        "end_form": EndForm(initial=version, auto_id=ENDING),
        **bound,
    }
    context = {
        **presenting.request_context(page),
        **forms,
        "wrong": next(iter(bound.values()), None),
        "wrong_name": next(iter(bound), ""),
    }
    return render(request, "support/request.html", context)
