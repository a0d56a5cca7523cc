"""Rows of the standard become registered files: all of them, or none.

Everything happens in one transaction. What the keeper has written meanwhile (keys, names) is undone when it fails; the
ids of the new files follow from the run and the row, so a second attempt meets its own keys again.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from cadra.foundation.access.actor import Actor
from cadra.foundation.access.placing import made_for
from cadra.foundation.access.writing import insert_many
from cadra.foundation.kernel.clock import now
from cadra.foundation.ledger import actions as ledger
from cadra.foundation.network.queries import intake_desk
from cadra.record.cases.models import Case, Episode, Note, StageInterval
from cadra.record.people import bulk
from cadra.record.people.models import Person as PersonRow
from cadra.steering.exchange import mapping, standard
from cadra.steering.exchange.files import file_id, undo
from cadra.steering.exchange.models import Imported, Original
from cadra.steering.exchange.reading import Originals, Row
from cadra.steering.exchange.telling import BATCH, Told, already_here

Progress = Callable[[int], None]


@dataclass
class Outcome:
    """What an import did. `known`: rows that were here already (or twice in the file) and changed nothing."""

    rows: int = 0
    added: int = 0
    known: int = 0
    case_ids: list[UUID] = field(default_factory=list)


def import_rows(
    *,
    actor: Actor,
    rows: Iterable[Originals],
    run_id: UUID | None = None,
    references: Sequence[str] = (),
    progress: Progress | None = None,
) -> Outcome:
    """Import original values by field id ({"prs_FirstName": "…", …}), as they stand in cells (`reading.Originals`).

    Atomic; `progress` is told how many rows are done. `references`: pseudonyms promised to the first rows. The actor
    answers at the intake desk of the Responsible Authority, which keeps the files.
    """
    numbered = (Row(number, originals) for number, originals in enumerate(rows, 1))
    run_id = run_id or uuid4()
    outcome = Outcome()
    try:
        with transaction.atomic():
            for _ in carry_in(actor=actor, run_id=run_id, rows=numbered, references=references, outcome=outcome):
                if progress:
                    progress(outcome.rows)
    except BaseException:
        undo(run_id=run_id, rows=outcome.rows + BATCH)
        raise
    return outcome


def carry_in(
    *, actor: Actor, run_id: UUID, rows: Iterable[Row], references: Sequence[str], outcome: Outcome
) -> Iterator[None]:
    """Write batch after batch inside the caller's transaction, filling `outcome`; yields after each."""
    desk = intake_desk().principal
    told = Told()
    promised = iter(references)
    remaining = iter(rows)
    while batch := list(islice(remaining, BATCH)):
        new, known = _new_among(told.fingerprints(batch))
        people = [_NewFile(file_id(run_id, outcome.rows + place), row, mark) for place, row, mark in new]
        if people:
            with made_for(desk):
                _write(actor, run_id, people, desk, promised)
        outcome.added += len(people)
        outcome.known += known
        outcome.case_ids += [one.case_id for one in people]
        outcome.rows += len(batch)
        yield


@dataclass(frozen=True)
class _NewFile:
    case_id: UUID
    row: Row
    mark: bytes


def _new_among(marked: list[tuple[Row, bytes]]) -> tuple[list[tuple[int, Row, bytes]], int]:
    seen = already_here(mark for _, mark in marked)
    new = []
    for place, (row, mark) in enumerate(marked):
        if mark not in seen:
            seen.add(mark)
            new.append((place, row, mark))
    return new, len(marked) - len(new)


def _write(actor: Actor, run_id: UUID, files: Sequence[_NewFile], desk: int, promised: Iterator[str]) -> None:
    made = [mapping.person_of(one.row.originals) for one in files]
    people = [
        bulk.NewPerson(one.case_id, next(promised, ""), person.profile, person.identity, person.contact)
        for one, person in zip(files, made, strict=True)
    ]
    persons, unsealed = bulk.register_many(actor=actor, people=people, keepers=desk)
    for one, person in zip(files, made, strict=True):
        unsealed += _notes(actor, one, person)
        unsealed += _originals(one)
    insert_many([Imported(case_id=one.case_id, run_id=run_id, fingerprint=one.mark) for one in files])
    bulk.seal_and_write(actor=actor, rows=unsealed)
    _open_cases(list(zip(persons, made, strict=True)))  # last: some come in closed, and a closed file is only read
    bulk.remember_many(actor=actor, people=people)
    ledger.record(
        actor=actor,
        verb="imported",
        subjects=[person.ledger_alias for person in persons],
        compartments=sorted({str(one.compartment) for one in standard.fields().values()}),
        purpose="htcds",
        object_id=run_id,
    )


def _open_cases(files: list[tuple[PersonRow, mapping.Person]]) -> None:
    moment = now()
    cases = [
        Case(
            case_id=person.pk,
            reference=person.reference,
            stage=made.stage,
            opened_at=made.opened_at or moment,
            first_contact_at=made.opened_at or moment,
            closed_at=(made.closed_at or moment) if made.stage == "closed" else None,
            stage_due_at=None,  # what a spreadsheet tells is not news of today; the clock starts with an institution
            **made.coded,
        )
        for person, made in files
    ]
    insert_many([StageInterval(case_id=case.case_id, stage=case.stage, entered_at=case.opened_at) for case in cases])
    insert_many([Episode(case_id=case.case_id, number=1, forms=case.forms, opened_at=case.opened_at) for case in cases])
    insert_many(cases)


def _notes(actor: Actor, one: _NewFile, person: mapping.Person) -> list[bulk.Unsealed]:
    return [
        (
            Note(
                id=uuid4(),
                case_id=one.case_id,
                compartment_of_row=part,
                written_by=actor.user_id,
                institution_id=actor.institution_id,
            ),
            {"text": text},
        )
        for part, text in person.notes.items()
    ]


def _originals(one: _NewFile) -> list[bulk.Unsealed]:
    parts: dict[str, dict[str, Any]] = {}
    for name, value in one.row.originals.items():
        parts.setdefault(str(standard.fields()[name].compartment), {})[name] = value
    return [
        (Original(id=uuid4(), case_id=one.case_id, compartment_of_row=part), {"cells": cells})
        for part, cells in parts.items()
    ]
