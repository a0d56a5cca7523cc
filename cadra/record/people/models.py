"""The person: a pseudonym everybody uses, and her identity and contact, sealed apart from her story."""

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from cadra.foundation.access.protected import ANY_GRANT, Protected, Readers
from cadra.foundation.kernel.classification import IDENTITY, OPERATIONAL, SENSITIVE
from cadra.foundation.kernel.clock import now
from cadra.foundation.kernel.compartments import Compartment
from cadra.foundation.vault.fields import SealedField

KEPT_WITH_THE_FILE = "kept with the file; erased by destroying the file's keys"


class Person(Readers):
    """The root of a file. Its id is the `case_id` of every row of the file; its reference is her pseudonym.

    A referral makes a provisional person; the Responsible Authority registers it, or connects it to a known one
    (`merged_into`). `ledger_alias` stands for her in the ledger and is destroyed with the row.
    """

    compartment = ANY_GRANT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=20, unique=True)
    ledger_alias = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    is_registered = models.BooleanField(default=False)
    merged_into = models.UUIDField(null=True)
    created_at = models.DateTimeField(default=now)

    retention = KEPT_WITH_THE_FILE
    classified: ClassVar = {
        **Readers.classified,
        "id": OPERATIONAL,
        "reference": OPERATIONAL,
        "ledger_alias": SENSITIVE,
        "is_registered": OPERATIONAL,
        "merged_into": SENSITIVE,
        "created_at": OPERATIONAL,
    }


class Profile(Protected):
    """What everyone who works with her needs so as not to ask again: the name she goes by, language, sex, age.

    Sealed values: `called` str; `languages` list of pack codes; `interpreter` {"needed": answer, "language": code,
    "sex": "female"|"male"|"any"}; `sex` code; `age` {"basis": stated|estimated|documented|disputed, "years": int
    or None, "birth_year": int or None}; `nationality` list of country codes; `worker_sex` "female"|"male"|"any" or an
    answer: whom she wants to work with her.
    """

    compartment = Compartment.CORE

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    called = SealedField()
    languages = SealedField()
    interpreter = SealedField()
    sex = SealedField()
    age = SealedField()
    nationality = SealedField()
    worker_sex = SealedField()
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(default=now)

    retention = KEPT_WITH_THE_FILE
    classified: ClassVar = {
        **Protected.classified,
        "id": OPERATIONAL,
        "called": IDENTITY,
        "languages": SENSITIVE,
        "interpreter": SENSITIVE,
        "sex": SENSITIVE,
        "age": SENSITIVE,
        "nationality": SENSITIVE,
        "worker_sex": SENSITIVE,
        "version": OPERATIONAL,
        "changed_at": OPERATIONAL,
    }

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case_id"], name="one_profile_per_file")]


class Identity(Protected):
    """Who she is in papers. Closed by default, shown for a purpose.

    Sealed values: `names` list of {"given": str, "family": str, "note": str}, the first is the usual one;
    `birth` {"date": ISO date or None, "year": int or None, "place": str}; `documents` list of
    {"kind": code, "number": str, "country": code}; `other` {"htcds": {...}} for imported fields without a place.
    """

    compartment = Compartment.IDENTITY

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    names = SealedField()
    birth = SealedField()
    documents = SealedField()
    other = SealedField()
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(default=now)

    retention = KEPT_WITH_THE_FILE
    classified: ClassVar = {
        **Protected.classified,
        "id": OPERATIONAL,
        "names": IDENTITY,
        "birth": IDENTITY,
        "documents": IDENTITY,
        "other": IDENTITY,
        "version": OPERATIONAL,
        "changed_at": OPERATIONAL,
    }

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case_id"], name="one_identity_per_file")]


class Contact(Protected):
    """How she may be reached safely, and where she is (mission C9).

    Sealed values: `channels` list of {"kind": phone|email|through, "value": str, "safe": answer};
    `rules` {"hours": str, "name_to_use": str, "who_else": str, "leave_message": answer, "never_say": str, "times":
    list of {"days": ISO weekdays, "from": "HH:MM", "until": "HH:MM"} in local time}; see `reaching.may_contact`;
    `whereabouts` {"place": area code, "address": str}.
    """

    compartment = Compartment.CONTACT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    channels = SealedField()
    rules = SealedField()
    whereabouts = SealedField()
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(default=now)

    retention = KEPT_WITH_THE_FILE
    classified: ClassVar = {
        **Protected.classified,
        "id": OPERATIONAL,
        "channels": IDENTITY,
        "rules": IDENTITY,
        "whereabouts": IDENTITY,
        "version": OPERATIONAL,
        "changed_at": OPERATIONAL,
    }

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case_id"], name="one_contact_per_file")]


class Result(models.TextChoices):
    """What came of reaching out to her."""

    BEGUN = "begun", _("Not said yet")
    REACHED = "reached", _("Spoke with her")
    NOT_REACHED = "not_reached", _("Not reached")
    MESSAGE_LEFT = "message_left", _("Message left")
    SOMEONE_ELSE = "someone_else", _("Somebody else answered")
    BROKEN_OFF = "broken_off", _("Broken off: it was not safe")


class ContactMade(Protected):
    """Somebody reached out to her. `against`: what stood against it (`reaching.Why`).

    `words` (sealed): {"value": the number used, "why": why it was done all the same, "what": what came of it}.
    """

    compartment = Compartment.CONTACT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    submission = models.UUIDField(default=uuid.uuid4, unique=True)
    channel = models.SlugField(max_length=20)
    result = models.CharField(max_length=20, choices=Result.choices, default=Result.BEGUN)
    against = ArrayField(models.SlugField(max_length=30), default=list)
    words = SealedField()
    made_by = models.UUIDField()
    made_at = models.DateTimeField(default=now)

    retention = KEPT_WITH_THE_FILE
    classified: ClassVar = {
        **Protected.classified,
        "id": OPERATIONAL,
        "submission": OPERATIONAL,
        "channel": OPERATIONAL,
        "result": OPERATIONAL,
        "against": SENSITIVE,
        "words": IDENTITY,
        "made_by": OPERATIONAL,
        "made_at": OPERATIONAL,
    }
