"""Grants and refusals: who may open which compartments of a case, on what basis, until when."""

import sqlite3
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from cadra.keeper import compartments
from cadra.keeper.closings import Closing
from cadra.keeper.errors import Refused, not_allowed
from cadra.keeper.sessions import Session
from cadra.keeper.store import marks

GIVING = frozenset({"author", "legal_duty", "custody"})
"""Whoever holds a file on one of these bases may let others see it."""
GIVEN = frozenset({"legal_duty", "custody", "assignment", "consent", "court_order"})
BREAK_GLASS = "break_glass"
LONGEST_BREAK_GLASS = 2 * 3600
BREAK_GLASS_ROLES = frozenset(
    {
        "ra_officer",
        "case_manager",
        "identification_police",
        "identification_social",
        "first_responder",
        "child_protection_worker",
        "service_professional",
    }
)
"""Whoever may meet the person in danger; the same as in the pages and in PostgreSQL (a test compares all three)."""
CLOCK_SLACK = 60.0
"""Seconds the clocks of web and keeper may differ for break-glass."""
UNDO_SECONDS = 3 * 24 * 3600.0
"""How long the files of an import that failed may be undone at once."""
_CHUNK = 400

Grant = tuple[bytes, bytes, int, int, str, float, float | None, float | None]
"""A row: case, id, compartments, grantee, basis, starts, until, ended."""


@dataclass
class Reach:
    """What a session may open of a case (bits), and whether it may pass that on."""

    opens: int = 0
    carries: bool = False
    """Holds a live grant on one of the giving bases."""
    keeps: bool = False
    """Holds a live grant other than break-glass: may close what others hold."""

    @property
    def gives(self) -> int:
        """Whoever carries the file may pass on all that is open to her in it, and nothing else."""
        return self.opens if self.carries else 0


def reach(db: sqlite3.Connection, session: Session, cases: Iterable[bytes]) -> dict[bytes, Reach]:
    """The reach of a session in each case, from live grants; none where one of its principals is refused."""
    now = time.time()
    found: dict[bytes, Reach] = defaultdict(Reach)
    wanted = list(set(cases))
    for start in range(0, len(wanted), _CHUNK):
        part = wanted[start : start + _CHUNK]
        for case, bits, basis in db.execute(
            f"select case_id, compartments, basis from grant_ where case_id in ({marks(len(part))})"  # noqa: S608
            f" and grantee in ({marks(len(session.principals))})"
            " and ended is null and starts <= ? and (until is null or until > ?)",
            (*part, *session.principals, now, now),
        ):
            of_case = found[case]
            of_case.opens |= bits
            of_case.carries |= basis in GIVING
            of_case.keeps |= basis != BREAK_GLASS
        for (case,) in db.execute(
            f"select case_id from refusal where case_id in ({marks(len(part))})"  # noqa: S608
            f" and principal in ({marks(len(session.principals))})",
            (*part, *session.principals),
        ):
            found.pop(case, None)
    return found


def add(db: sqlite3.Connection, session: Session, grants: list[Grant]) -> list[Grant]:
    """Add grants a session may give; all or none. Returns those made by breaking the glass."""
    within = reach(db, session, (grant[0] for grant in grants))
    for grant in grants:
        if grant[4] == BREAK_GLASS:
            _check_break_glass(db, session, grant)
        else:
            _check_given(within.get(grant[0]), grant)
    insert(db, grants)
    return [grant for grant in grants if grant[4] == BREAK_GLASS]


def insert(db: sqlite3.Connection, grants: list[Grant]) -> None:
    """Write grants. The same grant sent twice is one; another grant under a known id is refused."""
    for grant in grants:
        known = db.execute(
            "select case_id, id, compartments, grantee, basis from grant_ where id = ?", (grant[1],)
        ).fetchone()
        if known is None:
            db.execute("insert into grant_ values (?, ?, ?, ?, ?, ?, ?, ?)", grant)
        elif known != grant[:5]:
            raise Refused("exists", "Another grant has this identifier.")


def end(db: sqlite3.Connection, session: Session, ids: list[bytes]) -> list[Closing]:
    """End grants: their holder, anyone who keeps the case, or the system. Unknown ones are passed over."""
    now = time.time()
    living = []
    for start in range(0, len(ids), _CHUNK):
        part = ids[start : start + _CHUNK]
        living += db.execute(
            f"select id, case_id, grantee from grant_ where id in ({marks(len(part))}) and ended is null",  # noqa: S608
            part,
        ).fetchall()
    within = reach(db, session, (case for _, case, _ in living))
    for _, case, grantee in living:
        if not (session.is_system or grantee in session.principals or (case in within and within[case].keeps)):
            raise not_allowed()
    db.executemany("update grant_ set ended = ? where id = ?", [(now, grant) for grant, _, _ in living])
    return [("end", grant.hex(), repr(now)) for grant, _, _ in living]


