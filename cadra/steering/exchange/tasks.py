"""Background work of exchange."""

import datetime as dt
import secrets
from uuid import UUID

from django.db import connection
from procrastinate.contrib.django import app

from cadra.foundation.kernel.clock import now
from cadra.foundation.vault.keeper import keeper
from cadra.steering.exchange import jobs
from cadra.steering.exchange.files import file_id
from cadra.steering.exchange.queues import CHECK, WORK

KEPT = dt.timedelta(days=1)
SYSTEM = "system"


@app.task(name=CHECK)
def check_run(run: str, sealed_pass: str) -> None:
    """Check the spreadsheet of a run."""
    jobs.check_run(UUID(run), sealed_pass)


@app.task(name=WORK)
def work_run(run: str, sealed_pass: str) -> None:
    """Carry out a confirmed run."""
    jobs.work_run(UUID(run), sealed_pass)


@app.periodic(cron="43 * * * *")
@app.task(name="exchange.sweep", queueing_lock="exchange.sweep")
def sweep_runs(timestamp: int) -> None:
    """Throw away what was begun and left, and destroy its keys."""
    sweep()


def sweep() -> int:
    """Delete sealed files older than a day with their keys; returns how many runs they belonged to."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT run, begun FROM authz.sweep_exchange(%s)", [now() - KEPT])
        left = cursor.fetchall()
    if left:
        token = secrets.token_urlsafe(32)
        keeper().open_session(token, SYSTEM, [0], [SYSTEM], now() + dt.timedelta(minutes=5))
        for run_id, begun in left:
            keeper().destroy_cases(token, [run_id, *(file_id(run_id, place) for place in range(begun))])
        keeper().close_session(token)
    return len(left)
