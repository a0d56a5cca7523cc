"""What was explained to her, and what she agreed to: for whom, which parts, until when (mission C1–C3)."""

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from cadra.foundation.access.protected import ANY_FILE_GRANT, Protected
from cadra.foundation.kernel.classification import OPERATIONAL, SENSITIVE
from cadra.foundation.kernel.clock import now
from cadra.foundation.kernel.compartments import Compartment
from cadra.foundation.vault.fields import SealedField

KEPT_WITH_THE_FILE = "kept with the file: it is the ground of every sharing"


class Explanation(Protected):
    """The explanations given on one occasion: by whom, in which language and form, and what she asked."""

    compartment = Compartment.CORE

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    given = ArrayField(models.SlugField(max_length=40))
    form = models.SlugField(max_length=30)
    language = models.SlugField(max_length=20)
    interpreter = models.BooleanField(default=False)
    asked = SealedField()
    given_by = models.UUIDField()
    institution_id = models.UUIDField()
    given_at = models.DateTimeField(default=now)

    retention = KEPT_WITH_THE_FILE
    classified: ClassVar = {
        **Protected.classified,
        "id": OPERATIONAL,
        "given": OPERATIONAL,
        "form": OPERATIONAL,
        "language": OPERATIONAL,
        "interpreter": OPERATIONAL,
        "asked": SENSITIVE,
        "given_by": OPERATIONAL,
        "institution_id": OPERATIONAL,
        "given_at": OPERATIONAL,
    }


class Answer(models.TextChoices):
    GIVEN = "given"
    LIMITED = "limited"
    REFUSED = "refused"
    NOT_YET = "not_yet"


class Form(models.TextChoices):
    WRITTEN = "written"
    SPOKEN = "spoken"
    GESTURE = "gesture"


class Consent(Protected):
    """Her answer about one recipient, one purpose and some parts of her file. Never a default, never bundled.

    The recipient is a principal (institution or desk) once known; before, the kind of recipient she was asked about
    (pack: `consent_recipients`). `limited` means she agreed to fewer parts than were asked for.
    """

    compartment = ANY_FILE_GRANT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    recipient_kind = models.SlugField(max_length=40)
    recipient = models.IntegerField(null=True)
    purpose = models.SlugField(max_length=60)
    asked_for = ArrayField(models.CharField(max_length=20))
    compartments = ArrayField(models.CharField(max_length=20), default=list)
    answer = models.CharField(max_length=10, choices=Answer.choices)
    form = models.CharField(max_length=10, choices=Form.choices)
    witness = SealedField()
    explanation_id = models.UUIDField(null=True)
    decided_at = models.DateTimeField(default=now)
    until = models.DateTimeField(null=True)
    ask_again_on = models.DateField(null=True)
    recorded_by = models.UUIDField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.UUIDField(null=True)

    sealed_under = Compartment.CORE  # the witness's name
    retention = KEPT_WITH_THE_FILE
    classified: ClassVar = {
        **Protected.classified,
        "id": OPERATIONAL,
        "recipient_kind": OPERATIONAL,
        "recipient": OPERATIONAL,
        "purpose": OPERATIONAL,
        "asked_for": OPERATIONAL,
        "compartments": OPERATIONAL,
        "answer": OPERATIONAL,
        "form": OPERATIONAL,
        "witness": SENSITIVE,
        "explanation_id": OPERATIONAL,
        "decided_at": OPERATIONAL,
        "until": OPERATIONAL,
        "ask_again_on": OPERATIONAL,
        "recorded_by": OPERATIONAL,
        "withdrawn_at": OPERATIONAL,
        "withdrawn_by": OPERATIONAL,
    }

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="withdrawal_has_who_and_when",
            ),
            models.CheckConstraint(
                condition=~Q(answer__in=["refused", "not_yet"]) | Q(compartments=[]),
                name="no_agreement_shares_nothing",
            ),
        ]
