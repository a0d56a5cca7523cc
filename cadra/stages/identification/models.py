"""Pillar 1: from the first signal to a decision, and the time to recover (mission I1–I10)."""

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from cadra.foundation.access.protected import ANY_FILE_GRANT, OWN_COLUMN, Protected
from cadra.foundation.kernel.classification import OPERATIONAL, SENSITIVE
from cadra.foundation.kernel.clock import now
from cadra.foundation.kernel.compartments import Compartment
from cadra.foundation.vault.fields import SealedField

KEPT_WITH_THE_FILE = "kept with the file"


class State(models.TextChoices):
    """Where a referral to the Responsible Authority stands."""

    DRAFT = "draft"
    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"
    CONNECTED = "connected"
    ASSIGNED = "assigned"


class Referral(Protected):
    """A referral of a presumed victim to the Responsible Authority, on a provisional person of its own.

    `file_id` is the person it was registered as or connected with; the referrer never learns which.
    `in_danger` and `is_child` order the desk. `screens` names the screens saved so far. `answer_due_at` is when receipt
    must be confirmed, `assign_due_at` (set on receipt) when the pair must be named.
    """

    compartment = ANY_FILE_GRANT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    author_id = models.UUIDField()
    institution_id = models.UUIDField()
    receipt_id = models.UUIDField(null=True)
    state = models.CharField(max_length=20, choices=State.choices, default=State.DRAFT)
    screens = ArrayField(models.SlugField(max_length=30), default=list)
    entry_point = models.SlugField(max_length=40, blank=True)
    area = models.CharField(max_length=60, blank=True)
    forms = ArrayField(models.SlugField(max_length=40), default=list)
    in_danger = models.BooleanField(default=False)
    urgent_health = models.BooleanField(default=False)
    is_child = models.BooleanField(default=False)
    file_id = models.UUIDField(null=True)
    officer_id = models.UUIDField(null=True)
    version = models.PositiveIntegerField(default=1)
    started_at = models.DateTimeField(default=now)
    sent_at = models.DateTimeField(null=True)
    answer_due_at = models.DateTimeField(null=True)
    assign_due_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    connected_at = models.DateTimeField(null=True)
    assigned_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)

    retention = "kept with the file; an unsent draft is deleted after 7 days"
    classified: ClassVar = {
        **Protected.classified,
        "id": OPERATIONAL,
        "author_id": OPERATIONAL,
        "institution_id": OPERATIONAL,
        "receipt_id": OPERATIONAL,
        "state": OPERATIONAL,
        "screens": OPERATIONAL,
        "entry_point": OPERATIONAL,
        "area": SENSITIVE,
        "forms": SENSITIVE,
        "in_danger": SENSITIVE,
        "urgent_health": SENSITIVE,
        "is_child": SENSITIVE,
        "file_id": OPERATIONAL,
        "officer_id": OPERATIONAL,
        "version": OPERATIONAL,
        "started_at": OPERATIONAL,
        "sent_at": OPERATIONAL,
        "answer_due_at": OPERATIONAL,
        "assign_due_at": OPERATIONAL,
        "acknowledged_at": OPERATIONAL,
        "connected_at": OPERATIONAL,
        "assigned_at": OPERATIONAL,
        "escalated_at": OPERATIONAL,
    }

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="draft") | Q(sent_at__isnull=False, answer_due_at__isnull=False),
                name="sent_has_its_clock",
            )
        ]
        indexes = [
            models.Index(
                F("in_danger").desc(),
                Coalesce("assign_due_at", "answer_due_at"),
                "id",
                condition=Q(state__in=["sent", "acknowledged", "connected"]),
                name="desk_order",
            )
        ]


class ReferralAnswers(Protected):
    """What was said and seen, one row per compartment and screen.

    `content` (sealed, JSON): the values of a screen that belong to this compartment; shapes as in
    `actions.intake.save_screen`.
    """

    compartment = OWN_COLUMN

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="answers")
    compartment_of_row = models.CharField(max_length=20, db_column="compartment")
    screen = models.SlugField(max_length=30)
    content = SealedField()
    saved_at = models.DateTimeField(default=now)

    retention = KEPT_WITH_THE_FILE
    classified: ClassVar = {
        **Protected.classified,
        "id": OPERATIONAL,
        "referral": OPERATIONAL,
        "compartment_of_row": OPERATIONAL,
        "screen": OPERATIONAL,
        "content": SENSITIVE,
        "saved_at": OPERATIONAL,
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["referral", "screen", "compartment_of_row"], name="one_answer_row_per_screen_and_part"
            )
        ]

    @property
    def sealed_under(self) -> str:
        return self.compartment_of_row


