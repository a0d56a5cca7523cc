"""The retention rules of the outbox, carried out once a day."""

from datetime import timedelta

from django.utils import timezone

from cadra.foundation.outbox.models import DemoMail, Message, State

KEEP_SENT = timedelta(days=30)
KEEP_FAILED = timedelta(days=90)
KEEP_DEMO_MAILS = 500


def tidy() -> int:
    """Delete what has been kept long enough; the number of rows deleted."""
    now = timezone.now()
    old_sent = Message.objects.filter(state=State.SENT, sent_at__lt=now - KEEP_SENT)
    old_failed = Message.objects.filter(state=State.FAILED, created_at__lt=now - KEEP_FAILED)
    edge = DemoMail.objects.order_by("-pk").values_list("pk", flat=True)[KEEP_DEMO_MAILS - 1 : KEEP_DEMO_MAILS]
    old_mails = DemoMail.objects.filter(pk__lt=min(edge, default=0))
    return sum(rows.delete()[0] for rows in (old_sent, old_failed, old_mails))
