"""Case keys: one random key a compartment, wrapped under the epoch; made, opened, re-wrapped."""

import os
import sqlite3
import time
import uuid
from collections.abc import Iterable

from cadra.keeper import compartments, grants
from cadra.keeper.epochs import Epochs
from cadra.keeper.errors import Refused, not_allowed
from cadra.keeper.sessions import Session
from cadra.keeper.store import Store, marks

REWRAP_BATCH = 2_000
_CHUNK = 400


def create(
    db: sqlite3.Connection,
    epochs: Epochs,
    session: Session,
    cases: list[bytes],
    grant_ids: list[bytes | None],
    kept_by: int | None = None,
) -> list[bytes]:
    """Make keys for new cases and an 'author' grant to the session's own principal; returns the grants' ids.

    With `kept_by`, another principal of the session, the grant is its, by legal duty. A case that was just made so (a
    request sent twice) keeps its keys and its grant.
    """
    if kept_by is not None and kept_by not in session.principals:
        raise not_allowed()
    grantee, basis = (session.own, "author") if kept_by is None else (kept_by, "legal_duty")
    made = []
    for case, grant_id in zip(cases, grant_ids, strict=True):
        if db.execute("select 1 from case_key where case_id = ?", (case,)).fetchone():
            made.append(_grant_of_the_maker(db, grantee, basis, case))
            continue
        _insert(db, epochs, case)
        identifier = grant_id or uuid.uuid4().bytes
        grants.insert(db, [(case, identifier, compartments.ALL, grantee, basis, time.time() - 1, None, None)])
        made.append(identifier)
    return made


def load(db: sqlite3.Connection, epochs: Epochs, cases: list[bytes]) -> list[bytes]:
    """Make keys without any grant, for measuring; returns the bundles."""
    return [_insert(db, epochs, case) for case in cases]


def bundles(store: Store, epochs: Epochs, cases: Iterable[bytes]) -> dict[bytes, bytes]:
    """The opened bundles of cases; cases without keys are absent."""
    try:
        return _bundles(store, epochs, list(cases))
    except KeyError:
        # The epoch was turned between reading the row and opening it: the row is new now.
        return _bundles(store, epochs, list(cases))


def _bundles(store: Store, epochs: Epochs, cases: list[bytes]) -> dict[bytes, bytes]:
    found = {}
    for start in range(0, len(cases), _CHUNK):
        part = cases[start : start + _CHUNK]
        with store.reading() as db:
            rows = db.execute(
                f"select case_id, epoch, wrapped from case_key where case_id in ({marks(len(part))})",  # noqa: S608
                part,
            ).fetchall()
        for case, number, wrapped in rows:
            found[case] = epochs.unwrap(number, wrapped, case)
    return found


def rewrap_batch(db: sqlite3.Connection, epochs: Epochs) -> int:
    """Bring some bundles of older epochs under the current one; returns how many, 0 when all are."""
    rows = db.execute(
        "select case_id, epoch, wrapped from case_key where epoch < ? limit ?", (epochs.current, REWRAP_BATCH)
    ).fetchall()
    fresh = [(*epochs.wrap(epochs.unwrap(number, wrapped, case), case), case) for case, number, wrapped in rows]
    db.executemany("update case_key set epoch = ?, wrapped = ? where case_id = ?", fresh)
    return len(rows)


def under_destroyed_epochs(db: sqlite3.Connection, epochs: Epochs) -> int:
    """How many cases lie under epochs whose key is gone: above zero only for a store older than its epoch."""
    (count,) = db.execute("select count(*) from case_key where epoch < ?", (epochs.numbers[0],)).fetchone()
    return count


def _insert(db: sqlite3.Connection, epochs: Epochs, case: bytes) -> bytes:
    bundle = os.urandom(compartments.BUNDLE_BYTES)
    try:
        db.execute("insert into case_key values (?, ?, ?)", (case, *epochs.wrap(bundle, case)))
    except sqlite3.IntegrityError:
        raise Refused("exists", "There are keys for this file already.") from None
    return bundle


def _grant_of_the_maker(db: sqlite3.Connection, grantee: int, basis: str, case: bytes) -> bytes:
    row = db.execute(
        "select id from grant_ where case_id = ? and grantee = ? and basis = ? and ended is null",
        (case, grantee, basis),
    ).fetchone()
    if row is None:
        raise not_allowed()
    return row[0]
