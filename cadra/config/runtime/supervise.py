"""The parent of all: starts the parts in order, starts one again that dies, stops them in reverse order."""

import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from .parts import Part
from .plain import Trouble
from .processes import end, sweep

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0  # seconds before a part that died is started again
SETTLED = 60.0  # seconds of life after which the pauses begin anew
BIG_LOG = 20 * 1024 * 1024


@dataclass
class Child:
    """A part that was started: its process while it lives, and when to start it again once it died."""

    part: Part
    process: subprocess.Popen[bytes]
    born: float
    pause: float = FIRST_PAUSE
    again_at: float | None = None


@dataclass
class Supervisor:
    """Keeps the parts alive until someone asks to stop. `say` prints one plain line."""

    say: Callable[[str], None]
    children: list[Child] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)

    def listen_for_stop(self) -> None:
        """Ctrl-C, `kill` and a closed terminal all mean: stop everything in order."""
        for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(sign, self._asked_to_stop)

    def _asked_to_stop(self, sign: int, frame: FrameType | None) -> None:
        self.stopping.set()

    def begin(self, part: Part) -> Child:
        """Start a part without waiting for it."""
        keep_small(part.log)
        child = Child(part, part.begin(), time.monotonic())
        self.children.append(child)
        return child

    def wait_ready(self, child: Child, patience: float = 60.0) -> None:
        """Return when the part answers; raise `Trouble` when it dies first or stays silent."""
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            if self.stopping.is_set():
                raise Stopped
            if child.process.poll() is not None:
                break
            if child.part.ready():
                return
            time.sleep(0.03)
        raise Trouble(f"The {child.part.name} did not start. Its last words:\n{last_words(child.part.log)}")

    def watch(self) -> None:
        """Until asked to stop, start again whatever dies."""
        looked_at_logs = time.monotonic()
        while not self.stopping.wait(0.2):
            for child in self.children:
                self._look_after(child)
            if time.monotonic() - looked_at_logs > 60:
                looked_at_logs = time.monotonic()
                for child in self.children:
                    keep_small(child.part.log)

    def _look_after(self, child: Child) -> None:
        now = time.monotonic()
        if child.again_at is not None:
            if now >= child.again_at:
                child.again_at = None
                self._revive(child)
        elif child.process.poll() is not None:
            self._plan_revival(child, now)

    def _plan_revival(self, child: Child, now: float) -> None:
        sweep(child.process)
        if now - child.born > SETTLED:
            child.pause = FIRST_PAUSE
        self.say(f"The {child.part.name} {how_it_ended(child.process)}; it starts again in {child.pause:g} s.")
        child.again_at = now + child.pause
        child.pause = min(child.pause * 2, LONGEST_PAUSE)

    def _revive(self, child: Child) -> None:
        try:
            child.process = child.part.begin()
            child.born = time.monotonic()
        except (Trouble, OSError) as error:
            self.say(f"The {child.part.name} could not be started: {error}")
            child.again_at = time.monotonic() + child.pause
            child.pause = min(child.pause * 2, LONGEST_PAUSE)

    def stop(self) -> None:
        """Stop every part, the last started first."""
        for child in reversed(self.children):
            end(child.process, sign=child.part.stop_sign, patience=child.part.patience)
        self.children.clear()


class Stopped(Exception):
    """Someone asked to stop while the copy was still starting."""


def how_it_ended(process: subprocess.Popen[bytes]) -> str:
    code = process.returncode
    return f"was killed (signal {-code})" if code is not None and code < 0 else f"stopped (exit code {code})"


def last_words(log: Path, lines: int = 12) -> str:
    """The end of a log, for the person at the terminal. Logs carry no personal data."""
    try:
        text = log.read_text(errors="replace").splitlines()[-lines:]
    except OSError:
        text = []
    return "\n".join(text) or f"(nothing; see {log})"


def keep_small(log: Path) -> None:
    """Begin a log anew once it is big, keeping one older copy. Writers append, so they just go on."""
    if log.is_file() and log.stat().st_size > BIG_LOG:
        shutil.copyfile(log, log.with_name(f"{log.name}.1"))
        os.truncate(log, 0)
