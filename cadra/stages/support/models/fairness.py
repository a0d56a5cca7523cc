"""Rules of a programme and what she answered to them; restrictions and every look at them (mission S7, S8)."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cadra.foundation.access.protected import Protected
from cadra.foundation.kernel.classification import OPERATIONAL, PUBLIC, SENSITIVE
from cadra.foundation.kernel.clock import now, today
from cadra.foundation.kernel.compartments import Compartment
from cadra.foundation.vault.fields import SealedField
from cadra.stages.support.models.offers import Understood
from cadra.stages.support.models.plan import KEPT_WITH_THE_FILE


class HouseRules(models.Model):
    """One version of an institution's own programme rules. `text`: language → Markdown. Rows are only added."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    submission = models.UUIDField(default=uuid.uuid4, unique=True)
    institution = models.IntegerField()
    number = models.PositiveIntegerField()
    text = models.JSONField()
    written_by = models.UUIDField()
    written_at = models.DateTimeField(default=now)

    retention = "kept: what was signed can be read again as it was"
    classified: ClassVar = {
        "id": OPERATIONAL,
        "submission": OPERATIONAL,
        "institution": OPERATIONAL,
        "number": PUBLIC,
        "text": PUBLIC,
        "written_by": OPERATIONAL,
        "written_at": PUBLIC,
    }

    class Meta:
        constraints = [models.UniqueConstraint(fields=["institution", "number"], name="one_text_per_rules_number")]


class RulesSaid(models.TextChoices):
    """What she said to the rules. Refusing them is an answer, not a fault."""

    SIGNED = "signed", _("Signed")
    AGREED = "agreed", _("Agreed without signing")
    REFUSED = "refused", _("Did not agree")
    NOT_YET = "not_yet", _("Wants time")


class RulesAnswer(Protected):
    """The rules were explained to her in one version, and what she said. Rows are only added.

    `number` of the institution's HouseRules; 0 for the draft of the country pack, whose version is `draft`.
    `words` (sealed): str, hers, or None.
    """

    compartment = Compartment.SUPPORT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    submission = models.UUIDField(default=uuid.uuid4, unique=True)
    institution = models.IntegerField()
    number = models.PositiveIntegerField(default=0)
    draft = models.CharField(max_length=40, blank=True)
    form = models.SlugField(max_length=30)
    language = models.SlugField(max_length=20)
    understood = models.CharField(max_length=20, choices=Understood.choices)
    said = models.CharField(max_length=20, choices=RulesSaid.choices)
    words = SealedField()
    recorded_by = models.UUIDField()
    recorded_at = models.DateTimeField(default=now)

    retention = KEPT_WITH_THE_FILE
    classified: ClassVar = {
        **Protected.classified,
        "id": OPERATIONAL,
        "submission": OPERATIONAL,
        "institution": OPERATIONAL,
        "number": OPERATIONAL,
        "draft": OPERATIONAL,
        "form": OPERATIONAL,
        "language": OPERATIONAL,
        "understood": OPERATIONAL,
        "said": SENSITIVE,
        "words": SENSITIVE,
        "recorded_by": OPERATIONAL,
        "recorded_at": OPERATIONAL,
    }


class Assent(models.TextChoices):
    """Whether she agreed to a restriction; "not asked" is never the same as "no"."""

    AGREED = "agreed", _("Agreed")
    NOT_AGREED = "not_agreed", _("Did not agree")
    NOT_ASKED = "not_asked", _("Was not asked")


class Restriction(Protected):
    """Something she may not do as she likes, inside the file that `institution` (a principal) carries.

    `reason` (sealed): str. `kind`, `ground`: codes of the pack. `her_words` (sealed): str or None. What was written at
    the beginning never changes (trigger); `agreement` and `review_on` repeat the newest review. `review_on` is never
    empty: a restriction without a next look does not exist.
    """

    compartment = Compartment.SUPPORT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    submission = models.UUIDField(default=uuid.uuid4, unique=True)
    institution = models.IntegerField()
    kind = models.SlugField(max_length=40)
    ground = models.SlugField(max_length=40)
    reason = SealedField()
    agreement = models.CharField(max_length=20, choices=Assent.choices)
    her_words = SealedField()
    decided_by = models.UUIDField()
    since = models.DateField(default=today)
    review_on = models.DateField()
    ended_on = models.DateField(null=True)
    version = models.PositiveIntegerField(default=1)
    recorded_by = models.UUIDField()
    recorded_at = models.DateTimeField(default=now)

    retention = KEPT_WITH_THE_FILE
    classified: ClassVar = {
        **Protected.classified,
        "id": OPERATIONAL,
        "submission": OPERATIONAL,
        "institution": OPERATIONAL,
        "kind": SENSITIVE,
        "ground": SENSITIVE,
        "reason": SENSITIVE,
        "agreement": SENSITIVE,
        "her_words": SENSITIVE,
        "decided_by": OPERATIONAL,
        "since": OPERATIONAL,
        "review_on": OPERATIONAL,
        "ended_on": OPERATIONAL,
        "version": OPERATIONAL,
        "recorded_by": OPERATIONAL,
        "recorded_at": OPERATIONAL,
    }

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(review_on__gte=models.F("since")), name="restriction_reviewed_later"),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=models.F("since")), name="restriction_ends_later"
            ),
        ]
        indexes = [models.Index(fields=["review_on", "id"], condition=Q(ended_on=None), name="restriction_review")]


class ReviewOutcome(models.TextChoices):
    """What came of a look at a restriction."""

    KEPT = "kept", _("It stays, until the next review")
    ENDED = "ended", _("It ends today")


class RestrictionReview(Protected):
    """One look at a restriction. Rows are only added, so no earlier judgement is lost.

    `words` (sealed): str, why it stays or ends. `her_words` (sealed): str or None.
    """

    compartment = Compartment.SUPPORT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    submission = models.UUIDField(default=uuid.uuid4, unique=True)
    restriction = models.ForeignKey(Restriction, on_delete=models.CASCADE, related_name="reviews")
    outcome = models.CharField(max_length=20, choices=ReviewOutcome.choices)
    words = SealedField()
    agreement = models.CharField(max_length=20, choices=Assent.choices)
    her_words = SealedField()
    next_on = models.DateField(null=True)
    reviewed_by = models.UUIDField()
    reviewed_at = models.DateTimeField(default=now)

    retention = KEPT_WITH_THE_FILE
    classified: ClassVar = {
        **Protected.classified,
        "id": OPERATIONAL,
        "submission": OPERATIONAL,
        "restriction": OPERATIONAL,
        "outcome": SENSITIVE,
        "words": SENSITIVE,
        "agreement": SENSITIVE,
        "her_words": SENSITIVE,
        "next_on": OPERATIONAL,
        "reviewed_by": OPERATIONAL,
        "reviewed_at": OPERATIONAL,
    }
