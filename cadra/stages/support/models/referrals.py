"""Referrals to a provider's desk, what was sent, each turn they took, and what was given (mission S6, S9)."""

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cadra.foundation.access.protected import OWN_COLUMN, Protected
from cadra.foundation.kernel.classification import OPERATIONAL, SENSITIVE
from cadra.foundation.kernel.clock import now
from cadra.foundation.kernel.compartments import Compartment
from cadra.foundation.vault.fields import SealedField
from cadra.stages.support.models.plan import KEPT_WITH_THE_FILE


class ReferralState(models.TextChoices):
    """Where a referral to a provider stands."""

    SENT = "sent", _("Not answered yet")
    WAITING_LIST = "waiting_list", _("Waiting list")
    ACCEPTED = "accepted", _("Accepted")
    STARTED = "started", _("Help has begun")
    REFUSED = "refused", _("Refused")
    ENDED = "ended", _("Ended")
    WITHDRAWN = "withdrawn", _("Taken back")
    CLOSED_BY_CONSENT = "closed_by_consent", _("Consent ended")


OPEN = (ReferralState.SENT, ReferralState.WAITING_LIST, ReferralState.ACCEPTED, ReferralState.STARTED)
CLOSED = (
    ReferralState.REFUSED,
    ReferralState.ENDED,
    ReferralState.WITHDRAWN,
    ReferralState.CLOSED_BY_CONSENT,
)


class Urgency(models.TextChoices):
    """How soon the desk must answer; the hours are limits of the pack."""

    ORDINARY = "ordinary", _("Ordinary")
    URGENT = "urgent", _("Urgent")


class ServiceReferral(Protected):
    """A referral to a provider's desk, under one grant and one consent. When the grant ends, the desk sees nothing.

    `desk` and `sender_institution` are principals. `message` (sealed under core): {"salt", "lines"}, the envelope in
    codes and her words (see `sheets`), read under the wording `edition`; `message_digest` proves it unchanged.
    `answer_words` (sealed under core): str. `waiting_place`: her place on the list. `next_due_at` is never empty while
    the referral is open: something is always due from someone. The clock reminds the desk at `remind_at`, tells both
    sides when a date passes, and at `alarm_at` who leads on the sender's. `settled_at`: the sender did what a
    closed one asks for.
    What was sent never changes (trigger); the provider only moves the state on.
    """

    compartment = Compartment.SUPPORT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    submission = models.UUIDField(default=uuid.uuid4, unique=True)
    grant_id = models.UUIDField(db_index=True)
    consent_id = models.UUIDField()
    offer_id = models.UUIDField(null=True)
    follows_id = models.UUIDField(null=True)
    reference = models.CharField(max_length=20)
    service = models.SlugField(max_length=60)
    urgency = models.SlugField(max_length=20)
    desk = models.IntegerField()
    sender_id = models.UUIDField()
    sender_institution = models.IntegerField()
    parts = ArrayField(models.CharField(max_length=20))
    message = SealedField()
    message_digest = models.CharField(max_length=64, blank=True, db_default="")
    edition = models.CharField(max_length=64, blank=True, db_default="")
    state = models.CharField(max_length=20, choices=ReferralState.choices, default=ReferralState.SENT)
    sent_at = models.DateTimeField(default=now)
    answer_due_at = models.DateTimeField()
    next_due_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.UUIDField(null=True)
    answer_reason = models.SlugField(max_length=60, blank=True)
    answer_words = SealedField()
    waiting_place = models.PositiveSmallIntegerField(null=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    outcome = models.SlugField(max_length=40, blank=True)
    settled_at = models.DateTimeField(null=True)
    remind_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)
    alarm_at = models.DateTimeField(null=True)
    alarmed_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    sealed_under = Compartment.CORE  # the desk reads it whichever parts she agreed to
    retention = KEPT_WITH_THE_FILE
    classified: ClassVar = {
        **Protected.classified,
        "id": OPERATIONAL,
        "submission": OPERATIONAL,
        "grant_id": OPERATIONAL,
        "consent_id": OPERATIONAL,
        "offer_id": OPERATIONAL,
        "follows_id": OPERATIONAL,
        "reference": OPERATIONAL,
        "service": OPERATIONAL,
        "urgency": OPERATIONAL,
        "desk": OPERATIONAL,
        "sender_id": OPERATIONAL,
        "sender_institution": OPERATIONAL,
        "parts": OPERATIONAL,
        "message": SENSITIVE,
        "message_digest": OPERATIONAL,
        "edition": OPERATIONAL,
        "state": OPERATIONAL,
        "sent_at": OPERATIONAL,
        "answer_due_at": OPERATIONAL,
        "next_due_at": OPERATIONAL,
        "received_at": OPERATIONAL,
        "answered_at": OPERATIONAL,
        "answered_by": OPERATIONAL,
        "answer_reason": OPERATIONAL,
        "answer_words": SENSITIVE,
        "waiting_place": OPERATIONAL,
        "started_at": OPERATIONAL,
        "ended_at": OPERATIONAL,
        "outcome": OPERATIONAL,
        "settled_at": OPERATIONAL,
        "remind_at": OPERATIONAL,
        "reminded_at": OPERATIONAL,
        "escalated_at": OPERATIONAL,
        "alarm_at": OPERATIONAL,
        "alarmed_at": OPERATIONAL,
        "version": OPERATIONAL,
    }

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=CLOSED, next_due_at=None) | Q(state__in=OPEN, next_due_at__isnull=False),
                name="open_referral_has_a_clock",
            )
        ]
        indexes = [
            models.Index(fields=["desk", "next_due_at", "id"], condition=Q(state__in=OPEN), name="provider_desk_order"),
            models.Index(F("desk"), F("sent_at").desc(), F("id").desc(), name="provider_desk_newest"),
            models.Index(fields=["sender_id"], condition=Q(settled_at=None), name="referral_by_sender"),
            models.Index(fields=["next_due_at"], condition=Q(next_due_at__isnull=False), name="referral_clock"),
            models.Index(
                fields=["remind_at"], condition=Q(state=ReferralState.SENT, reminded_at=None), name="referral_reminder"
            ),
        ]


