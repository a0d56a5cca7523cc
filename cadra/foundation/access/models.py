"""Sessions, grants, refusals and emergencies: who may see what, until when (mission C5, C7, C10)."""

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from cadra.foundation.access.protected import ANY_FILE_GRANT, Protected
from cadra.foundation.kernel.classification import OPERATIONAL, SENSITIVE
from cadra.foundation.kernel.clock import now
from cadra.foundation.network.models import Institution, User


class Session(models.Model):
    """A signed-in device. Only the hash of its token is kept; only `cadra_gate` reads this table.

    `principals` and `roles` are fixed when the second factor has been given; removing a role, a desk place
    or the account deletes the row (trigger), so rights end the moment they are taken. `rests_until` moves with every
    use, `expires_at` never.
    """

    token_hash = models.BinaryField(primary_key=True)
    user_id = models.UUIDField(null=True)
    principals = ArrayField(models.IntegerField(), default=list)
    roles = ArrayField(models.CharField(max_length=40), default=list)
    signed = models.CharField(max_length=20, blank=True)
    data = models.BinaryField()
    device = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField(default=now)
    seen_at = models.DateTimeField(default=now)
    rests_until = models.DateTimeField(default=now)
    expires_at = models.DateTimeField()

    retention = "deleted when someone ends it; one that ran out is emptied, and deleted after 3 days"
    classified: ClassVar = {
        "token_hash": SENSITIVE,
        "user_id": OPERATIONAL,
        "principals": OPERATIONAL,
        "roles": OPERATIONAL,
        "signed": OPERATIONAL,
        "data": SENSITIVE,
        "device": OPERATIONAL,
        "created_at": OPERATIONAL,
        "seen_at": OPERATIONAL,
        "rests_until": OPERATIONAL,
        "expires_at": OPERATIONAL,
    }

    class Meta:
        indexes = [models.Index(fields=["user_id"]), models.Index(fields=["expires_at"])]


class UsedCode(models.Model):
    """The time step (30 s since 1970) of the last one-time code an account used; only `cadra_gate` reads it."""

    user_id = models.UUIDField(primary_key=True)
    step = models.BigIntegerField()

    retention = "kept with the account; one row each"
    classified: ClassVar = {"user_id": OPERATIONAL, "step": OPERATIONAL}


class Basis(models.TextChoices):
    """On what ground someone may see a file. The first three may pass on what they see themselves."""

    AUTHOR = "author"
    LEGAL_DUTY = "legal_duty"
    CUSTODY = "custody"
    ASSIGNMENT = "assignment"
    CONSENT = "consent"
    COURT_ORDER = "court_order"
    BREAK_GLASS = "break_glass"


class Scope(models.TextChoices):
    """`file`: the living file in these compartments. `referral`: only what was sent under this very grant."""

    FILE = "file"
    REFERRAL = "referral"


class Grant(Protected):
    """One institution, desk or person may see these compartments of one file, for a purpose, until a day."""

    compartment = ANY_FILE_GRANT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    compartments = ArrayField(models.CharField(max_length=20))
    grantee = models.IntegerField()
    scope = models.CharField(max_length=10, choices=Scope.choices, default=Scope.FILE)
    purpose = models.SlugField(max_length=60)
    basis = models.CharField(max_length=20, choices=Basis.choices)
    consent_id = models.UUIDField(null=True, db_index=True)
    starts_at = models.DateTimeField(default=now)
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    end_reason = models.SlugField(max_length=40, blank=True)
    given_by = models.UUIDField()

    retention = "kept with the file: it says who could see it and why"
    classified: ClassVar = {
        **Protected.classified,
        "id": OPERATIONAL,
        "compartments": OPERATIONAL,
        "grantee": OPERATIONAL,
        "scope": OPERATIONAL,
        "purpose": OPERATIONAL,
        "basis": OPERATIONAL,
        "consent_id": OPERATIONAL,
        "starts_at": OPERATIONAL,
        "until": OPERATIONAL,
        "ended_at": OPERATIONAL,
        "end_reason": OPERATIONAL,
        "given_by": OPERATIONAL,
    }

    class Meta:
        indexes = [
            models.Index(fields=["grantee", "basis"], condition=Q(ended_at=None), name="grant_live_by_grantee"),
            models.Index(fields=["until"], condition=Q(ended_at=None), name="grant_live_by_end"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(until__gt=models.F("starts_at")), name="grant_ends_after_it_starts"),
            models.CheckConstraint(
                condition=~Q(basis="consent") | Q(consent_id__isnull=False), name="grant_by_consent_names_it"
            ),
        ]


