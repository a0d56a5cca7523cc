"""Offers: what was offered, what she decided each time, and offering anew."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from cadra.foundation.access.middleware import StaffRequest
from cadra.foundation.kernel.addresses import reverse
from cadra.foundation.shell.forms import again
from cadra.record.people.actions import ChangedMeanwhile
from cadra.stages.support import actions, policy, presenting
from cadra.stages.support.actions.excluding import UNDER_WAY
from cadra.stages.support.forms.offers import MOST, DecideForm, GoalOfOffer, OfferForm, ServicesForm, offer_forms
from cadra.stages.support.presenting.fairness import exclusion_tag
from cadra.stages.support.presenting.leaflets import leaflets_for
from cadra.stages.support.queries import plans


@require_GET
def all_offers(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Everything offered, by what she decided, and the latest reasons."""
    file, offers, older = plans.offers_page(request.actor, case_id, request.GET.get("after", ""))
    lines = [presenting.offer_line(one) for one in offers]
    context = {**presenting.frame(file, "offers"), "lines": lines, "older": older}
    return render(request, "support/offers.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Choose services, then say of each how it was explained and what she decided."""
    actor = request.actor
    file, goals, offers = plans.goals_page(actor, case_id)
    chosen = request.POST.getlist("service") or request.GET.getlist("service")
    choosing = ServicesForm({"service": chosen} if chosen or "service" in request.GET else None)
    if not chosen or not choosing.is_valid():
        context = {
            **presenting.frame(file, "offers"),
            "form": choosing,
            "most": MOST,
            "offered": {offer.service for offer in offers},
        }
        return render(request, "support/offer_choose.html", context)
    languages = (file.profile.plain.get("languages") if file.profile is not None else None) or [""]
    data = request.POST if request.method == "POST" else None
    goal_form = GoalOfOffer(data, goals=[(str(goal.pk), _short(goal)) for goal in goals])
    forms = offer_forms(data, chosen, languages[0])
    if request.method == "POST" and all([goal_form.is_valid(), *(form.is_valid() for form in forms)]):
        _offer(request, file, goals, goal_form, forms)
        return redirect("support:offers", case_id)
    context = {
        **presenting.frame(file, "offers"),
        "goal_form": goal_form,
        "forms": [(presenting.service(form.prefix or ""), form) for form in forms],
        "leaflets": leaflets_for(chosen),
        "chosen": chosen,
        "errors": [form for form in (goal_form, *forms) if form.is_bound and form.errors],
    }
    return render(request, "support/offer_new.html", context)


@require_GET
def offer(request: StaffRequest, case_id: UUID, offer_id: UUID) -> HttpResponse:
    """One offer: what was explained, all she decided, what the service can change, what can be done now."""
    page = plans.offer_page(request.actor, case_id, offer_id)
    refer = f"{reverse('support:refer', args=[case_id])}?service={page.offer.service}&offer={page.offer.pk}"
    context = {
        **presenting.frame(page.file, "offers"),
        **_told(page),
        "refer_url": refer,
        "exclusions": [(one, exclusion_tag(one)) for one in page.exclusions],
        "may_exclude": page.file.may_plan
        and policy.holds(request.actor, page.file.case)
        and not any(one.state in UNDER_WAY for one in page.exclusions),
        "may_refer": page.file.may_plan and page.offer.decision in ("accepted", "partly"),
    }
    return render(request, "support/offer.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: StaffRequest, case_id: UUID, offer_id: UUID) -> HttpResponse:
    """What she says now; what she said before stays."""
    page = plans.offer_page(request.actor, case_id, offer_id, to_change=True)
    form = DecideForm(request.POST or None, initial={"version": page.offer.version})
    changed = False
    if request.method == "POST" and form.is_valid():
        decision = form.decision_value()
        try:
            if decision is not None:
                actions.decide(
                    actor=request.actor,
                    person=page.file.person,
                    offer=page.offer,
                    version=form.cleaned_data["version"],
                    decision=decision,
                    submission=form.cleaned_data["submission"],
                )
        except ChangedMeanwhile as meanwhile:
            form.data = again(request.POST, version=meanwhile.row.version)
            changed = True
        else:
            messages.success(request, _("What she decided is kept beside what she decided before."))
            return redirect("support:offer", case_id, offer_id)
    context = {**presenting.frame(page.file, "offers"), **_told(page), "form": form, "changed": changed}
    return render(request, "support/offer_decide.html", context)


def _told(page: plans.OfferPage) -> dict[str, Any]:
    newest = page.decisions[0] if page.decisions else None
    return {
        "offer": page.offer,
        "line": presenting.offer_line(page.offer),
        "explained": presenting.explained_rows(page.offer),
        "events": [presenting.decision_event(one, page.names) for one in page.decisions],
        "guidance": presenting.guidance(newest),
        "offered_by": page.names.get(page.offer.offered_by, ""),
    }


def _offer(request: StaffRequest, file: Any, goals: list[Any], goal_form: GoalOfOffer, forms: list[OfferForm]) -> None:
    goal = next((one for one in goals if str(one.pk) == goal_form.cleaned_data["goal"]), None)
    made = actions.offer(
        actor=request.actor,
        person=file.person,
        offers=[form.value(goal) for form in forms],
        submission=goal_form.cleaned_data["submission"],
    )
    messages.success(
        request,
        _("Kept: %(count)s offered. Whoever sees her plan sees it too.")
        % {"count": ", ".join(presenting.service(offer.service) for offer in made)},
    )


def _short(goal: Any) -> str:
    words = str(goal.plain.get("words") or "")
    return words if len(words) < 80 else f"{words[:79]}…"
