"""Our own PostgreSQL: durable, silent, reachable through its private socket and by nobody else."""

import itertools
import os
import shutil
import signal
import stat
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from cadra.config.runtime import binaries, roles, secrets
from cadra.config.runtime.places import places
from cadra.config.runtime.postgres import Cluster, open_cluster

PLANTED = "Drita Plantedova"


NUMBERS = itertools.count(1)


@dataclass
class Server:
    """A running cluster, the passwords of its roles, and a database of this test's own."""

    cluster: Cluster
    passwords: dict[str, str]
    database: str = "cadra"


def started(folder: Path, kind: str, **options) -> Server:
    if not list(binaries.candidates(kind)):
        pytest.skip(f"no {kind} PostgreSQL on this machine; script/test installs it")
    where = places(folder / "a folder with spaces")
    where.lay_out()
    log = folder / "log"
    made = open_cluster(where.data / "pg", where.postgres_socket, log, kind=kind, **options)
    made.prepare()
    made.start()
    made.wait_ready()
    secrets.create_missing(where.secrets)
    return Server(made, secrets.passwords(where.secrets))


def finish(server: Server) -> None:
    server.cluster.stop()
    shutil.rmtree(server.cluster.sockets.parent, ignore_errors=True)


@pytest.fixture(scope="module", params=binaries.KINDS)
def running(request, open_folder):
    server = started(open_folder / request.param, request.param)
    yield server
    finish(server)


@pytest.fixture
def server(running):
    fresh = replace(running, database=f"cadra_{next(NUMBERS)}")
    roles.ensure(fresh.cluster.admin, fresh.database, fresh.passwords)
    return fresh


def connect(server: Server, role: str, password: str | None = None, **options):
    known = server.passwords[role] if password is None else password
    return psycopg.connect(make_conninfo(server.cluster.url(server.database), user=role, password=known), **options)


def test_it_is_durable_and_listens_on_no_network_address(server):
    with connect(server, "cadra_app") as connection:
        settings = dict(
            connection.execute(
                "SELECT name, setting FROM pg_settings WHERE name IN"
                " ('fsync', 'synchronous_commit', 'full_page_writes', 'listen_addresses', 'data_checksums')"
            ).fetchall()
        )
    assert settings.pop("listen_addresses") == ""
    assert set(settings.values()) == {"on"}
    assert len(settings) == 4


def test_only_our_own_account_enters_the_socket_folder(server):
    assert stat.S_IMODE(server.cluster.sockets.stat().st_mode) == 0o700


def test_a_role_without_its_password_stays_out(server):
    with pytest.raises(psycopg.OperationalError):
        connect(server, "cadra_app", password="guessed")


def test_what_a_failing_statement_carried_is_not_in_the_log(server):
    with connect(server, "cadra_owner", autocommit=True) as connection:
        connection.execute("CREATE TABLE planted (name text UNIQUE, age integer)")
        connection.execute("INSERT INTO planted (name) VALUES (%s)", [PLANTED])
        for statement in (
            "INSERT INTO planted (name) VALUES (%s)",
            "SELECT %s::text::integer",
            "SELECT no_such_column FROM planted WHERE name = %s",
        ):
            with pytest.raises(psycopg.Error):
                connection.execute(statement, [PLANTED])
        with pytest.raises(psycopg.Error):
            connection.execute(f"SELECT '{PLANTED}'::integer")
    assert "ready to accept connections" in server.cluster.log.read_text()
    assert PLANTED not in server.cluster.log.read_text()


def test_no_role_of_ours_is_more_than_a_plain_role(server):
    with psycopg.connect(server.cluster.admin, autocommit=True) as admin:
        admin.execute("ALTER ROLE cadra_app SUPERUSER BYPASSRLS CREATEDB")
        assert roles.too_strong(admin, "cadra_app")
    assert [flaw.about for flaw in examine(server).flaws] == ["cadra_app"]
    roles.ensure(server.cluster.admin, server.database, server.passwords)
    assert examine(server).flaws == []


def test_the_app_makes_no_table_and_a_table_without_guards_is_reported(server):
    with connect(server, "cadra_app") as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("CREATE TABLE mine (id integer)")
    with connect(server, "cadra_owner", autocommit=True) as connection:
        connection.execute("CREATE TABLE open_to_all (visible_to integer[])")
    assert [flaw.about for flaw in examine(server).flaws] == ["table open_to_all"]


@pytest.mark.parametrize("kind", binaries.KINDS)
def test_an_administrator_who_is_no_superuser_can_prepare_a_server(kind, open_folder):
    server = started(open_folder / f"steward {kind}", kind, hasty=True)
    try:
        with psycopg.connect(server.cluster.admin, autocommit=True) as admin:
            admin.execute("CREATE ROLE steward LOGIN CREATEROLE CREATEDB PASSWORD 'x'")
        steward = make_conninfo(server.cluster.url("postgres"), user="steward", password="x")
        roles.ensure(steward, "cadra", server.passwords)
        roles.ensure(steward, "cadra", server.passwords)
        assert examine(server).flaws == []
    finally:
        finish(server)


def test_what_was_committed_survives_kill_9_of_the_server(server):
    with connect(server, "cadra_owner") as connection:
        connection.execute("CREATE TABLE kept (id integer)")
        connection.execute("INSERT INTO kept VALUES (42)")
    assert server.cluster.process is not None
    os.kill(server.cluster.process.pid, signal.SIGKILL)
    server.cluster.process.wait()
    server.cluster.prepare()
    server.cluster.start()
    server.cluster.wait_ready()
    with connect(server, "cadra_owner") as connection:
        assert connection.execute("SELECT id FROM kept").fetchall() == [(42,)]


def test_a_lock_left_by_another_program_does_not_stop_the_start(tmp_path):
    made = Cluster(binaries.find(), tmp_path, tmp_path, tmp_path / "log", account=None)
    (tmp_path / "postmaster.pid").write_text(f"{os.getpid()}\n{tmp_path}\n")
    made._clear_stale_lock()
    assert not (tmp_path / "postmaster.pid").exists()


def examine(server: Server) -> roles.Findings:
    url, password = server.cluster.url(server.database), server.passwords["cadra_app"]
    return roles.examine(make_conninfo(url, user="cadra_app", password=password), server.passwords)


def test_the_server_runs_under_an_account_that_is_not_root(server):
    assert server.cluster.process is not None
    status = Path(f"/proc/{server.cluster.process.pid}/status").read_text()
    uids = next(line for line in status.splitlines() if line.startswith("Uid:")).split()[1:]
    assert "0" not in uids


def test_the_wheel_can_be_copied_to_where_another_account_may_run_it(open_folder):
    embedded = binaries.find("embedded")
    package = embedded.folder.parents[1]
    binaries.copy_wheel(package, open_folder / "wheel")
    copy = open_folder / "wheel" / embedded.folder.relative_to(package.parent)
    assert binaries.major_of(copy) == embedded.major
    closed = [path for path in (open_folder / "wheel").rglob("*") if not path.stat().st_mode & 0o004]
    assert closed == []


def test_a_test_that_stands_still_keeps_its_connections_and_the_limits_of_service_stay(house) -> None:
    """A transaction that rests is ended in service; a test on a busy machine lost its connection by it."""
    for alias in ("default", "gate", "owner"):
        assert house.sql("SHOW idle_in_transaction_session_timeout", alias=alias) == [("0",)]
    assert house.sql("SHOW statement_timeout", alias="default") == [("30s",)]
    assert roles.LIMITS["cadra_app"]["idle_in_transaction_session_timeout"] == 60_000
