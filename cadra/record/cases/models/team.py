"""Who works with her: the team, whom somebody asked to join it, and how a file goes from one hand to the next."""

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
from cadra.record.cases.models.file import KEPT_WITH_THE_FILE

#: The place of whoever carries the file; it goes from hand to hand by a hand-over, never by being asked to join.
CARRIER = "case_manager"


class TeamMember(Protected):
    """Who works with her: a user, with the role in her file (mission S3)."""

    compartment = ANY_FILE_GRANT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user_id = models.UUIDField()
    institution_id = models.UUIDField()
    role = models.SlugField(max_length=40)
    since = models.DateTimeField(default=now)
    until = models.DateTimeField(null=True)

    retention = KEPT_WITH_THE_FILE
    classified: ClassVar = {
        **Protected.classified,
        "id": OPERATIONAL,
        "user_id": OPERATIONAL,
        "institution_id": OPERATIONAL,
        "role": OPERATIONAL,
        "since": OPERATIONAL,
        "until": OPERATIONAL,
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case_id", "user_id", "role"], condition=Q(until=None), name="in_the_team_once"
            )
        ]


class Asked(models.TextChoices):
    """What became of asking somebody to work with her."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"


class Assignment(Protected):
    """A professional asked to take a place beside her. Whoever asked stays responsible until somebody accepts.

    `place`: code of the pack's `team_places`; `parts`: what opens to her when she accepts; `grant_id`: the grant that
    opens this row alone until then, and those parts after (PostgreSQL turns it). `against_wish`: it is not the sex she
    asked for. `words` (sealed): {"why": what is asked, "against": why against her wish, "answer": what was answered}.
    `settled_at`: whoever asked has seen what became of it. `for_user`, `until`: only for the days until `until`, while
    that colleague is away from this place.
    """

    compartment = Compartment.CORE

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    submission = models.UUIDField(default=uuid.uuid4, unique=True)
    place = models.SlugField(max_length=40)
    user_id = models.UUIDField()
    institution_id = models.UUIDField()
    for_user = models.UUIDField(null=True)
    until = models.DateField(null=True)
    parts = ArrayField(models.CharField(max_length=20), default=list)
    grant_id = models.UUIDField(null=True)
    against_wish = models.BooleanField(default=False)
    words = SealedField()
    state = models.CharField(max_length=10, choices=Asked.choices, default=Asked.ASKED)
    asked_by = models.UUIDField()
    asked_at = models.DateTimeField(default=now)
    answer_by = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    retention = KEPT_WITH_THE_FILE
    classified: ClassVar = {
        **Protected.classified,
        **dict.fromkeys(
            (
                *("id", "submission", "place", "user_id", "institution_id", "for_user", "until"),
                *("parts", "grant_id", "state"),
                *("asked_by", "asked_at", "answer_by", "answered_at", "settled_at"),
            ),
            OPERATIONAL,
        ),
        "against_wish": SENSITIVE,
        "words": SENSITIVE,
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case_id", "user_id", "place"], condition=Q(state="asked"), name="asked_once"
            ),
            models.CheckConstraint(
                condition=Q(for_user=None, until=None) | Q(for_user__isnull=False, until__isnull=False),
                name="for_somebody_until_a_day",
            ),
        ]
        indexes = [
            models.Index(fields=["user_id"], condition=Q(state="asked"), name="assignment_asked"),
            models.Index(fields=["asked_by"], condition=Q(settled_at=None), name="assignment_unsettled"),
            models.Index(fields=["grant_id"], condition=Q(for_user__isnull=False), name="assignment_for_now"),
        ]


class Passing(models.TextChoices):
    """Where a hand-over stands."""

    DRAFT = "draft"
    SENT = "sent"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Handover(Protected):
    """A file on its way from one hand to the next, with its briefing. Until it is accepted nothing moves.

    `from_user`: who carried it when it was sent, None of a file nobody carried. Sealed: `briefing` {"words": str,
    "wants": str, "against": why against her wish}; `ahead` list of {"what": str, "due": instant or day or ""}, as it
    stood when it was sent; `answer` {"words": str}.
    """

    compartment = Compartment.SUPPORT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    from_user = models.UUIDField(null=True)
    to_user = models.UUIDField(null=True)
    written_by = models.UUIDField()
    briefing = SealedField()
    ahead = SealedField()
    answer = SealedField()
    against_wish = models.BooleanField(default=False)
    has_words = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=Passing.choices, default=Passing.DRAFT)
    made_at = models.DateTimeField(default=now)
    sent_at = models.DateTimeField(null=True)
    answer_by = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    retention = KEPT_WITH_THE_FILE
    classified: ClassVar = {
        **Protected.classified,
        **dict.fromkeys(
            (
                *("id", "from_user", "to_user", "written_by", "has_words", "state", "made_at", "sent_at"),
                *("answer_by", "answered_at", "settled_at", "version"),
            ),
            OPERATIONAL,
        ),
        "briefing": SENSITIVE,
        "ahead": SENSITIVE,
        "answer": SENSITIVE,
        "against_wish": SENSITIVE,
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case_id"], condition=Q(state__in=["draft", "sent"]), name="one_handover_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "withdrawn"])
                | Q(to_user__isnull=False, sent_at__isnull=False, answer_by__isnull=False),
                name="handover_sent_to_someone",
            ),
        ]
        indexes = [
            models.Index(fields=["to_user"], condition=Q(state="sent"), name="handover_waits"),
            models.Index(fields=["written_by"], condition=Q(settled_at=None), name="handover_unsettled"),
        ]
