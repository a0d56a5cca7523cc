"""Messages waiting to be sent. No text is kept: it is made from `kind` at the moment of sending."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from cadra.foundation.kernel.classification import IDENTITY, OPERATIONAL

# A path of this site; no query and nothing after it but an anchor.
LINK_IS_A_PATH = r"^/([A-Za-z0-9_-]+/)*[A-Za-z0-9_-]*(#[A-Za-z0-9_-]+)?$"


class State(models.TextChoices):
    """Where a message is. Nothing leaves `sent` or `failed` by itself."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"


class Message(models.Model):
    """One neutral message to one user. `link` is a path of this site, emptied once the message is sent."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.SlugField(max_length=40, db_index=False)
    recipient = models.UUIDField()
    link = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=10, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    reason = models.SlugField(max_length=40, blank=True, db_index=False)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try = models.DateTimeField(default=timezone.now)
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)

    retention = "sent ones deleted after 30 days, failed ones after 90"
    classified = OPERATIONAL

    class Meta:
        db_table = "outbox_message"
        indexes = [models.Index(fields=["next_try"], condition=Q(state="queued"), name="outbox_due")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | ~Q(state="sent") & Q(sent_at__isnull=True),
                name="sent_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(link="") | Q(link__regex=LINK_IS_A_PATH),
                name="link_is_a_path",
            ),
        ]


class DemoMail(models.Model):
    """A mail as it would have gone out; written only in the demonstration."""

    id = models.BigAutoField(primary_key=True)
    recipient = models.CharField(max_length=254)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    created_at = models.DateTimeField(default=timezone.now)

    retention = "demonstration only: the newest 500 are kept"
    classified: ClassVar = {
        "id": OPERATIONAL,
        "recipient": IDENTITY,
        "subject": OPERATIONAL,
        "body": OPERATIONAL,
        "created_at": OPERATIONAL,
    }

    class Meta:
        db_table = "outbox_demomail"
        ordering = ("-id",)
