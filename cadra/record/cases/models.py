"""The file: where it stands, who carries it, its episodes, stages and notes. Never 'case' where she can read it."""

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from cadra.foundation.access.protected import ANY_FILE_GRANT, OWN_COLUMN, Protected
from cadra.foundation.kernel.classification import OPERATIONAL, SENSITIVE
from cadra.foundation.kernel.clock import now
from cadra.foundation.vault.fields import SealedField

KEPT_WITH_THE_FILE = "kept with the file; the coded remainder stays as an anonymous statistic"


class Status(models.TextChoices):
    """Standing in identification. All of them have the same right to help (mission I5)."""

    PRESUMED = "presumed"
    POTENTIAL = "potential"
    IDENTIFIED = "identified"
    NOT_IDENTIFIED = "not_identified"


class Stage(models.TextChoices):
    """Where the file is on its way."""

    IDENTIFICATION = "identification"
    SUPPORT = "support"
    INCLUSION = "inclusion"
    CLOSED = "closed"


class Case(Protected):
    """One person's file. Coded values only; words are sealed elsewhere.

    `case_id` is the person's id and unique. `holder` is the principal of the institution that has custody,
    `manager_id` the user who carries it there. `last_event_at` orders lists.
    """

    compartment = ANY_FILE_GRANT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=20)
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.PRESUMED)
    stage = models.CharField(max_length=20, choices=Stage.choices, default=Stage.IDENTIFICATION)
    sex = models.SlugField(max_length=20, blank=True)
    age_group = models.SlugField(max_length=20, blank=True)
    is_child = models.BooleanField(default=False)
    is_foreign = models.BooleanField(default=False)
    forms = ArrayField(models.SlugField(max_length=40), default=list, blank=True)
    area = models.CharField(max_length=60, blank=True)
    entry_point = models.SlugField(max_length=40, blank=True)
    in_danger = models.BooleanField(default=False)
    holder = models.IntegerField(null=True)
    manager_id = models.UUIDField(null=True)
    opened_at = models.DateTimeField(default=now)
    first_contact_at = models.DateTimeField(null=True)
    first_help_at = models.DateTimeField(null=True)
    identified_at = models.DateTimeField(null=True)
    next_due_at = models.DateTimeField(null=True)
    last_event_at = models.DateTimeField(default=now)
    closed_at = models.DateTimeField(null=True)

    retention = KEPT_WITH_THE_FILE
    classified: ClassVar = {
        **Protected.classified,
        "id": OPERATIONAL,
        "reference": OPERATIONAL,
        "status": SENSITIVE,
        "stage": OPERATIONAL,
        "sex": SENSITIVE,
        "age_group": SENSITIVE,
        "is_child": SENSITIVE,
        "is_foreign": SENSITIVE,
        "forms": SENSITIVE,
        "area": SENSITIVE,
        "entry_point": OPERATIONAL,
        "in_danger": SENSITIVE,
        "holder": OPERATIONAL,
        "manager_id": OPERATIONAL,
        "opened_at": OPERATIONAL,
        "first_contact_at": OPERATIONAL,
        "first_help_at": OPERATIONAL,
        "identified_at": OPERATIONAL,
        "next_due_at": OPERATIONAL,
        "last_event_at": OPERATIONAL,
        "closed_at": OPERATIONAL,
    }

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case_id"], name="one_file_per_person")]
        indexes = [
            models.Index(F("last_event_at").desc(), F("id").desc(), name="case_newest"),
            models.Index(fields=["manager_id"], name="case_by_manager"),
        ]


class Episode(Protected):
    """One time of trafficking. Coming back after new harm is a new episode of the same file (mission I8)."""

    compartment = ANY_FILE_GRANT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.PositiveSmallIntegerField()
    referral_id = models.UUIDField(null=True)
    entry_point = models.SlugField(max_length=40, blank=True)
    area = models.CharField(max_length=60, blank=True)
    forms = ArrayField(models.SlugField(max_length=40), default=list, blank=True)
    opened_at = models.DateTimeField(default=now)

    retention = KEPT_WITH_THE_FILE
    classified: ClassVar = {
        **Protected.classified,
        "id": OPERATIONAL,
        "number": OPERATIONAL,
        "referral_id": OPERATIONAL,
        "entry_point": OPERATIONAL,
        "area": SENSITIVE,
        "forms": SENSITIVE,
        "opened_at": OPERATIONAL,
    }

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case_id", "number"], name="episodes_are_numbered")]


class StageInterval(Protected):
    """A stretch of time in one stage; every waiting time is computed from these, never typed."""

    compartment = ANY_FILE_GRANT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    stage = models.CharField(max_length=20, choices=Stage.choices)
    entered_at = models.DateTimeField(default=now)
    left_at = models.DateTimeField(null=True)

    retention = KEPT_WITH_THE_FILE
    classified: ClassVar = {
        **Protected.classified,
        "id": OPERATIONAL,
        "stage": OPERATIONAL,
        "entered_at": OPERATIONAL,
        "left_at": OPERATIONAL,
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case_id"], condition=Q(left_at=None), name="one_stage_at_a_time")
        ]


class TeamMember(Protected):
    """Who works with her: a user, with the role in her file (mission S3)."""

    compartment = ANY_FILE_GRANT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user_id = models.UUIDField()
    institution_id = models.UUIDField()
    role = models.SlugField(max_length=40)
    since = models.DateTimeField(default=now)
    until = models.DateTimeField(null=True)

    retention = KEPT_WITH_THE_FILE
    classified: ClassVar = {
        **Protected.classified,
        "id": OPERATIONAL,
        "user_id": OPERATIONAL,
        "institution_id": OPERATIONAL,
        "role": OPERATIONAL,
        "since": OPERATIONAL,
        "until": OPERATIONAL,
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case_id", "user_id", "role"], condition=Q(until=None), name="in_the_team_once"
            )
        ]


class Note(Protected):
    """Words written about her, each in the compartment its writer chose. `version` guards against two editors."""

    compartment_of_row = models.CharField(max_length=20, db_column="compartment")

    compartment = OWN_COLUMN
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    text = SealedField()
    written_by = models.UUIDField()
    institution_id = models.UUIDField()
    written_at = models.DateTimeField(default=now)
    changed_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    retention = KEPT_WITH_THE_FILE
    classified: ClassVar = {
        **Protected.classified,
        "id": OPERATIONAL,
        "compartment_of_row": OPERATIONAL,
        "text": SENSITIVE,
        "written_by": OPERATIONAL,
        "institution_id": OPERATIONAL,
        "written_at": OPERATIONAL,
        "changed_at": OPERATIONAL,
        "version": OPERATIONAL,
    }

    class Meta:
        indexes = [models.Index(fields=["case_id", "-written_at"], name="note_newest")]

    @property
    def sealed_under(self) -> str:
        return self.compartment_of_row
