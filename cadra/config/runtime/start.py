"""Start one copy: secrets, database, roles, tables, keeper, worker, web; and what of it can be left out."""

import importlib.util
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from . import catalogues, parts, ports, roles, secrets, stamps
from .parts import CODE, Situation
from .places import Places
from .plain import Trouble
from .postgres import Cluster, open_cluster
from .supervise import Stopped, Supervisor, last_words

DATABASE = "cadra"
STORY = "cadra.demo.load"


@dataclass(frozen=True)
class Wish:
    """What the person who started this copy asked for."""

    places: Places
    secrets_dir: Path
    demo: bool
    host: str = "127.0.0.1"
    port: int = 8321
    workers: int = 2
    base_url: str = ""
    database_url: str = ""
    admin_url: str = ""
    prepare: bool = True


def say(line: str) -> None:
    print(line, flush=True)


def run(wish: Wish) -> int:
    """Run a copy until it is asked to stop; return the exit code."""
    began = time.monotonic()
    wish.places.lay_out()
    with wish.places.claim():
        supervisor = Supervisor(say)
        supervisor.listen_for_stop()
        try:
            begin(wish, supervisor, began)
            supervisor.watch()
            say("Stopping.")
        except Stopped:
            say("Stopping before the start was complete.")
        finally:
            supervisor.stop()
            wish.places.described.unlink(missing_ok=True)
    say("Stopped. The data are kept.")
    return 0


def prepare_only(wish: Wish) -> int:
    """Secrets, roles, tables and static files, without starting a page; what an upgrade runs."""
    wish.places.lay_out()
    with wish.places.claim():
        supervisor = Supervisor(say)
        try:
            secrets_of_first_start(wish)
            cluster = database(wish, supervisor)
            prepare(wish, situation_of(wish, cluster, wish.port), cluster)
        finally:
            supervisor.stop()
    say("Prepared.")
    return 0


def type_in(wish: Wish, *command: str) -> int:
    """Run a program that asks at this terminal on a prepared copy that is not running; its database is up meanwhile."""
    if not (wish.secrets_dir / "db_owner").is_file():
        raise Trouble("This copy is not prepared yet. Type 'cadra prepare' first.")
    wish.places.lay_out()
    with wish.places.claim():
        supervisor = Supervisor(say)
        supervisor.listen_for_stop()  # Ctrl-C is the other program's to answer
        try:
            situation = situation_of(wish, database(wish, supervisor), wish.port)
            environment = situation.environment("migrate")
            return subprocess.run([sys.executable, *command], env=environment, check=False).returncode
        finally:
            supervisor.stop()


def begin(wish: Wish, supervisor: Supervisor, began: float) -> None:
    """Everything up to the first page."""
    held = ports.reserve(wish.host, wish.port)
    port = ports.port_of(held)
    if port != wish.port:
        say(f"Port {wish.port} is taken; using {port}.")
    secrets_of_first_start(wish)
    cluster = database(wish, supervisor)
    situation = situation_of(wish, cluster, port)
    describe(situation, wish.secrets_dir, port)
    if wish.prepare:
        prepare(wish, situation, cluster)
    keeper = supervisor.begin(parts.keeper(situation))
    supervisor.wait_ready(keeper)
    if wish.demo:
        tell_story(situation, cluster)
    worker = supervisor.begin(parts.worker(situation))
    held.close()
    web = supervisor.begin(parts.web(situation, wish.host, port, wish.workers))
    supervisor.wait_ready(web)
    supervisor.wait_ready(worker)
    greet(situation, time.monotonic() - began)


def situation_of(wish: Wish, cluster: Cluster | None, port: int) -> Situation:
    return Situation(
        places=wish.places,
        secrets_dir=wish.secrets_dir,
        database_url=wish.database_url or (cluster.url(DATABASE) if cluster else ""),
        base_url=wish.base_url or f"http://localhost:{port}",
        demo=wish.demo,
    )


def secrets_of_first_start(wish: Wish) -> None:
    """Make the missing secrets, but never a new root key beside a store that an older one closed."""
    store = wish.places.data / "keeper"
    if not (wish.secrets_dir / "keeper_root").is_file() and store.is_dir() and any(store.iterdir()):
        raise Trouble(
            f"The keeper's root key is missing from {wish.secrets_dir}, but its store exists. Put the key "
            "back from custody: a new one could not open a single file."
        )
    made = secrets.create_missing(wish.secrets_dir)
    if made:
        say(f"Made {len(made)} secrets in {wish.secrets_dir}; keep a copy of that folder in a safe place.")