class Turn(Protected):
    """One thing that happened to a referral. Rows are only added, so every answer stays readable.

    `words` (sealed under core): str or None. `place` on the waiting list, `next_on` the day that was named. `by` and
    `by_institution` are empty when time itself did it.
    """

    compartment = Compartment.SUPPORT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    grant_id = models.UUIDField()
    referral = models.ForeignKey(ServiceReferral, on_delete=models.CASCADE, related_name="turns")
    state = models.CharField(max_length=20, choices=ReferralState.choices)
    reason = models.SlugField(max_length=60, blank=True)
    words = SealedField()
    place = models.PositiveSmallIntegerField(null=True)
    next_on = models.DateField(null=True)
    by = models.UUIDField(null=True)
    by_institution = models.IntegerField(null=True)
    at = models.DateTimeField(default=now)

    sealed_under = Compartment.CORE
    retention = KEPT_WITH_THE_FILE
    classified: ClassVar = {
        **Protected.classified,
        "id": OPERATIONAL,
        "grant_id": OPERATIONAL,
        "referral": OPERATIONAL,
        "state": OPERATIONAL,
        "reason": OPERATIONAL,
        "words": SENSITIVE,
        "place": OPERATIONAL,
        "next_on": OPERATIONAL,
        "by": OPERATIONAL,
        "by_institution": OPERATIONAL,
        "at": OPERATIONAL,
    }


