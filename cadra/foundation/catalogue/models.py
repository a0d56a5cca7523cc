"""What each institution offers, to whom, when, where and with how many free places (mission S5; HSDS: service)."""

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cadra.foundation.kernel.classification import OPERATIONAL, PUBLIC
from cadra.foundation.kernel.clock import now
from cadra.foundation.network.models import KEPT_WITH_THE_NETWORK, Desk, Institution, User


class Status(models.TextChoices):
    """HSDS: active, temporarily closed, inactive."""

    OPEN = "open", _("Yes, it is offered")
    PAUSED = "paused", _("Closed for a while")
    ENDED = "ended", _("No longer offered")


class Group(models.TextChoices):
    """Whom a service takes. Status and cooperation with the police are never asked."""

    WOMEN = "women", _("Women")
    MEN = "men", _("Men")
    GIRLS = "girls", _("Girls")
    BOYS = "boys", _("Boys")


class Access(models.TextChoices):
    """What the place or the people there make possible."""

    WHEELCHAIR = "wheelchair", _("Wheelchair, all the way in")
    TOILET = "toilet", _("Toilet for wheelchairs")
    BLIND = "blind", _("Help for people who don’t see")
    EASY = "easy", _("Easy words and pictures")


class Cost(models.TextChoices):
    """What it costs her."""

    FREE = "free", _("Free")
    PARTLY = "partly", _("Partly paid by her")
    PAID = "paid", _("Paid by her")


class Way(models.TextChoices):
    """How help is given."""

    IN_PERSON = "in_person", _("In person")
    PHONE = "phone", _("By telephone")
    ONLINE = "online", _("Online")


def _codes(length: int = 20) -> "ArrayField[list[str], list[str]]":
    return ArrayField(models.CharField(max_length=length), default=list, blank=True)


class Service(models.Model):
    """One service of one desk. It has no place of its own: no address, no coordinates, only the area it serves.

    `kind`, `languages`, `areas`: codes of the country pack. `words`: language → description. `days`: ISO days of the
    week on which it is open from `opens` until `closes` (past midnight when `closes` is not later). `capacity` None:
    places are not counted. `found_by`: what the search reads, folded (`words.fold`).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    submission = models.UUIDField(default=uuid.uuid4, unique=True)
    institution = models.ForeignKey(Institution, on_delete=models.CASCADE, related_name="services")
    desk = models.ForeignKey(Desk, on_delete=models.CASCADE, related_name="offered")
    kind = models.SlugField(max_length=60)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    words = models.JSONField(default=dict, blank=True)
    serves = _codes()
    children_welcome = models.BooleanField(default=False)
    families = models.BooleanField(default=False)
    foreigners = models.BooleanField(default=True)
    languages = _codes()
    access = _codes()
    cost = models.CharField(max_length=10, choices=Cost.choices, default=Cost.FREE)
    ways = _codes()
    areas = _codes(60)
    whole_country = models.BooleanField(default=False)
    day_and_night = models.BooleanField(default=False)
    at_night = models.BooleanField(default=False)
    days: "ArrayField[list[int], list[int]]" = ArrayField(models.SmallIntegerField(), default=list, blank=True)
    opens = models.TimeField(null=True, blank=True)
    closes = models.TimeField(null=True, blank=True)
    capacity = models.PositiveSmallIntegerField(null=True, blank=True)
    free_places = models.PositiveSmallIntegerField(null=True, blank=True)
    places_changed_at = models.DateTimeField(null=True)
    licence_number = models.CharField(max_length=60, blank=True)
    licence_until = models.DateField(null=True, blank=True)
    verified_at = models.DateTimeField(default=now)
    verified_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    found_by = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)

    retention = KEPT_WITH_THE_NETWORK
    classified: ClassVar = {
        "*": PUBLIC,
        "id": OPERATIONAL,
        "submission": OPERATIONAL,
        "capacity": OPERATIONAL,
        "free_places": OPERATIONAL,
        "places_changed_at": OPERATIONAL,
        "verified_at": OPERATIONAL,
        "verified_by": OPERATIONAL,
        "found_by": OPERATIONAL,
        "version": OPERATIONAL,
    }

    class Meta:
        ordering = ("institution__name", "id")
        constraints = [
            models.CheckConstraint(
                condition=Q(capacity=None, free_places=None) | Q(free_places__lte=F("capacity")),
                name="no_more_free_places_than_places",
            ),
            models.CheckConstraint(
                condition=Q(opens=None, closes=None) | Q(opens__isnull=False, closes__isnull=False),
                name="hours_have_both_ends",
            ),
        ]
        indexes = [
            # The one question that narrows 5,000 services to about a hundred; the rest is cheap to read through.
            models.Index(fields=["kind"], condition=Q(status="open"), name="service_by_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.institution_id})"
