"""What she thinks of a service she was referred to (mission S6)."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from cadra.foundation.access.protected import Protected
from cadra.foundation.kernel.classification import OPERATIONAL, SENSITIVE
from cadra.foundation.kernel.clock import now
from cadra.foundation.kernel.compartments import Compartment
from cadra.foundation.vault.fields import SealedField
from cadra.stages.support.models.referrals import ServiceReferral


class Rated(models.TextChoices):
    """Her answer to one question of the pack. "Not asked" is no answer; it is never counted as a no."""

    YES = "yes", _("Yes")
    PARTLY = "partly", _("In part")
    NO = "no", _("No")
    DECLINED = "declined", _("Prefers not to say")
    NOT_ASKED = "not_asked", _("Not asked")


class Rating(Protected):
    """What she answered on one day, about one referral. Rows are only added.

    `answers`: question code of the pack → Rated. `words` (sealed): hers. `desk` and `provider` are the principals of
    the desk and its institution: whoever works there never sees the row (policy in the migration).
    """

    compartment = Compartment.SUPPORT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    submission = models.UUIDField(unique=True)
    referral = models.ForeignKey(ServiceReferral, on_delete=models.CASCADE, related_name="ratings")
    service = models.SlugField(max_length=60)
    desk = models.IntegerField()
    provider = models.IntegerField()
    answers = models.JSONField()
    words = SealedField()
    form = models.SlugField(max_length=10)
    asked_on = models.DateField()
    asked_by = models.UUIDField()
    asked_by_institution = models.IntegerField()
    recorded_at = models.DateTimeField(default=now)

    retention = "kept with the file; the answers stay as anonymous counts"
    classified: ClassVar = {
        **Protected.classified,
        "id": OPERATIONAL,
        "submission": OPERATIONAL,
        "referral": OPERATIONAL,
        "service": OPERATIONAL,
        "desk": OPERATIONAL,
        "provider": OPERATIONAL,
        "answers": SENSITIVE,
        "words": SENSITIVE,
        "form": OPERATIONAL,
        "asked_on": OPERATIONAL,
        "asked_by": OPERATIONAL,
        "asked_by_institution": OPERATIONAL,
        "recorded_at": OPERATIONAL,
    }