def refuse(db: sqlite3.Connection, session: Session, case: bytes, principal: int, on: bool) -> list[Closing]:
    """Set or lift a refusal. Whoever keeps the case may set one; lifting opens, so it needs a giver. Nothing
    closes when it is so already."""
    within = reach(db, session, [case]).get(case, Reach())
    if not (session.is_system or (within.keeps if on else within.gives)):
        raise not_allowed()
    known = db.execute("select 1 from refusal where case_id = ? and principal = ?", (case, principal)).fetchone()
    if bool(known) == on:
        return []
    _set_refusal(db, case, principal, on)
    return [("refuse" if on else "allow", case.hex(), str(principal))]


def replay(db: sqlite3.Connection, closings: Iterable[Closing]) -> int:
    """Take in closings an old store has missed; returns how many cases were destroyed again."""
    destroyed = 0
    for kind, identifier, *rest in closings:
        value = bytes.fromhex(identifier)
        if kind == "end":
            db.execute("update grant_ set ended = ? where id = ? and ended is null", (float(rest[0]), value))
        elif kind == "destroy":
            destroyed += forget_case(db, value)
        else:
            _set_refusal(db, value, int(rest[0]), kind == "refuse")
    return destroyed


def forget_case(db: sqlite3.Connection, case: bytes) -> int:
    """Delete a case's keys, grants, refusals and the names bound to it; 1 when there was a key."""
    db.execute("delete from grant_ where case_id = ?", (case,))
    db.execute("delete from refusal where case_id = ?", (case,))
    db.execute("delete from opened where case_id = ?", (case,))
    db.execute("delete from name where case_id = ?", (case,))
    return db.execute("delete from case_key where case_id = ?", (case,)).rowcount


def undoable(db: sqlite3.Connection, cases: list[bytes]) -> list[bytes]:
    """Those of the cases that were made within three days for one principal and given to nobody else."""
    found = []
    since = time.time() - UNDO_SECONDS
    for start in range(0, len(cases), _CHUNK):
        part = cases[start : start + _CHUNK]
        rows = db.execute(
            "select case_id from grant_"  # noqa: S608
            f" where case_id in ({marks(len(part))}) group by case_id"
            " having count(*) = 1 and min(basis) in ('author', 'legal_duty') and min(starts) > ?",
            (*part, since),
        )
        found += [case for (case,) in rows]
    return found


def _check_given(within: Reach | None, grant: Grant) -> None:
    if grant[4] not in GIVEN:
        raise Refused("bad_request", "A grant needs one of the known bases.")
    if within is None or grant[2] & ~within.gives or not grant[2]:
        raise not_allowed()


def _check_break_glass(db: sqlite3.Connection, session: Session, grant: Grant) -> None:
    case, _, bits, grantee, _, starts, until, _ = grant
    now = time.time()
    in_time = until is not None and starts >= now - CLOCK_SLACK and 0 < until - starts <= LONGEST_BREAK_GLASS
    refused = db.execute(
        f"select 1 from refusal where case_id = ? and principal in ({marks(len(session.principals))})",  # noqa: S608
        (case, *session.principals),
    ).fetchone()
    may = bool(session.roles & BREAK_GLASS_ROLES) and grantee == session.own and not refused
    if not may or not in_time or bits & compartments.CONTACT or not bits:
        raise not_allowed()


def _set_refusal(db: sqlite3.Connection, case: bytes, principal: int, on: bool) -> None:
    if on:
        db.execute("insert or ignore into refusal values (?, ?)", (case, principal))
    else:
        db.execute("delete from refusal where case_id = ? and principal = ?", (case, principal))


def from_message(item: dict[str, Any]) -> Grant:
    """A grant as it comes over the wire, checked for shape."""
    try:
        until = item.get("until")
        return (
            case_id(item["case"]),
            case_id(item["id"]),
            compartments.mask(item["compartments"]),
            int(item["grantee"]),
            str(item["basis"]),
            float(item["starts"]),
            None if until is None else float(until),
            None,
        )
    except (KeyError, TypeError, ValueError):
        raise Refused("bad_request", "The grant is not well formed.") from None


def case_id(text: str) -> bytes:
    """A UUID's text as its sixteen bytes."""
    value = bytes.fromhex(text.replace("-", ""))
    if len(value) != 16:
        raise ValueError("an identifier is sixteen bytes")
    return value
