"""Exclusion from a service: a notice, a second person, her objection, a third person, a hand-over (mission S8)."""

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cadra.foundation.access.protected import Protected
from cadra.foundation.kernel.classification import OPERATIONAL, SENSITIVE
from cadra.foundation.kernel.clock import now, today
from cadra.foundation.kernel.compartments import Compartment
from cadra.foundation.vault.fields import SealedField
from cadra.stages.support.models.offers import Offer
from cadra.stages.support.models.plan import KEPT_WITH_THE_FILE


class ExclusionState(models.TextChoices):
    """Where an exclusion stands. Until it is in effect she has the service."""

    NOTICED = "noticed", _("Notice given")
    AGREED = "agreed", _("Agreed by a second person")
    STOPPED = "stopped", _("Stopped: she keeps the service")
    IN_EFFECT = "in_effect", _("In effect")


class Objection(models.TextChoices):
    """Whether she objects. Nothing takes effect while she was not asked."""

    NOT_ASKED = "not_asked", _("Not asked yet")
    NONE = "none", _("She does not object")
    OBJECTS = "objects", _("She objects")


class HandedTo(models.TextChoices):
    """Who helps her afterwards."""

    PROVIDER = "provider", _("Another provider, by a referral")
    AUTHORITY = "authority", _("The Responsible Authority")


class Exclusion(Protected):
    """The way to the decision "excluded" on one offer. No other way leads there (trigger on OfferDecision).

    `notice` (sealed): {"happened": str, "tried": str}. `reasons`: codes of the pack's decline reasons.
    `decision_words`, `objection_words`, `answer_words` (sealed): str. The three persons are three (constraints); what
    was noticed or signed never changes (trigger).
    """

    compartment = Compartment.SUPPORT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    submission = models.UUIDField(default=uuid.uuid4, unique=True)
    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="exclusions")
    institution = models.IntegerField()
    state = models.CharField(max_length=20, choices=ExclusionState.choices, default=ExclusionState.NOTICED)
    reasons = ArrayField(models.SlugField(max_length=60))
    notice = SealedField()
    noticed_on = models.DateField(default=today)
    takes_effect_on = models.DateField()
    proposed_by = models.UUIDField()
    proposed_at = models.DateTimeField(default=now)
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    decision_words = SealedField()
    objection = models.CharField(max_length=20, choices=Objection.choices, default=Objection.NOT_ASKED)
    objection_words = SealedField()
    objected_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    answered_by = models.UUIDField(null=True)
    answered_at = models.DateTimeField(null=True)
    answer_words = SealedField()
    handed_to = models.CharField(max_length=20, choices=HandedTo.choices, blank=True)
    handed_referral_id = models.UUIDField(null=True)
    handed_by = models.UUIDField(null=True)
    handed_at = models.DateTimeField(null=True)
    effect_on = models.DateField(null=True)
    version = models.PositiveIntegerField(default=1)

    retention = KEPT_WITH_THE_FILE
    classified: ClassVar = {
        **Protected.classified,
        **dict.fromkeys(
            ("id", "submission", "offer", "institution", "state", "noticed_on", "takes_effect_on", "proposed_by"),
            OPERATIONAL,
        ),
        **dict.fromkeys(("reasons", "notice", "decision_words", "objection_words", "answer_words"), SENSITIVE),
        **dict.fromkeys(("proposed_at", "decided_by", "decided_at", "objection", "objected_at"), OPERATIONAL),
        **dict.fromkeys(("due_at", "answered_by", "answered_at", "handed_to"), OPERATIONAL),
        **dict.fromkeys(("handed_referral_id", "handed_by", "handed_at", "effect_on", "version"), OPERATIONAL),
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["offer"], condition=Q(state__in=("noticed", "agreed")), name="one_exclusion_under_way"
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")), name="exclusion_second_person"
            ),
            models.CheckConstraint(
                condition=Q(answered_by=None) | ~Q(answered_by=F("proposed_by")) & ~Q(answered_by=F("decided_by")),
                name="exclusion_third_person",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("agreed", "in_effect")) | Q(decided_by__isnull=False),
                name="exclusion_agreed_by_someone",
            ),
            models.CheckConstraint(
                condition=~Q(state="in_effect")
                | (
                    Q(handed_at__isnull=False, effect_on__gte=F("takes_effect_on"))
                    & (Q(objection="none") | Q(objection="objects", answered_by__isnull=False))
                ),
                name="exclusion_heard_and_handed_over",
            ),
        ]
        indexes = [
            models.Index(
                fields=["institution", "due_at"],
                condition=Q(state__in=("noticed", "agreed")),
                name="exclusion_under_way",
            )
        ]
