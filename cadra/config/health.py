"""The health page: is every part of this copy at work? No personal data, no sign-in.

It answers before any of Django's middleware, so it can still say what is wrong when the database is down.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse

from cadra.foundation.ledger.queries import STALE_SECONDS
from cadra.foundation.ledger.queries import health as sealing
from cadra.foundation.vault.keeper import KeeperUnavailable, keeper

PATH = "/health/"
HEARTBEAT_SECONDS = 60
FRESH_SECONDS = 1.0


@dataclass(frozen=True)
class Answer:
    """What one part says of itself."""

    part: str
    well: bool
    words: str


def database() -> Answer:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        connection.close()
        return Answer("database", False, "does not answer")
    return Answer("database", True, "answers")


def key_keeper() -> Answer:
    try:
        keeper().health()
    except KeeperUnavailable:
        return Answer("keeper", False, "does not answer")
    return Answer("keeper", True, "answers")


def worker() -> Answer:
    """The queue keeps each worker's last sign of life; the youngest one counts."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT extract(epoch FROM now() - max(last_heartbeat)) FROM procrastinate_workers")
            age = cursor.fetchone()[0]
    except DatabaseError:
        connection.close()
        return Answer("worker", False, "not known: the database does not answer")
    if age is None:
        return Answer("worker", False, "none has started")
    return Answer("worker", age <= HEARTBEAT_SECONDS, f"last sign of life {int(age)} s ago")


def seal() -> Answer:
    try:
        found = sealing()
    except DatabaseError:
        connection.close()
        return Answer("sealing", False, "not known: the database does not answer")
    words = f"{found.waiting} entries wait, the oldest {int(found.waiting_seconds)} s (limit {STALE_SECONDS} s)"
    return Answer("sealing", not found.is_stale, words)


CHECKS: tuple[Callable[[], Answer], ...] = (database, key_keeper, worker, seal)


class Report:
    """The answers, asked anew at most once a second: a stranger can't tire the database with this page."""

    def __init__(self, checks: Iterable[Callable[[], Answer]] = CHECKS) -> None:
        self.checks = tuple(checks)
        self.asked = float("-inf")
        self.answers: list[Answer] = []

    def read(self) -> tuple[int, str]:
        """(HTTP status, text): 200 when all is well, else 503."""
        if time.monotonic() - self.asked > FRESH_SECONDS:
            self.answers = [check() for check in self.checks]
            self.asked = time.monotonic()
        well = all(answer.well for answer in self.answers)
        lines = [f"{answer.part}: {'ok' if answer.well else 'NOT OK'}, {answer.words}" for answer in self.answers]
        return (200 if well else 503), "\n".join(["ok" if well else "NOT OK", *lines, ""])


REPORT = Report()


@login_not_required
def page(request: HttpRequest) -> HttpResponse:
    """The same report as a Django view, for the URL configuration."""
    status, text = REPORT.read()
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")


class Answering:
    """WSGI wrapper that answers PATH itself and passes everything else on."""

    def __init__(self, application: Callable[..., Iterable[bytes]], report: Report = REPORT) -> None:
        self.application = application
        self.report = report

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ.get("PATH_INFO") != PATH or environ.get("REQUEST_METHOD") not in ("GET", "HEAD"):
            return self.application(environ, start_response)
        status, text = self.report.read()
        body = text.encode()
        start_response(
            "200 OK" if status == 200 else "503 Service Unavailable",
            [
                ("Content-Type", "text/plain; charset=utf-8"),
                ("Content-Length", str(len(body))),
                ("Cache-Control", "no-store"),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )
        return [body] if environ["REQUEST_METHOD"] == "GET" else []
