"""A task begins, and is written anew."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID, uuid4

from django.http import Http404

from cadra.foundation import vault
from cadra.foundation.access.actor import Actor
from cadra.foundation.kernel.acts import act, once
from cadra.record.people.actions import ChangedMeanwhile
from cadra.record.people.models import Person
from cadra.record.tasks.actions.common import (
    CannotSee,
    D,
    NotNow,
    hand,
    locked,
    must_be,
    record,
    save,
    set_due,
    tell,
    verb_of,
)
from cadra.record.tasks.models import HouseTask, State, Task
from cadra.record.tasks.queries import people
from cadra.record.tasks.queries.pages import file_page


@dataclass(frozen=True)
class Wanted:
    """What is to be done, until when, how often."""

    what: str
    more: str = ""
    due_on: dt.date | None = None
    due_time: dt.time | None = None
    repeats: str = ""


@act
def create(
    *,
    actor: Actor,
    person: Person,
    part: str,
    wanted: Wanted,
    assignee: UUID | None = None,
    submission: UUID | None = None,
) -> Task:
    """A task about a file, in one part of it. The same submission is one task. `CannotSee`: see `doing.give`."""
    submission = submission or uuid4()
    once(submission)
    known = Task.objects.filter(submission=submission, case_id=person.pk).first()
    if known is not None:
        return known
    page = file_page(actor, person.pk)
    if part not in page.parts:
        raise Http404
    if page.rests:
        raise NotNow
    if assignee not in (None, actor.user_id) and assignee not in {user.pk for user in page.able(part)}:
        raise CannotSee
    row = Task(
        id=uuid4(),
        case_id=person.pk,
        compartment_of_row=part,
        submission=submission,
        assignee_id=assignee or actor.user_id,
        made_by=actor.user_id,
    )
    vault.seal(actor.ring, row, words={"what": wanted.what, "more": wanted.more}, story=[])
    return _begin(actor, row, wanted)


@act
def create_for_house(
    *, actor: Actor, wanted: Wanted, assignee: UUID | None = None, submission: UUID | None = None
) -> HouseTask:
    """One of the institution's own tasks. The same submission is one task."""
    submission = submission or uuid4()
    once(submission)
    known = HouseTask.objects.filter(submission=submission).first()
    if known is not None:
        return known
    if assignee and assignee not in {user.pk for user in people.colleagues(actor)}:
        raise CannotSee
    row = HouseTask(
        id=uuid4(),
        house_id=actor.institution_id,
        submission=submission,
        assignee_id=assignee or actor.user_id,
        made_by=actor.user_id,
        title=wanted.what,
        more=wanted.more,
    )
    return _begin(actor, row, wanted)


@act
def change(*, actor: Actor, task: D, version: int, wanted: Wanted) -> D:
    """Write it anew. `ChangedMeanwhile` (with the task as it is now) when somebody saved it since it was shown.

    `NotNow` for a step of her plan: it is written with its goal, which keeps what it said before.
    """
    row = locked(actor, task)
    must_be(row, State.OPEN)
    if isinstance(row, Task) and row.kind:
        raise NotNow
    if row.version != version:
        raise ChangedMeanwhile(row)
    if isinstance(row, Task):
        before = row.plain["words"]
        vault.seal(actor.ring, row, words={**before, "what": wanted.what, "more": wanted.more})
        said = before["what"]
    else:
        said, row.title, row.more = row.title, wanted.what, wanted.more
    if (row.due_on, row.due_time) != (wanted.due_on, wanted.due_time):
        set_due(row, wanted.due_on, wanted.due_time)
    row.repeats = wanted.repeats
    tell(actor, row, "changed", words=said if said != wanted.what else "")
    save(actor, row, verb_of(row, "changed"))
    return row


def _begin(actor: Actor, row: D, wanted: Wanted) -> D:
    set_due(row, wanted.due_on, wanted.due_time)
    row.repeats = wanted.repeats
    tell(actor, row, "made")
    hand(actor, row)
    row.save(force_insert=True)
    record(actor, row, "added_task")
    return row
