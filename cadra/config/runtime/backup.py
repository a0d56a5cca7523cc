"""`cadra backup FOLDER` and `cadra restore FOLDER`: the database, the keeper's store, the documents and the witness.

Everything in the folder is sealed or of the institutions; `keeper_root`, which opens it, never lies there. Dump and
restore run as cadra_owner: no superuser is needed, so a server of the state's own is backed up as ours is.
"""

import json
import os
import shutil
import sqlite3
import subprocess
import time
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from . import binaries, roles, secrets, start
from .plain import Trouble
from .start import Wish
from .supervise import Supervisor

DUMP, KEEPER, DOCUMENTS, WITNESS, MADE = "database.dump", "keeper", "documents", "checkpoints.log", "made.json"
# Tables whose rows the owner does not see as they are would be left out without a word.
HALF_SEEN = """
    SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND n.nspname IN ('public', 'authz') AND c.relrowsecurity AND (NOT EXISTS (
        SELECT 1 FROM pg_policies p WHERE p.schemaname = n.nspname AND p.tablename = c.relname
        AND p.permissive = 'PERMISSIVE' AND p.cmd = 'ALL' AND p.qual = 'true' AND p.roles && '{cadra_owner,public}')
      OR EXISTS (SELECT 1 FROM pg_policies p WHERE p.schemaname = n.nspname AND p.tablename = c.relname
        AND p.permissive = 'RESTRICTIVE' AND p.roles && '{cadra_owner,public}'))
    ORDER BY 1"""
OURS = "SELECT count(*) FROM pg_tables WHERE schemaname IN ('public', 'authz')"


