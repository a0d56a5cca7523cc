"""The socket: many lasting connections, each with a small thread, each first shown the client's secret."""

import fcntl
import hmac
import os
import socket
import threading
import time
from typing import Any

from cadra.keeper import wire
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
                if self._admitted(link):
                    while (message := wire.receive(link)) is not None:
                        wire.send(link, _without_traces(self._service, message))
        except (OSError, ValueError, wire.FrameTooLarge):
            # The other side went away or spoke nonsense: hang up, and say nothing of what was said.
            return
        finally:
            self._open.release()

    def _admitted(self, link: socket.socket) -> bool:
        link.settimeout(_HELLO_SECONDS)
        hello = wire.receive(link, _HELLO_LARGEST) or {}
        shown = str(hello.get("secret", "")).encode()
        if hello.get("op") != "hello" or not hmac.compare_digest(shown, self._config.client_secret):
            time.sleep(0.2)
            wire.send(link, {"ok": False, "code": "not_admitted", "why": "The keeper does not know this client."})
            return False
        link.settimeout(None)
        wire.send(link, {"ok": True})
        return True


def _without_traces(service: Service, message: dict[str, Any]) -> dict[str, Any]:
    """The answer; an unforeseen error becomes a neutral sentence: a traceback could carry a name."""
    try:
        return answer(service, message)
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
    config.socket.chmod(0o600)
    listener.listen(64)
    return listener
