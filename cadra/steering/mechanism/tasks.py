"""Background work of the mechanism: every minute, look at the clocks."""

from procrastinate.contrib.django import app

from cadra.steering.mechanism import escalation


@app.periodic(cron="* * * * *")
@app.task(name="mechanism.escalate", queueing_lock="mechanism.escalate")
def escalate(timestamp: int) -> None:
    """Tell whoever can act of what became late."""
    escalation.escalate()
