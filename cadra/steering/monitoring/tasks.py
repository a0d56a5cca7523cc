"""The worker counts figures when there is too much for a page to count."""

from procrastinate.contrib.django import app

from cadra.steering.monitoring import snapshots


@app.periodic(cron="*/15 * * * *")
@app.task(name="monitoring.refresh", queueing_lock="monitoring.refresh")
def refresh(timestamp: int) -> None:
    """Count again the years that are due."""
    snapshots.refresh()
