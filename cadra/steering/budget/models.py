"""Money of an institution, in hundredths of the currency and never in floats (mission S10).

A line and its entries are about no person: accounting reads them. What ties an entry to somebody is a row of her file.
"""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cadra.foundation.access.protected import Protected
from cadra.foundation.kernel.classification import OPERATIONAL, SENSITIVE
from cadra.foundation.kernel.clock import now
from cadra.foundation.kernel.compartments import Compartment
from cadra.foundation.vault.fields import SealedField

KEPT_FOR_ACCOUNTING = "kept as long as the institution must keep its accounts; it names nobody who was helped"


class Line(models.Model):
    """Money of one programme from one funder for a period. `amount`, `spent`: hundredths of `currency`.

    `institution` is a principal. `spent` is written by PostgreSQL alone, from the entries that count.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    submission = models.UUIDField(default=uuid.uuid4, unique=True)
    institution = models.IntegerField()
    programme = models.CharField(max_length=120)
    funder = models.CharField(max_length=120)
    amount = models.BigIntegerField()
    spent = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3)
    starts = models.DateField()
    ends = models.DateField()
    opened_by = models.UUIDField()
    opened_at = models.DateTimeField(default=now)

    retention = KEPT_FOR_ACCOUNTING
    classified: ClassVar = {"*": OPERATIONAL}

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0, spent__gte=0), name="line_has_money"),
            models.CheckConstraint(condition=Q(ends__gte=F("starts")), name="line_ends_after_it_starts"),
        ]
        indexes = [models.Index(fields=["institution", "-ends", "id"], name="lines_of_institution")]

    @property
    def left(self) -> int:
        """What may still be spent; below nothing only by a recorded override."""
        return self.amount - self.spent


class State(models.TextChoices):
    """Where an entry stands. Only approved ones count."""

    PROPOSED = "proposed", _("Waits for approval")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")
    TAKEN_BACK = "taken_back", _("Taken back")


class Way(models.TextChoices):
    """How it was paid."""

    TRANSFER = "transfer", _("By bank, card or bill")
    CASH = "cash", _("In cash")
    KIND = "kind", _("In kind, from what we have")


class Entry(models.Model):
    """What one assistance cost. It knows no person, no file and no words.

    `needs_second`: it was above the limit, or the line had not enough, when it was written. `reason`: a code of the
    pack, why it was approved although the line had not enough. `giver`, `witness`: who handed cash over and who stood
    beside. What was written never changes; a colleague decides (PostgreSQL holds both).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    submission = models.UUIDField(default=uuid.uuid4, unique=True)
    institution = models.IntegerField()
    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="entries")
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    service = models.SlugField(max_length=60)
    way = models.CharField(max_length=20, choices=Way.choices)
    on = models.DateField()
    giver = models.UUIDField(null=True)
    witness = models.UUIDField(null=True)
    needs_second = models.BooleanField(default=False)
    state = models.CharField(max_length=20, choices=State.choices)
    reason = models.SlugField(max_length=40, blank=True)
    recorded_by = models.UUIDField()
    recorded_at = models.DateTimeField(default=now)
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)

    retention = KEPT_FOR_ACCOUNTING
    classified: ClassVar = {"*": OPERATIONAL}

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="entry_has_money"),
            models.CheckConstraint(
                condition=~Q(way="cash") | Q(giver__isnull=False, witness__isnull=False) & ~Q(giver=F("witness")),
                name="cash_has_two_people",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved", needs_second=True) | Q(decided_by__isnull=False),
                name="second_person_approved",
            ),
        ]
        indexes = [
            models.Index(F("line"), F("on").desc(), F("id").desc(), name="entries_of_line"),
            models.Index(fields=["institution", "recorded_at"], condition=Q(state="proposed"), name="entries_waiting"),
            models.Index(fields=["institution", "on", "id"], name="entries_by_day"),
        ]

    @property
    def waits(self) -> bool:
        """Does a second person still have to say yes or no?"""
        return self.state == State.PROPOSED

    @property
    def counts(self) -> bool:
        """Is it part of what the line has spent?"""
        return self.state == State.APPROVED

    @property
    def reference(self) -> str:
        """What accounting calls it: of the entry itself, leading to no file."""
        return str(self.id).split("-")[0].upper()


class Assistance(Protected):
    """Ties an entry to what it was for: one thing given to her, or one offer. `words` (sealed): str."""

    compartment = Compartment.SUPPORT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="+")
    delivery_id = models.UUIDField(null=True)
    offer_id = models.UUIDField(null=True)
    words = SealedField()
    recorded_by = models.UUIDField()
    recorded_at = models.DateTimeField(default=now)

    retention = "kept with the file; the entry stays for accounting, without her"
    classified: ClassVar = {
        **Protected.classified,
        "id": OPERATIONAL,
        "entry": OPERATIONAL,
        "delivery_id": OPERATIONAL,
        "offer_id": OPERATIONAL,
        "words": SENSITIVE,
        "recorded_by": OPERATIONAL,
        "recorded_at": OPERATIONAL,
    }

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(delivery_id=None, offer_id__isnull=False) | Q(delivery_id__isnull=False, offer_id=None),
                name="money_for_one_thing",
            )
        ]
