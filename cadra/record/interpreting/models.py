"""Interpreters and cultural mediators: the roster, their undertakings, and who interprets for whom (mission N7)."""

import secrets
import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cadra.foundation.access.protected import Protected
from cadra.foundation.kernel.classification import IDENTITY, OPERATIONAL, SENSITIVE
from cadra.foundation.kernel.clock import now
from cadra.foundation.kernel.compartments import Compartment
from cadra.foundation.kernel.references import ALPHABET
from cadra.foundation.network.models import KEPT_WITH_THE_NETWORK, Institution, User
from cadra.foundation.network.principals import NextPrincipal
from cadra.foundation.vault.fields import SealedField

KEPT_WITH_THE_FILE = "kept with the file"


class Work(models.TextChoices):
    """What someone of the roster does."""

    INTERPRETER = "interpreter", _("Interpreter")
    MEDIATOR = "mediator", _("Cultural mediator")
    BOTH = "both", _("Interpreter and cultural mediator")


class Sex(models.TextChoices):
    """If she or he said so; of a request: whom she wants."""

    FEMALE = "female", _("A woman")
    MALE = "male", _("A man")


class Way(models.TextChoices):
    """How it is interpreted."""

    IN_PERSON = "in_person", _("In the room")
    PHONE = "phone", _("By telephone")
    ONLINE = "online", _("Online")


class Kind(models.TextChoices):
    """What the interpreter is needed for."""

    INTERVIEW = "interview", _("An identification interview")
    SESSION = "session", _("A session or another conversation")


class Interpreter(models.Model):
    """Someone of the roster, under a name or a pseudonym. Whoever fears her or him names `principal` (C10).

    `institution` keeps the entry, and is where she works unless `freelance`. `tongues`: list of {"language": pack code,
    "dialect": str, "level": pack code}; `languages`: their codes; `found_by`: languages with dialects, folded.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    submission = models.UUIDField(default=uuid.uuid4, unique=True)
    principal = models.IntegerField(unique=True, editable=False, db_default=NextPrincipal())
    institution = models.ForeignKey(Institution, on_delete=models.CASCADE, related_name="interpreters")
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="on_the_roster")
    name = models.CharField(max_length=120)
    work = models.CharField(max_length=20, choices=Work.choices, default=Work.INTERPRETER)
    sex = models.CharField(max_length=10, choices=Sex.choices, blank=True)
    tongues = models.JSONField(default=list)
    languages: "ArrayField[list[str], list[str]]" = ArrayField(models.CharField(max_length=20), default=list)
    found_by = models.TextField(blank=True)
    areas: "ArrayField[list[str], list[str]]" = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    whole_country = models.BooleanField(default=False)
    at_distance = models.BooleanField(default=False)
    hours = models.CharField(max_length=120, blank=True)
    at_night = models.BooleanField(default=False)
    phone = models.CharField(max_length=40, blank=True)
    freelance = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)

    retention = KEPT_WITH_THE_NETWORK
    classified: ClassVar = {
        "id": OPERATIONAL,
        "submission": OPERATIONAL,
        "principal": OPERATIONAL,
        "institution": OPERATIONAL,
        "user": IDENTITY,
        "name": IDENTITY,
        "work": OPERATIONAL,
        "sex": OPERATIONAL,
        "tongues": OPERATIONAL,
        "languages": OPERATIONAL,
        "found_by": OPERATIONAL,
        "areas": OPERATIONAL,
        "whole_country": OPERATIONAL,
        "at_distance": OPERATIONAL,
        "hours": OPERATIONAL,
        "at_night": OPERATIONAL,
        "phone": IDENTITY,
        "freelance": OPERATIONAL,
        "is_active": OPERATIONAL,
        "version": OPERATIONAL,
    }

    class Meta:
        ordering = ("name", "id")

    def __str__(self) -> str:
        return self.name


class Undertaking(models.Model):
    """The undertaking of confidentiality as someone of the roster signed it. Without one in force: no assignment."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    submission = models.UUIDField(default=uuid.uuid4, unique=True)
    interpreter = models.ForeignKey(Interpreter, on_delete=models.CASCADE, related_name="undertakings")
    version = models.CharField(max_length=20)
    signed_on = models.DateField()
    until = models.DateField()
    recorded_by = models.UUIDField()
    recorded_at = models.DateTimeField(default=now)

    retention = "kept 10 years after she or he left the roster: it is the proof of the duty of confidence"
    classified: ClassVar = {"*": OPERATIONAL}

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until__gte=models.F("signed_on")), name="undertaking_has_a_term")
        ]


class State(models.TextChoices):
    """Where a request stands; PostgreSQL moves it on with its assignments."""

    WAITING = "waiting", _("Somebody has to be found")
    ASKED = "asked", _("Asked, no answer yet")
    ACCEPTED = "accepted", _("Comes")
    CAME = "came", _("Came")
    DROPPED = "dropped", _("Not needed any more")


