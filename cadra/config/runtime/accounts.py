"""Under which account of the machine PostgreSQL runs. It refuses root, so root lends it another."""

import os
import pwd
from dataclasses import dataclass
from pathlib import Path

from .plain import Trouble


@dataclass(frozen=True)
class Account:
    name: str
    uid: int
    gid: int

    @property
    def is_us(self) -> bool:
        return self.uid == os.geteuid()


def for_postgres() -> Account:
    """Our own account, or, as root, CADRA_POSTGRES_USER, else `postgres` where it exists, else `nobody`."""
    if os.geteuid() != 0:
        entry = pwd.getpwuid(os.geteuid())
        return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
    chosen = os.environ.get("CADRA_POSTGRES_USER")
    for name in (chosen,) if chosen else ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
    raise Trouble(
        "PostgreSQL does not run as root and this machine has no account to lend it. "
        "Make one, for example with 'useradd --system postgres', or set CADRA_POSTGRES_USER."
    )


def can_enter(account: Account, folder: Path) -> bool:
    """May this account pass through every folder down to and including `folder`?"""
    if account.is_us:
        return True
    return all(_passable(account, step) for step in (folder, *folder.parents))


def _passable(account: Account, folder: Path) -> bool:
    found = folder.stat()
    if found.st_uid == account.uid:
        return bool(found.st_mode & 0o100)
    if found.st_gid == account.gid:
        return bool(found.st_mode & 0o010)
    return bool(found.st_mode & 0o001)
