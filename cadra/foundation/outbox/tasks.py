"""Background work of the outbox, and the two chores that keep the queue itself in order.

The `outbox_message` table is the truth; a job only says "look now". Losing every job loses no message.
"""

from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.jobs import Status

from cadra.foundation.outbox.sending import send_due
from cadra.foundation.outbox.tidying import tidy

MOST_ATTEMPTS = 5
KEEP_JOBS_HOURS = 30 * 24


@app.task(name="outbox.send_now")
def send_now() -> None:
    """Deferred after each commit that posted something."""
    send_due()


def wake() -> None:
    """Tell the worker that something was posted; called after the commit."""
    send_now.defer()


@app.periodic(cron="* * * * * */30")  # the sixth field is seconds
@app.task(name="outbox.sweep", queueing_lock="outbox.sweep")
def sweep(timestamp: int) -> None:
    """Send what a lost wake-up, a retry time or a killed worker left behind."""
    send_due()


@app.periodic(cron="* * * * *")
@app.task(name="outbox.retry_stalled", queueing_lock="outbox.retry_stalled", pass_context=True)
async def retry_stalled(context: JobContext, timestamp: int) -> None:
    """Put back jobs whose worker was killed; a job that killed five workers is given up, visibly."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs():
        if job.attempts < MOST_ATTEMPTS:
            await manager.retry_job(job)
        else:
            await manager.finish_job(job, status=Status.FAILED, delete_job=False)


@app.periodic(cron="17 3 * * *")
@app.task(name="outbox.tidy", queueing_lock="outbox.tidy")
def tidy_messages(timestamp: int) -> None:
    """Carry out the retention rules of the outbox."""
    tidy()


@app.periodic(cron="27 3 * * *")
@app.task(name="outbox.tidy_jobs", queueing_lock="outbox.tidy_jobs", pass_context=True)
async def tidy_jobs(context: JobContext, timestamp: int) -> None:
    """Delete jobs finished a month ago, whatever became of them."""
    await context.app.job_manager.delete_old_jobs(
        nb_hours=KEEP_JOBS_HOURS, include_failed=True, include_cancelled=True, include_aborted=True
    )
