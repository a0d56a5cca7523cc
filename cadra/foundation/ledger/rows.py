"""SQL shared by sealing and exporting: table rows as the strings that are hashed."""

from typing import Any

from cadra.foundation.ledger.canonical import ENTRY_FIELDS, b64

AT = "to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"

# In the order of ENTRY_FIELDS. PostgreSQL makes the strings, so no driver's idea of a type enters the hash.
ENTRY_COLUMNS = f"""
    e.id::text, {AT.format("e.at")}, e.xact::text, e.actor::text, e.institution::text, e.verb,
    e.subjects::text[], e.compartments::text[], e.purpose, e.outcome, e.object_id::text
"""
CHECKPOINT_COLUMNS = f"""
    c.origin, c.size, c.root, c.after, c.horizon, c.cluster, {AT.format("c.at")},
    c.signature, c.key_id, c.frontier
"""
CLUSTER = "SELECT system_identifier FROM pg_control_system()"


def entry(row: tuple[Any, ...]) -> dict[str, Any]:
    """One row of ENTRY_COLUMNS by name."""
    return dict(zip(ENTRY_FIELDS, row, strict=True))


def checkpoint(row: tuple[Any, ...]) -> dict[str, Any]:
    """One row of CHECKPOINT_COLUMNS as it is exported: numbers as numbers, bytes in base64."""
    origin, size, root, after, horizon, cluster, at, signature, key, frontier = row
    return {
        "origin": origin,
        "size": size,
        "root": b64(root),
        "after": after,
        "horizon": horizon,
        "cluster": cluster,
        "at": at,
        "signature": b64(signature),
        "key_id": key,
        "frontier": b64(frontier),
    }
