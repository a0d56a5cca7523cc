"""Institutions, their desks, and the people who work in them (mission N1, N2)."""

import uuid
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from cadra.foundation.kernel.classification import IDENTITY, OPERATIONAL, PUBLIC, SENSITIVE
from cadra.foundation.kernel.clock import now, today
from cadra.foundation.kernel.roles import Role
from cadra.foundation.network.principals import NextPrincipal

KEPT_WITH_THE_NETWORK = "kept while the institution is a member of the mechanism, then 5 years for the ledger's sake"


class Institution(models.Model):
    """A member of the mechanism: state body, NGO or other. `kind` and `areas` are codes of the country pack."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    principal = models.IntegerField(unique=True, editable=False, db_default=NextPrincipal())
    name = models.CharField(max_length=200)
    kind = models.SlugField(max_length=60)
    mandate = models.TextField(blank=True)
    areas = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    serves_whole_country = models.BooleanField(default=False)
    municipality = models.CharField(max_length=60, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True)
    hours = models.CharField(max_length=120, blank=True)
    party_since = models.DateField(null=True, blank=True)
    is_responsible_authority = models.BooleanField(default=False)
    is_shelter = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)

    #: What its own administrator says of it in the directory; the Responsible Authority's says the rest as well.
    OWN_WORDS = ("mandate", "areas", "serves_whole_country", "municipality", "phone", "email", "hours")
    ENTRY = ("name", "kind", "is_shelter", "party_since", *OWN_WORDS)

    retention = KEPT_WITH_THE_NETWORK
    classified: ClassVar = {
        "id": OPERATIONAL,
        "principal": OPERATIONAL,
        "name": PUBLIC,
        "kind": PUBLIC,
        "mandate": PUBLIC,
        "areas": PUBLIC,
        "serves_whole_country": PUBLIC,
        "municipality": PUBLIC,
        "phone": PUBLIC,
        "email": PUBLIC,
        "hours": PUBLIC,
        "party_since": PUBLIC,
        "is_responsible_authority": PUBLIC,
        "is_shelter": PUBLIC,
        "is_active": PUBLIC,
    }

    class Meta:
        ordering = ("name", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["is_responsible_authority"],
                condition=Q(is_responsible_authority=True, is_active=True),
                name="one_responsible_authority",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Desk(models.Model):
    """Where an institution answers: what is sent to it never waits for one absent person.

    `cover` is the desk that answers for this one, from the first day to the last, and on no other day.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    principal = models.IntegerField(unique=True, editable=False, db_default=NextPrincipal())
    institution = models.ForeignKey(Institution, on_delete=models.CASCADE, related_name="desks")
    name = models.CharField(max_length=200)
    services = ArrayField(models.SlugField(max_length=60), default=list, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    hours = models.CharField(max_length=120, blank=True)
    cover = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="covers")
    cover_from = models.DateField(null=True, blank=True)
    cover_until = models.DateField(null=True, blank=True)
    is_open = models.BooleanField(default=True)

    WORDS = ("name", "services", "phone", "hours")
    SAID = (*WORDS, "is_open", "cover_id", "cover_from", "cover_until")

    retention = KEPT_WITH_THE_NETWORK
    classified: ClassVar = {
        "id": OPERATIONAL,
        "principal": OPERATIONAL,
        "institution": PUBLIC,
        "name": PUBLIC,
        "services": PUBLIC,
        "phone": PUBLIC,
        "hours": PUBLIC,
        "cover": OPERATIONAL,
        "cover_from": OPERATIONAL,
        "cover_until": OPERATIONAL,
        "is_open": OPERATIONAL,
    }

    class Meta:
        ordering = ("name", "id")
        constraints = [
            models.CheckConstraint(
                condition=Q(cover__isnull=True)
                | Q(cover_from__isnull=False, cover_until__isnull=False, cover_until__gte=models.F("cover_from")),
                name="cover_has_both_days",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def cover_ahead(self) -> bool:
        """Does another desk answer for it, today or on a day to come?"""
        return self.cover_id is not None and self.cover_until is not None and self.cover_until >= today()


class Users(BaseUserManager["User"]):
    """Accounts are made by invitation (`network.actions.invite`), never by sign-up."""


class User(AbstractBaseUser):
    """A professional of one institution. Roles decide which pages she meets, grants decide which files."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    principal = models.IntegerField(unique=True, editable=False, db_default=NextPrincipal())
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    phone = models.CharField(max_length=40, blank=True)
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="users")
    sex = models.SlugField(max_length=20, blank=True)
    languages = ArrayField(models.SlugField(max_length=20), default=list, blank=True)
    language = models.SlugField(max_length=10, default="en")
    is_active = models.BooleanField(default=True)
    is_focal_point = models.BooleanField(default=False, db_default=False)
    absent_from = models.DateField(null=True, blank=True)
    absent_until = models.DateField(null=True, blank=True)
    covered_by = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="covering")
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = []
    objects: ClassVar[Users] = Users()

    retention = "deactivated the day the work ends; kept 5 years so that the ledger can be read, then anonymised"
    classified: ClassVar = {
        "id": OPERATIONAL,
        "principal": OPERATIONAL,
        "password": SENSITIVE,
        "last_login": OPERATIONAL,
        "email": IDENTITY,
        "name": IDENTITY,
        "phone": IDENTITY,
        "institution": OPERATIONAL,
        "sex": OPERATIONAL,
        "languages": OPERATIONAL,
        "language": OPERATIONAL,
        "is_active": OPERATIONAL,
        "is_focal_point": OPERATIONAL,
        "absent_from": OPERATIONAL,
        "absent_until": OPERATIONAL,
        "covered_by": OPERATIONAL,
        "created_at": OPERATIONAL,
    }

    class Meta:
        ordering = ("name", "id")
        constraints = [
            models.CheckConstraint(
                condition=Q(absent_from__isnull=True, absent_until__isnull=True)
                | Q(absent_from__isnull=False, absent_until__gte=models.F("absent_from")),
                name="absence_has_both_days",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def away(self) -> bool:
        """Is she absent today? The same of many at once: `queries.away_on`."""
        return bool(self.absent_from and self.absent_until and self.absent_from <= today() <= self.absent_until)

    def get_full_name(self) -> str:
        return self.name

    @property
    def absence_ahead(self) -> bool:
        """Is she away, today or on a day to come?"""
        return self.absent_until is not None and self.absent_until >= today()


class RoleHolding(models.Model):
    """One role held by one user. Slugs are stable (kernel.roles.Role); removal ends the user's sessions."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="holdings")
    role = models.CharField(max_length=40, choices=[(role.value, role.value) for role in Role])
    since = models.DateTimeField(auto_now_add=True)

    retention = KEPT_WITH_THE_NETWORK
    classified: ClassVar = {"id": OPERATIONAL, "user": OPERATIONAL, "role": OPERATIONAL, "since": OPERATIONAL}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "role"], name="role_held_once")]

    @property
    def label(self) -> str:
        """The role in words."""
        return str(Role(self.role).label)