class Receipt(models.Model):
    """All the referrer keeps: a reference, who answers and by when, and that it was received. Nothing of the file."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=20, unique=True)
    author = models.IntegerField()
    institution = models.IntegerField()
    desk = models.IntegerField()
    desk_name = models.CharField(max_length=200)
    desk_phone = models.CharField(max_length=40, blank=True)
    sent_at = models.DateTimeField(default=now)
    answer_due_at = models.DateTimeField()
    received_at = models.DateTimeField(null=True)

    retention = "deleted 1 year after it was received"
    classified: ClassVar = {
        "id": OPERATIONAL,
        "reference": OPERATIONAL,
        "author": OPERATIONAL,
        "institution": OPERATIONAL,
        "desk": OPERATIONAL,
        "desk_name": OPERATIONAL,
        "desk_phone": OPERATIONAL,
        "sent_at": OPERATIONAL,
        "answer_due_at": OPERATIONAL,
        "received_at": OPERATIONAL,
    }

    class Meta:
        indexes = [
            models.Index(fields=["institution", "-sent_at", "-id"], name="receipt_newest"),
            models.Index(fields=["author", "-sent_at", "-id"], name="receipt_newest_own"),
        ]


class NotTheSame(models.Model):
    """An officer's word that a referral is not about someone already known. Only the desk that compared sees it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    referral_id = models.UUIDField()
    person_id = models.UUIDField()
    desk = models.IntegerField()
    decided_by = models.UUIDField()
    decided_at = models.DateTimeField(default=now)

    retention = "deleted 1 year after it was decided"
    classified: ClassVar = {
        "id": OPERATIONAL,
        "referral_id": OPERATIONAL,
        "person_id": SENSITIVE,
        "desk": OPERATIONAL,
        "decided_by": OPERATIONAL,
        "decided_at": OPERATIONAL,
    }

    class Meta:
        constraints = [models.UniqueConstraint(fields=["referral_id", "person_id"], name="told_apart_once")]


class Pair(Protected):
    """The identification pair of an episode: a police officer and a social worker (and, for a child, a child
    protection worker)."""

    compartment = ANY_FILE_GRANT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    referral_id = models.UUIDField(null=True)
    police_id = models.UUIDField()
    social_id = models.UUIDField()
    child_worker_id = models.UUIDField(null=True)
    named_by = models.UUIDField()
    named_at = models.DateTimeField(default=now)
    decision_due_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)

    retention = KEPT_WITH_THE_FILE
    classified: ClassVar = {
        **Protected.classified,
        "id": OPERATIONAL,
        "referral_id": OPERATIONAL,
        "police_id": OPERATIONAL,
        "social_id": OPERATIONAL,
        "child_worker_id": OPERATIONAL,
        "named_by": OPERATIONAL,
        "named_at": OPERATIONAL,
        "decision_due_at": OPERATIONAL,
        "ended_at": OPERATIONAL,
        "escalated_at": OPERATIONAL,
    }

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(police_id=models.F("social_id")), name="a_pair_is_two_people"),
            models.UniqueConstraint(fields=["case_id"], condition=Q(ended_at=None), name="one_pair_at_a_time"),
        ]


