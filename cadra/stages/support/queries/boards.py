"""The plan board of a file: goals with steps, offers by decision, referrals and where they stand, what comes next."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from cadra.foundation import vault
from cadra.foundation.access.actor import Actor
from cadra.foundation.kernel.clock import local_date
from cadra.foundation.kernel.together import Kept, Wanted, together
from cadra.foundation.network.queries import desk_names
from cadra.record.people.models import Person
from cadra.record.tasks.actions import as_step
from cadra.record.tasks.models import STEP, Task
from cadra.stages.support.models import (
    OPEN,
    DecisionOnOffer,
    Delivery,
    Goal,
    Offer,
    Plan,
    ReferralState,
    SafetyReview,
    ServiceReferral,
)

SHOWN = 60  # rows of each kind a board shows; the rest stands on the pages below it
STEPS = 600


@dataclass(frozen=True)
class NextDate:
    """Something with a date: `kind` is review, step, offer_again, referral or safety; `row` the row it comes from."""

    on: dt.date
    kind: str
    row: Any


@dataclass(frozen=True)
class Board:
    """Everything of pillar 2 on one file, opened. Empty when the support part is not open to the actor."""

    plan: Plan | None = None
    goals: Sequence[Goal] = ()
    offers: Sequence[Offer] = ()
    referrals: Sequence[ServiceReferral] = ()
    reviews: Sequence[SafetyReview] = ()
    given: int = 0
    first_given_on: dt.date | None = None
    desks: dict[int, str] = field(default_factory=dict)

    @property
    def open_goals(self) -> list[Goal]:
        """Goals still worked for."""
        return [goal for goal in self.goals if goal.reached_on is None and goal.dropped_on is None]

    @property
    def closed_goals(self) -> list[Goal]:
        """Goals reached or dropped."""
        return [goal for goal in self.goals if goal.reached_on is not None or goal.dropped_on is not None]

    @property
    def by_decision(self) -> list[tuple[DecisionOnOffer | None, list[Offer]]]:
        """Offers by what she decided now, in the order of the continuum; first those without a decision."""
        groups: list[tuple[DecisionOnOffer | None, list[Offer]]] = [
            (None, [offer for offer in self.offers if not offer.decision])
        ]
        groups += [(one, [o for o in self.offers if o.decision == one]) for one in DecisionOnOffer]
        return [(decision, offers) for decision, offers in groups if offers]

    @property
    def open_referrals(self) -> list[ServiceReferral]:
        """Referrals on their way."""
        return [referral for referral in self.referrals if referral.state in OPEN]

    @property
    def to_settle(self) -> list[ServiceReferral]:
        """Closed referrals the sender still has to do something about."""
        return [referral for referral in self.referrals if needs_sender(referral)]

    @property
    def next_dates(self) -> list[NextDate]:
        """What comes next, soonest first."""
        found = [NextDate(goal.due_on, "step", goal) for goal in self.open_goals if goal.due_on]
        found += [NextDate(offer.offer_again_on, "offer_again", offer) for offer in self.offers if offer.offer_again_on]
        found += [
            NextDate(local_date(referral.next_due_at), "referral", referral)
            for referral in self.open_referrals
            if referral.next_due_at
        ]
        found += [NextDate(local_date(review.due_at), "safety", review) for review in self.reviews]
        if self.plan is not None and self.plan.review_on:
            found.append(NextDate(self.plan.review_on, "review", self.plan))
        return sorted(found, key=lambda one: one.on)


def needs_sender(referral: ServiceReferral) -> bool:
    """Refused, or closed because a consent ran out: the sender decides with her what now."""
    asks = (ReferralState.REFUSED, ReferralState.CLOSED_BY_CONSENT)
    return referral.settled_at is None and referral.state in asks


def board(actor: Actor, person: Person) -> Board:
    """The board of one file, in two queries. The caller's page records the look."""
    plans, goals, offers, referrals, deliveries, reviews, steps = together(*wanted(person.pk))
    vault.unseal(actor.ring, [*plans, *goals, *offers, *referrals, *steps])
    desks = desk_names(referral.desk for referral in referrals)
    return assemble(plans, goals, offers, referrals, deliveries, reviews, steps, desks)