class Refusal(Protected):
    """Someone who must never see this file, whatever grant he holds (mission C10)."""

    compartment = ANY_FILE_GRANT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    principal = models.IntegerField()
    since = models.DateTimeField(default=now)
    set_by = models.UUIDField()
    ended_at = models.DateTimeField(null=True)

    retention = "kept with the file"
    classified: ClassVar = {
        **Protected.classified,
        "id": OPERATIONAL,
        "principal": SENSITIVE,
        "since": OPERATIONAL,
        "set_by": OPERATIONAL,
        "ended_at": OPERATIONAL,
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case_id", "principal"], condition=Q(ended_at=None), name="refused_once_per_file"
            )
        ]


class BreakGlass(Protected):
    """An emergency opening: two hours, everybody told, reviewed afterwards (mission C7)."""

    compartment = ANY_FILE_GRANT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user_id = models.UUIDField()
    institution_id = models.UUIDField()
    reason = models.SlugField(max_length=40)
    opened_at = models.DateTimeField(default=now)
    until = models.DateTimeField()
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.UUIDField(null=True)
    finding = models.SlugField(max_length=40, blank=True)

    retention = "kept with the file, and 5 years after it"
    classified: ClassVar = {
        **Protected.classified,
        "id": OPERATIONAL,
        "user_id": OPERATIONAL,
        "institution_id": OPERATIONAL,
        "reason": OPERATIONAL,
        "opened_at": OPERATIONAL,
        "until": OPERATIONAL,
        "reviewed_at": OPERATIONAL,
        "reviewed_by": OPERATIONAL,
        "finding": OPERATIONAL,
    }

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(reviewed_at__isnull=True, reviewed_by__isnull=True)
                | Q(reviewed_at__isnull=False, reviewed_by__isnull=False),
                name="review_has_who_and_when",
            )
        ]


class Draft(models.Model):
    """A half-written form, sealed, kept when the session ends so that nothing typed is lost."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.IntegerField()
    route = models.CharField(max_length=200)
    content = models.BinaryField()
    saved_at = models.DateTimeField(default=now)

    retention = "deleted when the form is sent, or after 7 days"
    classified: ClassVar = {
        "id": OPERATIONAL,
        "owner": OPERATIONAL,
        "route": OPERATIONAL,
        "content": SENSITIVE,
        "saved_at": OPERATIONAL,
    }

    class Meta:
        indexes = [models.Index(fields=["owner"], name="draft_of_owner")]


class FactorReset(models.Model):
    """A lost second factor is to be taken away: one administrator asks, another confirms, she sets up a new one.

    `link_hash`: of the link she is given; `opened_in`: the session (its hash) in which she opened it. Until `used_at`
    no second factor is set up for her in any other. `ended_as`: used, stopped, ran_out or replaced.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="factor_resets")
    institution = models.ForeignKey(Institution, on_delete=models.CASCADE, related_name="+")
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=now)
    expires_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    link_hash = models.BinaryField(null=True)
    link_until = models.DateTimeField(null=True)
    opened_in = models.BinaryField(null=True)
    used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_as = models.SlugField(max_length=20, blank=True, db_index=False)

    retention = "kept with the account, 5 years after it: it says who opened the way to it"
    classified: ClassVar = {
        "id": OPERATIONAL,
        "user": OPERATIONAL,
        "institution": OPERATIONAL,
        "asked_by": OPERATIONAL,
        "asked_at": OPERATIONAL,
        "expires_at": OPERATIONAL,
        "confirmed_by": OPERATIONAL,
        "confirmed_at": OPERATIONAL,
        "link_hash": SENSITIVE,
        "link_until": OPERATIONAL,
        "opened_in": SENSITIVE,
        "used_at": OPERATIONAL,
        "ended_at": OPERATIONAL,
        "ended_as": OPERATIONAL,
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(ended_at=None), name="one_reset_at_a_time"),
            models.CheckConstraint(condition=~Q(asked_by=models.F("user")), name="reset_is_not_asked_for_oneself"),
            models.CheckConstraint(
                condition=Q(confirmed_by=None)
                | (~Q(confirmed_by=models.F("user")) & ~Q(confirmed_by=models.F("asked_by"))),
                name="reset_has_four_eyes",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None, confirmed_at=None, link_hash=None, used_at=None)
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False, link_hash__isnull=False),
                name="reset_is_confirmed_whole",
            ),
        ]
