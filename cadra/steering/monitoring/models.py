"""Figures already counted and protected, kept so that a page about a million files opens at once."""

from typing import ClassVar

from django.db import models

from cadra.foundation.kernel.classification import OPERATIONAL


class Snapshot(models.Model):
    """What may be shown about one year (0: the list of years). No number in it is about few persons.

    Read and written by the role of figures alone. `content`: see `snapshots.py`. `took_ms`: what counting cost.
    """

    year = models.PositiveSmallIntegerField(primary_key=True)
    made_at = models.DateTimeField()
    took_ms = models.PositiveIntegerField()
    content = models.JSONField()

    retention = "replaced when counted again"
    classified: ClassVar = {
        "year": OPERATIONAL,
        "made_at": OPERATIONAL,
        "took_ms": OPERATIONAL,
        "content": OPERATIONAL,
    }
