"""Documents kept with a file, the papers she lacks, and what waits to be made ready to look at."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cadra.foundation.access.protected import OWN_COLUMN, Protected
from cadra.foundation.kernel.classification import OPERATIONAL, SENSITIVE
from cadra.foundation.kernel.clock import now
from cadra.foundation.kernel.compartments import Compartment
from cadra.foundation.vault.fields import SealedField

KEPT_WITH_THE_FILE = "kept with the file; without the file's keys its bytes say nothing"


class Format(models.TextChoices):
    """What a file is by its content, whatever its name says."""

    PDF = "pdf", "PDF"
    JPEG = "jpeg", "JPEG"
    PNG = "png", "PNG"
    WEBP = "webp", "WebP"
    DOCX = "docx", "DOCX"


class Document(Protected):
    """One document, in the part of the file its kind belongs to. Its bytes lie sealed in the store (store.py).

    `secret` (sealed): base64 of the 32 bytes from which the keys of its streams are derived. `words` (sealed):
    {"title": str, "dated": iso date or ""}. `sent`: one per file of one sending, so that the same form twice is once.
    """

    compartment = OWN_COLUMN
    compartment_of_row = models.CharField(max_length=20, db_column="compartment")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.SlugField(max_length=40)
    format = models.CharField(max_length=10, choices=Format.choices)
    size = models.PositiveIntegerField()
    secret = SealedField()
    words = SealedField()
    sent = models.UUIDField(unique=True)
    paper_id = models.UUIDField(null=True)
    added_by = models.UUIDField()
    institution_id = models.UUIDField()
    added_at = models.DateTimeField(default=now)
    removed_by = models.UUIDField(null=True)
    removed_at = models.DateTimeField(null=True)
    removed_for = models.SlugField(max_length=40, blank=True)

    retention = KEPT_WITH_THE_FILE
    classified: ClassVar = {
        **Protected.classified,
        "compartment_of_row": OPERATIONAL,
        "id": OPERATIONAL,
        "kind": SENSITIVE,
        "format": OPERATIONAL,
        "size": OPERATIONAL,
        "secret": SENSITIVE,
        "words": SENSITIVE,
        "sent": OPERATIONAL,
        "paper_id": OPERATIONAL,
        "added_by": OPERATIONAL,
        "institution_id": OPERATIONAL,
        "added_at": OPERATIONAL,
        "removed_by": OPERATIONAL,
        "removed_at": OPERATIONAL,
        "removed_for": OPERATIONAL,
    }

    class Meta:
        indexes = [models.Index(fields=["case_id", "-added_at"], name="document_newest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(removed_at=None, removed_by=None, removed_for="")
                | Q(removed_at__isnull=False, removed_by__isnull=False) & ~Q(removed_for=""),
                name="document_removed_by_someone_for_a_reason",
            )
        ]

    @property
    def sealed_under(self) -> str:
        return self.compartment_of_row


class Making(models.Model):
    """A document being made ready to look at. Of the document itself it knows only its id, in no file.

    `handed`: the document's secret, sealed by the keeper for this errand alone, empty once it is done (ADR 0012).
    `reason`: why it was not kept (workshop.wire.REASONS). `shown` of its `pages` may be looked at.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Being made ready")
        READY = "ready", _("Ready")
        REFUSED = "refused", _("Could not be kept")

    id = models.UUIDField(primary_key=True, editable=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    format = models.CharField(max_length=10, choices=Format.choices)
    size = models.PositiveIntegerField()
    handed = models.BinaryField(default=b"")
    reason = models.SlugField(max_length=20, blank=True)
    pages = models.PositiveIntegerField(default=0)
    shown = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try = models.DateTimeField(default=now)
    begun_at = models.DateTimeField(default=now)

    retention = "as long as its document; the sealed secret until the errand is done, at the latest for a day"
    classified: ClassVar = {
        "id": OPERATIONAL,
        "state": OPERATIONAL,
        "format": OPERATIONAL,
        "size": OPERATIONAL,
        "handed": SENSITIVE,
        "reason": OPERATIONAL,
        "pages": OPERATIONAL,
        "shown": OPERATIONAL,
        "attempts": OPERATIONAL,
        "next_try": OPERATIONAL,
        "begun_at": OPERATIONAL,
    }

    class Meta:
        indexes = [models.Index(fields=["next_try"], condition=Q(state="waiting"), name="making_due")]


class Progress(models.TextChoices):
    """How far a paper she lacks has come."""

    LACKING = "lacking", _("Not asked for yet")
    APPLIED = "applied", _("Applied for")
    RECEIVED = "received", _("Received")
    REFUSED = "refused", _("Refused by the office")
    DROPPED = "dropped", _("Not needed any more")


OPEN = (Progress.LACKING, Progress.APPLIED)


class Paper(Protected):
    """An identity paper or certificate she lacks, followed as a need. `words` (sealed): {"note": str}.

    `expected_on`: when it should come, or when to look again; while it is open this is a date of the file.
    """

    compartment = Compartment.SUPPORT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.SlugField(max_length=40)
    progress = models.CharField(max_length=10, choices=Progress.choices, default=Progress.LACKING)
    applied_on = models.DateField(null=True)
    expected_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    words = SealedField()
    version = models.PositiveIntegerField(default=1)
    written_by = models.UUIDField()
    institution_id = models.UUIDField()
    written_at = models.DateTimeField(default=now)
    changed_at = models.DateTimeField(default=now)

    retention = KEPT_WITH_THE_FILE
    classified: ClassVar = {
        **Protected.classified,
        "id": OPERATIONAL,
        "kind": SENSITIVE,
        "progress": SENSITIVE,
        "applied_on": SENSITIVE,
        "expected_on": OPERATIONAL,
        "ended_on": SENSITIVE,
        "words": SENSITIVE,
        "version": OPERATIONAL,
        "written_by": OPERATIONAL,
        "institution_id": OPERATIONAL,
        "written_at": OPERATIONAL,
        "changed_at": OPERATIONAL,
    }

    class Meta:
        indexes = [models.Index(fields=["case_id", "written_at"], name="paper_of_file")]

    @property
    def is_open(self) -> bool:
        """Is it still followed?"""
        return self.progress in OPEN
