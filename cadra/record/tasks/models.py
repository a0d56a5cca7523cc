"""What somebody has promised to do, and by when (mission S12): about one file, or an institution's own."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cadra.foundation.access.protected import OWN_COLUMN, Protected
from cadra.foundation.kernel.classification import OPERATIONAL, SENSITIVE
from cadra.foundation.kernel.clock import now
from cadra.foundation.vault.fields import SealedField

KEPT_WITH_THE_FILE = "kept with the file"
STEP = "step"  # kind of a task that is a step of her plan


class State(models.TextChoices):
    """Where a task stands."""

    OPEN = "open", _("To do")
    DONE = "done", _("Done")
    DROPPED = "dropped", _("Taken off")


class Rests(models.TextChoices):
    """Why an open task asks nothing of anybody now."""

    GOAL = "goal"  # the goal it leads to is reached or dropped
    FILE = "file"  # the file is closed


class Repeats(models.TextChoices):
    """When a task that is done comes back."""

    ONCE = "", _("Does not repeat")
    DAY = "day", _("Every day")
    WEEK = "week", _("Every week")
    FORTNIGHT = "fortnight", _("Every two weeks")
    MONTH = "month", _("Every month")
    QUARTER = "quarter", _("Every three months")


class Duty(models.Model):
    """What both kinds of task share.

    `due_on`, `due_time`: as chosen, in the country; `due_at`: the instant it is late, derived from both (a day counts
    until its end). `accepted_at`: when whoever it was given to said yes. `series`, `number`: a task that repeats is one
    series; each time of it has a number. `reminded_at`, `late_told_at`: when the clock told of this date.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    submission = models.UUIDField(default=uuid.uuid4, unique=True)
    assignee_id = models.UUIDField()
    given_by = models.UUIDField(null=True)
    accepted_at = models.DateTimeField(null=True)
    made_by = models.UUIDField()
    made_at = models.DateTimeField(default=now)
    due_on = models.DateField(null=True)
    due_time = models.TimeField(null=True)
    due_at = models.DateTimeField(null=True)
    repeats = models.SlugField(max_length=10, choices=Repeats.choices, default=Repeats.ONCE, blank=True)
    series = models.UUIDField(default=uuid.uuid4)
    number = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)
    reminded_at = models.DateTimeField(null=True, editable=False)
    late_told_at = models.DateTimeField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1)

    classified: ClassVar = dict.fromkeys(
        (
            *("id", "submission", "assignee_id", "given_by", "accepted_at", "made_by", "made_at"),
            *("due_on", "due_time", "due_at", "repeats", "series", "number", "state", "ended_at", "ended_by"),
            *("reminded_at", "late_told_at", "version"),
        ),
        OPERATIONAL,
    )

    class Meta:
        abstract = True

    @property
    def is_open(self) -> bool:
        """Is it still to be done?"""
        return self.state == State.OPEN


class Task(Duty, Protected):
    """A task about one file, in the part of it its writer chose; a step of her plan is one, too.

    `words` (sealed): {"what": str, "more": str}, of a step also {"who": str, "service": code}. `story` (sealed): list
    of {"did": slug, "by": user id, "at": instant, "words": str, "to": str}. `kind`: "" or "step"; `origin_id`: the goal
    a step leads to; `place`: its place among them. `lost`: whoever has it does not see it any more; PostgreSQL says so.
    """

    compartment_of_row = models.CharField(max_length=20, db_column="compartment")

    compartment = OWN_COLUMN
    kind = models.SlugField(max_length=20, blank=True, default="", db_index=False)
    origin_id = models.UUIDField(null=True)
    place = models.PositiveIntegerField(default=0)
    words = SealedField()
    story = SealedField()
    rests = models.CharField(max_length=10, choices=Rests.choices, default="", blank=True)
    lost = models.BooleanField(default=False, editable=False)

    retention = KEPT_WITH_THE_FILE
    classified: ClassVar = {
        **Protected.classified,
        **Duty.classified,
        "compartment_of_row": OPERATIONAL,
        "kind": OPERATIONAL,
        "origin_id": OPERATIONAL,
        "place": OPERATIONAL,
        "words": SENSITIVE,
        "story": SENSITIVE,
        "rests": OPERATIONAL,
        "lost": OPERATIONAL,
    }

    class Meta:
        indexes = [
            models.Index(fields=["assignee_id", "due_at"], condition=Q(state="open"), name="task_open"),
            models.Index(fields=["given_by", "due_at"], condition=Q(state="open"), name="task_given"),
            models.Index(fields=["ended_by", "ended_at"], condition=Q(ended_by__isnull=False), name="task_ended"),
            models.Index(fields=["due_at"], condition=Q(state="open", rests=""), name="task_due"),
            models.Index(fields=["case_id"], condition=Q(state="open", lost=True), name="task_lost"),
            models.Index(fields=["origin_id"], condition=Q(origin_id__isnull=False), name="task_of_origin"),
        ]
        constraints = [models.UniqueConstraint(fields=["series", "number"], name="task_time_once")]

    @property
    def sealed_under(self) -> str:
        return self.compartment_of_row


class HouseTask(Duty):
    """An institution's own task: about nobody. Everyone who works there reads it, nobody else."""

    house_id = models.UUIDField()
    title = models.CharField(max_length=200)
    more = models.TextField(blank=True)
    story = models.JSONField(default=list)

    retention = "deleted two years after it was done or taken off"
    classified: ClassVar = {
        **Duty.classified,
        "house_id": OPERATIONAL,
        "title": OPERATIONAL,
        "more": OPERATIONAL,
        "story": OPERATIONAL,
    }

    class Meta:
        indexes = [
            models.Index(fields=["house_id", "state", "due_at"], name="house_task"),
            models.Index(fields=["assignee_id", "due_at"], condition=Q(state="open"), name="house_task_open"),
            models.Index(fields=["due_at"], condition=Q(state="open"), name="house_task_due"),
        ]
        constraints = [models.UniqueConstraint(fields=["series", "number"], name="house_task_time_once")]


class CalendarAddress(models.Model):
    """A secret address under which one user's calendar asks for her dates. Only the hash of its token is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user_id = models.UUIDField()
    token_hash = models.BinaryField(unique=True)
    label = models.CharField(max_length=60, blank=True)
    language = models.SlugField(max_length=10)
    made_at = models.DateTimeField(default=now)
    revoked_at = models.DateTimeField(null=True)
    asked_on = models.DateField(null=True)

    retention = "deleted 30 days after it was revoked; with the account at the latest"
    classified: ClassVar = {
        "id": OPERATIONAL,
        "user_id": OPERATIONAL,
        "token_hash": SENSITIVE,
        "label": OPERATIONAL,
        "language": OPERATIONAL,
        "made_at": OPERATIONAL,
        "revoked_at": OPERATIONAL,
        "asked_on": OPERATIONAL,
    }

    class Meta:
        indexes = [models.Index(fields=["user_id"], name="calendar_of")]
