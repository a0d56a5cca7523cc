"""A PostgreSQL for tests: in a temporary folder, quick, not durable, with the real roles and secrets."""

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

import psycopg
from psycopg import sql

from . import roles, secrets
from .postgres import Cluster, open_cluster

ROOM = 4 << 30  # bytes a test server may grow to


@dataclass
class TestPostgres:
    """A running server for tests. `admin` is a superuser's (or role creator's) connection string."""

    __test__ = False  # not a test class, whatever its name begins with

    admin: str
    secrets_dir: Path
    base_url: str
    folder: Path | None = None
    cluster: Cluster | None = None

    def url(self, database: str) -> str:
        """DATABASE_URL of one database on this server."""
        parts = urlsplit(self.base_url)
        query = f"?{parts.query}" if parts.query else ""
        return f"postgresql://{parts.netloc}/{quote(database)}{query}"

    def environment(self, database: str) -> dict[str, str]:
        """What the settings need to use one database of this server."""
        return {"DATABASE_URL": self.url(database), "CADRA_SECRETS_DIR": str(self.secrets_dir)}

    def create_database(self, name: str, template: str | None = None) -> None:
        """Create a database owned by cadra_owner, empty or a copy of `template` (with nobody on it)."""
        create = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {} {}").format(
            sql.Identifier(name),
            sql.Identifier(roles.OWNER),
            sql.Identifier(template or "template1"),
            sql.SQL("STRATEGY file_copy" if template else ""),
        )
        with psycopg.connect(self.admin, autocommit=True) as connection:
            connection.execute(create)
        # A copy keeps its template's schema rights, but never the rights on the database itself.
        roles.close_database(self.admin, name, secrets.passwords(self.secrets_dir))

    def drop_database(self, name: str) -> None:
        """Drop a database, ending whoever is still connected to it."""
        with psycopg.connect(self.admin, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def stop(self) -> None:
        """Stop the server and remove its folder."""
        if self.cluster is not None and self.cluster.process is not None:
            self.cluster.process.kill()  # nothing here is worth a checkpoint
            self.cluster.stop()
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)


def _ground(*, hasty: bool) -> str:
    """Where a test server lives: in memory when nothing need last and there is room, for copying a database is most of
    a test's time; else in the temporary folder. A socket's path must be short, so a long TMPDIR is left for /tmp.
    """
    memory = Path("/dev/shm")  # noqa: S108
    if hasty and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM:
        return str(memory)
    ground = tempfile.gettempdir()
    return ground if len(ground) < 60 else "/tmp"  # noqa: S108


def _let_rest(connection: psycopg.Connection, role: str) -> None:
    """A test that the machine holds up is no forgotten transaction: in service PostgreSQL ends one that rests for half
    a minute, and with it the connection of whatever test happened to stand still."""
    change = sql.SQL("ALTER ROLE {} SET idle_in_transaction_session_timeout = 0")
    connection.execute(change.format(sql.Identifier(role)))


def start_test_postgres(kind: str = "embedded", *, hasty: bool = True) -> TestPostgres:
    """Start a server of this kind ("embedded" or "system"), or use CADRA_TEST_DATABASE_URL's when it is set.

    Secrets are random, in a folder of their own, removed by `stop()`. Under a second on two cores. `hasty=False` keeps
    commits durable, as in service, for measuring.
    """
    folder = Path(tempfile.mkdtemp(prefix="cadra-test-", dir=_ground(hasty=hasty)))  # mkdtemp makes it ours alone
    folder.chmod(0o711)
    secrets.create_missing(folder / "secrets")
    passwords = secrets.passwords(folder / "secrets")
    other = os.environ.get("CADRA_TEST_DATABASE_URL")
    cluster = None
    if not other:
        cluster = open_cluster(folder / "data", folder / "s", folder / "postgres.log", kind=kind, hasty=hasty)
        cluster.prepare()
        cluster.start()
        cluster.wait_ready()
    admin = other or cluster.admin  # type: ignore[union-attr]
    with psycopg.connect(admin, autocommit=True) as connection:
        for role, password in passwords.items():
            roles.ensure_role(connection, role, password)
            _let_rest(connection, role)
    base = other or cluster.url("postgres")  # type: ignore[union-attr]
    return TestPostgres(admin, folder / "secrets", base, folder, cluster)


def main(command: list[str]) -> int:
    """Run a command with the settings of an empty test server around it; return its exit code."""
    server = start_test_postgres(os.environ.get("CADRA_TEST_POSTGRES", "embedded"))
    folder = server.secrets_dir.parent
    try:
        server.create_database("cadra")
        settings = {
            **server.environment("cadra"),
            "CADRA_DATA_DIR": str(folder / "var"),
            "CADRA_KEEPER_SOCKET": str(folder / "keeper.sock"),
            "CADRA_BASE_URL": "http://localhost",
            "DJANGO_SETTINGS_MODULE": "cadra.config.settings",
        }
        return subprocess.run(command, env={**os.environ, **settings}).returncode
    finally:
        server.stop()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
