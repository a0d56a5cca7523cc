"""Pillar 2: a plan in her words, services offered and answered, referrals to providers and what they gave."""

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from cadra.foundation.access.protected import OWN_COLUMN, Protected
from cadra.foundation.kernel.classification import OPERATIONAL, SENSITIVE
from cadra.foundation.kernel.clock import now
from cadra.foundation.kernel.compartments import Compartment
from cadra.foundation.vault.fields import SealedField

KEPT_WITH_THE_FILE = "kept with the file"


class Plan(Protected):
    """The plan agreed with her. `agreement` (sealed, JSON): {"form": written|spoken|gesture, "her_words": str}."""

    compartment = Compartment.SUPPORT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agreement = SealedField()
    agreed_on = models.DateField(null=True)
    review_on = models.DateField(null=True)
    made_by = models.UUIDField()
    made_at = models.DateTimeField(default=now)
    version = models.PositiveIntegerField(default=1)

    retention = KEPT_WITH_THE_FILE
    classified: ClassVar = {
        **Protected.classified,
        "id": OPERATIONAL,
        "agreement": SENSITIVE,
        "agreed_on": OPERATIONAL,
        "review_on": OPERATIONAL,
        "made_by": OPERATIONAL,
        "made_at": OPERATIONAL,
        "version": OPERATIONAL,
    }

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case_id"], name="one_plan_per_file")]


class Goal(Protected):
    """What she wants to reach, in her words, and the steps to it.

    `words` sealed str; `steps` sealed list of {"what": str, "who": str, "by": ISO date or "", "done_on": ISO date or ""}.
    """

    compartment = Compartment.SUPPORT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="goals")
    domain = models.SlugField(max_length=40, blank=True)
    words = SealedField()
    steps = SealedField()
    due_on = models.DateField(null=True)
    reached_on = models.DateField(null=True)
    dropped_on = models.DateField(null=True)
    written_by = models.UUIDField()
    written_at = models.DateTimeField(default=now)
    version = models.PositiveIntegerField(default=1)

    retention = KEPT_WITH_THE_FILE
    classified: ClassVar = {
        **Protected.classified,
        "id": OPERATIONAL,
        "plan": OPERATIONAL,
        "domain": OPERATIONAL,
        "words": SENSITIVE,
        "steps": SENSITIVE,
        "due_on": OPERATIONAL,
        "reached_on": OPERATIONAL,
        "dropped_on": OPERATIONAL,
        "written_by": OPERATIONAL,
        "written_at": OPERATIONAL,
        "version": OPERATIONAL,
    }


class DecisionOnOffer(models.TextChoices):
    """A continuum, not yes or no (mission D1)."""

    ACCEPTED = "accepted"
    PARTLY = "partly"
    NOT_NOW = "not_now"
    DECLINED = "declined"
    NOT_OFFERED = "not_offered"
    EXCLUDED = "excluded"


class Offer(Protected):
    """A service offered to her. Her decisions are rows of their own, so none is overwritten."""

    compartment = Compartment.SUPPORT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.SlugField(max_length=60)
    goal = models.ForeignKey(Goal, null=True, on_delete=models.SET_NULL, related_name="offers")
    explained_form = models.SlugField(max_length=30)
    explained_language = models.SlugField(max_length=20)
    understood = models.SlugField(max_length=20)
    offered_by = models.UUIDField()
    offered_at = models.DateTimeField(default=now)
    decision = models.CharField(max_length=20, choices=DecisionOnOffer.choices, blank=True)
    offer_again_on = models.DateField(null=True)

    retention = KEPT_WITH_THE_FILE
    classified: ClassVar = {
        **Protected.classified,
        "id": OPERATIONAL,
        "service": OPERATIONAL,
        "goal": OPERATIONAL,
        "explained_form": OPERATIONAL,
        "explained_language": OPERATIONAL,
        "understood": OPERATIONAL,
        "offered_by": OPERATIONAL,
        "offered_at": OPERATIONAL,
        "decision": SENSITIVE,
        "offer_again_on": OPERATIONAL,
    }


class OfferDecision(Protected):
    """What she said to an offer on one day, and why (reasons: codes of the pack; words sealed)."""

    compartment = Compartment.SUPPORT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="decisions")
    decision = models.CharField(max_length=20, choices=DecisionOnOffer.choices)
    reasons = ArrayField(models.SlugField(max_length=60), default=list)
    words = SealedField()
    offer_again_on = models.DateField(null=True)
    recorded_by = models.UUIDField()
    decided_at = models.DateTimeField(default=now)

    retention = KEPT_WITH_THE_FILE
    classified: ClassVar = {
        **Protected.classified,
        "id": OPERATIONAL,
        "offer": OPERATIONAL,
        "decision": SENSITIVE,
        "reasons": SENSITIVE,
        "words": SENSITIVE,
        "offer_again_on": OPERATIONAL,
        "recorded_by": OPERATIONAL,
        "decided_at": OPERATIONAL,
    }


