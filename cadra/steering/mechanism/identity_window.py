"""Identity opened for a few minutes, for a purpose: remembered in the sealed session, never in the page or its address.

The session's content is encrypted and bound to its token (access.sessions), so the entry can't be made or moved
outside the service; it ends with its minutes or with the session, whichever comes first.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from cadra.foundation.kernel.clock import deadline, now
from cadra.foundation.kernel.pack import pack

KEY = "identity_windows"


@dataclass(frozen=True)
class Window:
    """Why and until when one file's identity is open."""

    purpose: str
    until: dt.datetime


def open_window(session: Any, case_id: UUID, purpose: str) -> Window:
    """Open one file's identity for the minutes the country pack says (limit `identity_open`)."""
    window = Window(purpose, deadline(now(), pack().limit("identity_open")))
    living = {key: value for key, value in session.get(KEY, {}).items() if _until(value) > now()}
    session[KEY] = {**living, str(case_id): {"purpose": purpose, "until": window.until.isoformat()}}
    return window


def window_of(session: Any, case_id: UUID) -> Window | None:
    """The open window of a file, or None when it never was or has run out."""
    value = session.get(KEY, {}).get(str(case_id))
    if value is None or _until(value) <= now():
        return None
    return Window(value["purpose"], _until(value))


def close_window(session: Any, case_id: UUID) -> None:
    """Close it before its time."""
    left = {key: value for key, value in session.get(KEY, {}).items() if key != str(case_id)}
    session[KEY] = left


def _until(value: dict[str, str]) -> dt.datetime:
    return dt.datetime.fromisoformat(value["until"])
