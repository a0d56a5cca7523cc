"""What the keeper is told by its environment. There is no default for any secret."""

import base64
import binascii
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cadra.keeper.clients import SECRETS
from cadra.keeper.errors import CannotStart

ROOT_BYTES = 32
DEFAULT_QUOTA = 600
"""Distinct files one person may open in a day: ten times a heavy day's work, a thousandth of a country."""
DEFAULT_SESSIONS = 600
"""Sessions opened in a minute: a country's whole morning in half an hour."""
DEFAULT_NEWCOMERS = 100
"""People who sign in for the first time in a day."""
SYSTEM_FACTOR = 50
"""Sessions of the system and of one import or export get this many times the quota of a person."""


@dataclass(frozen=True)
class Config:
    """Settings of one keeper process."""

    folder: Path
    socket: Path
    root: bytes = field(repr=False)
    secrets: Mapping[str, bytes] = field(repr=False)
    """Who may ask (clients.SECRETS) -> what they show."""
    quota: int = DEFAULT_QUOTA
    load: bool = False
    group: str = ""
    """The system group whose programs may reach the socket; '' for this account alone."""
    sessions: int = DEFAULT_SESSIONS
    newcomers: int = DEFAULT_NEWCOMERS


def from_environment() -> Config:
    """Read CADRA_SECRETS_DIR, CADRA_DATA_DIR, CADRA_LOAD, CADRA_KEEPER_SOCKET, _GROUP, _QUOTA, _SESSIONS and
    _NEWCOMERS."""
    secrets = Path(_needed("CADRA_SECRETS_DIR"))
    return Config(
        folder=Path(_needed("CADRA_DATA_DIR")) / "keeper",
        socket=Path(_needed("CADRA_KEEPER_SOCKET")),
        root=_root(secrets / "keeper_root"),
        secrets=_client_secrets(secrets),
        quota=_whole_number("CADRA_KEEPER_QUOTA", DEFAULT_QUOTA),
        sessions=_whole_number("CADRA_KEEPER_SESSIONS", DEFAULT_SESSIONS),
        newcomers=_whole_number("CADRA_KEEPER_NEWCOMERS", DEFAULT_NEWCOMERS),
        group=os.environ.get("CADRA_KEEPER_GROUP", ""),
        load=os.environ.get("CADRA_LOAD") == "1",
    )


def _needed(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise CannotStart(f"{name} is not set. The keeper needs it to start.")
    return value


def _secret(path: Path) -> bytes:
    try:
        value = path.read_bytes().strip()
    except OSError as problem:
        raise CannotStart(
            f"The secret {path.name} cannot be read: {problem.strerror}. `cadra prepare` makes one that is missing."
        ) from None
    if not value:
        raise CannotStart(f"The secret {path.name} is empty.")
    return value


def _client_secrets(folder: Path) -> dict[str, bytes]:
    shown = {client: _secret(folder / name) for client, name in SECRETS.items()}
    if len(set(shown.values())) < len(shown):
        raise CannotStart(f"The secrets {' and '.join(SECRETS.values())} are the same: make a new one of the last.")
    return shown


def _root(path: Path) -> bytes:
    try:
        root = base64.b64decode(_secret(path), validate=True)
    except binascii.Error:
        root = b""
    if len(root) != ROOT_BYTES:
        raise CannotStart(f"The secret {path.name} must be {ROOT_BYTES} random bytes in base64.")
    return root


def _whole_number(name: str, default: int) -> int:
    value = os.environ.get(name, "")
    if not value:
        return default
    if not value.isdigit() or int(value) < 1:
        raise CannotStart(f"{name} must be a whole number above zero.")
    return int(value)
