"""The ledger's tables: who did or saw what, sealed into a tree. No foreign keys, no names, no free text.

`ledger_entry` also has a column `xact xid8` (the inserting transaction), which PostgreSQL alone fills and
only the sealer reads; Django has no field for it, so it lives in the migration.
"""

import secrets
import time
import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Func

from cadra.foundation.kernel.classification import OPERATIONAL, PUBLIC, SENSITIVE

KEPT = "kept as long as the mechanism; once a person's alias is destroyed her entries point to nobody"


class ClockTimestamp(Func):
    """The database's clock at the moment of writing, not at the start of the transaction."""

    function = "CLOCK_TIMESTAMP"
    output_field = models.DateTimeField()


def time_ordered_id() -> uuid.UUID:
    """A UUID of version 7: milliseconds first, so the index grows at one end; 74 random bits."""
    milliseconds = time.time_ns() // 1_000_000
    head = milliseconds << 80 | 7 << 76 | secrets.randbits(12) << 64
    return uuid.UUID(int=head | 0b10 << 62 | secrets.randbits(62))


class Entry(models.Model):
    """One act or look. `subjects` are ledger aliases of persons, never case or person ids."""

    id = models.UUIDField(primary_key=True, default=time_ordered_id, editable=False)
    at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)
    actor = models.UUIDField(null=True)
    institution = models.UUIDField(null=True)
    verb = models.CharField(max_length=64)
    subjects = ArrayField(models.UUIDField(), default=list)
    compartments = ArrayField(models.CharField(max_length=20), default=list)
    purpose = models.CharField(max_length=64, blank=True)
    outcome = models.CharField(max_length=64)
    object_id = models.UUIDField(null=True)

    retention = KEPT
    classified: ClassVar = {
        "id": OPERATIONAL,
        "at": OPERATIONAL,
        "actor": OPERATIONAL,
        "institution": OPERATIONAL,
        "verb": OPERATIONAL,
        "subjects": SENSITIVE,
        "compartments": OPERATIONAL,
        "purpose": OPERATIONAL,
        "outcome": OPERATIONAL,
        "object_id": OPERATIONAL,
    }

    class Meta:
        db_table = "ledger_entry"


class Leaf(models.Model):
    """The sealed place of an entry: numbered by the sealer, because insertion order is not commit order."""

    seq = models.BigIntegerField(primary_key=True)
    entry = models.UUIDField(unique=True)
    hash = models.BinaryField()

    retention = KEPT
    classified: ClassVar = {"seq": OPERATIONAL, "entry": OPERATIONAL, "hash": PUBLIC}

    class Meta:
        db_table = "ledger_leaf"


class Checkpoint(models.Model):
    """A signed statement: the first `size` entries have this `root`.

    `horizon` is the oldest transaction that was still running (its entries come later), `cluster` the
    database whose transaction counter that is, `after` the size of the checkpoint before, `frontier` the
    tree's right edge, from which the next leaves are added.
    """

    size = models.BigIntegerField(primary_key=True)
    origin = models.CharField(max_length=120)
    root = models.BinaryField()
    frontier = models.BinaryField()
    after = models.BigIntegerField()
    horizon = models.BigIntegerField()
    cluster = models.BigIntegerField()
    at = models.DateTimeField()
    signature = models.BinaryField()
    key_id = models.CharField(max_length=16)

    retention = KEPT
    classified = PUBLIC

    class Meta:
        db_table = "ledger_checkpoint"