def database(wish: Wish, supervisor: Supervisor) -> Cluster | None:
    """Start our own PostgreSQL, or make sure that the one in DATABASE_URL is fit."""
    passwords = secrets.passwords(wish.secrets_dir)
    if wish.database_url:
        fit_foreign_server(wish, passwords)
        return None
    where = wish.places
    cluster = open_cluster(where.postgres, where.postgres_socket, where.logs / "database.log")
    say(f"Starting PostgreSQL {cluster.binaries.major} ({cluster.binaries.kind}).")
    if not where.postgres.is_relative_to(where.data):
        say(f"Its account ({cluster.account.name}) can't enter {where.data}; its files are in {where.postgres}.")
    child = supervisor.begin(parts.database(cluster))
    supervisor.wait_ready(child)
    cluster.wait_ready()
    roles.ensure(cluster.admin, DATABASE, passwords)
    return cluster


def fit_foreign_server(wish: Wish, passwords: dict[str, str]) -> None:
    name = database_name(wish.database_url)
    if wish.admin_url:
        roles.ensure(roles.admin_of(wish.admin_url, name), name, passwords)
    as_app = make_conninfo(wish.database_url, user="cadra_app", password=passwords["cadra_app"])
    found = roles.examine(as_app, passwords)
    if found.flaws:
        raise Trouble("\n".join(f"The database: {flaw.about} {flaw.must}." for flaw in found.flaws))


def database_name(url: str) -> str:
    return str(conninfo_to_dict(url).get("dbname") or DATABASE)


def prepare(wish: Wish, situation: Situation, cluster: Cluster | None) -> None:
    """Catalogues, tables and static files, each only when what it is made from has changed."""
    if written := catalogues.compile_all(CODE / "locale"):
        say(f"Compiled {len(written)} language catalogues.")
    requirements = CODE / "requirements.txt"
    tables = stamps.fingerprint([*CODE.glob("cadra/**/migrations"), requirements], identity(cluster))
    once(
        situation,
        "tables",
        tables if cluster else "",
        "Preparing the tables.",
        ("-m", "django", "migrate", "--database", "owner", "--noinput", "-v", "1"),
    )
    pages = stamps.fingerprint([*CODE.glob("cadra/**/static"), requirements], str(situation.places.data))
    once(
        situation,
        "static",
        pages,
        "Gathering the pages' styles and scripts.",
        ("-m", "django", "collectstatic", "--noinput", "--clear", "-v", "0"),
    )


def tell_story(situation: Situation, cluster: Cluster | None) -> None:
    """Load the country pack's institutions and the invented story, once for one database."""
    if importlib.util.find_spec("cadra.demo") is None or importlib.util.find_spec(STORY) is None:
        return
    line = "Loading the invented story: a minute or two, once."
    once(situation, "story", identity(cluster), line, ("-m", STORY), aloud=True)


def once(
    situation: Situation, name: str, made_from: str, line: str, command: tuple[str, ...], *, aloud: bool = False
) -> None:
    """Run one preparing step unless it was done from the same sources; an empty `made_from` means always.

    `aloud`: what the step says is said here too, not only in its log.
    """
    stamp = situation.places.stamps / name
    if made_from and stamps.is_current(stamp, made_from):
        return
    say(line)
    log = situation.places.logs / f"{name}.log"
    log.unlink(missing_ok=True)
    if parts.run_step(situation, log, *command, say=say if aloud else None) != 0:
        raise Trouble(f"That did not work. The last lines of {log}:\n{last_words(log, 25)}")
    stamps.set_current(stamp, made_from)


def identity(cluster: Cluster | None) -> str:
    """Which database this is: a stamp made for another one does not count."""
    if cluster is None:
        return os.environ.get("DATABASE_URL", "")
    return str((cluster.data / "PG_VERSION").stat().st_mtime_ns)


def describe(situation: Situation, secrets_dir: Path, port: int) -> None:
    """Leave the settings (never the secrets) for commands typed beside a running copy."""
    known = situation.described() | {"CADRA_SECRETS_DIR": str(secrets_dir), "CADRA_PORT_IN_USE": str(port)}
    situation.places.described.write_text(json.dumps(known, indent=1))


def greet(situation: Situation, seconds: float) -> None:
    """Where to go and as whom."""
    say(f"\nÇadra is ready after {seconds:.1f} s:  {situation.base_url}")
    personas = situation.places.data / "personas.txt"
    if situation.demo and personas.is_file():
        say(personas.read_text().rstrip())
    say("Ctrl-C stops it; the data are kept.")
    sys.stdout.flush()