class Answer(models.TextChoices):
    """What became of asking one interpreter."""

    ASKED = "asked", _("Asked, no answer yet")
    ACCEPTED = "accepted", _("Comes")
    DECLINED = "declined", _("Can’t come")
    SILENT = "silent", _("Did not answer")
    CAME = "came", _("Came")
    ABSENT = "absent", _("Did not come")
    CONFLICT = "conflict", _("Not assigned: conflict of interest")
    FEARED = "feared", _("Taken off: she does not want this person")
    TAKEN_BACK = "taken_back", _("Taken off")


OPEN = (State.WAITING, State.ASKED, State.ACCEPTED)
STANDING = (Answer.ASKED, Answer.ACCEPTED)


_NEXT = {
    Answer.ASKED: (Answer.ACCEPTED, Answer.DECLINED, Answer.SILENT, Answer.TAKEN_BACK),
    Answer.ACCEPTED: (Answer.CAME, Answer.ABSENT, Answer.DECLINED, Answer.TAKEN_BACK),
}


def may_follow(state: str) -> tuple[str, ...]:
    """The answers that may be written down after this one."""
    return _NEXT.get(Answer(state), ())


def neutral_reference() -> str:
    """What an interpreter is told instead of hers: six characters that lead to no file."""
    return "".join(secrets.choice(ALPHABET) for _place in range(6))


class Request(Protected):
    """An interpreter wanted for one conversation with her.

    `number`: of the interview. `sex` "": no preference. `words` (sealed): {"dialect": str, "place": str, "area": pack
    code, "more": str}. `reference`, `starts_at`, `minutes`, `way`, `language` and `sex` are all an interpreter is told.
    `find_by`: until when somebody should be found; `next_due_at`: when the next thing is due, none when it is over.
    """

    compartment = Compartment.CORE

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    submission = models.UUIDField(default=uuid.uuid4, unique=True)
    reference = models.CharField(max_length=12, default=neutral_reference)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    number = models.PositiveSmallIntegerField(null=True)
    language = models.SlugField(max_length=20)
    sex = models.CharField(max_length=10, choices=Sex.choices, blank=True)
    way = models.CharField(max_length=20, choices=Way.choices)
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField()
    words = SealedField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    asked_by = models.UUIDField()
    asked_at = models.DateTimeField(default=now)
    find_by = models.DateTimeField()
    next_due_at = models.DateTimeField(null=True)

    retention = KEPT_WITH_THE_FILE
    classified: ClassVar = {
        **Protected.classified,
        "id": OPERATIONAL,
        "submission": OPERATIONAL,
        "reference": OPERATIONAL,
        "kind": OPERATIONAL,
        "number": OPERATIONAL,
        "language": SENSITIVE,
        "sex": SENSITIVE,
        "way": OPERATIONAL,
        "starts_at": OPERATIONAL,
        "minutes": OPERATIONAL,
        "words": SENSITIVE,
        "state": OPERATIONAL,
        "asked_by": OPERATIONAL,
        "asked_at": OPERATIONAL,
        "find_by": OPERATIONAL,
        "next_due_at": OPERATIONAL,
    }

    class Meta:
        indexes = [
            models.Index(
                fields=["asked_by", "next_due_at"],
                condition=Q(state__in=["waiting", "asked", "accepted"]),
                name="interpreter_wanted",
            )
        ]


class Assignment(Protected):
    """One interpreter asked for one request. PostgreSQL refuses, and ends, one she fears (migrations/0002_policies.py).

    `conflicts`: pack codes of what stood against it when it was asked about; with any, nobody is assigned. `answer_by`:
    when silence counts as no. `answered_by`: who wrote the answer down, or the interpreter herself.
    """

    compartment = Compartment.CORE

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    submission = models.UUIDField(default=uuid.uuid4, unique=True)
    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="assignments")
    interpreter = models.ForeignKey(Interpreter, on_delete=models.PROTECT, related_name="assignments")
    conflicts: "ArrayField[list[str], list[str]]" = ArrayField(models.SlugField(max_length=40), default=list)
    state = models.CharField(max_length=20, choices=Answer.choices, default=Answer.ASKED)
    assigned_by = models.UUIDField()
    assigned_at = models.DateTimeField(default=now)
    answer_by = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)

    retention = KEPT_WITH_THE_FILE
    classified: ClassVar = {
        **Protected.classified,
        "id": OPERATIONAL,
        "submission": OPERATIONAL,
        "request": OPERATIONAL,
        "interpreter": OPERATIONAL,
        "conflicts": SENSITIVE,
        "state": OPERATIONAL,
        "assigned_by": OPERATIONAL,
        "assigned_at": OPERATIONAL,
        "answer_by": OPERATIONAL,
        "answered_at": OPERATIONAL,
        "answered_by": OPERATIONAL,
        "ended_at": OPERATIONAL,
    }

    class Meta:
        indexes = [
            models.Index(
                fields=["interpreter"], condition=Q(state__in=["asked", "accepted"]), name="interpreter_standing"
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["request"], condition=Q(state__in=["asked", "accepted"]), name="one_interpreter_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(state="conflict", conflicts__len__gt=0) | (~Q(state="conflict") & Q(conflicts__len=0)),
                name="nobody_in_conflict_is_assigned",
            ),
        ]
