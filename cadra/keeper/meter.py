"""Counts what is opened: distinct cases per user and day against a quota, unwrapped keys per hour.

Counting is in memory and reaches the store within two seconds: a crash may forget the last moments of
counting, never a grant or a key.
"""

import sqlite3
import threading
import time
from collections import defaultdict

from cadra.keeper.config import SYSTEM_FACTOR
from cadra.keeper.sessions import Session

_KEPT_DAYS = 2
_KEPT_HOURS = 24 * 90


class Meter:
    """What has been opened today."""

    def __init__(self, quota: int) -> None:
        self._quota = quota
        self._lock = threading.Lock()
        self._day = _today()
        self._opened: dict[str, set[bytes]] = defaultdict(set)
        self._fresh: list[tuple[int, str, bytes]] = []
        self._unwraps: dict[tuple[int, str], int] = defaultdict(int)
        self._alarmed: set[str] = set()

    def load(self, db: sqlite3.Connection) -> None:
        """Take up today's count after a restart."""
        for user, case in db.execute("select user, case_id from opened where day = ?", (self._day,)):
            self._opened[user].add(case)

    def admit(self, session: Session, cases: dict[bytes, int]) -> tuple[set[bytes], bool]:
        """Count the opening of cases (case → number of keys); returns those within the quota, and
        whether this is the moment the user first ran over it today (raise an alarm)."""
        limit = self._quota * (SYSTEM_FACTOR if session.is_bulk else 1)
        user = session.counted_as
        with self._lock:
            self._turn_day()
            opened = self._opened[user]
            admitted = set()
            for case in cases:
                if case not in opened:
                    if len(opened) >= limit:
                        continue
                    opened.add(case)
                    self._fresh.append((self._day, user, case))
                admitted.add(case)
            hour = int(time.time() // 3600)
            self._unwraps[hour, user] += sum(cases[case] for case in admitted)
            over = len(admitted) < len(cases)
            first = over and user not in self._alarmed
            if first:
                self._alarmed.add(user)
        return admitted, first

    def unsaved(self) -> bool:
        """Whether there is anything to save."""
        return bool(self._fresh or self._unwraps)

    def save(self, db: sqlite3.Connection) -> None:
        """Write what was counted since the last time, and forget old counts."""
        with self._lock:
            fresh, self._fresh = self._fresh, []
            unwraps, self._unwraps = self._unwraps, defaultdict(int)
        db.executemany("insert or ignore into opened values (?, ?, ?)", fresh)
        db.executemany(
            "insert into unwraps values (?, ?, ?) on conflict (hour, user) do update set keys = keys + excluded.keys",
            [(hour, user, keys) for (hour, user), keys in unwraps.items()],
        )
        db.execute("delete from opened where day < ?", (self._day - _KEPT_DAYS,))
        db.execute("delete from unwraps where hour < ?", (int(time.time() // 3600) - _KEPT_HOURS,))

    def _turn_day(self) -> None:
        today = _today()
        if today != self._day:
            self._day = today
            self._opened.clear()
            self._alarmed.clear()


def raise_alarm(db: sqlite3.Connection, kind: str, user: str, detail: str) -> None:
    """Record an alarm: who and what kind; never a name."""
    db.execute("insert into alarm (at, kind, user, detail) values (?, ?, ?, ?)", (time.time(), kind, user, detail))


def _today() -> int:
    return int(time.time() // 86400)
