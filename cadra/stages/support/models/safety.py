"""Keeping her safe: what threatens, what she does then, when it is looked at again (mission S2, first form of J8).

What threatens and what she would do is kept with how she may be reached, the one part no emergency opens: whoever
forces a colleague's hand must not learn her way out. That something happened, and that the plan waits to be looked
at, is kept with her support, so that whoever carries the file acts.
"""

import uuid
from typing import ClassVar

from django.db import models

from cadra.foundation.access.protected import Protected
from cadra.foundation.kernel.classification import IDENTITY, OPERATIONAL, SENSITIVE
from cadra.foundation.kernel.clock import now
from cadra.foundation.kernel.compartments import Compartment
from cadra.foundation.vault.fields import SealedField
from cadra.stages.support.models.plan import KEPT_WITH_THE_FILE


class Versioned(Protected):
    """Written anew each time; the newest counts, and the earlier ones stay.

    `questions`: the pack's version of the form; `for_child`: which of its two forms.
    """

    compartment = Compartment.CONTACT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    submission = models.UUIDField(default=uuid.uuid4, unique=True)
    version = models.PositiveIntegerField(default=1)
    questions = models.CharField(max_length=40)
    for_child = models.BooleanField()
    written_by = models.UUIDField()
    written_at = models.DateTimeField(default=now)

    classified: ClassVar = {
        **Protected.classified,
        "id": OPERATIONAL,
        "submission": OPERATIONAL,
        "version": OPERATIONAL,
        "questions": OPERATIONAL,
        "for_child": SENSITIVE,
        "written_by": OPERATIONAL,
        "written_at": OPERATIONAL,
    }

    class Meta:
        abstract = True


class RiskAssessment(Versioned):
    """What threatens her. `answers` (sealed): {code: kernel Answer}. `sources` (sealed): list of {"words": str,
    "principal": int or None}, the latter someone on her refusal list. `words` (sealed): str, how she sees it. No score.
    """

    answers = SealedField()
    sources = SealedField()
    words = SealedField()

    retention = KEPT_WITH_THE_FILE
    classified: ClassVar = {
        **Versioned.classified,
        "answers": SENSITIVE,
        "sources": IDENTITY,
        "words": SENSITIVE,
    }

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case_id", "version"], name="one_risk_of_each_version")]


class SafetyPlan(Versioned):
    """What she does when danger comes. `parts` (sealed): {code of the pack: str}. `people` (sealed): list of {"name",
    "phone", "on_card"}: what stands for the name on the copy she carries. `code_word`, `card` (sealed): str.
    """

    parts = SealedField()
    people = SealedField()
    code_word = SealedField()
    card = SealedField()

    retention = KEPT_WITH_THE_FILE
    classified: ClassVar = {
        **Versioned.classified,
        "parts": SENSITIVE,
        "people": IDENTITY,
        "code_word": IDENTITY,
        "card": SENSITIVE,
    }

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case_id", "version"], name="one_safety_plan_of_each_version")]


class Incident(Protected):
    """Something that happened to her safety. `words` (sealed): {"what": str, "done": str}. Rows are only added."""

    compartment = Compartment.SUPPORT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    submission = models.UUIDField(default=uuid.uuid4, unique=True)
    kind = models.SlugField(max_length=40)
    happened_on = models.DateField()
    words = SealedField()
    recorded_by = models.UUIDField()
    recorded_at = models.DateTimeField(default=now)

    retention = KEPT_WITH_THE_FILE
    classified: ClassVar = {
        **Protected.classified,
        "id": OPERATIONAL,
        "submission": OPERATIONAL,
        "kind": SENSITIVE,
        "happened_on": SENSITIVE,
        "words": SENSITIVE,
        "recorded_by": OPERATIONAL,
        "recorded_at": OPERATIONAL,
    }


class SafetyReview(Protected):
    """The plan is to be looked at again. `event`: what asks for it (code of the pack); empty: its time is over."""

    compartment = Compartment.SUPPORT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    submission = models.UUIDField(default=uuid.uuid4, unique=True)
    event = models.SlugField(max_length=40, blank=True)
    incident = models.ForeignKey(Incident, null=True, on_delete=models.CASCADE, related_name="reviews")
    due_at = models.DateTimeField()
    asked_by = models.UUIDField()
    asked_at = models.DateTimeField(default=now)
    done_by = models.UUIDField(null=True)
    done_at = models.DateTimeField(null=True)

    retention = KEPT_WITH_THE_FILE
    classified: ClassVar = {
        **Protected.classified,
        "id": OPERATIONAL,
        "submission": OPERATIONAL,
        "event": SENSITIVE,
        "incident": OPERATIONAL,
        "due_at": OPERATIONAL,
        "asked_by": OPERATIONAL,
        "asked_at": OPERATIONAL,
        "done_by": OPERATIONAL,
        "done_at": OPERATIONAL,
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case_id"], condition=models.Q(done_at=None, event=""), name="one_regular_review_ahead"
            )
        ]
        indexes = [models.Index(fields=["case_id", "due_at"], condition=models.Q(done_at=None), name="safety_due")]
