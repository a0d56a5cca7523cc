"""A session of the system itself: it opens no file, and may close any."""

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager

from cadra.foundation.vault.keeper import keeper

SYSTEM = "system"
_SECONDS = 600.0


@contextmanager
def system_session() -> Iterator[str]:
    """The token of a session of the system for one piece of background work, at most ten minutes."""
    token = secrets.token_urlsafe(32)
    keeper().open_session(token, SYSTEM, [0], [SYSTEM], time.time() + _SECONDS)
    try:
        yield token
    finally:
        keeper().close_session(token)
