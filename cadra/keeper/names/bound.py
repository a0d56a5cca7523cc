"""Whose names a session may write: names are bound to a case whose identity is open to it, and go with that case."""

import sqlite3
from typing import Any

from cadra.keeper import compartments, grants
from cadra.keeper.errors import not_allowed
from cadra.keeper.sessions import MATCHERS, Session

_IDENTITY = compartments.bit("identity")


def check(db: sqlite3.Connection, session: Session, people: list[dict[str, Any]]) -> None:
    """Refuse names bound to a case that is not open to the session or has no keys any more (she was erased or is
    someone else by now), and names that are already bound to another case. Names without a case: the match desk."""
    cases = {grants.case_id(item["person"]): _case(item) for item in people}
    within = grants.reach(db, session, [case for case in cases.values() if case])
    for person, case in cases.items():
        known = db.execute("select case_id from name where person = ?", (person,)).fetchone()
        moved = known is not None and known[0] is not None and known[0] != case
        if case is None:
            may = bool(session.roles & MATCHERS)
        elif session.is_system:
            may = db.execute("select 1 from case_key where case_id = ?", (case,)).fetchone() is not None
        else:
            may = case in within and bool(within[case].opens & _IDENTITY)
        if moved or not may:
            raise not_allowed()


def _case(item: dict[str, Any]) -> bytes | None:
    return grants.case_id(item["case"]) if item.get("case") else None
