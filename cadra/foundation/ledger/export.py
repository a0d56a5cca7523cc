"""The ledger as a stream of records, for a file, for the stand-alone verifier, and for checking the database.

Records, one JSON object a line: `header` (log, public key), then `entry` and `checkpoint` in the order of the
tree, then `tail` (entries not sealed yet) and `end` (counts). Reads as `cadra_sealer`, flat in memory.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections, transaction

from cadra.foundation.ledger import rows, sealer
from cadra.foundation.ledger.canonical import b64, key_id, line
from cadra.foundation.ledger.verify import Report, verify
from cadra.foundation.ledger.witness import read
from cadra.foundation.vault.keeper import keeper

CHUNK = 2000
VERSION = 1

SEALED = f"""
    SELECT l.seq, l.entry::text, encode(l.hash, 'hex'), {rows.ENTRY_COLUMNS}
    FROM ledger_leaf l LEFT JOIN ledger_entry e ON e.id = l.entry ORDER BY l.seq
"""  # noqa: S608  (constants only, here and below)
TAIL = sealer.ALL_UNSEALED
CHECKPOINTS = f"SELECT {rows.CHECKPOINT_COLUMNS} FROM ledger_checkpoint c ORDER BY c.size"  # noqa: S608


def records(*, public_key: bytes | None = None) -> Iterator[dict[str, Any]]:
    """The whole ledger at one moment (one read-only snapshot), as the records of an export."""
    public_key = public_key or keeper().public_key()
    with transaction.atomic(using=sealer.ALIAS):
        with connections[sealer.ALIAS].cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute(rows.CLUSTER)
            cluster = cursor.fetchone()[0]
        yield {
            "type": "header",
            "version": VERSION,
            "origin": sealer.origin(),
            "cluster": cluster,
            "keys": {key_id(public_key): b64(public_key)},
        }
        sealed = tail = 0
        for record in _tree():
            sealed += record["type"] == "entry"
            yield record
        for row in _stream(TAIL):
            tail += 1
            yield {"type": "tail", "entry": rows.entry(row)}
        yield {"type": "end", "sealed": sealed, "tail": tail}


def write(path: Path, *, public_key: bytes | None = None) -> int:
    """Write an export; the number of lines. The file appears under its name only when it is whole."""
    unfinished = path.with_name(path.name + ".part")
    lines = 0
    with unfinished.open("w", encoding="ascii") as file:
        for record in records(public_key=public_key):
            file.write(line(record) + "\n")
            lines += 1
    unfinished.rename(path)
    return lines


def verify_database(*, public_key: bytes | None = None, witness: Path | None = None) -> Report:
    """Recompute everything sealed, from the tables; by default with the keeper's key and our own witness."""
    public_key = public_key or keeper().public_key()
    witness = witness or settings.LEDGER_WITNESS_FILE
    seen = read(witness) if witness else ()
    return verify(records(public_key=public_key), keys={key_id(public_key): public_key}, witness=seen)


def _tree() -> Iterator[dict[str, Any]]:
    """Leaves with their entries, each checkpoint right after the last entry it covers."""
    checkpoints = (rows.checkpoint(row) for row in _stream(CHECKPOINTS))
    following = next(checkpoints, None)
    for seq, leaf, digest, *columns in _stream(SEALED):
        while following is not None and following["size"] <= seq:
            yield {"type": "checkpoint", **following}
            following = next(checkpoints, None)
        entry = rows.entry(tuple(columns)) if columns[0] is not None else None
        yield {"type": "entry", "seq": seq, "leaf": leaf, "hash": digest, "entry": entry}
    while following is not None:
        yield {"type": "checkpoint", **following}
        following = next(checkpoints, None)


def _stream(sql: str) -> Iterator[tuple[Any, ...]]:
    with connections[sealer.ALIAS].chunked_cursor() as cursor:
        cursor.execute(sql)
        while chunk := cursor.fetchmany(CHUNK):
            yield from chunk
