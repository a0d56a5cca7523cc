"""The socket: many lasting connections, each with a small thread, each first shown a client's secret."""

import fcntl
import grp
import os
import socket
import threading
import time
from typing import Any

from cadra.keeper import clients, wire
from cadra.keeper.config import Config
from cadra.keeper.errors import CannotStart
from cadra.keeper.service import Service, answer

_MOST_CONNECTIONS = 256
_HELLO_SECONDS = 5.0
_HELLO_LARGEST = 4096
_STACK = 512 * 1024


class Server:
    """Listens until stopped. One keeper serves one store: a second one on the same folder does not start."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._lock = _only_one(config)
        self._service = Service(config)
        self._open = threading.BoundedSemaphore(_MOST_CONNECTIONS)
        self._listener = _listen(config)
        threading.stack_size(_STACK)

    def serve(self) -> None:
        """Serve until `stop` is called."""
        self._service.start()
        while True:
            try:
                link, _ = self._listener.accept()
            except OSError:
                return
            if self._open.acquire(blocking=False):
                threading.Thread(target=self._converse, args=(link,), daemon=True).start()
            else:
                link.close()

    def stop(self) -> None:
        """Stop listening, save and close."""
        self._config.socket.unlink(missing_ok=True)
        self._listener.close()
        self._service.stop()
        os.close(self._lock)

    def _converse(self, link: socket.socket) -> None:
        try:
            with link:
                if client := self._admitted(link):
                    while (message := wire.receive(link)) is not None:
                        wire.send(link, _without_traces(self._service, message, client))
        except (OSError, ValueError, wire.FrameTooLarge):
            # The other side went away or spoke nonsense: hang up, and say nothing of what was said.
            return
        finally:
            self._open.release()

    def _admitted(self, link: socket.socket) -> str:
        """Which client this is; '' when it was turned away."""
        link.settimeout(_HELLO_SECONDS)
        hello = wire.receive(link, _HELLO_LARGEST) or {}
        shown = str(hello.get("secret", "")).encode()
        client = clients.recognised(shown, self._config.secrets) if hello.get("op") == "hello" else ""
        if not client:
            time.sleep(0.2)
            wire.send(link, {"ok": False, "code": "not_admitted", "why": "The keeper does not know this client."})
            return ""
        link.settimeout(None)
        wire.send(link, {"ok": True})
        return client


def _without_traces(service: Service, message: dict[str, Any], client: str) -> dict[str, Any]:
    """The answer; an unforeseen error becomes a neutral sentence: a traceback could carry a name."""
    try:
        return answer(service, message, client)
    except Exception as problem:  # the last wall before the log
        return {
            "ok": False,
            "code": "failed",
            "why": f"The keeper could not do this ({type(problem).__name__}).",
        }


def _only_one(config: Config) -> int:
    config.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = os.open(config.folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise CannotStart("Another keeper is running on this store.") from None
    return lock


def _listen(config: Config) -> socket.socket:
    config.socket.parent.mkdir(parents=True, exist_ok=True)
    config.socket.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(config.socket))
    _admit_group(config)
    listener.listen(64)
    return listener


def _admit_group(config: Config) -> None:
    """The socket is this account's alone, or the programs' of one group as well."""
    if not config.group:
        config.socket.chmod(0o600)
        return
    try:
        os.chown(config.socket, -1, grp.getgrnam(config.group).gr_gid)
    except (KeyError, PermissionError):
        raise CannotStart("CADRA_KEEPER_GROUP must be a group of this machine that the keeper belongs to.") from None
    config.socket.chmod(0o660)
