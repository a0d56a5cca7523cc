"""The background worker: seals the ledger, sends what is in the outbox, looks for what is overdue.

Run as `python -m cadra.config.worker`. The tasks are each app's `tasks.py`; the queue is in PostgreSQL, so
any number of workers may run, on any number of machines.
"""

import os

import django
from procrastinate.contrib.django import app as queue

from cadra.config.logs import quieten_crashes

# Few at once: sealing must not wait for a slow mail server, and each costs a connection.
AT_ONCE = 3


def main() -> None:
    """Work until told to stop."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cadra.config.settings")
    django.setup()
    quieten_crashes()
    with queue.replace_connector(queue.connector.get_worker_connector()) as working:
        working.run_worker(
            name="cadra", concurrency=AT_ONCE, delete_jobs="successful", shutdown_graceful_timeout=10
        )


if __name__ == "__main__":
    main()
