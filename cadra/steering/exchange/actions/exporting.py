"""Files as rows of the standard: every field of it, in the order of IOM's spreadsheet."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any
from uuid import UUID

from cadra.foundation import vault
from cadra.foundation.access.actor import Actor
from cadra.foundation.kernel.pack import pack
from cadra.foundation.ledger import actions as ledger
from cadra.record.cases import policy as cases
from cadra.record.cases.models import Case
from cadra.record.people.models import Contact, Identity, Profile
from cadra.record.people.queries import persons_for
from cadra.steering.exchange import mapping, standard
from cadra.steering.exchange.models import Original
from cadra.steering.exchange.reading import Originals, cell_of
from cadra.steering.exchange.writer import write_workbook

BATCH = 500
SHEET = "HTCDS"


def write(*, actor: Actor, out: Any, purpose: str, run_id: UUID, progress: Callable[[int], None] | None = None) -> int:
    """Write all files open to the actor as a workbook into `out`; returns how many. One ledger entry a batch."""
    fields = standard.fields()
    heads = (["", *fields], ["", *(one.label for one in fields.values())])
    rows = _numbered(_rows(actor, purpose, run_id), progress)
    return write_workbook(out, SHEET, heads, rows)


def _numbered(rows: Iterator[Originals], progress: Callable[[int], None] | None) -> Iterator[list[Any]]:
    for number, row in enumerate(rows, 1):
        yield [number, *(cell_of(row[name]) if name in row else None for name in standard.fields())]
        if progress and number % BATCH == 0:
            progress(number)


def _rows(actor: Actor, purpose: str, run_id: UUID) -> Iterator[Originals]:
    last: UUID | None = None
    while True:
        found = cases.visible(actor).order_by("case_id")
        batch = list((found.filter(case_id__gt=last) if last else found)[:BATCH])
        if not batch:
            return
        last = batch[-1].case_id
        yield from _batch(actor, batch, purpose, run_id)
        actor.ring.forget()


def _batch(actor: Actor, batch: Sequence[Case], purpose: str, run_id: UUID) -> Iterator[Originals]:
    ids = [case.case_id for case in batch]
    persons = persons_for(actor, ids)
    ledger.record(
        actor=actor,
        verb="exported",
        subjects=[person.ledger_alias for person in persons.values()],
        compartments=sorted({str(one.compartment) for one in standard.fields().values()}),
        purpose=purpose,
        object_id=run_id,
    )
    parts: list[Any] = [
        row
        for model in (Profile, Identity, Contact, Original)
        for row in model._default_manager.filter(case_id__in=ids)
    ]
    vault.unseal(actor.ring, parts)
    if actor.ring.over_quota:
        raise vault.KeyRefused
    opened: dict[tuple[type, UUID], dict[str, Any]] = {}
    originals: dict[UUID, Originals] = {case_id: {} for case_id in ids}
    for row in parts:
        if isinstance(row, Original):
            originals[row.case_id] |= row.plain["cells"] or {}  # type: ignore[attr-defined]
        elif vault.CLOSED not in row.plain.values():
            opened[type(row), row.case_id] = row.plain
    for case in batch:
        yield mapping.current(originals[case.case_id], _current(case, opened))


def _current(case: Case, opened: dict[tuple[type, UUID], dict[str, Any]]) -> mapping.Current:
    contacted = case.first_contact_at
    return mapping.Current(
        identity=opened.get((Identity, case.case_id)),
        profile=opened.get((Profile, case.case_id)),
        contact=opened.get((Contact, case.case_id)),
        status=case.status,
        forms=list(case.forms),
        stage=case.stage,
        first_contact=contacted.astimezone(pack().zone).date() if contacted else None,
    )