class Interview(Protected):
    """One conversation with her. They are numbered, so that everyone sees how often she was asked.

    Until `finished_at` it is a draft either member of the pair may complete; then it no longer changes.
    `record` (sealed, JSON): {"place": str, "private": answer, "interpreter": answer, "language": code,
    "interviewer_sex_chosen": "female"|"male"|"no_preference"|"not_asked"|"declined",
    "interviewer_sex": "female"|"male"|"both", "support_person": str, "breaks": int or None, "explained": [codes],
    "account": str, "exploitation": {"forms": [codes], "recruitment": str, "control": str, "route": str,
    "border": "domestic"|"cross_border"|"both"|answer, "online": answer, "began": "2025-03", "ended": "2026-01",
    "suspects": [{"number": int, "sex": code, "age": code, "relation": code}]}}. Any of it may be missing.
    """

    compartment = Compartment.STORY

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.PositiveSmallIntegerField()
    held_at = models.DateTimeField()
    led_by = models.UUIDField()
    record = SealedField()
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField(default=now)
    saved_by = models.UUIDField(null=True)
    finished_at = models.DateTimeField(null=True)

    retention = KEPT_WITH_THE_FILE
    classified: ClassVar = {
        **Protected.classified,
        "id": OPERATIONAL,
        "number": OPERATIONAL,
        "held_at": OPERATIONAL,
        "led_by": OPERATIONAL,
        "record": SENSITIVE,
        "version": OPERATIONAL,
        "saved_at": OPERATIONAL,
        "saved_by": OPERATIONAL,
        "finished_at": OPERATIONAL,
    }

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case_id", "number"], name="interviews_are_numbered")]


class Decision(Protected):
    """What the pair decides, with reasons. It takes effect with the second signature; whoever proposes signs first."""

    compartment = Compartment.STORY

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    outcome = models.SlugField(max_length=20)
    reasons = SealedField()
    grounds = ArrayField(models.SlugField(max_length=40), default=list)
    proposed_by = models.UUIDField()
    proposed_at = models.DateTimeField(default=now)
    signed_by = models.UUIDField(null=True)
    signed_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True)
    returned_reason = SealedField()
    told_at = models.DateTimeField(null=True)
    told_by = models.UUIDField(null=True)
    told_how_to_reconsider = models.BooleanField(default=False)
    reconsiders_id = models.UUIDField(null=True)

    retention = KEPT_WITH_THE_FILE
    classified: ClassVar = {
        **Protected.classified,
        "id": OPERATIONAL,
        "outcome": SENSITIVE,
        "reasons": SENSITIVE,
        "grounds": SENSITIVE,
        "proposed_by": OPERATIONAL,
        "proposed_at": OPERATIONAL,
        "signed_by": OPERATIONAL,
        "signed_at": OPERATIONAL,
        "returned_at": OPERATIONAL,
        "returned_reason": SENSITIVE,
        "told_at": OPERATIONAL,
        "told_by": OPERATIONAL,
        "told_how_to_reconsider": OPERATIONAL,
        "reconsiders_id": OPERATIONAL,
    }

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(signed_by__isnull=True, signed_at__isnull=True)
                | Q(signed_by__isnull=False, signed_at__isnull=False) & ~Q(signed_by=models.F("proposed_by")),
                name="two_people_sign",
            ),
            models.CheckConstraint(
                condition=Q(told_at__isnull=True, told_by__isnull=True)
                | Q(told_at__isnull=False, told_by__isnull=False),
                name="told_has_who_and_when",
            ),
            models.UniqueConstraint(
                fields=["case_id"], condition=Q(signed_at=None, returned_at=None), name="one_open_decision"
            ),
        ]


class RecoveryPeriod(Protected):
    """Time to recover and reflect; for foreigners a bar on removal (mission I7). Length from the country pack."""

    compartment = ANY_FILE_GRANT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    starts_on = models.DateField()
    ends_on = models.DateField()
    bars_removal = models.BooleanField(default=False)
    limit_code = models.SlugField(max_length=60)
    limit_verified = models.BooleanField(default=False)
    extended_from = models.UUIDField(null=True)
    set_by = models.UUIDField()
    set_at = models.DateTimeField(default=now)
    warned_at = models.DateTimeField(null=True)

    retention = KEPT_WITH_THE_FILE
    classified: ClassVar = {
        **Protected.classified,
        "id": OPERATIONAL,
        "starts_on": OPERATIONAL,
        "ends_on": OPERATIONAL,
        "bars_removal": SENSITIVE,
        "limit_code": OPERATIONAL,
        "limit_verified": OPERATIONAL,
        "extended_from": OPERATIONAL,
        "set_by": OPERATIONAL,
        "set_at": OPERATIONAL,
        "warned_at": OPERATIONAL,
    }

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gt=models.F("starts_on")), name="period_ends_after_it_starts")
        ]
