"""The programs of one copy: what each is called, how it is started, and how to see that it is ready."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from . import secrets
from .places import Places
from .postgres import Cluster
from .processes import spawn

CODE = Path(__file__).resolve().parents[3]
# The web server's own messages pass through the same formatter: it would print a traceback with its text.
WEB_LOGS = CODE / "cadra" / "config" / "weblogs.json"
WEB_MEMORY = 250  # MiB; a web process above it is replaced between two pages


# Settings a command typed beside the copy should know too; none of them is secret.
TOLD_BESIDE = (
    "CADRA_COUNTRY",
    "CADRA_MAIL_FROM",
    "CADRA_OIDC_CLIENT_ID",
    "CADRA_OIDC_ISSUER",
    "CADRA_SMTP_URL",
    "CADRA_TRUSTED_PROXY",
    "CADRA_WITNESS_FILE",
)


@dataclass
class Part:
    """One supervised program. `begin` starts it; `ready` says whether it answers."""

    name: str
    begin: Callable[[], subprocess.Popen[bytes]]
    ready: Callable[[], bool]
    log: Path
    stop_sign: signal.Signals = signal.SIGTERM
    patience: float = 15.0


@dataclass(frozen=True)
class Situation:
    """What every program of this copy is told. Nothing in it is secret."""

    places: Places
    secrets_dir: Path
    database_url: str
    base_url: str
    demo: bool

    def described(self) -> dict[str, str]:
        """The settings, as environment variables, apart from the secrets folder."""
        return {
            "DATABASE_URL": self.database_url,
            "CADRA_DATA_DIR": str(self.places.data),
            "CADRA_KEEPER_SOCKET": os.environ.get("CADRA_KEEPER_SOCKET", str(self.places.keeper_socket)),
            "CADRA_BASE_URL": self.base_url,
            "CADRA_DEMO": "1" if self.demo else "0",
            "DJANGO_SETTINGS_MODULE": "cadra.config.settings",
            **{name: os.environ[name] for name in TOLD_BESIDE if name in os.environ},
        }

    def environment(self, part: str) -> dict[str, str]:
        """The environment of one program: it sees only the secrets it needs (see secrets.NEEDED_BY)."""
        view = secrets.narrow_view(self.secrets_dir, self.places.run / "secrets" / part, secrets.NEEDED_BY[part])
        kept = {name: value for name, value in os.environ.items() if name != "CADRA_DB_ADMIN_URL"}
        path = os.pathsep.join(filter(None, (str(CODE), kept.get("PYTHONPATH", ""))))
        return {
            **kept,
            **self.described(),
            "CADRA_SECRETS_DIR": str(view),
            "PYTHONPATH": path,
            "PYTHONUNBUFFERED": "1",
            "CADRA_SUPERVISED": "1",
        }


def database(cluster: Cluster) -> Part:
    def begin() -> subprocess.Popen[bytes]:
        cluster.prepare()
        return cluster.start()

    def ready() -> bool:
        return _answers(cluster.sockets / ".s.PGSQL.5432")

    return Part("database", begin, ready, cluster.log, stop_sign=signal.SIGINT, patience=30)


def keeper(situation: Situation) -> Part:
    sock = Path(situation.described()["CADRA_KEEPER_SOCKET"])
    return _python_part(situation, "keeper", ["-m", "cadra.keeper"], lambda: _answers(sock))


def worker(situation: Situation) -> Part:
    # Its jobs are durable: an orphan has nothing to finish, and the database is going down beside it.
    return _python_part(situation, "worker", ["-m", "cadra.config.worker"], lambda: True, signal.SIGKILL)


def web(situation: Situation, host: str, port: int, workers: int) -> Part:
    command = ["-m", "granian", "cadra.config.wsgi:application", "--interface", "wsgi"]
    command += ["--host", host, "--port", str(port), "--no-ws", "--log-config", str(WEB_LOGS)]
    command += ["--workers", str(workers), "--blocking-threads", "1", "--backlog", "1024"]
    command += [
        "--respawn-failed-workers",
        "--workers-max-rss",
        str(WEB_MEMORY),
        "--workers-kill-timeout",
        "5",
    ]
    return _python_part(situation, "web", command, lambda: page_answers(host, port, situation.base_url))


def _python_part(
    situation: Situation,
    name: str,
    arguments: list[str],
    ready: Callable[[], bool],
    on_orphan: signal.Signals = signal.SIGTERM,
) -> Part:
    log = situation.places.logs / f"{name}.log"

    def begin() -> subprocess.Popen[bytes]:
        command = [sys.executable, *arguments]
        return spawn(command, environment=situation.environment(name), log=log, on_orphan=on_orphan)

    return Part(name, begin, ready, log)


def run_step(situation: Situation, log: Path, *arguments: str, say: Callable[[str], None] | None = None) -> int:
    """Run one preparing program to its end, its output to `log`; return its exit code.

    `say`: told each line of the output as it comes, for a step that takes minutes.
    """
    environment: Mapping[str, str] = {**situation.environment("migrate"), "PYTHONUNBUFFERED": "1"}
    process = spawn([sys.executable, *arguments], environment=environment, log=log)
    if say is None:
        return process.wait()
    with log.open(encoding="utf-8", errors="replace") as written:
        rest = ""
        while True:
            ended = process.poll() is not None  # asked first: what was written until then is still read
            *lines, rest = (rest + written.read()).split("\n")
            for line in filter(None, lines):
                say(f"  {line}")
            if ended:
                return process.returncode
            time.sleep(0.3)


def page_answers(host: str, port: int, base_url: str) -> bool:
    """Does the web server answer at all? The health page says how well."""
    base = urlsplit(base_url)
    headers = {"Host": base.netloc} | ({"X-Forwarded-Proto": "https"} if base.scheme == "https" else {})
    reached = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - names compared, nothing bound
    connection = http.client.HTTPConnection(reached, port, timeout=5)
    try:
        connection.request("GET", "/health/", headers=headers)
        return connection.getresponse().status < 600
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _answers(path: Path) -> bool:
    """Does someone listen on this Unix socket?"""
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(2)
        try:
            probe.connect(str(path))
        except OSError:
            return False
    return True
