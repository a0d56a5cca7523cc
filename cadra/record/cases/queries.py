"""Reading files. Lists are keyset-paginated; every page that shows a file leaves a look in the ledger."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from cadra.foundation.access.actor import Actor
from cadra.foundation.kernel import keyset
from cadra.foundation.kernel.arrays import OneOf
from cadra.foundation.kernel.together import Kept
from cadra.foundation.ledger import actions as ledger
from cadra.foundation.ledger.actions import Entry
from cadra.record.cases import policy
from cadra.record.cases.models import Case
from cadra.record.people.models import Person
from cadra.record.people.queries import named, person_for

PAGE = 25
NOBODY = "none"
#: The order of lists of files: what happened last stands first.
NEWEST = ("-last_event_at", "-id")


@dataclass(frozen=True)
class FileRow:
    """A line of a list: the file, its person and, when open to the actor, the name she goes by."""

    case: Case
    person: Person
    called: str


@dataclass(frozen=True)
class Page:
    """One page of a list and the cursor of the next older one ('' at the end)."""

    rows: Sequence[FileRow]
    older: str


@Kept
def case_of(case_id: Any) -> QuerySet[Case]:
    """The one file of a person, for `together`."""
    return Case.objects.filter(case_id=case_id)


@Kept
def cases_of(case_ids: Any) -> QuerySet[Case]:
    """These files, as far as the actor sees them."""
    return Case.objects.filter(OneOf("case_id", case_ids))


def case_for(actor: Actor, case_id: UUID) -> tuple[Person, Case]:
    """A file and its person, as this actor; 404 alike when it does not exist and when it is not hers."""
    person = person_for(actor, case_id)
    case = policy.visible(actor).filter(case_id=case_id).first()
    if case is None:
        raise Http404
    return person, case


def my_files(
    actor: Actor,
    *,
    stage: str = "",
    status: str = "",
    mine_only: bool = False,
    overdue: bool = False,
    worker: str = "",
    cursor: str = "",
) -> Page:
    """My institution's files, newest event first; shown names are looked at and recorded.

    `worker`: id of the user who carries the file, or "none" for files nobody carries yet.
    """
    found = policy.visible(actor)
    if stage:
        found = found.filter(stage=stage)
    if status:
        found = found.filter(status=status)
    if mine_only:
        found = found.filter(manager_id__in=actor.carriers)
    if overdue:
        found = found.filter(next_due_at__lt=dt.datetime.now(dt.UTC))
    if worker:
        found = found.filter(manager_id=None if worker == NOBODY else worker)
    rows, older = keyset.page(found, NEWEST, cursor, PAGE)
    return Page(file_rows(actor, rows), older)


def file_rows(
    actor: Actor, cases: Sequence[Case], *, also: Mapping[UUID, Collection[str]] | None = None
) -> list[FileRow]:
    """Lines for these files, with one look recorded for all of them. `also`: files whose tasks the page shows, too, and
    of which parts."""
    ids = [case.case_id for case in cases]
    if not ids:
        return []
    persons, called = named(actor, ids)
    looks = [Entry("listed", [person.ledger_alias for person in persons.values()], ["core"])]
    shown = {persons[one].ledger_alias: parts for one, parts in (also or {}).items() if one in persons}
    if shown:
        looks.append(Entry("listed_tasks", list(shown), sorted({part for parts in shown.values() for part in parts})))
    ledger.record_all(actor=actor, entries=looks)
    return [
        FileRow(case, persons[case.case_id], called.get(case.case_id, "")) for case in cases if case.case_id in persons
    ]
