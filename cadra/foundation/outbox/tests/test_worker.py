"""A real worker process does the work as `cadra_app`, and a killed one leaves nothing undone."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from django.db import transaction

from cadra.foundation.outbox.actions import post
from cadra.foundation.outbox.models import DemoMail, Message, State

from .conftest import SYSTEM

PATIENCE = 30.0


@contextmanager
def worker(house) -> Iterator[subprocess.Popen]:
    # The settings were loaded with another database's name; each test has its own.
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{house.database}").geturl()
    environment = {**os.environ, "DATABASE_URL": url, "CADRA_DEMO": "1"}
    process = subprocess.Popen([sys.executable, "-m", "cadra.config.worker"], env=environment)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def eventually(true: Callable[[], bool]) -> bool:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.1)
    return False


def test_a_worker_sends_what_is_posted_seals_the_ledger_and_recovers_a_dead_ones_job(house):
    # A job left in the middle by a worker that was killed an hour ago.
    house.sql("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour')")
    house.sql(
        "INSERT INTO procrastinate_jobs (queue_name, task_name, status, worker_id, attempts)"
        " SELECT 'default', 'outbox.tidy', 'doing', id, 1 FROM procrastinate_workers"
    )
    house.sql("UPDATE procrastinate_jobs SET args = '{\"timestamp\": 1}'")
    with worker(house) as process:
        with transaction.atomic():
            post(actor=SYSTEM, to=house.user("ada"), kind="waiting", link="/waiting/")
        assert eventually(lambda: Message.objects.get().state == State.SENT)
        assert DemoMail.objects.get().recipient == "ada@cadra.example"
        assert eventually(lambda: house.sql("SELECT max(size) FROM ledger_checkpoint") != [(None,)])
        stuck = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'outbox.tidy' AND status = 'doing'"
        assert eventually(lambda: house.sql(stuck) == [(0,)])
        assert process.poll() is None
    assert process.returncode == 0
