"""Bounds on what a client may say about who signed in: how many sessions a minute, how many people never seen before.

The keeper can't see a second factor. It can see that somebody opens sessions faster than people sign in, invents
people to get a fresh quota for each, or gives a known person another principal.
"""

import sqlite3
import threading
import time
from collections import deque

_DAY = 86_400.0
TOO_MANY_SESSIONS = "sessions"
TOO_MANY_NEWCOMERS = "newcomers"
ANOTHER_PRINCIPAL = "principal"
WORDS = {
    TOO_MANY_SESSIONS: "Too many people sign in at this moment. Try again in a minute.",
    TOO_MANY_NEWCOMERS: "Too many new people signed in today. Ask whoever runs the keeper.",
    ANOTHER_PRINCIPAL: "This person is known to the keeper under another number.",
}
_ALARM_EVERY = 3600.0


class Arrivals:
    """Who may be announced now. Newcomers are counted in the store, sessions a minute in memory."""

    def __init__(self, sessions_a_minute: int, newcomers_a_day: int) -> None:
        self._most = sessions_a_minute
        self._newcomers = newcomers_a_day
        self._lock = threading.Lock()
        self._lately: deque[float] = deque()
        self._rang: dict[str, float] = {}

    def objection(self, db: sqlite3.Connection, user: str, principal: int) -> str:
        """Why this session is not opened: a kind of alarm, or '' when it may be. Remembers a newcomer."""
        now = time.time()
        if not self._in_time(now):
            return TOO_MANY_SESSIONS
        known = db.execute("select principal from known_user where user = ?", (user,)).fetchone()
        if known is not None:
            return "" if known[0] == principal else ANOTHER_PRINCIPAL
        (today,) = db.execute("select count(*) from known_user where since > ?", (now - _DAY,)).fetchone()
        if today >= self._newcomers:
            return TOO_MANY_NEWCOMERS
        db.execute("insert into known_user values (?, ?, ?)", (user, principal, now))
        return ""

    def rings(self, kind: str) -> bool:
        """Whether to raise the alarm now: once an hour of each kind."""
        now = time.time()
        with self._lock:
            if now - self._rang.get(kind, 0.0) < _ALARM_EVERY:
                return False
            self._rang[kind] = now
            return True

    def _in_time(self, now: float) -> bool:
        with self._lock:
            while self._lately and self._lately[0] <= now - 60:
                self._lately.popleft()
            if len(self._lately) >= self._most:
                return False
            self._lately.append(now)
            return True
