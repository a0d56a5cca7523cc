"""The one place that joins the stages: what each of them says about a file, and what waits in each for somebody."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from cadra.foundation import vault
from cadra.foundation.access.actor import Actor
from cadra.foundation.kernel.compartments import Compartment
from cadra.foundation.kernel.together import together
from cadra.foundation.kernel.work import WorkItem
from cadra.record.cases.queries import FileRow
from cadra.record.consent.models import Consent
from cadra.record.interpreting import actions as interpreting
from cadra.record.people.models import Person
from cadra.record.tasks import actions as tasks
from cadra.record.tasks.models import Task
from cadra.record.tasks.queries import waiting
from cadra.stages.identification.actions import pair as pair_actions
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
    plans, goals, offers, referrals, deliveries, reviews, steps = rows
    vault.unseal(actor.ring, [*plans, *goals, *offers, *referrals, *steps])
    return boards.assemble(plans, goals, offers, referrals, deliveries, reviews, steps, desks)


def work_wanted(actor: Actor) -> list[Any]:
    """What the stages read first for *My work*, to be read together with the rest of it."""
    return [*intake.wanted(actor), *identification.wanted(actor), *support.wanted(actor)]


def work(actor: Actor, rows: Sequence[list[Any]]) -> list[WorkItem]:
    """Everything that waits for this actor in the stages, or that she awaits from others, from these rows."""
    drafts, sent, pairs, *files = rows
    return [
        *intake.items(actor, [drafts, sent]),
        *identification.items(actor, [pairs]),
        *support.items(actor, files),
    ]


def tasks_wanted(actor: Actor) -> list[Any]:
    """The tasks that wait for this actor, to be read together with the rest of *My work*."""
    return waiting.wanted(actor)


def tasks_about(rows: list[list[Any]]) -> dict[UUID, set[str]]:
    """file → parts whose words these tasks show."""
    found: dict[UUID, set[str]] = {}
    for group in rows:
        for row in group:
            if isinstance(row, Task):
                found.setdefault(row.case_id, set()).add(row.sealed_under)
    return found


def tasks_items(actor: Actor, rows: list[list[Any]], files: list[FileRow]) -> list[WorkItem]:
    """Lines of *My work* from these rows; their words are opened. The caller's page records the look."""
    vault.unseal(actor.ring, [row for group in rows for row in group if isinstance(row, Task)])
    references = {row.case.case_id: row.person.reference for row in files}
    return waiting.items(actor, rows, references, {row.case.case_id: row.called for row in files})


@dataclass(frozen=True)
class StillOpen:
    """What is not finished on a file: counts, in the parts the actor sees."""

    goals: int
    referrals: int
    answers: int
    decision: bool

    def __bool__(self) -> bool:
        return bool(self.goals or self.referrals or self.answers or self.decision)


def still_open(case_id: UUID) -> StillOpen:
    """Goals worked for, referrals on their way or unsettled, offers without her answer, a decision being made."""
    goals, referrals, offers, decisions = together(*support.still_open(case_id), *identification.still_open(case_id))
    return StillOpen(len(goals), len(referrals), len(offers), bool(decisions))


def end_help(*, actor: Actor, person: Person) -> None:
    """The file is being closed: referrals on their way are taken back, the rest put away."""
    support_actions.close_all(actor=actor, person=person)
    tasks.rest_all(case_id=person.pk)
    interpreting.drop_all(actor=actor, person=person)


def take_up_tasks(*, person: Person) -> None:
    """The file is open again: what was to be done when it closed is to be done again."""
    tasks.wake_all(case_id=person.pk)


def end_identification(*, actor: Actor, person: Person) -> None:
    """The file is being closed: the task of its pair ends."""
    pair_actions.end_pair(actor=actor, person=person)


def close_for_consent(*, actor: Actor, person: Person, consent: Consent) -> None:
    """Referrals and offers that stood on a consent close with it."""
    support_actions.close_for_consent(actor=actor, person=person, consent=consent)
