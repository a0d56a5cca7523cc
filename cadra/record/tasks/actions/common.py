"""What the verbs of tasks share: the row kept for this transaction, its dates, its story, the ledger."""

import datetime as dt
from typing import Any, TypeVar
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _

from cadra.foundation import vault
from cadra.foundation.access.actor import Actor
from cadra.foundation.access.queries import my_grants
from cadra.foundation.kernel.clock import DAY, at, deadline, month_later, now, today
from cadra.foundation.kernel.pack import pack
from cadra.foundation.ledger import actions as ledger
from cadra.foundation.outbox import actions as outbox
from cadra.record.cases.models import Case, Stage
from cadra.record.cases.policy import may_carry
from cadra.record.people.models import Person
from cadra.record.tasks import policy
from cadra.record.tasks.models import Duty, HouseTask, Repeats, State, Task
from cadra.record.tasks.queries.pages import may_work, story_of

#: Where a message about tasks leads.
LINK = "/tasks/"
DAYS = {Repeats.DAY: 1, Repeats.WEEK: 7, Repeats.FORTNIGHT: 14}
MONTHS = {Repeats.MONTH: 1, Repeats.QUARTER: 3}
D = TypeVar("D", Task, HouseTask)


class NotNow(Exception):
    """The task does not stand where this can be done; `str()` is a sentence for a person."""

    def __init__(self, words: Any = None) -> None:
        super().__init__(words or _("This can’t be done now: the task stands differently. Look at it again."))


class CannotSee(NotNow):
    """Whoever it should be given to does not see what it is about. Giving a task opens nothing."""

    def __init__(self) -> None:
        super().__init__(_("This colleague doesn’t see this part of the file. Choose somebody else."))


def locked(actor: Actor, row: D) -> D:
    """The task as it is now, kept for this transaction, its words open; 404 unless the actor may work on it."""
    found: D | None = type(row)._default_manager.select_for_update().filter(pk=row.pk).first()
    if found is None or not may_work(actor, found, _looks_after(actor, found)):
        raise Http404
    if isinstance(found, Task):
        if Case.objects.filter(case_id=found.case_id, stage=Stage.CLOSED).exists():
            raise NotNow(_("This file is closed and can only be read. Open it again first."))
        vault.unseal(actor.ring, [found])
        if found.plain["words"] is vault.CLOSED:
            raise Http404
    return found


def _looks_after(actor: Actor, row: Duty) -> bool:
    if isinstance(row, Task):
        return may_carry(actor, my_grants(actor, row.case_id))
    return policy.leads(actor)


def must_be(row: Duty, *states: str) -> None:
    """`NotNow` unless it stands in one of these."""
    if row.state not in states:
        raise NotNow


def tell(actor: Actor, row: Duty, did: str, *, words: str = "", to: str = "") -> None:
    """Add to its story. Not saved yet."""
    turn = {"did": did, "by": str(actor.user_id), "at": now().isoformat(), "words": words, "to": to}
    story = [*story_of(row), turn]
    if isinstance(row, Task):
        vault.seal(actor.ring, row, story=story)
    elif isinstance(row, HouseTask):
        row.story = story


def set_due(row: Duty, on: dt.date | None, time: dt.time | None = None) -> None:
    """When it is due: at an hour of that day, or until its end. A date this near needs no reminder any more."""
    row.due_on, row.due_time = on, time if on else None
    row.due_at = None if on is None else at(on, time) if time else at(on + DAY)
    row.late_told_at = None
    near = row.due_at is not None and row.due_at <= deadline(now(), pack().limit("task_reminder"))
    row.reminded_at = now() if near else None


def save(actor: Actor, row: Duty, verb: str, *, purpose: str = "") -> None:
    """Save what was changed, and write it to the ledger."""
    row.version += 1
    row.save()
    record(actor, row, verb, purpose=purpose)


def record(actor: Actor, row: Duty, verb: str, *, purpose: str = "") -> None:
    """One entry: about her when the task is about a file, else only that it was done."""
    if isinstance(row, Task):
        subjects = list(Person.objects.filter(pk=row.case_id).values_list("ledger_alias", flat=True))
        ledger.record(
            actor=actor,
            verb=verb,
            subjects=subjects,
            compartments=[row.sealed_under],
            purpose=purpose,
            object_id=row.pk,
        )
    else:
        ledger.record(actor=actor, verb=verb, purpose=purpose, object_id=row.pk)


def verb_of(row: Duty, verb: str) -> str:
    """The ledger's word: what is done to a step is told as a step."""
    return f"{verb}_step" if isinstance(row, Task) and row.kind else f"{verb}_task"


def hand(actor: Actor, row: Duty, told: set[UUID] | None = None) -> None:
    """Whoever takes one herself has accepted it; anybody else is told, in neutral words, that something waits.

    `told`: who was told already, of others in the same breath.
    """
    mine = row.assignee_id == actor.user_id
    row.accepted_at = now() if mine else None
    row.given_by = None if mine else actor.user_id
    if not mine and (told is None or row.assignee_id not in told):
        outbox.post(actor=actor, to=row.assignee_id, kind="waiting", link=LINK)
    if told is not None:
        told.add(row.assignee_id)


def may_undo(actor: Actor, row: Duty) -> bool:
    """Within the minutes of the country pack, by whoever ended it."""
    if row.state == State.OPEN or row.ended_by != actor.user_id or row.ended_at is None:
        return False
    return deadline(row.ended_at, pack().limit("task_undo")) > now()


def next_day(repeats: str, before: dt.date, start: dt.date | None = None) -> dt.date:
    """The next day of a repetition that is not over yet; months are counted from the first day, so that the 31st stays
    the last day of every month."""
    start, count = start or before, 0
    day = before
    while day <= before or day <= today():
        count += 1
        if repeats in DAYS:
            day = start + count * DAYS[Repeats(repeats)] * DAY
        else:
            day = month_later(start, count * MONTHS[Repeats(repeats)])
    return day
