"""Ids of the files an import makes, and undoing at the keeper what an import began and could not finish."""

import hashlib
from uuid import UUID

from cadra.foundation.access.actor import Actor
from cadra.foundation.vault.keeper import keeper
from cadra.steering.exchange.telling import BATCH


def file_id(run_id: UUID, place: int) -> UUID:
    """The id of the file that the row at this place becomes: only whoever knows the run's random id can tell it."""
    digest = hashlib.sha256(run_id.bytes + place.to_bytes(8, "big")).digest()
    return UUID(bytes=digest[:16], version=4)


def undo(*, actor: Actor, run_id: UUID, rows: int) -> None:
    """Destroy at the keeper what a failed import may have left there: keys of files that do not exist, and names."""
    token = actor.ring.token or ""
    for first in range(0, rows, BATCH):
        keeper().destroy_cases(token, [file_id(run_id, place) for place in range(first, min(first + BATCH, rows))])
