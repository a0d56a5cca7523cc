"""What is over in PostgreSQL is over at the keeper: background work that finishes what a pause of the keeper left.

PostgreSQL closes at once, whatever the keeper does. A list in the database (`authz.closing`, filled by triggers) says
what the keeper has still to close; `finish` works it off. `compare` goes through all that is alive at the keeper and
closes what the database says is over, in case a list or a ledger was lost. Both may run twice, or stop in the middle.
"""

import contextlib
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from uuid import UUID

from django.db import connections

from cadra.foundation.access.actor import Actor
from cadra.foundation.vault.keeper import KeeperUnavailable, keeper
from cadra.foundation.vault.system import system_keeper, system_session

logger = logging.getLogger(__name__)

ALIAS = "sealer"  # the worker's own role; the web process can't read the list
BATCH = 500


def finish() -> int:
    """Close at the keeper what is on the list; returns how many entries were done. Nothing while it is unreachable."""
    done = 0
    try:
        while batch := _rows("SELECT id, kind, subject, principal FROM authz.closings(%s)", [BATCH]):
            with system_session() as token:
                _close(token, batch)
            _rows("SELECT authz.closed(%s)", [[row[0] for row in batch]])
            done += len(batch)
    except KeeperUnavailable:
        logger.warning("the keeper cannot be reached", extra={"event": "access.closing_waits"})
    return done


def compare() -> int:
    """Close at the keeper whatever is alive there and over here; returns how many were found."""
    found = 0
    with system_session() as token:
        for kind, close in _CLOSERS.items():
            for page in _pages(token, kind):
                gone = [bytes(row[0]) for row in _rows("SELECT authz.must_be_gone(%s, %s)", [kind, page])]
                close(token, gone)
                found += len(gone)
        for case_id, principal in _rows("SELECT case_id, principal FROM authz.standing_refusals()"):
            system_keeper().refuse(token, case_id, principal, True)
    if found:
        logger.warning("closed at the keeper what was over", extra={"event": "access.compared", "count": found})
    return found


def _pages(token: str, kind: str) -> Iterator[list[bytes]]:
    return system_keeper().living(token, kind)


def _close(token: str, batch: Iterable[tuple[Any, ...]]) -> None:
    subjects = defaultdict(list)
    for _, kind, subject, principal in batch:
        if kind == "refusal":
            system_keeper().refuse(token, UUID(bytes=bytes(subject)), principal, True)
        else:
            subjects[kind].append(bytes(subject))
    for kind, close in _CLOSERS.items():
        close(token, subjects[kind])


def _end_grants(token: str, ids: list[bytes]) -> None:
    if ids:
        system_keeper().end_grants(token, [UUID(bytes=one) for one in ids])


def _destroy_cases(token: str, cases: list[bytes]) -> None:
    for case in cases:
        system_keeper().destroy_case(token, UUID(bytes=case))


def _close_sessions(token: str, digests: list[bytes]) -> None:
    for digest in digests:
        system_keeper().close_session_of(digest)


_CLOSERS: dict[str, Callable[[str, list[bytes]], None]] = {
    "session": _close_sessions,
    "grant": _end_grants,
    "case": _destroy_cases,
}


def _rows(statement: str, values: Iterable[Any] = ()) -> list[tuple[Any, ...]]:
    with connections[ALIAS].cursor() as cursor:
        cursor.execute(statement, list(values))
        return list(cursor.fetchall())


def give_up(*, actor: Actor, grant_id: UUID) -> None:
    """Whoever holds a grant closes it to herself, at the keeper; in PostgreSQL the row that stands for it ends it."""
    with contextlib.suppress(KeeperUnavailable):
        keeper().end_grants(actor.token, [grant_id])
    actor.ring.forget()
