"""The secrets of one copy: one file each, random at first start, never overwritten, no default."""

import base64
import os
import secrets
import stat
from collections.abc import Iterable
from pathlib import Path

from .plain import Trouble

# Database role -> the secret that holds its password.
ROLE_SECRETS = {
    "cadra_owner": "db_owner",
    "cadra_app": "db_app",
    "cadra_gate": "db_gate",
    "cadra_sealer": "db_sealer",
    "cadra_stats": "db_stats",
}
KEEPER_SECRETS = ("keeper_root", "keeper_client", "keeper_system")
ALL_SECRETS = ("secret_key", *ROLE_SECRETS.values(), *KEEPER_SECRETS)

# What each process may read. In production each runs under an account of its own that owns just these files.
NEEDED_BY = {
    "keeper": KEEPER_SECRETS,
    "web": ("secret_key", "db_app", "db_gate", "db_stats", "keeper_client"),
    "worker": ("secret_key", "db_app", "db_gate", "db_sealer", "db_stats", "keeper_client", "keeper_system"),
    "migrate": (
        "secret_key",
        "db_app",
        "db_owner",
        "db_gate",
        "db_sealer",
        "db_stats",
        "keeper_client",
        "keeper_system",
    ),
}
OPTIONAL = ("smtp_password", "oidc_client")


def random_secret() -> str:
    """32 random bytes in base64: the shape the keeper's root needs, good for all the others."""
    return base64.b64encode(secrets.token_bytes(32)).decode()


def create_missing(folder: Path) -> list[str]:
    """Make every secret that is not there yet, readable by its owner alone; return the names made."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    made = []
    for name in ALL_SECRETS:
        try:
            handle = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            continue
        with os.fdopen(handle, "w") as file:
            file.write(random_secret() + "\n")
            file.flush()
            os.fsync(file.fileno())
        made.append(name)
    return made


def read(folder: Path, name: str) -> str:
    """One secret. Raise `Trouble` when it is absent or empty: there is no default for a secret."""
    try:
        value = (folder / name).read_text().strip()
    except OSError:
        value = ""
    if not value:
        raise Trouble(
            f"The secret '{name}' is missing from {folder}. Put it back from your custody copy; "
            "a new one can't open what the old one closed."
        )
    return value


def passwords(folder: Path) -> dict[str, str]:
    """Database role -> password, for every role whose secret is there."""
    return {role: read(folder, name) for role, name in ROLE_SECRETS.items() if (folder / name).is_file()}


def narrow_view(folder: Path, view: Path, names: Iterable[str]) -> Path:
    """A folder that shows only `names` of the secrets, as links; each process is given its own."""
    view.mkdir(mode=0o700, parents=True, exist_ok=True)
    wanted = {*names, *OPTIONAL}
    for link in view.iterdir():
        link.unlink()
    for name in sorted(wanted):
        if (folder / name).is_file():
            (view / name).symlink_to(folder / name)
    return view


def loose(folder: Path) -> list[str]:
    """Names of secrets that someone other than their owner can read or change."""
    others = stat.S_IRWXG | stat.S_IRWXO
    return sorted(file.name for file in folder.iterdir() if file.is_file() and file.stat().st_mode & others)


def alike(folder: Path) -> list[str]:
    """Names of secrets that hold the same as another: who may read the one may then use the other."""
    held: dict[str, list[str]] = {}
    for name in ALL_SECRETS:
        if (folder / name).is_file():
            held.setdefault((folder / name).read_text().strip(), []).append(name)
    return [name for names in held.values() if len(names) > 1 for name in names]