@Kept
def _offers_of(case_id: Any) -> QuerySet[Offer]:
    return Offer.objects.filter(case_id=case_id).defer("explained").order_by("-offered_at", "id")[:SHOWN]


@Kept
def _referrals_of(case_id: Any) -> QuerySet[ServiceReferral]:
    found = ServiceReferral.objects.filter(case_id=case_id).defer("message", "answer_words")
    return found.order_by("-sent_at", "id")[:SHOWN]


@Kept
def _steps_of(case_id: Any) -> QuerySet[Task]:
    found = Task.objects.filter(case_id=case_id, kind=STEP).defer("story")
    return found.order_by("place", "made_at", "id")[:STEPS]


#: What a board is made of, in the order `assemble` takes the rows. What it does not show stays closed.
OF_A_BOARD = (
    Kept(lambda case_id: Plan.objects.filter(case_id=case_id)),
    Kept(lambda case_id: Goal.objects.filter(case_id=case_id).order_by("written_at", "id")[:SHOWN]),
    _offers_of,
    _referrals_of,
    Kept(lambda case_id: Delivery.objects.filter(case_id=case_id).order_by("on", "id").only("id", "case_id", "on")),
    Kept(lambda case_id: SafetyReview.objects.filter(case_id=case_id, done_at=None).order_by("due_at", "id")[:SHOWN]),
    _steps_of,
)


def wanted(case_id: UUID) -> list[Wanted]:
    """The queries of a board."""
    return [query(case_id) for query in OF_A_BOARD]


def still_open(case_id: UUID) -> list[QuerySet[Any]]:
    """Goals worked for, referrals on their way or not put away, offers she has not answered."""
    return [
        Goal.objects.filter(case_id=case_id, reached_on=None, dropped_on=None).only("id"),
        ServiceReferral.objects.filter(case_id=case_id, state__in=OPEN).only("id"),
        Offer.objects.filter(case_id=case_id, decision="").only("id"),
    ]


def assemble(
    plans: list[Plan],
    goals: list[Goal],
    offers: list[Offer],
    referrals: list[ServiceReferral],
    deliveries: list[Delivery],
    reviews: list[SafetyReview],
    steps: list[Task],
    desks: dict[int, str],
) -> Board:
    """A board from its rows, opened before."""
    attach(goals, steps)
    return Board(
        plan=plans[0] if plans else None,
        goals=goals,
        offers=offers,
        referrals=referrals,
        reviews=reviews,
        given=len(deliveries),
        first_given_on=deliveries[0].on if deliveries else None,
        desks=desks,
    )


def with_steps(actor: Actor, goals: Iterable[Goal]) -> list[Goal]:
    """These goals, opened, with their steps; one query."""
    found = list(goals)
    steps = list(Task.objects.filter(origin_id__in=[goal.pk for goal in found], kind=STEP).order_by("place", "made_at"))
    vault.unseal(actor.ring, [*found, *steps])
    attach(found, steps)
    return found


def attach(goals: Iterable[Goal], steps: Iterable[Task]) -> None:
    """Lay opened steps into `plain["steps"]` of their goals, in their order, as `tasks.actions.as_step` says them."""
    of_goal: dict[Any, list[Task]] = {}
    for step in sorted(steps, key=lambda one: (one.place, one.made_at)):
        of_goal.setdefault(step.origin_id, []).append(step)
    for goal in goals:
        goal.plain["steps"] = [as_step(step) for step in of_goal.get(goal.pk, [])]


def kept_steps(goal: Goal) -> list[dict[str, str]]:
    """Steps of a goal that were not taken off."""
    return [step for step in steps_of(goal) if not step["dropped_on"]]


def open_steps(goal: Goal) -> list[dict[str, str]]:
    """Steps of a goal neither done nor dropped."""
    return [step for step in kept_steps(goal) if not step["done_on"]]


def steps_of(goal: Goal) -> list[dict[str, str]]:
    """All steps of an opened goal."""
    return list(goal.plain.get("steps") or [])
