"""One PostgreSQL cluster in a folder: made, configured, started and stopped. Unix socket only, never TCP."""

import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from psycopg.conninfo import make_conninfo

from . import binaries
from .accounts import Account, for_postgres
from .binaries import Binaries
from .places import OPEN_GROUND
from .plain import Trouble
from .processes import end, spawn

ADMIN = "postgres"
START_PATIENCE = 60.0

# Every statement and value stays out of the log: only start, stop, fatal and crash messages are written.
# (An ERROR may quote what a person typed, so nothing below LOG is kept, and details are left out.)
SILENT = {
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_line_prefix": "%m [%p] ",
    "log_timezone": "UTC",
    "lc_messages": "C",
    "logging_collector": "off",
}
SMALL = {
    "max_connections": "60",
    "shared_buffers": "64MB",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "max_wal_size": "256MB",
    "min_wal_size": "32MB",
    "huge_pages": "off",
    "jit": "off",
    "timezone": "UTC",
    "password_encryption": "scram-sha-256",
}
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
# For tests alone: nothing survives a power cut, and starting and cloning are quick.
HASTY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "max_connections": "100",
}


@dataclass
class Cluster:
    """A cluster and where it lives. `log` is where its output goes; `hasty` gives up durability (tests)."""

    binaries: Binaries
    data: Path
    sockets: Path
    log: Path
    account: Account
    hasty: bool = False
    process: subprocess.Popen[bytes] | None = None

    @property
    def admin(self) -> str:
        """Connection string of the superuser; only our own account of the machine may use it (peer)."""
        return make_conninfo(host=str(self.sockets), user=ADMIN, dbname=ADMIN)

    def url(self, database: str) -> str:
        """DATABASE_URL of one database: where it is, without a user or a password."""
        return f"postgresql:///{quote(database)}?host={quote(str(self.sockets), safe='/')}"

    @property
    def command(self) -> list[str]:
        return [self.binaries.program("postgres"), "-D", str(self.data)]

    def prepare(self) -> None:
        """Make the cluster if it is not there, and write its configuration."""
        for folder in (self.data, self.sockets):
            self._own_folder(folder)
            if OPEN_GROUND in folder.parents:
                for step in (folder.parent, OPEN_GROUND):
                    step.chmod(0o711)
        if not (self.data / "PG_VERSION").is_file():
            self._initialise()
        self._configure()
        self._clear_stale_lock()

    def start(self) -> subprocess.Popen[bytes]:
        """Start the server and return its process, ready to answer or not yet (see `wait_ready`)."""
        self.process = spawn(
            self.command,
            environment=_plain_environment(),
            log=self.log,
            account=self.account,
            on_orphan=signal.SIGINT,
        )
        return self.process

    def wait_ready(self, patience: float = START_PATIENCE) -> None:
        """Return when the server answers; raise `Trouble` with its last words when it does not."""
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            if self.process is not None and self.process.poll() is not None:
                break
            try:
                psycopg.connect(self.admin, connect_timeout=5).close()
                return
            except psycopg.OperationalError:
                time.sleep(0.02)
        raise Trouble(f"PostgreSQL did not start. Its last words, from {self.log}:\n{_tail(self.log)}")

    def stop(self) -> None:
        """Stop the server in order (fast shutdown), or by force after 30 seconds."""
        if self.process is not None:
            end(self.process, sign=signal.SIGINT, patience=30)
            self.process = None

    def _own_folder(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        if not self.account.is_us:
            os.chown(folder, self.account.uid, self.account.gid)

    def _initialise(self) -> None:
        if any(self.data.iterdir()):
            # A first start that was cut short: nothing was ever acknowledged from here.
            shutil.rmtree(self.data)
            self._own_folder(self.data)
        options = [
            "--username",
            ADMIN,
            "--encoding=UTF8",
            "--auth=reject",
            "--no-instructions",
            *self._locale(),
        ]
        if self.binaries.major < 18:
            options.append("--data-checksums")
        if self.hasty:
            options += ["--no-sync", "--wal-segsize=1"]
        made = subprocess.run(
            [self.binaries.program("initdb"), "-D", str(self.data), *options],
            capture_output=True,
            text=True,
            env=_plain_environment(),
            cwd="/",
            **_as(self.account),
        )
        if made.returncode != 0:
            raise Trouble(f"PostgreSQL could not make its data folder {self.data}:\n{made.stderr.strip()}")

    def _locale(self) -> list[str]:
        """The same order and case rules on every machine; the embedded build carries no ICU."""
        if self.binaries.major >= 17:
            return ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        return ["--locale=C.UTF-8" if self._has_unicode_locale() else "--locale=C"]

    @staticmethod
    def _has_unicode_locale() -> bool:
        known = subprocess.run(["locale", "-a"], capture_output=True, text=True, check=False)
        return "C.utf8" in known.stdout or "C.UTF-8" in known.stdout

    def _configure(self) -> None:
        settings = {"listen_addresses": "", "unix_socket_directories": f'"{self.sockets}"'}
        settings |= {
            "unix_socket_permissions": "0700",
            **SILENT,
            **SMALL,
            **(HASTY if self.hasty else DURABLE),
        }
        if self.binaries.major >= 18:
            settings["io_method"] = "sync"  # no helper processes: memory matters more than reading ahead
        lines = ["# Written at every start; put changes of your own in local.conf."]
        lines += [f"{name} = {_quoted(value)}" for name, value in settings.items()]
        self._write("postgresql.conf", [*lines, "include_if_exists = 'local.conf'"])
        self._write(
            "pg_hba.conf",
            [
                f"local all {ADMIN} peer map=cadra",
                "local all all scram-sha-256",
                "# no host line: nothing listens",
            ],
        )
        ours = {"root"} if os.geteuid() == 0 else set()
        self._write("pg_ident.conf", [f'cadra "{name}" {ADMIN}' for name in sorted(ours | {self.account.name})])

    def _write(self, name: str, lines: list[str]) -> None:
        path = self.data / name
        path.write_text("\n".join(lines) + "\n")
        path.chmod(0o600)
        if not self.account.is_us:
            os.chown(path, self.account.uid, self.account.gid)

    def _clear_stale_lock(self) -> None:
        """Wait for a server that is still stopping; forget one whose number is another program's now."""
        lock = self.data / "postmaster.pid"
        deadline = time.monotonic() + 30
        while lock.exists():
            number = lock.read_text().split("\n", 1)[0].strip()
            if not _is_server(number, self.data):
                lock.unlink(missing_ok=True)
            elif time.monotonic() > deadline:
                raise Trouble(f"A PostgreSQL (process {number}) already uses {self.data}. Stop it first.")
            else:
                time.sleep(0.1)


def open_cluster(data: Path, sockets: Path, log: Path, *, kind: str | None = None, hasty: bool = False) -> Cluster:
    """The cluster in `data`: with the PostgreSQL that made it, or a new one with the best on this machine."""
    version = data / "PG_VERSION"
    major = int(version.read_text()) if version.is_file() else None
    account = for_postgres()
    chosen = binaries.within_reach(binaries.find(kind, major), account)
    return Cluster(chosen, data, sockets, log, account, hasty=hasty)


def _is_server(number: str, data: Path) -> bool:
    try:
        words = Path(f"/proc/{int(number)}/cmdline").read_bytes().split(b"\0")
    except (ValueError, OSError):
        return False
    return os.fsencode(data) in words


def _as(account: Account) -> dict[str, Any]:
    if account.is_us:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


def _plain_environment() -> dict[str, str]:
    """What PostgreSQL needs of our environment: no secret of ours, no PG* setting."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _tail(log: Path, lines: int = 8) -> str:
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
    except OSError:
        return "(nothing)"
