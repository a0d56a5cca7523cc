"""Her safety: what threatens, her plan, the card she carries, what happened, when it is looked at again."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from cadra.foundation.access.middleware import StaffRequest
from cadra.foundation.kernel.pack import pack
from cadra.foundation.network.queries import user_names
from cadra.foundation.shell.forms import again
from cadra.record.people.actions import ChangedMeanwhile
from cadra.stages.support import actions, presenting
from cadra.stages.support.forms import safety as forms
from cadra.stages.support.presenting import safety as drawn
from cadra.stages.support.queries import safety


@require_GET
def overview(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """All of it: reviews waiting, the plan, what threatens, what happened."""
    page = safety.safety_page(request.actor, case_id, after=request.GET.get("after", ""))
    context = {
        **presenting.frame(page.file, "safety"),
        "page": page,
        "reviews": drawn.review_lines(page),
        "plan_rows": drawn.plan_rows(page.plan),
        "risk_rows": drawn.risk_rows(page, page.risk),
        "events": drawn.incident_events(page),
    }
    return render(request, "support/safety.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def risk(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """What threatens her, asked anew."""
    page = safety.safety_page(request.actor, case_id, to_write=True)
    questions = pack().protection(pack().protection_version, "risk", child=page.for_child)
    sources = (page.risk.plain.get("sources") or []) if page.risk is not None else []
    form = forms.RiskForm(request.POST or None, questions=questions, initial=forms.RiskForm.initial_of(page.risk))
    rows = forms.threats(request.POST or None, sources, feared=page.feared)
    shown = partial(drawn.risk_rows, page)
    return _anew(request, page, form, rows, actions.write_risk, shown, "support/safety_risk.html")


@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Her safety plan, written anew."""
    page = safety.safety_page(request.actor, case_id, to_write=True)
    parts = pack().protection(pack().protection_version, "plan", child=page.for_child)
    people = (page.plan.plain.get("people") or []) if page.plan is not None else []
    initial, houses = forms.SafetyPlanForm.initial_of(page.plan), safety.house_names()
    form = forms.SafetyPlanForm(request.POST or None, parts=parts, houses=houses, initial=initial)
    rows = forms.helpers(request.POST or None, people, houses=houses)
    return _anew(request, page, form, rows, actions.write_safety_plan, drawn.plan_rows, "support/safety_plan.html")


@require_GET
def earlier_risks(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """What threatened her, each time it was asked."""
    found = safety.risk_versions(request.actor, case_id, _version(request))
    return _earlier(request, found, _("What threatened her, each time it was asked"), partial(drawn.risk_rows, found))


@require_GET
def earlier_plans(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Her safety plans, each as it was written."""
    found = safety.plan_versions(request.actor, case_id, _version(request))
    return _earlier(request, found, _("Her safety plans, each as it was written"), drawn.whole_plan)


@require_GET
def card(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """What she carries: small enough to fold, and nothing on it says what it is."""
    page = safety.safety_page(request.actor, case_id, verb="looked_at_safety_card")
    context = {**presenting.frame(page.file, "safety"), "page": page, "card": drawn.card(page.plan)}
    return render(request, "support/safety_card.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def incident(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Something happened."""
    page = safety.safety_page(request.actor, case_id, to_change=True)
    form = forms.IncidentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = {name: form.cleaned_data[name] for name in ("kind", "happened_on", "what", "done", "submission")}
        actions.note_incident(actor=request.actor, person=page.file.person, **told)
        messages.success(request, _("Written down. The safety plan waits to be looked at again with her."))
        return redirect("support:safety", case_id)
    return _small(request, page, form, _("Something happened"), _("Write it down"))


@require_http_methods(["GET", "HEAD", "POST"])
def event(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """A hearing comes, she moves: the plan is to be looked at."""
    page = safety.safety_page(request.actor, case_id, to_change=True)
    form = forms.EventForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = {name: form.cleaned_data[name] for name in ("event", "due_on", "submission")}
        actions.ask_safety_review(actor=request.actor, person=page.file.person, **told)
        messages.success(request, _("The day stands in your work until the plan was looked at."))
        return redirect("support:safety", case_id)
    return _small(request, page, form, _("Something comes or has changed"), _("Keep the day"))


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """It was looked at together."""
    page = safety.safety_page(request.actor, case_id, to_change=True)
    form = forms.ReviewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = {name: form.cleaned_data[name] for name in ("next_on", "submission")}
        actions.review_safety(actor=request.actor, person=page.file.person, **told)
        messages.success(request, _("Looked at together. The next day is kept."))
        return redirect("support:safety", case_id)
    return _small(request, page, form, _("Looked at together"), _("Keep it"))


def _version(request: StaffRequest) -> int:
    """Which version a page of earlier ones begins with; 0 the newest."""
    asked = request.GET.get("from", "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 0


def _earlier(
    request: StaffRequest, found: safety.Versions, heading: str, draw: Callable[[Any], list[dict[str, Any]]]
) -> HttpResponse:
    context = {
        **presenting.frame(found.file, "safety"),
        "heading": heading,
        "versions": drawn.version_cards(found, draw),
        "older": found.older,
    }
    return render(request, "support/safety_earlier.html", context)


def _small(request: StaffRequest, page: safety.SafetyPage, form: Any, heading: str, save: str) -> HttpResponse:
    context = {**presenting.frame(page.file, "safety"), "form": form, "heading": heading, "save": save}
    return render(request, "support/safety_small.html", context)


def _anew(
    request: StaffRequest,
    page: safety.SafetyPage,
    form: forms.RiskForm | forms.SafetyPlanForm,
    rows: Any,
    write: Callable[..., Any],
    shown: Callable[[Any], list[dict[str, Any]]],
    template: str,
) -> HttpResponse:
    """Keep a new version with its rows. Whoever saves second sees what the first one kept, beside what was typed."""
    more: dict[str, Any] = {}
    if request.method == "POST" and all([form.is_valid(), rows.is_valid()]):
        try:
            write(actor=request.actor, person=page.file.person, for_child=page.for_child, **form.value(rows))
        except ChangedMeanwhile as changed:
            row = changed.row
            form.data = again(request.POST, version=row.version)
            more = {"meanwhile": shown(row), "meanwhile_by": user_names([row.written_by]).get(row.written_by, "")}
        else:
            messages.success(request, _("Kept. What was said before stays."))
            return redirect("support:safety", page.file.person.pk)
    context = {**presenting.frame(page.file, "safety"), "form": form, "rows": rows, "child": page.for_child, **more}
    return render(request, template, context)
