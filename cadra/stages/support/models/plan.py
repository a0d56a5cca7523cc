"""The plan: goals in her words, steps, and every earlier wording of them (mission S4)."""

import uuid
from typing import ClassVar

from django.db import models

from cadra.foundation.access.protected import Protected
from cadra.foundation.kernel.classification import OPERATIONAL, SENSITIVE
from cadra.foundation.kernel.clock import now
from cadra.foundation.kernel.compartments import Compartment
from cadra.foundation.vault.fields import SealedField

KEPT_WITH_THE_FILE = "kept with the file"


class Plan(Protected):
    """The plan agreed with her.

    `agreement` (sealed): {"form": written|spoken|gesture, "her_words": str, "goals": what she agreed to, as
    `merging.Content` of each open goal with its id}.
    """

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

    `words` (sealed): str. The steps are tasks of the record (`kind` "step", `origin_id` this goal): one thing, on the
    plan and on the lists of those who do them. `due_on` is the earliest date of an open step; PostgreSQL keeps it, the
    application never writes it. `domain` and `service` are codes of the pack or empty.
    """

    compartment = Compartment.SUPPORT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="goals")
    submission = models.UUIDField(default=uuid.uuid4, unique=True)
    domain = models.SlugField(max_length=40, blank=True)
    service = models.SlugField(max_length=60, blank=True)
    words = SealedField()
    due_on = models.DateField(null=True, editable=False)
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
        "submission": OPERATIONAL,
        "domain": OPERATIONAL,
        "service": OPERATIONAL,
        "words": SENSITIVE,
        "due_on": OPERATIONAL,
        "reached_on": OPERATIONAL,
        "dropped_on": OPERATIONAL,
        "written_by": OPERATIONAL,
        "written_at": OPERATIONAL,
        "version": OPERATIONAL,
    }

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(reached_on=None) | models.Q(dropped_on=None), name="goal_reached_or_dropped"
            )
        ]
        indexes = [
            models.Index(
                fields=["case_id", "due_on"],
                condition=models.Q(reached_on=None, dropped_on=None, due_on__isnull=False),
                name="goal_due",
            )
        ]


class Change(Protected):
    """What the plan or a goal said before it was changed: nothing she agreed to is lost by a later wording.

    `before` (sealed): for a goal {"words", "steps", "service", "domain", "reached_on", "dropped_on"}, for the plan
    {"agreement", "agreed_on", "review_on"}; `version` is the one that was left.
    """

    compartment = Compartment.SUPPORT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="changes")
    goal = models.ForeignKey(Goal, null=True, on_delete=models.CASCADE, related_name="changes")
    version = models.PositiveIntegerField()
    before = SealedField()
    changed_by = models.UUIDField()
    changed_at = models.DateTimeField(default=now)

    retention = KEPT_WITH_THE_FILE
    classified: ClassVar = {
        **Protected.classified,
        "id": OPERATIONAL,
        "plan": OPERATIONAL,
        "goal": OPERATIONAL,
        "version": OPERATIONAL,
        "before": SENSITIVE,
        "changed_by": OPERATIONAL,
        "changed_at": OPERATIONAL,
    }
