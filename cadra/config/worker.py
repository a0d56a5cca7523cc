"""The background worker: seals the ledger, sends what is in the outbox, looks for what is overdue.

Run as `python -m cadra.config.worker`. The tasks are each app's `tasks.py`; the queue is in PostgreSQL, so
any number of workers may run, on any number of machines.
"""

import os
from threading import Event, Thread
from typing import Any

import django
from procrastinate.contrib.django import app as queue

from cadra.config.logs import quieten_crashes
from cadra.foundation.ledger.sealer import run_sealer

# Few at once: each costs a connection, and a slow mail server may hold one up.
AT_ONCE = 3
SEAL_SECONDS = 10


def main() -> None:
    """Work until told to stop."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cadra.config.settings")
    django.setup()
    quieten_crashes()
    # Not in the queue: whoever took over the app could stop the queue, but not the sealing.
    stop = Event()
    sealing = Thread(target=run_sealer, args=(SEAL_SECONDS, stop), name="sealer", daemon=True)
    sealing.start()
    connector: Any = queue.connector
    with queue.replace_connector(connector.get_worker_connector()) as working:
        working.run_worker(name="cadra", concurrency=AT_ONCE, delete_jobs="successful", shutdown_graceful_timeout=10)
    stop.set()
    sealing.join(SEAL_SECONDS)


if __name__ == "__main__":
    main()