class Extract(Protected):
    """What the provider was sent of one compartment, frozen at sending and never changed.

    `content` (sealed): {"salt": hex, "lines": [Line]} as previewed, in codes and her words (`sheets.saying`).
    `digest`: HMAC of the lines under the salt; says nothing to who can't open them, proves them unchanged to who can.
    """

    compartment = OWN_COLUMN

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    grant_id = models.UUIDField()
    referral = models.ForeignKey(ServiceReferral, on_delete=models.CASCADE, related_name="extracts")
    compartment_of_row = models.CharField(max_length=20, db_column="compartment")
    content = SealedField()
    digest = models.CharField(max_length=64, blank=True, db_default="")

    retention = KEPT_WITH_THE_FILE
    classified: ClassVar = {
        **Protected.classified,
        "id": OPERATIONAL,
        "grant_id": OPERATIONAL,
        "referral": OPERATIONAL,
        "compartment_of_row": OPERATIONAL,
        "content": SENSITIVE,
        "digest": OPERATIONAL,
    }

    class Meta:
        constraints = [models.UniqueConstraint(fields=["referral", "compartment_of_row"], name="one_extract_per_part")]

    @property
    def sealed_under(self) -> str:
        return self.compartment_of_row


class DeliveryKind(models.TextChoices):
    """What was given."""

    SESSION = "session", _("Session or visit")
    GOODS = "goods", _("Goods")
    MONEY = "money", _("Money")
    NIGHTS = "nights", _("Nights")


class MoneyWay(models.TextChoices):
    """How money was given. What was written down before this was asked has none."""

    TRANSFER = "transfer", _("By bank or card")
    CASH = "cash", _("In cash")


class Delivery(Protected):
    """One thing given. Written by the provider (under its referral) or by the file's holder (without one).

    `amount`: sessions, pieces, nights; for money hundredths of `currency`. `way`: of money; cash has a `giver` and a
    `witness`, two colleagues of the institution that gave it (PostgreSQL looks). `words` (sealed under core): str.
    """

    compartment = Compartment.SUPPORT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    submission = models.UUIDField(default=uuid.uuid4, unique=True)
    grant_id = models.UUIDField(null=True)
    referral = models.ForeignKey(ServiceReferral, null=True, on_delete=models.CASCADE, related_name="deliveries")
    service = models.SlugField(max_length=60)
    kind = models.CharField(max_length=20, choices=DeliveryKind.choices)
    amount = models.PositiveIntegerField(default=1)
    currency = models.CharField(max_length=3, blank=True)
    way = models.CharField(max_length=10, blank=True, choices=MoneyWay.choices)
    giver = models.UUIDField(null=True)
    witness = models.UUIDField(null=True)
    at_distance = models.BooleanField(default=False)
    on = models.DateField()
    words = SealedField()
    by_institution = models.IntegerField()
    recorded_by = models.UUIDField()
    recorded_at = models.DateTimeField(default=now)

    sealed_under = Compartment.CORE
    retention = "kept with the file; the count stays as an anonymous statistic"
    classified: ClassVar = {
        **Protected.classified,
        "id": OPERATIONAL,
        "submission": OPERATIONAL,
        "grant_id": OPERATIONAL,
        "referral": OPERATIONAL,
        "service": OPERATIONAL,
        "kind": OPERATIONAL,
        "amount": OPERATIONAL,
        "currency": OPERATIONAL,
        "way": OPERATIONAL,
        "giver": OPERATIONAL,
        "witness": OPERATIONAL,
        "at_distance": OPERATIONAL,
        "on": OPERATIONAL,
        "words": SENSITIVE,
        "by_institution": OPERATIONAL,
        "recorded_by": OPERATIONAL,
        "recorded_at": OPERATIONAL,
    }

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="something_was_given"),
            models.CheckConstraint(
                condition=Q(kind="money", currency__gt="") | (~Q(kind="money") & Q(currency="")),
                name="money_has_its_currency",
            ),
            models.CheckConstraint(condition=Q(kind="money") | Q(way=""), name="only_money_has_a_way"),
            models.CheckConstraint(
                condition=Q(way="cash", giver__isnull=False, witness__isnull=False) & ~Q(giver=F("witness"))
                | ~Q(way="cash") & Q(giver=None, witness=None),
                name="given_cash_has_two_people",
            ),
        ]
