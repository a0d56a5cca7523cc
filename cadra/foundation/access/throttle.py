"""Counters of attempts to sign in, shared by all processes (settings.CACHES)."""

from django.db import connection

from cadra.foundation.kernel.clock import now


def sweep() -> int:
    """Delete counters whose time has passed; returns how many. Django itself only does it when the table is full."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM access_throttle WHERE expires < %s", [now()])
        return cursor.rowcount
