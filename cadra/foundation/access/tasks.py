"""Background work of access: what has ended is thrown away."""

from procrastinate.contrib.django import app

from cadra.foundation.access import drafts, throttle
from cadra.foundation.access.sessions import SessionStore


@app.periodic(cron="17 * * * *")
@app.task(name="access.sweep", queueing_lock="access.sweep")
def sweep_ended(timestamp: int) -> None:
    """Sessions that ran out, forms nobody came back for, counters of attempts long past."""
    SessionStore.clear_expired()
    drafts.sweep()
    throttle.sweep()
