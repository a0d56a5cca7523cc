"""Background work of documents. The table is the truth; a job only says "look now"."""

import time

from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from cadra.record.documents import converting


# One at a time, whatever else the workers do: a hundred documents never hold up a message.
@app.task(name="documents.convert", lock="documents.convert", queueing_lock="documents.convert")
def convert() -> None:
    """Deferred after each commit that kept something."""
    converting.convert_due()


def wake() -> None:
    """Tell the worker that something waits; called after the commit."""
    try:
        convert.defer()
    except AlreadyEnqueued:
        return


@app.periodic(cron="* * * * *")
@app.task(name="documents.sweep", lock="documents.convert", queueing_lock="documents.sweep")
def sweep(timestamp: int) -> None:
    """Make ready what a lost wake-up, a retry or a killed worker left behind."""
    converting.convert_due()


@app.periodic(cron="37 3 * * *")
@app.task(name="documents.tidy", queueing_lock="documents.tidy")
def tidy(timestamp: int) -> None:
    """Every night, throw away what belongs to nothing."""
    converting.tidy(time.time() - converting.FORGOTTEN_SECONDS)
