"""What is alive at the keeper, page by page, for whoever compares it with the database."""

import sqlite3
import time

PAGE = 5_000
_LIVING = {
    "grant": (
        "select id from grant_ where id > ? and ended is null and (until is null or until > ?) order by id limit ?"
    ),
    "case": "select case_id from case_key where case_id > ? and ? order by case_id limit ?",
    "session": (
        "select token_hash from session where token_hash > ? and until > ? and user <> 'system'"
        " order by token_hash limit ?"
    ),
}


def living(db: sqlite3.Connection, kind: str, after: bytes) -> list[bytes]:
    """Up to PAGE identifiers above `after`, in order; KeyError for an unknown kind. Sessions of the system are left
    out: the database knows none."""
    return [found for (found,) in db.execute(_LIVING[kind], (after, time.time(), PAGE))]
