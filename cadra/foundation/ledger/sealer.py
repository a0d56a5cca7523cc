"""Sealing: number new entries, add them to the tree, have the keeper sign the root, tell the witness.

Runs as `cadra_sealer`, apart from the app's queue: whoever took over the app could stop a queue, not this.
Only entries of transactions below the oldest one still running are sealed, so none can turn up later with a
smaller place. Two sealers at once are harmless: the second meets the first one's numbers and gives way. There
is no advisory lock, because any role could hold one.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from threading import Event
from typing import Any, Protocol

from django.conf import settings
from django.db import IntegrityError, connections, transaction
from django.db.backends.utils import CursorWrapper

from cadra.foundation.ledger import rows
from cadra.foundation.ledger.canonical import b64, entry_bytes, key_id, note, unb64
from cadra.foundation.ledger.merkle import (
    Frontier,
    Subtree,
    consistency_proof,
    grown_subtrees,
    leaf_hash,
    subtrees_of,
)
from cadra.foundation.ledger.witness import Refused, Witness, is_signed
from cadra.foundation.vault.keeper import KeeperRefused
from cadra.foundation.vault.system import system_keeper

logger = logging.getLogger(__name__)

ALIAS = "sealer"
CHUNK = 5000

HORIZON = f"""
    SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint, ({rows.CLUSTER}),
           {rows.AT.format("clock_timestamp()")}
"""
LAST = f"SELECT {rows.CHECKPOINT_COLUMNS} FROM ledger_checkpoint c ORDER BY c.size DESC LIMIT 1"  # noqa: S608  (constants only, here and below)
UNSEALED = "NOT EXISTS (SELECT FROM ledger_leaf l WHERE l.entry = e.id)"
NEW_ENTRIES = f"""
    SELECT {rows.ENTRY_COLUMNS} FROM ledger_entry e
    WHERE e.xact >= %s::text::xid8 AND e.xact < %s::text::xid8 AND {UNSEALED} ORDER BY e.xact, e.id
"""  # noqa: S608
# After a restore into another cluster transaction numbers start again: everything visible is sealed once.
ALL_UNSEALED = f"SELECT {rows.ENTRY_COLUMNS} FROM ledger_entry e WHERE {UNSEALED} ORDER BY e.xact, e.id"  # noqa: S608
ADD_LEAVES = """
    INSERT INTO ledger_leaf (seq, entry, hash)
    SELECT * FROM unnest(%s::bigint[], %s::uuid[], %s::bytea[])
"""
ADD_CHECKPOINT = """
    INSERT INTO ledger_checkpoint
        (origin, size, root, after, horizon, cluster, at, signature, key_id, frontier)
    VALUES (%s, %s, %s, %s, %s, %s, %s::timestamptz, %s, %s, %s)
"""


class SealingError(Exception):
    """The log can't be continued from what the database holds; a person must look. The message says why."""


class Signer(Protocol):
    """The keeper, or in a drill something that signs like it: raw Ed25519."""

    def sign(self, data: bytes, /) -> bytes: ...

    def public_key(self) -> bytes: ...


@dataclass(frozen=True)
class _Start:
    """Where the last sealing ended, and what may be sealed now."""

    last: dict[str, Any] | None
    frontier: Frontier
    horizon: int
    cluster: int
    at: str
    public_key: bytes


def origin() -> str:
    """Name of this log in its checkpoints; a new one is chosen after a restore that lost sealed entries."""
    return getattr(settings, "LEDGER_ORIGIN", "") or f"cadra/{settings.COUNTRY}/ledger"


def witness() -> Witness | None:
    return Witness(settings.LEDGER_WITNESS_FILE) if settings.LEDGER_WITNESS_FILE else None


def seal_once(*, signer: Signer | None = None) -> dict[str, Any] | None:
    """Seal everything that can be sealed now; the new checkpoint, or nothing when there was no new entry.

    Raises SealingError, witness.Refused or KeeperUnavailable; then nothing was sealed.
    """
    signer = signer or system_keeper()
    try:
        with transaction.atomic(using=ALIAS):
            return _seal(signer)
    except IntegrityError:
        logger.info("another sealer was quicker", extra={"event": "ledger.outrun"})
        return None


def run_sealer(interval: float = 10.0, stop: Event | None = None) -> None:
    """Seal every `interval` seconds until `stop` is set. Trouble is logged and tried again, never raised.

    The log says only that sealing was refused; `cadra audit verify` says where and why.
    """
    stop = stop or Event()
    while not stop.is_set():
        try:
            if (sealed := seal_once()) is not None:
                logger.info("sealed", extra={"event": "ledger.sealed", "count": sealed["size"]})
        except (SealingError, Refused, KeeperRefused):
            logger.critical("the ledger can't be sealed", exc_info=True, extra={"event": "ledger.refused"})
        except Exception:  # whatever it is, the next try may find it gone
            logger.warning("sealing was put off", exc_info=True, extra={"event": "ledger.put-off"})
            connections[ALIAS].close()
        stop.wait(interval)
    connections[ALIAS].close()


