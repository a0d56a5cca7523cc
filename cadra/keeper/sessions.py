"""Sessions: who is asking, in which capacities. Only the SHA-256 of a token is kept."""

import hashlib
import json
import sqlite3
import time
from dataclasses import dataclass
from typing import Any

from cadra.keeper.errors import Refused, no_session, not_allowed

SYSTEM = "system"
EXCHANGE = "exchange"
"""Sessions of one import or export that somebody has confirmed: many files, and nothing else a person may not do."""
MATCHERS = frozenset({SYSTEM, "ra_officer"})
"""Roles that may ask whether a person is known: the match desk and the system."""


@dataclass(frozen=True)
class Session:
    """A living session. The first principal is the user's own."""

    user: str
    principals: tuple[int, ...]
    roles: frozenset[str]

    @property
    def own(self) -> int:
        """The user's own principal."""
        return self.principals[0]

    @property
    def is_system(self) -> bool:
        return SYSTEM in self.roles

    @property
    def is_bulk(self) -> bool:
        """Whether it opens files by the thousand: counted apart, by a wider quota."""
        return self.is_system or EXCHANGE in self.roles

    @property
    def counted_as(self) -> str:
        """Under which name openings are counted: an import leaves the day's quota of its officer alone."""
        return f"{self.user} {EXCHANGE}" if EXCHANGE in self.roles else self.user


def live(db: sqlite3.Connection, token: Any) -> Session:
    """The living session of a token; refuses when there is none."""
    if not isinstance(token, str) or not token:
        raise no_session()
    row = db.execute(
        "select user, principals, roles from session where token_hash = ? and until > ?",
        (digest_of(token), time.time()),
    ).fetchone()
    if row is None:
        raise no_session()
    return Session(row[0], tuple(json.loads(row[1])), frozenset(json.loads(row[2])))


def open_session(
    db: sqlite3.Connection, *, token: str, user: str, principals: list[int], roles: list[str], until: float
) -> None:
    """Open a session, or renew the same user's; a token of another user is refused."""
    if not token or not user or not principals:
        raise Refused("bad_request", "A session needs a token, a user and at least the user's own principal.")
    known = db.execute("select user from session where token_hash = ?", (digest_of(token),)).fetchone()
    if known is not None and known[0] != user:
        raise not_allowed()
    db.execute(
        "insert or replace into session values (?, ?, ?, ?, ?)",
        (
            digest_of(token),
            user,
            json.dumps([int(p) for p in principals]),
            json.dumps(sorted(roles)),
            float(until),
        ),
    )


def close_session(db: sqlite3.Connection, digest: bytes) -> None:
    """End the session whose token has this SHA-256."""
    db.execute("delete from session where token_hash = ?", (digest,))


def close_user(db: sqlite3.Connection, user: str, but: str = "") -> int:
    """End all sessions of a user, except that of the token `but`; returns how many."""
    return db.execute("delete from session where user = ? and token_hash <> ?", (user, digest_of(but))).rowcount


def close_system(db: sqlite3.Connection) -> None:
    """End the system's sessions: the worker opens one for each piece of work, and none outlives the keeper."""
    db.execute("delete from session where user = ? or roles like ?", (SYSTEM, f'%"{SYSTEM}"%'))


def forget_ended(db: sqlite3.Connection) -> None:
    """Remove sessions past their time."""
    db.execute("delete from session where until <= ?", (time.time(),))


def digest_of(token: str) -> bytes:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).digest()
