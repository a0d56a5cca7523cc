"""The one place that joins the stages: what each of them says about a file, and what waits in each for somebody."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from cadra.foundation import vault
from cadra.foundation.access.actor import Actor
from cadra.foundation.kernel.compartments import Compartment
from cadra.foundation.kernel.work import WorkItem
from cadra.record.consent.models import Consent
from cadra.record.people.models import Person
from cadra.stages.identification.queries import intake
from cadra.stages.identification.queries import summary as identification
from cadra.stages.support import actions as support_actions
from cadra.stages.support import queries as support
from cadra.stages.support.queries import boards


@dataclass(frozen=True)
class Panels:
    """What the stages show on the file page; `board` None where the plan is not open to the actor."""

    identification: identification.Summary
    board: support.Board | None

    @property
    def parts(self) -> set[str]:
        """Compartments whose content is shown."""
        shown: set[str] = set()
        if self.board is not None and (self.board.plan or self.board.offers or self.board.referrals):
            shown.add(Compartment.SUPPORT)
        if self.identification.interviews is not None:
            shown.add(Compartment.STORY)
        return shown


def wanted(case_id: UUID) -> list[Any]:
    """What the board is made of, to be read together with the rest of the page."""
    return boards.wanted(case_id)


def desks_of(rows: list[list[Any]]) -> list[int]:
    """The desks that these rows of a board speak of, to be named together with the rest of the page."""
    return [referral.desk for referral in rows[3]]


def identification_of(actor: Actor, person: Person) -> identification.Summary:
    """The identification panel of a file."""
    return identification.summary(actor, person)


def pair_of(summary: identification.Summary) -> list[UUID]:
    """The members of the identification pair, to be named together with the rest of the page."""
    pair = summary.pair
    return [one for one in (pair.police_id, pair.social_id, pair.child_worker_id) if one] if pair else []


def board_of(actor: Actor, rows: list[list[Any]], desks: dict[int, str]) -> support.Board:
    """The plan board, opened, from rows read before."""
    plans, goals, offers, referrals, deliveries = rows
    vault.unseal(actor.ring, [*plans, *goals, *offers, *referrals])
    return boards.assemble(plans, goals, offers, referrals, deliveries, desks)


def work(actor: Actor) -> list[WorkItem]:
    """Everything that waits for this actor in the stages, or that she awaits from others."""
    return [*intake.work(actor), *identification.work(actor), *support.work(actor)]


def close_for_consent(*, actor: Actor, person: Person, consent: Consent) -> None:
    """Referrals and offers that stood on a consent close with it."""
    support_actions.close_for_consent(actor=actor, person=person, consent=consent)