def back_up(wish: Wish, folder: Path, running: str = "") -> int:
    """Write a backup into a new folder. `running`: DATABASE_URL of the copy that runs here, if one does.

    The database first, then the keeper's store: it may know more than the database, never less.
    """
    if folder.exists():
        raise Trouble(f"{folder} is there already. Name a folder that is not.")
    supervisor = Supervisor(start.say)
    held = None if running else wish.places.claim()
    try:
        url = running or _url(wish, supervisor)
        folder.mkdir(mode=0o700, parents=True)
        _dump(wish, url, folder / DUMP)
    finally:
        supervisor.stop()
        if held is not None:
            held.close()
    _copy_keeper(wish.places.data / "keeper", folder / KEEPER)
    kept = wish.places.data / "documents" / "kept"
    if kept.is_dir():
        shutil.copytree(kept, folder / DOCUMENTS)
    witness = Path(os.environ.get("CADRA_WITNESS_FILE") or wish.places.data / WITNESS)
    if witness.is_file():
        shutil.copy2(witness, folder / WITNESS)
    (folder / f"{MADE}.new").write_text(json.dumps({"at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}) + "\n")
    _close(folder)
    (folder / f"{MADE}.new").rename(folder / MADE)
    start.say(f"Backed up to {folder}. keeper_root is not in it: keep the two apart.")
    return 0


def restore(wish: Wish, folder: Path) -> int:
    """Put a backup into an empty copy; `Trouble` rather than write over anything."""
    if not (folder / MADE).is_file():
        raise Trouble(f"{folder} is no whole backup: {MADE}, written last, is missing.")
    store = wish.places.data / "keeper"
    if store.is_dir() and any(store.iterdir()):
        raise Trouble(f"There is a keeper's store in {store} already. Restore into an empty CADRA_DATA_DIR.")
    if not (wish.secrets_dir / "keeper_root").is_file():
        raise Trouble(f"Put keeper_root from custody into {wish.secrets_dir} first: without it nothing opens.")
    wish.places.lay_out()
    with wish.places.claim():
        supervisor = Supervisor(start.say)
        try:
            start.secrets_of_first_start(wish)
            cluster = start.database(wish, supervisor)
            situation = start.situation_of(wish, cluster, wish.port)
            _fill(wish, situation.database_url, folder / DUMP)
            shutil.copytree(folder / KEEPER, store)
            store.chmod(0o700)
            if (folder / DOCUMENTS).is_dir():
                shutil.copytree(folder / DOCUMENTS, wish.places.data / "documents" / "kept")
            if (folder / WITNESS).is_file():
                shutil.copy2(folder / WITNESS, wish.places.data / WITNESS)
            start.prepare(wish, situation, cluster)
        finally:
            supervisor.stop()
    start.say("Restored. Start the copy, then type 'cadra audit verify'.")
    return 0


def _url(wish: Wish, supervisor: Supervisor) -> str:
    return start.situation_of(wish, start.database(wish, supervisor), wish.port).database_url


def _dump(wish: Wish, url: str, path: Path) -> None:
    with psycopg.connect(_as_owner(wish, url)) as connection:
        half_seen = [name for (name,) in connection.execute(HALF_SEEN)]
        major = connection.info.server_version // 10000
    if half_seen:
        raise Trouble(f"cadra_owner does not see every row of {', '.join(half_seen)}: nothing was backed up.")
    _run(wish, url, major, "pg_dump", "--format=custom", "--enable-row-security", f"--file={path}")


def _fill(wish: Wish, url: str, dump: Path) -> None:
    """As one transaction: all of it, or nothing. Row-level security is switched on after the rows are there."""
    with psycopg.connect(_as_owner(wish, url)) as connection:
        (tables,) = connection.execute(OURS).fetchone() or (0,)
        major = connection.info.server_version // 10000
    if tables:
        raise Trouble("The database has tables already. Restore into an empty one: nothing is written over.")
    contents = dump.with_name("contents")
    listed = _run(wish, "", major, "pg_restore", "--list", str(dump))
    # The schema itself and its rights are the server's and were settled when the roles were made.
    chosen = [line for line in listed.splitlines() if " - SCHEMA public " not in line]
    try:
        contents.write_text("\n".join(chosen))
        _run(
            wish,
            url,
            major,
            "pg_restore",
            "--exit-on-error",
            "--single-transaction",
            f"--use-list={contents}",
            str(dump),
        )
    finally:
        contents.unlink(missing_ok=True)


def _as_owner(wish: Wish, url: str) -> str:
    return make_conninfo(url, user=roles.OWNER, password=secrets.read(wish.secrets_dir, "db_owner"))


def _run(wish: Wish, url: str, major: int, program: str, *arguments: str) -> str:
    """Run PostgreSQL's own tool; the password reaches it by its environment, never by the list of programs."""
    environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}
    where: list[str] = []
    if url:
        told = {**conninfo_to_dict(url), "user": roles.OWNER}
        environment["PGPASSWORD"] = secrets.read(wish.secrets_dir, "db_owner")
        where = [f"--dbname={make_conninfo(**{name: str(value) for name, value in told.items() if value})}"]
    done = subprocess.run(
        [_tool(program, major), *where, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise Trouble(f"{program} failed:\n{done.stderr.strip()}")
    return done.stdout


def _tool(program: str, major: int) -> str:
    """PostgreSQL's own tool, as new as the server at least."""
    for found in binaries.candidates():
        if found.major >= major and (found.folder / program).is_file():
            return found.program(program)
    beside = shutil.which(program)
    if beside is None:
        raise Trouble(f"There is no {program} of PostgreSQL {major} here: install postgresql-client-{major}.")
    return beside


def _copy_keeper(store: Path, target: Path) -> None:
    """The keeper's store as it is at this moment, also while it runs; its small files as they lie."""
    if not store.is_dir():
        raise Trouble(f"There is no keeper's store in {store}: name the folder above it in CADRA_DATA_DIR.")
    target.mkdir(mode=0o700)
    for path in store.iterdir():
        if path.name == "keeper.db":
            source, copy = sqlite3.connect(f"file:{path}?mode=ro", uri=True), sqlite3.connect(target / path.name)
            try:
                source.backup(copy)
            finally:
                source.close()
                copy.close()
        elif path.is_file() and path.name != "lock" and not path.name.startswith("keeper.db"):
            shutil.copy2(path, target / path.name)


def _close(folder: Path) -> None:
    """Only its owner enters and reads."""
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o700 if path.is_dir() else 0o600)


def said_beside(described: Path) -> str:
    """DATABASE_URL of the copy that runs with this data folder."""
    try:
        return str(json.loads(described.read_text())["DATABASE_URL"])
    except (OSError, KeyError, ValueError):
        raise Trouble("A copy is just starting here. Try again when it says that it is ready.") from None
