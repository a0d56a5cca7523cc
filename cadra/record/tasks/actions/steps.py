"""Steps that lead to a goal are tasks: whoever keeps the goal keeps them here, and there is no second copy."""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from cadra.foundation import vault
from cadra.foundation.access.actor import Actor
from cadra.foundation.kernel.clock import local_date, now
from cadra.record.tasks.actions.common import hand, set_due, tell
from cadra.record.tasks.models import STEP, Rests, State, Task

Step = dict[str, str]
WORDS = ("what", "who", "service")


def as_step(row: Task) -> Step:
    """An opened step: {"id", "what", "who", "service", "by", "for", "done_on", "dropped_on"}; days as ISO or ''."""
    words = row.plain.get("words")
    told: dict[str, Any] = words if isinstance(words, dict) else {}
    ended = local_date(row.ended_at).isoformat() if row.ended_at else ""
    return {
        "id": str(row.pk),
        **{name: str(told.get(name) or "") for name in WORDS},
        "by": row.due_on.isoformat() if row.due_on else "",
        "for": str(row.assignee_id),
        "done_on": ended if row.state == State.DONE else "",
        "dropped_on": ended if row.state == State.DROPPED else "",
    }


def keep_steps(
    *,
    actor: Actor,
    case_id: UUID,
    part: str,
    origin_id: UUID,
    wanted: Sequence[Step],
    known: Sequence[Task],
    default: UUID,
) -> list[Task]:
    """Make the steps of a goal these, in this order. `known`: those there are, opened; one that is not wanted any
    more is taken off, and one that is over stays as it is. New ones are `default`'s unless they say whose ("for")."""
    there = {str(row.pk): row for row in known}
    kept: list[Task] = []
    told: set[UUID] = set()
    for place, step in enumerate(wanted):
        row = there.pop(step.get("id", ""), None)
        if row is None:
            kept.append(_new(actor, case_id, part, origin_id, place, step, default, told))
        else:
            kept.append(row)
            _keep(actor, row, place, step, told)
    for row in there.values():
        if row.state == State.OPEN:
            row.state, row.ended_at, row.ended_by = State.DROPPED, now(), actor.user_id
            tell(actor, row, "dropped")
            row.version += 1
            row.save()
        kept.append(row)
    return kept


def _new(
    actor: Actor, case_id: UUID, part: str, origin_id: UUID, place: int, step: Step, default: UUID, told: set[UUID]
) -> Task:
    row = Task(
        id=uuid4(),
        case_id=case_id,
        compartment_of_row=part,
        kind=STEP,
        origin_id=origin_id,
        place=place,
        assignee_id=UUID(step["for"]) if step.get("for") else default,
        made_by=actor.user_id,
    )
    vault.seal(actor.ring, row, words={name: step.get(name, "") for name in WORDS}, story=[])
    set_due(row, _day(step.get("by", "")))
    tell(actor, row, "made")
    hand(actor, row, told)
    row.save(force_insert=True)
    return row


def _keep(actor: Actor, row: Task, place: int, step: Step, told: set[UUID]) -> None:
    before = as_step(row)
    said = {name: step.get(name, before[name]) for name in WORDS}
    by, whose = _day(step.get("by", before["by"])), step.get("for") or before["for"]
    revived = row.state == State.DROPPED and bool(step.get("revived"))
    same = (said, by, whose) == ({name: before[name] for name in WORDS}, row.due_on, before["for"])
    if same and row.place == place and not revived:
        return
    row.place = place
    if not same or revived:
        vault.seal(actor.ring, row, words={**(row.plain["words"] or {}), **said})
        if by != row.due_on:
            set_due(row, by)
        if whose != before["for"]:
            row.assignee_id = UUID(whose)
            hand(actor, row, told)
        if revived:
            row.state, row.ended_at, row.ended_by = State.OPEN, None, None
        tell(actor, row, "changed", words=before["what"] if said["what"] != before["what"] else "")
        row.version += 1
    row.save()


def rest(*, origin_id: UUID) -> None:
    """The goal is reached or dropped: what is still open of its steps asks nothing of anybody."""
    Task.objects.filter(origin_id=origin_id, state=State.OPEN, rests="").update(rests=Rests.GOAL)


def wake(*, origin_id: UUID) -> None:
    """She wants the goal again."""
    Task.objects.filter(origin_id=origin_id, rests=Rests.GOAL).update(rests="")


def rest_all(*, case_id: UUID) -> None:
    """The file closes: its open tasks rest with it."""
    Task.objects.filter(case_id=case_id, state=State.OPEN, rests="").update(rests=Rests.FILE)


def wake_all(*, case_id: UUID) -> None:
    """The file is open again."""
    Task.objects.filter(case_id=case_id, rests=Rests.FILE).update(rests="")


def _day(iso: str) -> dt.date | None:
    return dt.date.fromisoformat(iso) if iso else None
