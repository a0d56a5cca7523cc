"""Where one copy of Çadra keeps its files.

A Unix socket's path may have at most 107 bytes, so sockets live in a short folder of their own when the
data folder's path is long or has unusual characters.
"""

import fcntl
import hashlib
import os
import re
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from .accounts import can_enter, for_postgres
from .plain import Trouble

# "/postgres/.s.PGSQL.5432" and "/keeper/keeper.sock" are the longest names below `run`.
LONGEST_SOCKET_FOLDER = 107 - len("/postgres/.s.PGSQL.5432")
# Where root keeps what PostgreSQL's own account must reach when the checkout lies in a closed folder.
OPEN_GROUND = Path("/var/lib/cadra")
EASY_PATH = re.compile(r"[A-Za-z0-9/_.-]+")


@dataclass(frozen=True)
class Places:
    """The folders of one copy. `run` holds only sockets and links; all else survives a restart."""

    data: Path
    run: Path
    postgres: Path

    @property
    def secrets(self) -> Path:
        return self.data / "secrets"

    @property
    def logs(self) -> Path:
        return self.data / "logs"

    @property
    def postgres_socket(self) -> Path:
        """The folder that holds PostgreSQL's socket."""
        return self.run / "postgres"

    @property
    def keeper_socket(self) -> Path:
        return self.run / "keeper" / "keeper.sock"

    @property
    def described(self) -> Path:
        """The settings of the copy that runs here, without any secret, for commands typed beside it."""
        return self.data / "environment.json"

    @property
    def stamps(self) -> Path:
        return self.data / "stamps"

    def lay_out(self) -> None:
        """Make the folders: only their owner enters, but `data` and `run` can be passed through.

        As root, PostgreSQL runs under another account and must reach its own folder below them.
        """
        passable = 0o711 if os.geteuid() == 0 else 0o700
        for folder, mode in (
            (self.data, passable),
            (self.run, passable),
            (self.logs, 0o700),
            (self.stamps, 0o700),
            (self.keeper_socket.parent, 0o700),
        ):
            folder.mkdir(parents=True, exist_ok=True)
            refuse_foreign(folder)
            folder.chmod(mode)

    def claim(self) -> IO[str]:
        """Hold this data folder until the returned file is closed; `Trouble` when another copy holds it."""
        handle = (self.data / "lock").open("a+")
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            handle.close()
            raise Trouble(
                f"Çadra already runs with the data folder {self.data}. Stop it there with Ctrl-C, "
                "or set CADRA_DATA_DIR to another folder to run a second copy."
            ) from None
        return handle

    def taken(self) -> bool:
        """Does a copy run with this data folder?"""
        if not (self.data / "lock").is_file():
            return False
        try:
            self.claim().close()
        except Trouble:
            return True
        return False


def places(data: Path) -> Places:
    """The places of the copy whose data folder is `data`."""
    data = Path(os.path.abspath(data))
    run = data / "run"
    crowded = len(os.fsencode(run)) > LONGEST_SOCKET_FOLDER or not EASY_PATH.fullmatch(str(run))
    if crowded or not open_to_postgres(data):
        run = short_folder(data)
    home = data / "postgres" if open_to_postgres(data) else OPEN_GROUND / mark(data) / "postgres"
    return Places(data=data, run=run, postgres=home)


def open_to_postgres(folder: Path) -> bool:
    """Can PostgreSQL's account get there? As root it is another account, and /root is closed to it."""
    existing = next(step for step in (folder, *folder.parents) if step.is_dir())
    above = existing if existing != folder else folder.parent
    return can_enter(for_postgres(), above)


def mark(data: Path) -> str:
    """A short name for one data folder, the same at every start."""
    return hashlib.sha256(os.fsencode(data)).hexdigest()[:12]


def short_folder(data: Path) -> Path:
    """A short folder for the sockets of one data folder, the same at every start."""
    user = os.geteuid()
    own = Path("/run") if user == 0 else Path(f"/run/user/{user}")
    base = own if own.is_dir() and os.access(own, os.W_OK) else Path(tempfile.gettempdir())
    if len(os.fsencode(base)) > 60 or not EASY_PATH.fullmatch(str(base)):
        base = Path("/tmp")  # noqa: S108 - the folder made in it is refused unless it is ours alone
    return base / f"cadra-{user}-{mark(data)}"


def refuse_foreign(folder: Path) -> None:
    """Raise `Trouble` unless `folder` is a real folder of our own: /tmp is shared with strangers."""
    found = folder.lstat()
    if stat.S_ISLNK(found.st_mode) or found.st_uid != os.geteuid():
        raise Trouble(f"The folder {folder} belongs to someone else. Remove it, or set CADRA_DATA_DIR elsewhere.")
