"""Background work of tasks: every minute, tell whoever answers of what is due soon or late; every night, tidy up."""

from procrastinate.contrib.django import app

from cadra.record.tasks import reminding


@app.periodic(cron="* * * * *")
@app.task(name="tasks.remind", queueing_lock="tasks.remind")
def remind(timestamp: int) -> None:
    """Neutral reminders of dates that come near or have passed."""
    reminding.remind()


@app.periodic(cron="37 3 * * *")
@app.task(name="tasks.sweep", queueing_lock="tasks.sweep")
def sweep(timestamp: int) -> None:
    """Carry out the retention rules of tasks and calendar addresses."""
    reminding.sweep()
