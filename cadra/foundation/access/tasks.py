"""Background work of access: what has ended is thrown away, and ended at the keeper too."""

from procrastinate.contrib.django import app

from cadra.foundation.access import closing, drafts, throttle
from cadra.foundation.access.sessions import SessionStore
from cadra.foundation.vault.system import system_keeper


@app.periodic(cron="17 * * * *")
@app.task(name="access.sweep", queueing_lock="access.sweep")
def sweep_ended(timestamp: int) -> None:
    """Sessions that ran out, forms nobody came back for, counters of attempts long past."""
    SessionStore.clear_expired()
    drafts.sweep()
    throttle.sweep()


@app.periodic(cron="* * * * *")
@app.task(name="access.close", queueing_lock="access.close")
def close_at_keeper(timestamp: int) -> None:
    """Close at the keeper what was closed while it could not be reached."""
    closing.finish()


@app.periodic(cron="7 2 * * *")
@app.task(name="access.compare", queueing_lock="access.compare")
def compare_with_keeper(timestamp: int) -> None:
    """Every night, go through all that is alive at the keeper."""
    closing.compare()


@app.periodic(cron="41 3 1 * *")
@app.task(name="access.turn_epoch", queueing_lock="access.turn_epoch")
def turn_epoch(timestamp: int) -> None:
    """The first night of each month: from then on no older copy of the keeper's store opens what was erased."""
    system_keeper().turn_epoch()