def _seal(signer: Signer) -> dict[str, Any] | None:
    with connections[ALIAS].cursor() as cursor:
        start = _start(cursor, signer)
        before = start.frontier.copy()
        leaves = _add_leaves(cursor, start)
        if not leaves:
            return None
        checkpoint = _sign(start, before.size, signer)
        values = {name: unb64(checkpoint[name]) for name in ("root", "signature", "frontier")}
        cursor.execute(ADD_CHECKPOINT, list((checkpoint | values).values()))
        # Before the commit: a refusal leaves the database as it was. A crash in between leaves the witness
        # one checkpoint ahead of the database, and the next sealing continues it.
        if (seen := witness()) is not None:
            proof = _proof(cursor, seen.last(), before, leaves)
            seen.accept(checkpoint, proof, start.public_key)
        return checkpoint


def _start(cursor: CursorWrapper, signer: Signer) -> _Start:
    # Asked before the entries are read: all that finished below the horizon is then visible.
    cursor.execute(HORIZON)
    horizon, cluster, at = cursor.fetchone()
    cursor.execute(LAST)
    row = cursor.fetchone()
    public_key = signer.public_key()
    if row is None:
        return _Start(None, Frontier(), horizon, cluster, at, public_key)
    last = rows.checkpoint(row)
    if last["key_id"] == key_id(public_key) and not is_signed(last, public_key):
        raise SealingError(f"The last checkpoint ({last['size']} entries) is not what the keeper signed.")
    try:
        frontier = Frontier.from_bytes(last["size"], unb64(last["frontier"]))
    except ValueError as error:
        raise SealingError(str(error)) from None
    if b64(frontier.root()) != last["root"]:
        raise SealingError(f"The frontier kept with the last checkpoint ({last['size']} entries) was changed.")
    return _Start(last, frontier, horizon, cluster, at, public_key)


def _new_entries(start: _Start) -> Iterator[list[tuple[Any, ...]]]:
    """Chunks of rows read through a server-side cursor, so a backlog of any size stays off the heap."""
    with connections[ALIAS].chunked_cursor() as stream:
        if start.last is not None and start.last["cluster"] != start.cluster:
            stream.execute(ALL_UNSEALED)
        else:
            stream.execute(NEW_ENTRIES, [start.last["horizon"] if start.last else 0, start.horizon])
        while chunk := stream.fetchmany(CHUNK):
            yield chunk


def _add_leaves(cursor: CursorWrapper, start: _Start) -> list[bytes]:
    """Number and hash the new entries; their leaf hashes. Grows `start.frontier`."""
    leaves: list[bytes] = []
    for chunk in _new_entries(start):
        hashes = [leaf_hash(entry_bytes(rows.entry(row))) for row in chunk]
        first = start.frontier.size
        for leaf in hashes:
            start.frontier.append(leaf)
        cursor.execute(ADD_LEAVES, [list(range(first, first + len(chunk))), [row[0] for row in chunk], hashes])
        leaves += hashes
    return leaves


def _sign(start: _Start, after: int, signer: Signer) -> dict[str, Any]:
    """The new checkpoint, its fields in the order of ADD_CHECKPOINT."""
    body: dict[str, Any] = {
        "origin": origin(),
        "size": start.frontier.size,
        "root": b64(start.frontier.root()),
        "after": after,
        "horizon": start.horizon,
        "cluster": start.cluster,
        "at": start.at,
    }
    return body | {
        "signature": b64(signer.sign(note(body))),
        "key_id": key_id(start.public_key),
        "frontier": b64(start.frontier.to_bytes()),
    }


def _proof(cursor: CursorWrapper, seen: dict[str, Any] | None, before: Frontier, leaves: list[bytes]) -> list[bytes]:
    """Consistency proof from what the witness saw last; empty when it saw nothing, or more than there is."""
    size = before.size + len(leaves)
    if seen is None or seen["size"] > size:
        return []
    return consistency_proof(seen["size"], size, _subtrees(cursor, seen["size"], before, leaves))


def _subtrees(cursor: CursorWrapper, seen_size: int, before: Frontier, leaves: list[bytes]) -> Subtree:
    if seen_size < before.size:  # the witness missed some: read the tree from its beginning
        cursor.execute("SELECT hash FROM ledger_leaf ORDER BY seq")
        return subtrees_of([bytes(row[0]) for row in cursor.fetchall()])
    edge = before.copy()
    for leaf in leaves[: seen_size - before.size]:
        edge.append(leaf)
    return grown_subtrees(edge, leaves[seen_size - before.size :])
