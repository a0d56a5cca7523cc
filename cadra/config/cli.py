"""The command `cadra`: start a copy, prepare one, ask what it lacks, or run one of its tools beside it.

Settings come from the environment (docs/operations.md); a data folder is ./var of the checkout unless
CADRA_DATA_DIR names another.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from cadra.config.runtime import backup, start
from cadra.config.runtime.parts import CODE
from cadra.config.runtime.places import Places, places
from cadra.config.runtime.plain import Trouble

HELP = """\
  demo             start everything on this machine with invented people; the first start prepares it
  serve            start the same programs without the demonstration; CADRA_BASE_URL says the public address
  prepare          make secrets, database roles, tables and static files; run it after every upgrade
  found            once, on a prepared copy: the Responsible Authority, its desk, a link for its administrator
  backup FOLDER | restore FOLDER          everything but keeper_root, out and into an empty copy
  doctor           say in plain words what this machine or its settings lack
  migrate          bring the tables up to date (part of prepare)
  audit verify | audit export FILE        check or hand out the ledger
  import htcds FILE | export htcds FILE   IOM's spreadsheet
Any other word is passed on to the program's own tools."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code. A `Trouble` is printed as it is, without a traceback."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    # Folders above the data must let PostgreSQL's own account pass; what is private says so where it is made.
    os.umask(0o022)
    try:
        return run(words)
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 1


def run(words: list[str]) -> int:
    if not words or words[0] in ("help", "-h", "--help"):
        print(f"cadra COMMAND\n\n{HELP}")
        return 0
    command, rest = words[0], words[1:]
    if command in ("demo", "serve"):
        return start.run(wish(rest, demo=command == "demo"))
    if command == "prepare":
        return start.prepare_only(wish(rest, demo=os.environ.get("CADRA_DEMO") == "1", address_needed=False))
    if command == "found":
        return found(rest)
    if command in ("backup", "restore"):
        return back_up_or_restore(command, rest)
    if command == "doctor":
        return become(["-m", "cadra.config.doctor"], environment_beside(data_folder()))
    if command == "migrate":
        rest = ["--database", "owner", *rest]
    return hand_over([command, *rest])


def back_up_or_restore(command: str, rest: list[str]) -> int:
    """`backup FOLDER`, beside a running copy or not; `restore FOLDER`, into an empty one that does not run."""
    if len(rest) != 1 or rest[0].startswith("-"):
        raise Trouble(f"Name one folder: cadra {command} FOLDER")
    asked, folder = wish([], demo=os.environ.get("CADRA_DEMO") == "1", address_needed=False), Path(rest[0])
    if command == "restore":
        return backup.restore(asked, folder)
    running = backup.said_beside(asked.places.described) if asked.places.taken() else ""
    return backup.back_up(asked, folder, running)


def wish(arguments: list[str], *, demo: bool, address_needed: bool = True) -> start.Wish:
    """What the arguments and the environment ask for; `Trouble` when a served copy has no public address."""
    parser = argparse.ArgumentParser(prog="cadra")
    parser.add_argument("--port", type=int, default=int(os.environ.get("CADRA_PORT", "8321")))
    parser.add_argument("--host", default=os.environ.get("CADRA_HOST", "127.0.0.1"))
    parser.add_argument("--workers", type=int, default=int(os.environ.get("CADRA_WEB_WORKERS", "2")))
    given = parser.parse_args(arguments)
    base_url = os.environ.get("CADRA_BASE_URL", "")
    if not demo and address_needed and not base_url:
        raise Trouble("Set CADRA_BASE_URL to the address people will use, for example https://nrm.example.org")
    where = places(data_folder())
    return start.Wish(
        places=where,
        secrets_dir=secrets_folder(where),
        demo=demo,
        host=given.host,
        port=given.port,
        workers=given.workers,
        base_url=base_url,
        database_url=os.environ.get("DATABASE_URL", ""),
        admin_url=os.environ.get("CADRA_DB_ADMIN_URL", ""),
        prepare=demo,
    )


def found(arguments: list[str]) -> int:
    """Begin the mechanism, beside a running copy or before the first start."""
    if places(data_folder()).taken():
        return hand_over(["found", *arguments])
    return start.type_in(wish([], demo=os.environ.get("CADRA_DEMO") == "1"), "-m", "django", "found", *arguments)


def data_folder() -> Path:
    """CADRA_DATA_DIR, or `var` of the checkout this code lies in."""
    if given := os.environ.get("CADRA_DATA_DIR"):
        return Path(given)
    if not (CODE / "script").is_dir():
        raise Trouble("Set CADRA_DATA_DIR to the folder where this copy keeps its data.")
    return CODE / "var"


def secrets_folder(where: Places) -> Path:
    given = os.environ.get("CADRA_SECRETS_DIR")
    return Path(os.path.abspath(given)) if given else where.secrets


def environment_beside(data: Path) -> dict[str, str]:
    """Our environment, completed by the settings a running copy left in its data folder."""
    try:
        known: dict[str, str] = json.loads(places(data).described.read_text())
    except OSError:
        known = {}
    return {
        **known,
        **os.environ,
        "CADRA_DATA_DIR": str(data),
        "DJANGO_SETTINGS_MODULE": "cadra.config.settings",
    }


def hand_over(words: list[str]) -> int:
    """Become Django's command of that name, with the settings of the copy that runs here."""
    environment = environment_beside(data_folder())
    lacking = [name for name in ("DATABASE_URL", "CADRA_SECRETS_DIR") if not environment.get(name)]
    if lacking:
        raise Trouble(
            f"No copy runs with the data folder {data_folder()}. Start one with 'cadra demo' or 'cadra "
            f"serve' in another terminal, or set {' and '.join(lacking)}."
        )
    return become(["-m", "django", *words], environment)


def become(arguments: list[str], environment: dict[str, str]) -> NoReturn:
    """Turn into another Python program; so this one, which may live for months as the parent, stays small."""
    path = os.pathsep.join(filter(None, (str(CODE), environment.get("PYTHONPATH", ""))))
    sys.stdout.flush()
    os.execve(sys.executable, [sys.executable, *arguments], {**environment, "PYTHONPATH": path})  # noqa: S606


if __name__ == "__main__":
    sys.exit(main())
