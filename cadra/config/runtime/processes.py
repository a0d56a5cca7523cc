"""Start a program so that it never outlives its parent and never writes a core file."""

import contextlib
import ctypes
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from .accounts import Account

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def end_with_parent(sign: signal.Signals, parent: int) -> None:
    """Ask Linux to send us `sign` when our parent dies, even by kill -9; end now if it is dead already."""
    if _libc is None:
        return
    _libc.prctl(PR_SET_PDEATHSIG, sign)
    if os.getppid() != parent:
        os.kill(os.getpid(), sign)


def _in_child(sign: signal.Signals, parent: int) -> Callable[[], None]:
    def prepare() -> None:
        # A core file would hold keys and names in clear.
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        end_with_parent(sign, parent)

    return prepare


def spawn(
    command: Sequence[str],
    *,
    environment: Mapping[str, str],
    log: Path,
    account: Account | None = None,
    on_orphan: signal.Signals = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """Start `command` in a session of its own, its output appended to `log`.

    Must be called from the main thread: Linux ties the death signal to the thread that started the child.
    """
    as_other = account is not None and not account.is_us
    with log.open("ab") as output:
        return subprocess.Popen(
            list(command),
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd="/" if as_other else None,
            start_new_session=True,
            preexec_fn=_in_child(on_orphan, os.getpid()),
            user=account.uid if as_other and account else None,
            group=account.gid if as_other and account else None,
            extra_groups=[] if as_other else None,
            umask=0o077,
        )


def end(process: subprocess.Popen[bytes], *, sign: signal.Signals = signal.SIGTERM, patience: float = 10) -> None:
    """Ask a process to stop, wait `patience` seconds, then end it and whatever it started."""
    if process.poll() is None:
        process.send_signal(sign)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience)
    sweep(process)
    process.wait()


def sweep(process: subprocess.Popen[bytes]) -> None:
    """End what is left of a process's session, so that a dead child keeps no port and no lock."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
