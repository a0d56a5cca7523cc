"""What may be read of the outbox."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q
from django.utils import timezone

from cadra.foundation.outbox.models import DemoMail, Message, State

STALE_SECONDS = 300


@dataclass(frozen=True)
class Health:
    """Whether messages go out: counts by state and the oldest that should have been sent."""

    queued: int
    failed: int
    oldest_due: datetime | None

    @property
    def is_stale(self) -> bool:
        return self.oldest_due is not None and (timezone.now() - self.oldest_due).total_seconds() > STALE_SECONDS


def health() -> Health:
    """The outbox at a glance, for the health page."""
    queued = Q(state=State.QUEUED)
    counts = Message.objects.aggregate(
        queued=Count("pk", filter=queued),
        failed=Count("pk", filter=Q(state=State.FAILED)),
        oldest_due=Min("next_try", filter=queued & Q(next_try__lte=timezone.now())),
    )
    return Health(**counts)


def demo_mails(limit: int = 100) -> list[DemoMail]:
    """The newest mails of the demonstration."""
    return list(DemoMail.objects.all()[:limit])