class ReferralState(models.TextChoices):
    """Where a referral to a provider stands."""

    SENT = "sent"
    ACCEPTED = "accepted"
    WAITING_LIST = "waiting_list"
    REFUSED = "refused"
    STARTED = "started"
    ENDED = "ended"
    CLOSED_BY_CONSENT = "closed_by_consent"


class ServiceReferral(Protected):
    """A referral to a provider's desk, under one grant and one consent. When the grant ends, the desk sees nothing.

    `message` (sealed under core): {"purpose": str, "asks": str}; `answer_words` (sealed under core): str.
    """

    compartment = Compartment.SUPPORT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    grant_id = models.UUIDField()
    consent_id = models.UUIDField()
    offer_id = models.UUIDField(null=True)
    reference = models.CharField(max_length=20)
    service = models.SlugField(max_length=60)
    urgency = models.SlugField(max_length=20)
    desk = models.IntegerField()
    sender_id = models.UUIDField()
    sender_institution = models.IntegerField()
    parts = ArrayField(models.CharField(max_length=20))
    message = SealedField()
    state = models.CharField(max_length=20, choices=ReferralState.choices, default=ReferralState.SENT)
    sent_at = models.DateTimeField(default=now)
    answer_due_at = models.DateTimeField()
    received_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.UUIDField(null=True)
    answer_reason = models.SlugField(max_length=60, blank=True)
    answer_words = SealedField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    outcome = models.SlugField(max_length=40, blank=True)
    escalated_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    sealed_under = Compartment.CORE  # the desk reads it whichever parts she agreed to
    retention = KEPT_WITH_THE_FILE
    classified: ClassVar = {
        **Protected.classified,
        "id": OPERATIONAL,
        "grant_id": OPERATIONAL,
        "consent_id": OPERATIONAL,
        "offer_id": OPERATIONAL,
        "reference": OPERATIONAL,
        "service": OPERATIONAL,
        "urgency": OPERATIONAL,
        "desk": OPERATIONAL,
        "sender_id": OPERATIONAL,
        "sender_institution": OPERATIONAL,
        "parts": OPERATIONAL,
        "message": SENSITIVE,
        "state": OPERATIONAL,
        "sent_at": OPERATIONAL,
        "answer_due_at": OPERATIONAL,
        "received_at": OPERATIONAL,
        "answered_at": OPERATIONAL,
        "answered_by": OPERATIONAL,
        "answer_reason": OPERATIONAL,
        "answer_words": SENSITIVE,
        "started_at": OPERATIONAL,
        "ended_at": OPERATIONAL,
        "outcome": OPERATIONAL,
        "escalated_at": OPERATIONAL,
        "version": OPERATIONAL,
    }

    class Meta:
        indexes = [
            models.Index(
                fields=["desk", "answer_due_at"],
                condition=Q(state__in=["sent", "accepted", "waiting_list", "started"]),
                name="provider_desk_order",
            )
        ]


class Extract(Protected):
    """What the provider was sent of one compartment, frozen at sending. `content` (sealed, JSON): [{"label", "value"}]."""

    compartment = OWN_COLUMN

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    grant_id = models.UUIDField()
    referral = models.ForeignKey(ServiceReferral, on_delete=models.CASCADE, related_name="extracts")
    compartment_of_row = models.CharField(max_length=20, db_column="compartment")
    content = SealedField()

    retention = KEPT_WITH_THE_FILE
    classified: ClassVar = {
        **Protected.classified,
        "id": OPERATIONAL,
        "grant_id": OPERATIONAL,
        "referral": OPERATIONAL,
        "compartment_of_row": OPERATIONAL,
        "content": SENSITIVE,
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["referral", "compartment_of_row"], name="one_extract_per_part")
        ]

    @property
    def sealed_under(self) -> str:
        return self.compartment_of_row


class Delivery(Protected):
    """One thing given: a session, goods, money, nights. Written by the provider or the file's holder."""

    compartment = Compartment.SUPPORT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    grant_id = models.UUIDField(null=True)
    referral = models.ForeignKey(ServiceReferral, null=True, on_delete=models.CASCADE, related_name="deliveries")
    service = models.SlugField(max_length=60)
    kind = models.SlugField(max_length=20)
    amount = models.PositiveIntegerField(default=1)
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
        "grant_id": OPERATIONAL,
        "referral": OPERATIONAL,
        "service": OPERATIONAL,
        "kind": OPERATIONAL,
        "amount": OPERATIONAL,
        "at_distance": OPERATIONAL,
        "on": OPERATIONAL,
        "words": SENSITIVE,
        "by_institution": OPERATIONAL,
        "recorded_by": OPERATIONAL,
        "recorded_at": OPERATIONAL,
    }
