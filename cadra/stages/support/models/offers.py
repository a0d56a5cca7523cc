"""Services offered to her, and each thing she decided about them (mission D1–D5, C3)."""

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
from cadra.stages.support.models.plan import KEPT_WITH_THE_FILE, Goal


class DecisionOnOffer(models.TextChoices):
    """A continuum, not yes or no (mission D1). The last two are not hers: they say that nothing was open to her."""

    ACCEPTED = "accepted", _("Accepted")
    PARTLY = "partly", _("Accepted in part")
    NOT_NOW = "not_now", _("Not now")
    DECLINED = "declined", _("Declined")
    NOT_OFFERED = "not_offered", _("Not offered")
    EXCLUDED = "excluded", _("Excluded by the service")


class Understood(models.TextChoices):
    """Whether she understood what was explained; "not asked" is never the same as "no"."""

    YES = "yes", _("Yes, said it back in own words")
    PARTLY = "partly", _("In part")
    NO = "no", _("No")
    NOT_ASKED = "not_asked", _("Not asked")


class Children(models.TextChoices):
    """Whether her children may come along to the service; empty when nobody asked."""

    YES = "yes", _("Yes")
    NO = "no", _("No")
    UNKNOWN = "unknown", _("Not known")
    NONE = "none", _("There are no children")


class Offer(Protected):
    """A service offered to her. Her decisions are rows of their own, so none is overwritten.

    `explained` (sealed): str, what she was told. `explained_forms`: codes of the pack's information forms.
    `explained_on`, `reading_level` (pack): when, and how hard the text was to read. `decision`, `offer_again_on` and
    `again_way` repeat the newest OfferDecision, for lists and figures.
    """

    compartment = Compartment.SUPPORT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    submission = models.UUIDField(default=uuid.uuid4)
    service = models.SlugField(max_length=60)
    goal = models.ForeignKey(Goal, null=True, on_delete=models.SET_NULL, related_name="offers")
    explained = SealedField()
    explained_forms = ArrayField(models.SlugField(max_length=30), default=list)
    explained_language = models.SlugField(max_length=20, blank=True)
    explained_on = models.DateField(null=True)
    reading_level = models.SlugField(max_length=20, blank=True, db_default="")
    understood = models.CharField(max_length=20, choices=Understood.choices, default=Understood.NOT_ASKED)
    offered_by = models.UUIDField()
    offered_at = models.DateTimeField(default=now)
    decision = models.CharField(max_length=20, choices=DecisionOnOffer.choices, blank=True)
    decided_at = models.DateTimeField(null=True)
    offer_again_on = models.DateField(null=True)
    again_way = models.SlugField(max_length=30, blank=True, db_default="")
    version = models.PositiveIntegerField(default=1)

    retention = KEPT_WITH_THE_FILE
    classified: ClassVar = {
        **Protected.classified,
        "id": OPERATIONAL,
        "submission": OPERATIONAL,
        "service": OPERATIONAL,
        "goal": OPERATIONAL,
        "explained": SENSITIVE,
        "explained_forms": OPERATIONAL,
        "explained_language": OPERATIONAL,
        "explained_on": OPERATIONAL,
        "reading_level": OPERATIONAL,
        "understood": OPERATIONAL,
        "offered_by": OPERATIONAL,
        "offered_at": OPERATIONAL,
        "decision": SENSITIVE,
        "decided_at": OPERATIONAL,
        "offer_again_on": OPERATIONAL,
        "again_way": OPERATIONAL,
        "version": OPERATIONAL,
    }

    class Meta:
        constraints = [models.UniqueConstraint(fields=["submission", "service"], name="offered_once_per_submission")]
        indexes = [
            models.Index(
                fields=["case_id", "offer_again_on"],
                condition=models.Q(offer_again_on__isnull=False),
                name="offer_again",
            )
        ]


class OfferDecision(Protected):
    """What she said to an offer on one day, and why.

    `reasons`: codes of the pack's decline reasons, several at once. `words` (sealed): str, hers.
    `family` (sealed): str, her family's part in it, or None; `family_part` the same as a code, `children` whether they
    may come along (kernel answers). `hard`: codes of what made it hard to decide yet. `again_way` (code) and `again`
    (sealed): how to offer it again safely, on `offer_again_on`. Rows are only ever added.
    """

    compartment = Compartment.SUPPORT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    submission = models.UUIDField(default=uuid.uuid4)
    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="decisions")
    decision = models.CharField(max_length=20, choices=DecisionOnOffer.choices)
    reasons = ArrayField(models.SlugField(max_length=60), default=list)
    words = SealedField()
    family = SealedField()
    family_part = models.SlugField(max_length=30, blank=True, db_default="")
    children = models.SlugField(max_length=20, blank=True, db_default="")
    hard = ArrayField(models.SlugField(max_length=60), null=True)
    offer_again_on = models.DateField(null=True)
    again_way = models.SlugField(max_length=30, blank=True, db_default="")
    again = SealedField()
    recorded_by = models.UUIDField()
    decided_at = models.DateTimeField(default=now)

    retention = KEPT_WITH_THE_FILE
    classified: ClassVar = {
        **Protected.classified,
        "id": OPERATIONAL,
        "submission": OPERATIONAL,
        "offer": OPERATIONAL,
        "decision": SENSITIVE,
        "reasons": SENSITIVE,
        "words": SENSITIVE,
        "family": SENSITIVE,
        "family_part": SENSITIVE,
        "children": SENSITIVE,
        "hard": SENSITIVE,
        "offer_again_on": OPERATIONAL,
        "again_way": OPERATIONAL,
        "again": SENSITIVE,
        "recorded_by": OPERATIONAL,
        "decided_at": OPERATIONAL,
    }

    class Meta:
        constraints = [models.UniqueConstraint(fields=["submission", "offer"], name="decided_once_per_submission")]
