"""The one way to write to the ledger."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from django.db import connection, connections

from cadra.foundation.kernel.acts import write_at_the_end
from cadra.foundation.kernel.compartments import Compartment
from cadra.foundation.ledger.models import time_ordered_id

SLUG = re.compile(r"[a-z][a-z0-9_.-]{0,63}")

# The app may fill only these columns: the time and the transaction are the database's to say.
INSERT = """
    INSERT INTO ledger_entry
        (id, actor, institution, verb, subjects, compartments, purpose, outcome, object_id)
    VALUES """
ROW = "(%s::uuid, %s::uuid, %s::uuid, %s, %s::uuid[], %s::text[], %s, %s, %s::uuid)"
ROWS_AT_ONCE = 1_000  # one statement takes 65,535 values


class Acting(Protocol):
    """Whoever acts; for the system itself both are None."""

    @property
    def user_id(self) -> UUID | None: ...

    @property
    def institution_id(self) -> UUID | None: ...


@dataclass(frozen=True)
class Clock:
    """The service itself, as it stands in the ledger: nobody, of no institution."""

    user_id: UUID | None = None
    institution_id: UUID | None = None


class Entry(NamedTuple):
    """What one entry says; the fields are the arguments of `record`."""

    verb: str
    subjects: Sequence[UUID] = ()
    compartments: Sequence[str] = ()
    purpose: str = ""
    outcome: str = "done"
    object_id: UUID | None = None


def record(
    *,
    actor: Acting,
    verb: str,
    subjects: Sequence[UUID] = (),
    compartments: Sequence[str] = (),
    purpose: str = "",
    outcome: str = "done",
    object_id: UUID | None = None,
) -> None:
    """Write one entry in the transaction of the act or look it tells of.

    `subjects` are `ledger_alias` values of persons. `verb`, `purpose` and `outcome` are slugs
    (`[a-z][a-z0-9_.-]*`, at most 64). ValueError for anything that could carry free text.
    """
    record_all(actor=actor, entries=[Entry(verb, subjects, compartments, purpose, outcome, object_id)])


def record_all(*, actor: Acting, entries: Sequence[Entry]) -> None:
    """Write several entries together, in the order given; each as `record` would."""
    if entries:
        write_at_the_end(_insert, [_row(actor, entry) for entry in entries])


def record_on(alias: str, *, actor: Acting, verb: str, object_id: UUID | None = None) -> None:
    """One entry on another connection, in its transaction: before the first account of all there is no session."""
    with connections[alias].cursor() as cursor:
        cursor.execute(INSERT + ROW, _row(actor, Entry(verb, object_id=object_id)))


def _insert(rows: list[list[Any]]) -> None:
    with connection.cursor() as cursor:
        for first in range(0, len(rows), ROWS_AT_ONCE):
            some = rows[first : first + ROWS_AT_ONCE]
            cursor.execute(INSERT + ", ".join([ROW] * len(some)), [value for row in some for value in row])


def _row(actor: Acting, entry: Entry) -> list[Any]:
    for name, value in (("verb", entry.verb), ("purpose", entry.purpose), ("outcome", entry.outcome)):
        if not SLUG.fullmatch(value) and not (name == "purpose" and value == ""):
            raise ValueError(f"The ledger takes no free text: {name} must be a slug.")
    return [
        time_ordered_id(),
        actor.user_id,
        actor.institution_id,
        entry.verb,
        list(entry.subjects),
        [Compartment(part).value for part in entry.compartments],
        entry.purpose,
        entry.outcome,
        entry.object_id,
    ]
