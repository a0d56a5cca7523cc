"""What she and those who depend on her need, as she sees it (mission S1, S11). Never a score."""

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from cadra.foundation.access.protected import Protected
from cadra.foundation.kernel.classification import OPERATIONAL, SENSITIVE
from cadra.foundation.kernel.clock import now
from cadra.foundation.kernel.compartments import Compartment
from cadra.foundation.vault.fields import SealedField
from cadra.stages.support.models.plan import KEPT_WITH_THE_FILE


class NeedAnswer(models.TextChoices):
    """The answers to a question about a need. Seven different things; none of them is a number."""

    NOW = "now", _("Needs it now")
    LATER = "later", _("Needs it later")
    YES = "yes", _("Yes")
    NO = "no", _("No")
    UNKNOWN = "unknown", _("Not known")
    DECLINED = "declined", _("Prefers not to say")
    NOT_ASKED = "not_asked", _("Not asked")


class HeldHow(models.TextChoices):
    """How the answers came about."""

    TOGETHER = "together", _("In a conversation, face to face")
    DISTANCE = "distance", _("By telephone or online")
    PAPER = "paper", _("On paper, entered here afterwards")


class Dependant(Protected):
    """Somebody who depends on her. `words` (sealed): {"called": str, "relation": str, "age": str}."""

    compartment = Compartment.SUPPORT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    submission = models.UUIDField(default=uuid.uuid4, unique=True)
    words = SealedField()
    added_by = models.UUIDField()
    added_at = models.DateTimeField(default=now)

    retention = KEPT_WITH_THE_FILE
    classified: ClassVar = {
        **Protected.classified,
        "id": OPERATIONAL,
        "submission": OPERATIONAL,
        "words": SENSITIVE,
        "added_by": OPERATIONAL,
        "added_at": OPERATIONAL,
    }


class Assessment(Protected):
    """One look at needs, hers (`about` None) or a dependant's, on one day; left and resumed until it is finished.

    `questions`: the pack's version asked from, so that it is shown later as it was asked. `next_on` stands on the
    newest only.
    """

    compartment = Compartment.SUPPORT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    submission = models.UUIDField(default=uuid.uuid4, unique=True)
    about = models.ForeignKey(Dependant, null=True, on_delete=models.CASCADE, related_name="assessments")
    questions = models.CharField(max_length=40)
    held_on = models.DateField()
    held_how = models.CharField(max_length=20, choices=HeldHow.choices)
    begun_by = models.UUIDField()
    begun_at = models.DateTimeField(default=now)
    finished_by = models.UUIDField(null=True)
    finished_at = models.DateTimeField(null=True)
    next_on = models.DateField(null=True)

    retention = KEPT_WITH_THE_FILE
    classified: ClassVar = {
        **Protected.classified,
        "id": OPERATIONAL,
        "submission": OPERATIONAL,
        "about": SENSITIVE,
        "questions": OPERATIONAL,
        "held_on": OPERATIONAL,
        "held_how": OPERATIONAL,
        "begun_by": OPERATIONAL,
        "begun_at": OPERATIONAL,
        "finished_by": OPERATIONAL,
        "finished_at": OPERATIONAL,
        "next_on": OPERATIONAL,
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case_id", "about"],
                condition=models.Q(finished_at=None),
                nulls_distinct=False,
                name="one_assessment_begun",
            )
        ]
        indexes = [
            models.Index(fields=["case_id", "next_on"], condition=models.Q(next_on__isnull=False), name="needs_again")
        ]


class AssessedDomain(Protected):
    """What was answered in one domain. A row each, so that two colleagues write in two domains at once.

    `asked`: codes of the questions shown. `answers` (sealed): {code: NeedAnswer}. `words` (sealed): {"strengths",
    "wishes", "notes"}, the wishes hers.
    """

    compartment = Compartment.SUPPORT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="domains")
    domain = models.SlugField(max_length=40)
    asked = ArrayField(models.SlugField(max_length=40), default=list)
    answers = SealedField()
    words = SealedField()
    written_by = models.UUIDField()
    written_at = models.DateTimeField(default=now)
    version = models.PositiveIntegerField(default=1)

    retention = KEPT_WITH_THE_FILE
    classified: ClassVar = {
        **Protected.classified,
        "id": OPERATIONAL,
        "assessment": OPERATIONAL,
        "domain": OPERATIONAL,
        "asked": OPERATIONAL,
        "answers": SENSITIVE,
        "words": SENSITIVE,
        "written_by": OPERATIONAL,
        "written_at": OPERATIONAL,
        "version": OPERATIONAL,
    }

    class Meta:
        constraints = [models.UniqueConstraint(fields=["assessment", "domain"], name="a_domain_is_assessed_once")]