class DeskMember(models.Model):
    """Who answers at a desk."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    desk = models.ForeignKey(Desk, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="desk_places")

    retention = KEPT_WITH_THE_NETWORK
    classified: ClassVar = {"id": OPERATIONAL, "desk": OPERATIONAL, "user": OPERATIONAL}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["desk", "user"], name="desk_place_once")]


class Invitation(models.Model):
    """An account offered by an institution administrator; only the hash of the link's token is kept.

    Nobody's (`invited_by` empty) is the first one of all: `founding`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    institution = models.ForeignKey(Institution, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField()
    name = models.CharField(max_length=120)
    roles = ArrayField(models.SlugField(max_length=40), default=list)
    desk = models.ForeignKey(Desk, null=True, blank=True, on_delete=models.SET_NULL)
    language = models.SlugField(max_length=10, default="en")
    token_hash = models.BinaryField(unique=True)
    invited_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="invitations_made")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)

    retention = "deleted 30 days after it was accepted or expired"
    classified: ClassVar = {
        "id": OPERATIONAL,
        "institution": OPERATIONAL,
        "email": IDENTITY,
        "name": IDENTITY,
        "roles": OPERATIONAL,
        "desk": OPERATIONAL,
        "language": OPERATIONAL,
        "token_hash": SENSITIVE,
        "invited_by": OPERATIONAL,
        "created_at": OPERATIONAL,
        "expires_at": OPERATIONAL,
        "accepted_at": OPERATIONAL,
    }


class Undertaking(models.Model):
    """The code of conduct and confidentiality undertaking as signed by one user (mission N8)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="undertakings")
    version = models.CharField(max_length=20)
    language = models.SlugField(max_length=10)
    signed_at = models.DateTimeField(auto_now_add=True)

    retention = "kept 10 years after the account ended: it is the proof of the duty of confidence"
    classified: ClassVar = {
        "id": OPERATIONAL,
        "user": OPERATIONAL,
        "version": OPERATIONAL,
        "language": OPERATIONAL,
        "signed_at": OPERATIONAL,
    }

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "version"], name="signed_once_per_version")]


class Training(models.Model):
    """A training a colleague took: topic of the country pack, how long, by whom, when, and until when it counts."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    submission = models.UUIDField(default=uuid.uuid4)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="trainings")
    topic = models.SlugField(max_length=40)
    hours = models.PositiveSmallIntegerField()
    provider = models.CharField(max_length=120)
    on = models.DateField()
    until = models.DateField(null=True, blank=True)
    recorded_by = models.UUIDField()

    retention = "kept with the account: it says who was prepared for what when she was named"
    classified: ClassVar = {"*": OPERATIONAL}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["submission", "user"], name="training_written_once"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=models.F("on")), name="training_ends_after_it"
            ),
        ]
        indexes = [models.Index(fields=["user", "topic"], name="training_of")]


class NamedUntrained(models.Model):
    """Somebody was named for work without a training it needs, and why (mission N3). Nothing of the file is in it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="named_untrained")
    topics = ArrayField(models.SlugField(max_length=40))
    reason = models.SlugField(max_length=40, blank=True)
    named_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    named_at = models.DateTimeField(default=now)

    retention = KEPT_WITH_THE_NETWORK
    classified: ClassVar = {"*": OPERATIONAL}

    class Meta:
        indexes = [models.Index(fields=["-named_at", "-id"], name="named_untrained_newest")]
