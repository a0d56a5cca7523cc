"""Exclusion from a service: the notice, each further step by another person, and what stands in its way."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from cadra.foundation.access.middleware import StaffRequest
from cadra.foundation.shell.forms import again
from cadra.record.people.actions import ChangedMeanwhile
from cadra.stages.support import actions, policy, presenting
from cadra.stages.support.actions import SupportError
from cadra.stages.support.fairness import what_is_missing
from cadra.stages.support.forms.exclusions import (
    YES,
    AnswerForm,
    HandOnForm,
    NoticeForm,
    ObjectionForm,
    SecondForm,
    StepForm,
)
from cadra.stages.support.presenting import fairness as drawn
from cadra.stages.support.queries import fairness, plans

FORMS: dict[str, type[StepForm]] = {
    "decide": SecondForm,
    "object": ObjectionForm,
    "answer": AnswerForm,
    "hand-over": HandOnForm,
    "effect": StepForm,
    "stop": StepForm,
}


@require_http_methods(["GET", "HEAD", "POST"])
def notice(request: StaffRequest, case_id: UUID, offer_id: UUID) -> HttpResponse:
    """Give notice that she may lose a service."""
    page = plans.offer_page(request.actor, case_id, offer_id, to_change=True)
    if not policy.holds(request.actor, page.file.case):
        raise Http404
    form = NoticeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            row = actions.give_notice(
                actor=request.actor,
                person=page.file.person,
                offer=page.offer,
                reasons=values["reasons"],
                happened_words=values["happened"],
                tried=values["tried"],
                takes_effect_on=values["takes_effect_on"],
                submission=values["submission"],
            )
        except SupportError as wrong:
            form.add_error(None, str(wrong))
        else:
            messages.success(
                request, _("Notice is given. Tell her, in her language, what it says and that she may object.")
            )
            return redirect("support:exclusion", case_id, row.pk)
    context = {
        **presenting.frame(page.file, "offers"),
        "offer": page.offer,
        "service": presenting.service(page.offer.service),
        "form": form,
    }
    return render(request, "support/exclusion_new.html", context)


@require_GET
def exclusion(request: StaffRequest, case_id: UUID, exclusion_id: UUID) -> HttpResponse:
    """How far it has come, what is missing, and the steps this person may take."""
    page = fairness.exclusion_page(request.actor, case_id, exclusion_id)
    return render(request, "support/exclusion.html", _context(request, page))


@require_http_methods(["GET", "HEAD", "POST"])
def step(request: StaffRequest, case_id: UUID, exclusion_id: UUID, step: str) -> HttpResponse:
    """One step of it."""
    page = fairness.exclusion_page(request.actor, case_id, exclusion_id, to_change=True)
    if step not in FORMS:
        raise Http404
    options: dict[str, Any] = {"referrals": drawn.referral_choices(page)} if step == "hand-over" else {}
    form = FORMS[step](request.POST or None, initial={"version": page.exclusion.version}, **options)
    changed = False
    if request.method == "POST" and form.is_valid():
        try:
            _take(request, page, step, form.cleaned_data)
        except ChangedMeanwhile as meanwhile:
            form.data = again(request.POST, version=meanwhile.row.version)
            changed = True
        except SupportError as wrong:
            form.add_error(None, str(wrong))
        else:
            messages.success(request, _("The step is kept."))
            return redirect("support:exclusion", case_id, exclusion_id)
    context = {**_context(request, page), "form": form, "changed": changed, "step": step, "title": _titles()[step]}
    return render(request, "support/exclusion_step.html", context)


def _take(request: StaffRequest, page: fairness.ExclusionPage, step: str, values: dict[str, Any]) -> None:
    who: dict[str, Any] = {
        "actor": request.actor,
        "person": page.file.person,
        "exclusion": page.exclusion,
        "version": values["version"],
    }
    yes = values.get("choice") == YES
    if step == "decide":
        actions.decide_exclusion(**who, agrees=yes, words=values["words"])
    elif step == "object":
        actions.hear_objection(**who, objects=yes, words=values["words"])
    elif step == "answer":
        actions.answer_objection(**who, upholds=yes, words=values["words"])
    elif step == "hand-over":
        chosen = next((one for one in page.referrals if str(one.pk) == values["choice"]), None)
        actions.hand_on(**who, referral=chosen)
    elif step == "effect":
        actions.take_effect(**who)
    else:
        actions.stop_exclusion(**who)


def _titles() -> dict[str, str]:
    return {
        "decide": _("Decide as the second person"),
        "object": _("Write down whether she objects"),
        "answer": _("Answer her objection"),
        "hand-over": _("Hand her on"),
        "effect": _("Let it take effect"),
        "stop": _("Take the notice back"),
    }


def _context(request: StaffRequest, page: fairness.ExclusionPage) -> dict[str, Any]:
    row = page.exclusion
    return {
        **presenting.frame(page.file, "offers"),
        "exclusion": row,
        "service": presenting.service(page.offer.service),
        "tag": drawn.exclusion_tag(row),
        "facts": drawn.exclusion_rows(page),
        "missing": what_is_missing(row, page.on_their_way) if row.due_at else [],
        "steps": [(name, _titles()[name]) for name in fairness.open_steps(request.actor, page)],
        "offer": page.offer,
    }
