"""Giving a task, saying yes or no to it, doing it, putting it off — and taking back what was done by mistake."""

import datetime as dt
from collections.abc import Iterable
from uuid import UUID, uuid4

from cadra.foundation import vault
from cadra.foundation.access.actor import Actor
from cadra.foundation.kernel.acts import act
from cadra.foundation.kernel.clock import at, now, today
from cadra.foundation.network.models import User
from cadra.foundation.outbox import actions as outbox
from cadra.record.tasks.actions.common import (
    LINK,
    CannotSee,
    D,
    NotNow,
    hand,
    locked,
    may_undo,
    must_be,
    next_day,
    save,
    set_due,
    tell,
    verb_of,
)
from cadra.record.tasks.models import Duty, HouseTask, State, Task
from cadra.record.tasks.queries import people


@act
def give(*, actor: Actor, task: D, to: UUID, words: str = "") -> D:
    """Hand it to a colleague who sees what it is about; she is told and says yes or no."""
    row = locked(actor, task)
    must_be(row, State.OPEN)
    if row.assignee_id == to:
        return row
    if to not in {user.pk for user in _able(actor, row)}:
        raise CannotSee
    row.assignee_id = to
    hand(actor, row)
    tell(actor, row, "given", words=words, to=str(to))
    save(actor, row, verb_of(row, "gave"))
    return row


@act
def accept(*, actor: Actor, task: D) -> D:
    """Whoever it was given to says yes. Twice is once."""
    row = locked(actor, task)
    must_be(row, State.OPEN)
    if row.assignee_id != actor.user_id:
        raise NotNow
    if row.accepted_at is None:
        row.accepted_at = now()
        tell(actor, row, "accepted")
        save(actor, row, verb_of(row, "accepted"))
    return row


@act
def decline(*, actor: Actor, task: D, words: str) -> D:
    """Whoever it was given to says no, and why: it goes back to who gave it."""
    row = locked(actor, task)
    must_be(row, State.OPEN)
    if row.assignee_id != actor.user_id or row.given_by is None or row.accepted_at is not None:
        raise NotNow
    giver = row.given_by
    row.assignee_id, row.given_by, row.accepted_at = giver, None, now()
    tell(actor, row, "declined", words=words, to=str(giver))
    save(actor, row, verb_of(row, "declined"))
    outbox.post(actor=actor, to=giver, kind="answered", link=LINK)
    return row


@act
def finish(*, actor: Actor, task: D, note: str = "", on: dt.date | None = None) -> D:
    """It is done. Done twice is done once. One that repeats comes back on its next day."""
    row = locked(actor, task)
    if row.state == State.DONE:
        return row
    must_be(row, State.OPEN)
    row.state, row.ended_at, row.ended_by = (
        State.DONE,
        at(on, dt.time(12)) if on and on < today() else now(),
        actor.user_id,
    )
    row.accepted_at = row.accepted_at or row.ended_at
    tell(actor, row, "done", words=note)
    save(actor, row, verb_of(row, "finished"))
    if row.repeats:
        _come_back(actor, row)
    _tell_giver(actor, row)
    return row


@act
def undo(*, actor: Actor, task: D) -> D:
    """It was not done after all: possible for a few minutes, to whoever said so. What came back goes again."""
    row = locked(actor, task)
    if row.state == State.OPEN:
        return row
    if not may_undo(actor, row):
        raise NotNow
    row.state, row.ended_at, row.ended_by = State.OPEN, None, None
    tell(actor, row, "undone")
    save(actor, row, verb_of(row, "reopened"))
    following = type(row)._default_manager.filter(series=row.series, number=row.number + 1, state=State.OPEN)
    following.update(state=State.DROPPED, ended_at=now(), ended_by=actor.user_id)
    return row


@act
def put_off(*, actor: Actor, task: D, on: dt.date, reason: str, time: dt.time | None = None) -> D:
    """Later, and why. The day before stays in its story."""
    row = locked(actor, task)
    must_be(row, State.OPEN)
    if row.due_on == on and row.due_time == time:
        return row
    former = row.due_on.isoformat() if row.due_on else ""
    set_due(row, on, time)
    tell(actor, row, "put_off", words=reason, to=former)
    save(actor, row, verb_of(row, "put_off"))
    return row


@act
def drop(*, actor: Actor, task: D, reason: str = "") -> D:
    """It is not done after all; it stays readable. It does not come back."""
    row = locked(actor, task)
    if row.state == State.DROPPED:
        return row
    must_be(row, State.OPEN)
    row.state, row.ended_at, row.ended_by = State.DROPPED, now(), actor.user_id
    tell(actor, row, "dropped", words=reason)
    save(actor, row, verb_of(row, "dropped"))
    _tell_giver(actor, row)
    return row


def _come_back(actor: Actor, row: Duty) -> None:
    """The next time of a series; one that was taken back by an undone "done" comes back itself."""
    model = type(row)
    first = model._default_manager.filter(series=row.series, number=1).values_list("due_on", flat=True).first()
    day = next_day(row.repeats, row.due_on or today(), first if row.due_on else None)
    known = model._default_manager.filter(series=row.series, number=row.number + 1).first()
    following: Task | HouseTask
    if known is not None:
        if known.state == State.DROPPED:
            known.state, known.ended_at, known.ended_by = State.OPEN, None, None
            known.save()
        return
    common = {
        "id": uuid4(),
        "assignee_id": row.assignee_id,
        "accepted_at": now(),
        "made_by": row.made_by,
        "repeats": row.repeats,
        "series": row.series,
        "number": row.number + 1,
    }
    if isinstance(row, Task):
        following = Task(**common, case_id=row.case_id, compartment_of_row=row.compartment_of_row)
        vault.seal(actor.ring, following, words=row.plain["words"], story=[])
    elif isinstance(row, HouseTask):
        following = HouseTask(**common, house_id=row.house_id, title=row.title, more=row.more)
    set_due(following, day, row.due_time)
    following.save(force_insert=True)


def _able(actor: Actor, row: Duty) -> Iterable[User]:
    if isinstance(row, Task):
        return people.who_may_do(actor, row.case_id, row.sealed_under)
    return people.colleagues(actor)


def _tell_giver(actor: Actor, row: Duty) -> None:
    if row.given_by and row.given_by != actor.user_id:
        outbox.post(actor=actor, to=row.given_by, kind="answered", link=LINK)
