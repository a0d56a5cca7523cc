"""What an import or export leaves behind: its counts, a sealed file while it is needed, and the original values."""

import uuid
from typing import ClassVar

from django.db import models

from cadra.foundation.access.protected import ANY_FILE_GRANT, OWN_COLUMN, Protected
from cadra.foundation.kernel.classification import OPERATIONAL, SENSITIVE
from cadra.foundation.kernel.clock import now
from cadra.foundation.kernel.compartments import Compartment
from cadra.foundation.vault.fields import SealedField


class Kind(models.TextChoices):
    IMPORT = "import"
    EXPORT = "export"


class State(models.TextChoices):
    """Where a run stands. Only `checking` and `working` have somebody at work; the rest wait or are over."""

    CHECKING = "checking"
    CHECKED = "checked"
    WRONG = "wrong"
    ASKED = "asked"
    WORKING = "working"
    DONE = "done"
    FAILED = "failed"
    DISCARDED = "discarded"


AT_WORK = (State.CHECKING, State.WORKING)


class Run(models.Model):
    """One import or export of one officer.

    Its id is also a case at the keeper: the key of the sealed file and report is the run's own, and destroying it
    destroys both wherever copies lie. `report` (sealed, `Report.as_dict`) until the run is over, then only counts.
    `failure`: a key of `words.FAILURES` or `words.UNREADABLE`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.IntegerField()
    user_id = models.UUIDField()
    submission = models.UUIDField(unique=True, default=uuid.uuid4)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices)
    by_labels = models.BooleanField(default=False)
    rows = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    added = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)
    problems = models.PositiveIntegerField(default=0)
    failure = models.SlugField(max_length=40, blank=True)
    report = SealedField()
    size = models.PositiveIntegerField(default=0)
    purpose = models.SlugField(max_length=60, blank=True)
    started_at = models.DateTimeField(default=now)
    finished_at = models.DateTimeField(null=True)
    keys_gone_at = models.DateTimeField(null=True, editable=False)

    sealed_under = Compartment.CORE
    retention = {
        "*": "counts are deleted after 5 years",
        "report": "destroyed with the run's key when it is over, at the latest after a day",
    }
    classified: ClassVar = {
        "id": OPERATIONAL,
        "owner": OPERATIONAL,
        "user_id": OPERATIONAL,
        "submission": OPERATIONAL,
        "kind": OPERATIONAL,
        "state": OPERATIONAL,
        "by_labels": OPERATIONAL,
        "rows": OPERATIONAL,
        "done": OPERATIONAL,
        "added": OPERATIONAL,
        "known": OPERATIONAL,
        "problems": OPERATIONAL,
        "failure": OPERATIONAL,
        "report": SENSITIVE,
        "size": OPERATIONAL,
        "purpose": OPERATIONAL,
        "started_at": OPERATIONAL,
        "finished_at": OPERATIONAL,
        "keys_gone_at": OPERATIONAL,
    }

    class Meta:
        indexes = [models.Index(fields=["owner", "-started_at"], name="run_newest")]

    @property
    def case_id(self) -> uuid.UUID:
        """The keeper knows the run's key by the run's id."""
        return self.id

    @property
    def at_work(self) -> bool:
        """Whether the worker has it."""
        return self.state in AT_WORK


class Part(models.Model):
    """A piece of the file of a run, sealed under the run's key."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    run_id = models.UUIDField()
    owner = models.IntegerField()
    number = models.PositiveIntegerField()
    content = models.BinaryField()
    kept_at = models.DateTimeField(default=now)

    retention = "deleted when the run is over, at the latest after a day"
    classified: ClassVar = {
        "id": OPERATIONAL,
        "run_id": OPERATIONAL,
        "owner": OPERATIONAL,
        "number": OPERATIONAL,
        "content": SENSITIVE,
        "kept_at": OPERATIONAL,
    }

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run_id", "number"], name="parts_are_numbered")]


class Imported(Protected):
    """Says that a file came in with a spreadsheet. `fingerprint` is a keyed digest of the row, made by the keeper."""

    compartment = ANY_FILE_GRANT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    run_id = models.UUIDField(db_index=True)
    fingerprint = models.BinaryField(max_length=32, unique=True)
    imported_at = models.DateTimeField(default=now)

    retention = "kept with the file"
    classified: ClassVar = {
        **Protected.classified,
        "id": OPERATIONAL,
        "run_id": OPERATIONAL,
        "fingerprint": SENSITIVE,
        "imported_at": OPERATIONAL,
    }

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case_id"], name="one_row_per_file")]


class Original(Protected):
    """The cells of her row that belong to one compartment, exactly as they came: {field id: value}, sealed."""

    compartment = OWN_COLUMN

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    compartment_of_row = models.CharField(max_length=20, db_column="compartment")
    cells = SealedField()

    retention = "kept with the file; erased by destroying the file's keys"
    classified: ClassVar = {
        **Protected.classified,
        "id": OPERATIONAL,
        "compartment_of_row": OPERATIONAL,
        "cells": SENSITIVE,
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case_id", "compartment_of_row"], name="originals_once_per_part")
        ]

    @property
    def sealed_under(self) -> str:
        return self.compartment_of_row
