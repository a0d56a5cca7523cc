"""The file: where it stands, who carries it, its episodes, stages and notes. Never 'case' where she can read it."""

import datetime as dt
import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cadra.foundation.access.protected import ANY_FILE_GRANT, OWN_COLUMN, Protected
from cadra.foundation.kernel.classification import OPERATIONAL, SENSITIVE
from cadra.foundation.kernel.clock import deadline, now
from cadra.foundation.kernel.compartments import Compartment
from cadra.foundation.kernel.pack import pack
from cadra.foundation.vault.fields import SealedField


def first_step_due() -> dt.datetime:
    """By when someone must have taken the first step in a file just begun or just handed over."""
    return deadline(now(), pack().limit("assign"))


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

    `next_due_at` is never written by the program: PostgreSQL derives it from everything that is due on the file
    (mechanism/migrations/0001_next_due). `stage_due_at` is when the first step in its stage is due; it counts until
    somebody carries the file and there is a plan. `late_told_at`, `silence_told_at`: when the clock told of a date that
    passed.
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
    next_due_at = models.DateTimeField(null=True, editable=False)
    stage_due_at = models.DateTimeField(null=True, default=first_step_due)
    late_told_at = models.DateTimeField(null=True, editable=False)
    silence_told_at = models.DateTimeField(null=True, editable=False)
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
        "stage_due_at": OPERATIONAL,
        "late_told_at": OPERATIONAL,
        "silence_told_at": OPERATIONAL,
        "last_event_at": OPERATIONAL,
        "closed_at": OPERATIONAL,
    }

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case_id"], name="one_file_per_person")]
        indexes = [
            models.Index(F("last_event_at").desc(), F("id").desc(), name="case_newest"),
            models.Index(fields=["manager_id"], name="case_by_manager"),
            models.Index(
                fields=["holder", "next_due_at", "id"],
                condition=Q(manager_id=None, closed_at=None),
                name="case_without_manager",
            ),
            models.Index(fields=["next_due_at"], condition=Q(next_due_at__isnull=False), name="case_due"),
        ]


class Episode(Protected):
    """One time in the mechanism. Coming back is a new episode of the same file (mission I8).

    `reason`: why a closed file was opened again (`pack().reasons_to("reopened")`); empty when a referral came.
    """

    compartment = ANY_FILE_GRANT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.PositiveSmallIntegerField()
    referral_id = models.UUIDField(null=True)
    reason = models.SlugField(max_length=40, blank=True, db_default="")
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
        "reason": OPERATIONAL,
        "entry_point": OPERATIONAL,
        "area": SENSITIVE,
        "forms": SENSITIVE,
        "opened_at": OPERATIONAL,
    }

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case_id", "number"], name="episodes_are_numbered")]


class StageInterval(Protected):
    """A stretch of time in one stage; every waiting time is computed from these, never typed.

    `reason`: code of the pack's `stage_reasons`, when one was given; `moved_by`: who moved it here.
    """

    compartment = ANY_FILE_GRANT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    stage = models.CharField(max_length=20, choices=Stage.choices)
    entered_at = models.DateTimeField(default=now)
    left_at = models.DateTimeField(null=True)
    reason = models.SlugField(max_length=40, blank=True, db_default="")
    moved_by = models.UUIDField(null=True)

    retention = KEPT_WITH_THE_FILE
    classified: ClassVar = {
        **Protected.classified,
        "id": OPERATIONAL,
        "stage": OPERATIONAL,
        "entered_at": OPERATIONAL,
        "left_at": OPERATIONAL,
        "reason": OPERATIONAL,
        "moved_by": OPERATIONAL,
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case_id"], condition=Q(left_at=None), name="one_stage_at_a_time")
        ]


class HerWord(models.TextChoices):
    """What she says to the closing of her file."""

    AGREES = "agrees", _("She agrees")
    WANTS_IT = "wants_it", _("She asked for it")
    DISAGREES = "disagrees", _("She does not agree")
    NOT_REACHED = "not_reached", _("She could not be reached")


class Closing(Protected):
    """A proposal to close a file, and the second look at it: two people decide (the database checks the hands).

    `words` (sealed): {"why": str, "come_back": str, "second": str}: why, how she knows to come back, and what the
    second look said. `open_goals`, `open_referrals`: what was still open when it was proposed.
    """

    compartment = Compartment.SUPPORT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reason = models.SlugField(max_length=40)
    her_word = models.SlugField(max_length=20, choices=HerWord.choices)
    words = SealedField()
    open_goals = models.PositiveSmallIntegerField(default=0)
    open_referrals = models.PositiveSmallIntegerField(default=0)
    proposed_by = models.UUIDField()
    proposed_at = models.DateTimeField(default=now)
    second_look_by = models.DateTimeField()
    confirmed_by = models.UUIDField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    returned_by = models.UUIDField(null=True)
    returned_at = models.DateTimeField(null=True)

    retention = KEPT_WITH_THE_FILE
    classified: ClassVar = {
        **Protected.classified,
        "id": OPERATIONAL,
        "reason": SENSITIVE,
        "her_word": SENSITIVE,
        "words": SENSITIVE,
        "open_goals": OPERATIONAL,
        "open_referrals": OPERATIONAL,
        "proposed_by": OPERATIONAL,
        "proposed_at": OPERATIONAL,
        "second_look_by": OPERATIONAL,
        "confirmed_by": OPERATIONAL,
        "confirmed_at": OPERATIONAL,
        "returned_by": OPERATIONAL,
        "returned_at": OPERATIONAL,
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case_id"], condition=Q(confirmed_at=None, returned_at=None), name="one_open_closing"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("proposed_by")), name="closing_has_two_hands"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None, confirmed_at=None)
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False, returned_at=None),
                name="closing_confirmed_by_someone",
            ),
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
