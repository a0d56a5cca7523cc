"""A real keeper for tests: its own process, folder, secrets and socket."""

import base64
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from cadra.foundation.vault.keeper import Keeper, KeeperUnavailable
from cadra.foundation.vault.system import SystemKeeper

_START_SECONDS = 20.0


class KeeperHandle:
    """A running keeper; `start` again after `stop` or `kill9`, on the same store."""

    def __init__(self, folder: Path, extra: dict[str, str]) -> None:
        self.secrets_dir = folder / "secrets"
        self.data_dir = folder / "data"
        self.store_dir = self.data_dir / "keeper"
        # A Unix socket's path may have 107 bytes; a test's folder is often longer.
        self._socket_dir = Path(tempfile.mkdtemp(prefix="cadra-"))
        self.socket = str(self._socket_dir / "keeper")
        self.client_secret = secrets.token_urlsafe(32)
        self.system_secret = secrets.token_urlsafe(32)
        self._extra = extra
        self._clients: list[Keeper] = []
        self._process: subprocess.Popen[bytes] | None = None
        self._write_secrets()

    @property
    def pid(self) -> int:
        """The process id of the running keeper."""
        if self._process is None:
            raise RuntimeError("the keeper is not running")
        return self._process.pid

    def client(self, secret: str | None = None) -> Keeper:
        """A new client, as the pages have one; with another `secret` one the keeper should not admit."""
        made = Keeper(self.socket, secret or self.client_secret)
        self._clients.append(made)
        return made

    def system_client(self) -> SystemKeeper:
        """A new client, as the worker has one."""
        made = SystemKeeper(self.socket, self.system_secret)
        self._clients.append(made)
        return made

    def start(self) -> None:
        """Start and wait until it answers; RuntimeError with its words when it does not start."""
        environment = {
            "PATH": os.environ.get("PATH", ""),
            "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
            "CADRA_SECRETS_DIR": str(self.secrets_dir),
            "CADRA_DATA_DIR": str(self.data_dir),
            "CADRA_KEEPER_SOCKET": self.socket,
            **self._extra,
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", "cadra.keeper"], env=environment, stderr=subprocess.PIPE
        )
        client = self.client()
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                words, self._process = self._last_words(), None
                raise RuntimeError(words)
            try:
                client.health()
            except KeeperUnavailable:
                time.sleep(0.02)
            else:
                client.close()
                return
        raise RuntimeError("the keeper did not answer in time")

    def stop(self) -> None:
        """Ask it to stop and wait."""
        self._end(signal.SIGTERM)

    def kill9(self) -> None:
        """Kill it at once, as a power cut of the process would."""
        self._end(signal.SIGKILL)

    def remove(self) -> None:
        """Stop, close the clients made here and delete the socket's folder."""
        self.stop()
        for client in self._clients:
            client.close()
        shutil.rmtree(self._socket_dir, ignore_errors=True)

    def wait_for_names(self, client: Keeper, seconds: float = 120.0) -> None:
        """Wait until all names are in memory."""
        deadline = time.monotonic() + seconds
        while not client.health()["names_loaded"]:
            if time.monotonic() > deadline:
                raise RuntimeError("names were not loaded in time")
            time.sleep(0.02)

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.send_signal(how)
        self._process.wait(timeout=20)
        self._last_words()
        self._process = None

    def _last_words(self) -> str:
        if self._process is None or self._process.stderr is None:
            return ""
        with self._process.stderr as words:
            return words.read().decode(errors="replace").strip()

    def _write_secrets(self) -> None:
        self.secrets_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        root = self.secrets_dir / "keeper_root"
        client = self.secrets_dir / "keeper_client"
        system = self.secrets_dir / "keeper_system"
        if root.exists() and client.exists() and system.exists():
            self.client_secret, self.system_secret = client.read_text().strip(), system.read_text().strip()
            return
        root.write_text(base64.b64encode(secrets.token_bytes(32)).decode())
        client.write_text(self.client_secret)
        system.write_text(self.system_secret)


def start_keeper(folder: Path | str, **environment: str) -> KeeperHandle:
    """Start a real keeper in `folder`, with generated secrets unless they lie there already.

    `environment` adds to its environment, for example CADRA_LOAD="1" or CADRA_KEEPER_QUOTA="5".
    """
    handle = KeeperHandle(Path(folder), environment)
    handle.start()
    return handle
