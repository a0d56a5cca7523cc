"""The wording under which something was sent, kept as it was (see `sheets`)."""

from django.db import models

from cadra.foundation.kernel.classification import PUBLIC
from cadra.foundation.kernel.clock import now


class WordingEdition(models.Model):
    """Pack and service wording as one text, named by its SHA-256 (PostgreSQL checks it). Holds no person's data."""

    digest = models.CharField(primary_key=True, max_length=64)
    body = models.TextField()
    made_at = models.DateTimeField(default=now)

    retention = "kept as long as the mechanism: what was shown under it can be shown again"
    classified = PUBLIC
