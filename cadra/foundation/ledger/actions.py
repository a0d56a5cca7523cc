"""The one way to write to the ledger."""

import re
from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from django.db import connection

from cadra.foundation.kernel.compartments import Compartment
from cadra.foundation.ledger.models import time_ordered_id

SLUG = re.compile(r"[a-z][a-z0-9_.-]{0,63}")

# The app may fill only these columns: the time and the transaction are the database's to say.
INSERT = """
    INSERT INTO ledger_entry
        (id, actor, institution, verb, subjects, compartments, purpose, outcome, object_id)
    VALUES (%s::uuid, %s::uuid, %s::uuid, %s, %s::uuid[], %s::text[], %s, %s, %s::uuid)
"""


class Acting(Protocol):
    """Whoever acts; for the system itself both are None."""

    @property
    def user_id(self) -> UUID | None: ...

    @property
    def institution_id(self) -> UUID | None: ...


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
    for name, value in (("verb", verb), ("purpose", purpose), ("outcome", outcome)):
        if not SLUG.fullmatch(value) and not (name == "purpose" and value == ""):
            raise ValueError(f"The ledger takes no free text: {name} must be a slug.")
    parts = [Compartment(part).value for part in compartments]
    with connection.cursor() as cursor:
        cursor.execute(
            INSERT,
            [
                time_ordered_id(),
                actor.user_id,
                actor.institution_id,
                verb,
                list(subjects),
                parts,
                purpose,
                outcome,
                object_id,
            ],
        )
