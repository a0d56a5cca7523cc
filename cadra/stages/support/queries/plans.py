"""Reading the plan, its goals and how they changed; offers and what she decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.http import Http404

from cadra.foundation.access.actor import Actor
from cadra.foundation.kernel import keyset
from cadra.foundation.kernel.compartments import Compartment
from cadra.foundation.network.queries import desk_names, user_names
from cadra.record.tasks.models import STEP, Task
from cadra.record.tasks.queries import people
from cadra.stages.support.merging import Content, Difference, content_of, differences
from cadra.stages.support.models import (
    Change,
    DecisionOnOffer,
    Delivery,
    Exclusion,
    Goal,
    Offer,
    OfferDecision,
    Plan,
    ServiceReferral,
)
from cadra.stages.support.queries.boards import Board, assemble, attach, wanted
from cadra.stages.support.queries.files import File, file_for

CHANGES = 100  # on a page
NEWEST_CHANGES = ("-changed_at", "-id")
NEWEST_OFFERS = ("-offered_at", "id")


@dataclass(frozen=True)
class GoalPage:
    """One goal with every earlier wording of it, newest first."""

    file: File
    goal: Goal
    changes: Sequence[Change]


@dataclass(frozen=True)
class OfferPage:
    """One offer with every decision about it, newest first."""

    file: File
    offer: Offer
    decisions: Sequence[OfferDecision]
    exclusions: Sequence[Exclusion]
    names: dict[UUID, str]


def plan_page(actor: Actor, case_id: UUID, *, verb: str = "looked_at_plan") -> tuple[File, Board]:
    """The file and its board; the look is recorded."""
    file = file_for(actor, case_id, *wanted(case_id), verb=verb)
    plans, goals, offers, referrals, deliveries, reviews, steps = file.more
    desks = desk_names(referral.desk for referral in referrals)
    return file, assemble(plans, goals, offers, referrals, deliveries, reviews, steps, desks)


def goal_page(actor: Actor, case_id: UUID, goal_id: UUID, *, to_change: bool = True) -> GoalPage:
    """One goal of the plan, or 404."""
    file = file_for(
        actor,
        case_id,
        Goal.objects.filter(case_id=case_id, pk=goal_id),
        Change.objects.filter(goal_id=goal_id).order_by("-changed_at", "-version")[:CHANGES],
        Task.objects.filter(case_id=case_id, origin_id=goal_id, kind=STEP),
        verb="looked_at_plan",
        to_change=to_change,
    )
    goals, changes, steps = file.more
    if not goals:
        raise Http404
    attach(goals, steps)
    return GoalPage(file, goals[0], changes)


def who_may_do(actor: Actor, case_id: UUID) -> list[tuple[str, str]]:
    """(id, name) of colleagues whose task a step of this plan may be: they see the plan anyway."""
    return [(str(user.pk), user.name) for user in people.who_may_do(actor, case_id, Compartment.SUPPORT)]


@dataclass(frozen=True)
class Review:
    """The plan beside what she agreed to: goal by goal what was added, taken away or changed since."""

    file: File
    plan: Plan | None
    agreed: dict[str, Content]
    now: dict[str, Content]

    @property
    def changes(self) -> list[tuple[str, list[Difference]]]:
        """(the goal as it is called, what is different in it), only where something is."""
        found = []
        for goal_id in self.now | self.agreed:
            was, is_now = self.agreed.get(goal_id), self.now.get(goal_id)
            if different := differences(was, is_now):
                found.append(((is_now or self.agreed[goal_id]).words, different))
        return found


def review_page(actor: Actor, case_id: UUID) -> Review:
    """The plan, to be gone through with her."""
    file = file_for(
        actor,
        case_id,
        Plan.objects.filter(case_id=case_id),
        Goal.objects.filter(case_id=case_id, reached_on=None, dropped_on=None).order_by("written_at", "id"),
        Task.objects.filter(case_id=case_id, kind=STEP),
        verb="looked_at_plan",
        to_change=True,
    )
    plans, goals, steps = file.more
    attach(goals, steps)
    return reviewed(file, plans[0] if plans else None, goals)


def reviewed(file: File, plan: Plan | None, goals: Sequence[Goal]) -> Review:
    """From rows opened before."""
    told = (plan.plain.get("agreement") or {}).get("goals") if plan is not None else None
    if told is None:
        return Review(file, plan, {}, {})
    agreed = {goal["id"]: Content.of_json(goal) for goal in told}
    return Review(file, plan, agreed, {str(goal.pk): content_of(goal) for goal in goals})


def file_to_plan(actor: Actor, case_id: UUID) -> File:
    """The file alone, for whoever writes something new in its plan; 404 for others."""
    return file_for(actor, case_id, verb="looked_at_plan", to_change=True)


def goals_page(actor: Actor, case_id: UUID) -> tuple[File, list[Goal], list[Offer]]:
    """The open goals and the offers of a file, for the form that offers services."""
    file = file_for(
        actor,
        case_id,
        Goal.objects.filter(case_id=case_id, reached_on=None, dropped_on=None).order_by("written_at", "id"),
        Offer.objects.filter(case_id=case_id).order_by("-offered_at", "id")[:CHANGES],
        verb="looked_at_plan",
        to_change=True,
    )
    goals, offers = file.more
    return file, goals, offers


def offer_page(actor: Actor, case_id: UUID, offer_id: UUID, *, to_change: bool = False) -> OfferPage:
    """One offer with its decisions, or 404."""
    file = file_for(
        actor,
        case_id,
        Offer.objects.filter(case_id=case_id, pk=offer_id),
        OfferDecision.objects.filter(offer_id=offer_id).order_by("-decided_at", "-id")[:CHANGES],
        Exclusion.objects.filter(case_id=case_id, offer_id=offer_id).order_by("-proposed_at", "-id")[:CHANGES],
        verb="looked_at_plan",
        to_change=to_change,
    )
    offers, decisions, exclusions = file.more
    if not offers:
        raise Http404
    who = [offers[0].offered_by, *(decision.recorded_by for decision in decisions)]
    return OfferPage(file, offers[0], decisions, exclusions, user_names(who))


def deliveries_page(actor: Actor, case_id: UUID) -> tuple[File, list[Delivery], dict[UUID, str]]:
    """All that was given on a file, newest first; also under referrals whose consent has ended."""
    file = file_for(
        actor,
        case_id,
        Delivery.objects.filter(case_id=case_id).order_by("-on", "-recorded_at", "id")[:200],
        ServiceReferral.objects.filter(case_id=case_id).only("id", "case_id", "desk", "service"),
        verb="looked_at_plan",
    )
    deliveries, referrals = file.more
    desks = desk_names(referral.desk for referral in referrals)
    return file, deliveries, {referral.pk: desks.get(referral.desk, "") for referral in referrals}


def history_page(actor: Actor, case_id: UUID, after: str = "") -> tuple[File, list[Change], str]:
    """The file, a page of the earlier wordings of its plan, newest first, and where the next one starts."""
    changes = keyset.asked(Change.objects.filter(case_id=case_id), NEWEST_CHANGES, after, CHANGES)
    file = file_for(actor, case_id, changes, verb="looked_at_plan")
    return (file, *keyset.cut(file.more[0], NEWEST_CHANGES, CHANGES))


def offers_page(actor: Actor, case_id: UUID, after: str = "") -> tuple[File, list[Offer], str]:
    """The file, a page of its offers, open ones first, then by the newest decision, and where the next one starts."""
    offers = keyset.asked(Offer.objects.filter(case_id=case_id), NEWEST_OFFERS, after, CHANGES)
    file = file_for(actor, case_id, offers, verb="looked_at_plan")
    shown, older = keyset.cut(file.more[0], NEWEST_OFFERS, CHANGES)
    order = ["", *DecisionOnOffer.values]
    return file, sorted(shown, key=lambda offer: order.index(offer.decision)), older
