"""Background work of the mechanism: every minute, look at the clocks; every night, at all dates that passed."""

from procrastinate.contrib.django import app

from cadra.steering.mechanism import escalation


@app.periodic(cron="* * * * *")
@app.task(name="mechanism.escalate", queueing_lock="mechanism.escalate")
def escalate(timestamp: int) -> None:
    """Tell whoever can act of what became late."""
    escalation.escalate()


@app.periodic(cron="7 2 * * *")
@app.task(name="mechanism.refresh", queueing_lock="mechanism.refresh")
def refresh(timestamp: int) -> None:
    """Dates that ended by themselves are dates no more, also after days on which no worker ran."""
    escalation.refresh()
