"""Counters of attempts to sign in, and of what may be asked without a session (settings.CACHES, shared by all)."""

import time

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest

from cadra.foundation.kernel.clock import now


def may_ask(action: str, who: str, *, times: int, seconds: int) -> bool:
    """Count one more; False when this one has asked oftener than `times` in the running stretch of `seconds`."""
    key = f"{action}:{who}:{int(time.time()) // seconds}"
    cache.add(key, 0, timeout=seconds)
    try:
        return cache.incr(key) <= times
    except ValueError:  # thrown away meanwhile
        return True


def place_of(request: HttpRequest) -> str:
    """Where a request comes from, as far as the proxy we trust says so."""
    return str(get_adapter(request).get_client_ip(request))


def sweep() -> int:
    """Delete counters whose time has passed; returns how many. Django itself only does it when the table is full."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM access_throttle WHERE expires < %s", [now()])
        return cursor.rowcount
