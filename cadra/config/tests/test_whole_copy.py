"""One whole copy, started as a person would start it."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psycopg

from cadra.config.runtime import ports
from cadra.config.runtime.testing import start_test_postgres

CODE = Path(__file__).resolve().parents[3]


def cadra(data: Path, *words: str, **settings: str) -> subprocess.Popen[str]:
    told = {"CADRA_DATA_DIR": str(data), "CADRA_BASE_URL": "http://localhost", "PYTHONPATH": str(CODE)}
    ours = ("DATABASE_URL", "CADRA_SECRETS_DIR", "CADRA_KEEPER_SOCKET", "CADRA_DATA_DIR", "CADRA_KEEPER_QUOTA")
    environment = {name: value for name, value in os.environ.items() if name not in ours}
    environment |= {
        "CADRA_DATA_DIR": str(data),
        "CADRA_BASE_URL": "http://localhost",
        "PYTHONPATH": str(CODE),
        **settings,
    }
    return subprocess.Popen(
        [sys.executable, "-m", "cadra.config.cli", *words],
        env={**environment, **told, **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def read_until(process: subprocess.Popen[str], words: str) -> str:
    assert process.stdout is not None
    text = ""
    for line in process.stdout:
        text += line
        if words in line:
            return text
    raise AssertionError(f"{words!r} was never said:\n{text}")


def health(port: int) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/health/", headers={"Host": "localhost"})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    except OSError:
        return 0, ""
    finally:
        connection.close()


def eventually_well(port: int, seconds: float = 30) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if health(port)[0] == 200:
            return True
        time.sleep(0.2)
    return False


def processes_of(data: Path) -> dict[str, int]:
    """Command line -> process id, of everything that works on this data folder."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            told = (folder / "environ").read_bytes().decode(errors="replace")
        except OSError:
            continue
        if f"CADRA_DATA_DIR={data}\0" in told or f"-D {data}/" in words:
            found[words] = int(folder.name)
    return found


def test_a_copy_starts_recovers_from_kills_and_stops_without_a_trace(data):
    prepared = cadra(data, "prepare")
    assert "Prepared." in prepared.communicate(timeout=120)[0]
    with socket.socket() as owner:
        owner.bind(("127.0.0.1", 0))
        owner.listen()
        taken = owner.getsockname()[1]
        copy = cadra(data, "serve", "--port", str(taken))
        try:
            said = read_until(copy, "Ctrl-C")
            port = int(re.search(rf"Port {taken} is taken; using (\d+)", said).group(1))
            assert eventually_well(port), health(port)
            again = cadra(data, "serve")
            assert "already runs with the data folder" in again.communicate(timeout=30)[0]
            for name in ("cadra.keeper", "cadra.config.worker", "-D "):
                victim = next(pid for words, pid in processes_of(data).items() if name in words)
                os.kill(victim, signal.SIGKILL)
                assert "starts again" in read_until(copy, "starts again")
                assert eventually_well(port), (name, health(port))
            copy.send_signal(signal.SIGTERM)
            assert "Stopped. The data are kept." in copy.communicate(timeout=60)[0]
        finally:
            copy.kill()
            copy.communicate()
    assert processes_of(data) == {}


def test_a_server_of_the_states_own_is_prepared_and_used(data):
    server = start_test_postgres()
    settings = {"DATABASE_URL": server.url("nrm"), "CADRA_DB_ADMIN_URL": server.admin}
    try:
        assert "Prepared." in cadra(data, "prepare", **settings).communicate(timeout=120)[0]
        with ports.reserve("127.0.0.1", 28500) as held:
            free = ports.port_of(held)
        # Serving needs no administrator: it only looks whether the roles are what they must be.
        copy = cadra(data, "serve", "--port", str(free), DATABASE_URL=settings["DATABASE_URL"])
        try:
            read_until(copy, "Ctrl-C")
            assert eventually_well(free), health(free)
            assert not any("postgres -D" in words for words in processes_of(data))
            copy.send_signal(signal.SIGINT)
            assert "Stopped." in copy.communicate(timeout=60)[0]
        finally:
            copy.kill()
            copy.communicate()
        with psycopg.connect(server.admin, autocommit=True) as admin:
            admin.execute("ALTER ROLE cadra_app BYPASSRLS")
        refused = cadra(data, "serve", DATABASE_URL=settings["DATABASE_URL"])
        assert "cadra_app has more power than it may" in refused.communicate(timeout=60)[0]
        assert refused.returncode == 1
    finally:
        server.stop()
