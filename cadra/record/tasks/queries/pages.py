"""One task, or all tasks of one file, as somebody."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404

from cadra.foundation import vault
from cadra.foundation.access.actor import Actor
from cadra.foundation.access.models import Grant, Refusal
from cadra.foundation.access.queries import grants_alive, refusals
from cadra.foundation.kernel.clock import now
from cadra.foundation.kernel.together import together
from cadra.foundation.ledger import actions as ledger
from cadra.foundation.network.models import User
from cadra.record.cases.models import Case, Stage
from cadra.record.cases.policy import may_carry
from cadra.record.cases.queries import case_of
from cadra.record.people.models import Person
from cadra.record.people.queries import note_denied, person_of, profile_of
from cadra.record.tasks import policy
from cadra.record.tasks.models import Duty, HouseTask, State, Task
from cadra.record.tasks.queries import people, waiting

MOST = 200


@dataclass(frozen=True)
class FilePage:
    """A file and tasks of it, opened; `parts`: where the actor may write one; `rests`: the file is closed."""

    person: Person
    case: Case
    called: str
    grants: Sequence[Grant]
    refusals: Sequence[Refusal]
    parts: Sequence[str]
    tasks: Sequence[Task]
    names: dict[UUID, str]
    rests: bool
    carries: bool

    def able(self, *parts: str) -> list[User]:
        """Colleagues who see one of these parts of the file."""
        return list(people.who_sees(self.grants, self.refusals, parts))

    def may_work(self, actor: Actor, row: Task) -> bool:
        """May she change, give or end it?"""
        return not self.rests and may_work(actor, row, self.carries)


@dataclass(frozen=True)
class HousePage:
    """One of the institution's own tasks."""

    task: HouseTask
    names: dict[UUID, str]
    may_work: bool


def file_page(actor: Actor, case_id: UUID, *, over: bool = False) -> FilePage:
    """The open tasks of a file (`over`: those done or taken off, newest first); 404 when it is not hers to see."""
    tasks = Task.objects.filter(case_id=case_id)
    order = (
        tasks.exclude(state=State.OPEN).order_by("-ended_at", "id")
        if over
        else (tasks.filter(state=State.OPEN, rests="").order_by("due_at", "place", "id"))
    )
    return _page(actor, case_id, order[:MOST], "looked_at_tasks")


def task_page(actor: Actor, case_id: UUID, task_id: UUID) -> tuple[FilePage, Task]:
    """One task of a file, or 404."""
    page = _page(actor, case_id, Task.objects.filter(case_id=case_id, pk=task_id), "looked_at_task")
    if not page.tasks:
        raise Http404
    return page, page.tasks[0]


def _page(actor: Actor, case_id: UUID, tasks: Any, verb: str) -> FilePage:
    persons, cases, profiles, grants, feared, rows = together(
        person_of(case_id),
        case_of(case_id),
        profile_of(case_id),
        grants_alive(case_id, now()),
        refusals(actor, case_id),
        tasks,
    )
    parts = policy.parts_open(grants, actor)
    if not persons or not cases or not parts:
        note_denied(actor, case_id)
        raise Http404
    vault.unseal(actor.ring, [*profiles, *rows])
    ledger.record(
        actor=actor,
        verb=verb,
        subjects=[persons[0].ledger_alias],
        compartments=sorted({"core", *(row.sealed_under for row in rows)}),
    )
    mine = [grant for grant in grants if grant.grantee in actor.principals]
    called = str((profiles[0].plain.get("called") or "") if profiles else "")
    rests = cases[0].stage == Stage.CLOSED
    return FilePage(
        persons[0], cases[0], called, grants, feared, parts, rows, _names(rows), rests, may_carry(actor, mine)
    )


def house_task_page(actor: Actor, task_id: UUID) -> HousePage:
    """One of the own tasks of the actor's institution, or 404."""
    row = HouseTask.objects.filter(pk=task_id).first()
    if row is None:
        raise Http404
    return HousePage(row, _names([row]), may_work(actor, row, policy.leads(actor)))


def _names(rows: Sequence[Duty]) -> dict[UUID, str]:
    """Everybody these tasks and their stories speak of."""
    ids = {one for row in rows for one in (row.assignee_id, row.given_by, row.made_by)}
    turns = [turn for row in rows for turn in story_of(row)]
    ids |= {UUID(turn["by"]) for turn in turns} | {one for turn in turns if (one := handed_to(turn))}
    return {user.pk: user.name for user in people.names(ids).only("id", "name")}


def may_work(actor: Actor, row: Duty, looks_after: bool) -> bool:
    """Whoever has it, gave it or made it, whoever carries the file or leads, and whomever it falls to now."""
    own = actor.user_id in (row.assignee_id, row.given_by, row.made_by)
    return own or looks_after or waiting.falling_to_me(row)


def story_of(row: Duty) -> list[dict[str, str]]:
    """What happened to it, oldest first."""
    story = row.plain.get("story") if isinstance(row, Task) else getattr(row, "story", None)
    return list(story) if isinstance(story, list) else []


def handed_to(turn: dict[str, str]) -> UUID | None:
    """Who has had it since this turn, when it passed to somebody."""
    return UUID(turn["to"]) if turn["did"] in ("given", "declined") and turn.get("to") else None
