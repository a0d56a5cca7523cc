"""Ids of the files an import makes, and undoing at the keeper what an import began and could not finish."""

import hashlib
from uuid import UUID

from cadra.foundation.vault.system import system_keeper, system_session
from cadra.steering.exchange.telling import BATCH


def file_id(run_id: UUID, place: int) -> UUID:
    """The id of the file that the row at this place becomes: only whoever knows the run's random id can tell it."""
    digest = hashlib.sha256(run_id.bytes + place.to_bytes(8, "big")).digest()
    return UUID(bytes=digest[:16], version=4)


def undo(*, run_id: UUID, rows: int) -> None:
    """Destroy at the keeper what a failed import may have left there: keys of files that do not exist, and names."""
    with system_session() as token:
        for first in range(0, rows, BATCH):
            files = [file_id(run_id, place) for place in range(first, min(first + BATCH, rows))]
            system_keeper().destroy_cases(token, files)
