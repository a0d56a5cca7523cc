"""Background work of exchange."""

import datetime as dt
import logging
from uuid import UUID

from django.db import connection, transaction
from procrastinate.contrib.django import app

from cadra.foundation.kernel.clock import now
from cadra.foundation.vault.keeper import KeeperUnavailable
from cadra.foundation.vault.system import system_keeper, system_session
from cadra.steering.exchange import jobs
from cadra.steering.exchange.files import file_id
from cadra.steering.exchange.queues import CHECK, WORK

logger = logging.getLogger(__name__)

KEPT = dt.timedelta(days=1)


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
    """Delete sealed files older than a day, and keys of runs that are over; returns how many runs were left lying.

    Nothing is deleted before the keeper has destroyed all keys: while it is away everything stays for the next time.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT run, begun FROM authz.sweep_exchange(%s)", [now() - KEPT])
            left = cursor.fetchall()
            if left:
                _destroy(left)
    except KeeperUnavailable:
        logger.warning("the keeper cannot be reached", extra={"event": "exchange.sweep_waits"})
        return 0
    return sum(begun is not None for _, begun in left)


def _destroy(left: list[tuple[UUID, int | None]]) -> None:
    with system_session() as token:
        for run_id, begun in left:
            files = [file_id(run_id, place) for place in range(begun or 0)]
            system_keeper().destroy_cases(token, [run_id, *files])
