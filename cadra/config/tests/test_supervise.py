"""The parent: starts again what dies, stops in reverse order, leaves nothing behind."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from cadra.config.runtime.parts import Part
from cadra.config.runtime.plain import Trouble
from cadra.config.runtime.processes import spawn
from cadra.config.runtime.supervise import Supervisor, keep_small

SLEEPER = "import time\nwhile True: time.sleep(0.05)"
# Says its own name when asked to stop, so that the order can be read.
TELLER = """
import signal, sys, time
def told(*_):
    open(sys.argv[2], "a").write(sys.argv[1] + "\\n")
    sys.exit(0)
signal.signal(signal.SIGTERM, told)
open(sys.argv[2] + "." + sys.argv[1], "w").close()
while True: time.sleep(0.05)
"""
GRANDPARENT = """
import sys, time
from pathlib import Path
from cadra.config.runtime.processes import spawn
child = spawn([sys.executable, "-c", "import time; time.sleep(60)"], environment={}, log=Path(sys.argv[1]))
print(child.pid, flush=True)
time.sleep(60)
"""


def part(tmp_path: Path, name: str, *command: str, ready=lambda: True) -> Part:
    log = tmp_path / f"{name}.log"
    return Part(name, lambda: spawn(command, environment=dict(os.environ), log=log), ready, log, patience=5)


@pytest.fixture
def said():
    return []


@pytest.fixture
def supervisor(said):
    made = Supervisor(said.append)
    yield made
    made.stop()


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"


def eventually(holds, seconds: float = 10.0) -> bool:
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def test_a_part_that_is_killed_is_started_again_and_it_is_said(supervisor, said, tmp_path):
    child = supervisor.begin(part(tmp_path, "worker", sys.executable, "-c", SLEEPER))
    first = child.process.pid
    threading.Timer(0.1, os.kill, (first, signal.SIGKILL)).start()
    threading.Timer(2.0, supervisor.stopping.set).start()
    supervisor.watch()
    assert child.process.pid != first
    assert alive(child.process.pid)
    assert not alive(first)
    assert said == ["The worker was killed (signal 9); it starts again in 0.5 s."]


def test_a_part_that_keeps_dying_is_given_longer_and_longer_pauses(supervisor, said, tmp_path):
    supervisor.begin(part(tmp_path, "web", sys.executable, "-c", "import sys; sys.exit(3)"))
    threading.Timer(3.0, supervisor.stopping.set).start()
    supervisor.watch()
    assert [line.rsplit("in ", 1)[1] for line in said[:2]] == ["0.5 s.", "1 s."]
    assert all("stopped (exit code 3)" in line for line in said)
    assert len(said) <= 3


def test_parts_are_stopped_in_reverse_order(supervisor, tmp_path):
    order = tmp_path / "order"
    for name in ("database", "keeper", "web"):
        supervisor.begin(part(tmp_path, name, sys.executable, "-c", TELLER, name, str(order)))
    assert eventually(lambda: all((tmp_path / f"order.{n}").exists() for n in ("database", "keeper", "web")))
    supervisor.stop()
    assert order.read_text().split() == ["web", "keeper", "database"]


def test_a_part_that_dies_at_the_start_is_reported_with_its_last_words(supervisor, tmp_path):
    child = supervisor.begin(
        part(tmp_path, "keeper", sys.executable, "-c", "print('no root key'); exit(1)", ready=lambda: False)
    )
    with pytest.raises(Trouble, match="The keeper did not start(.|\n)*no root key"):
        supervisor.wait_ready(child)


def test_children_die_with_a_parent_that_is_killed(tmp_path):
    parent = subprocess.Popen(
        [sys.executable, "-c", GRANDPARENT, str(tmp_path / "log")], stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert alive(child)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert eventually(lambda: not alive(child))


def test_what_a_dead_part_had_started_does_not_stay_behind(supervisor, tmp_path):
    script = f"import subprocess, sys; print(subprocess.Popen([sys.executable, '-c', {SLEEPER!r}]).pid, flush=True)"
    child = supervisor.begin(part(tmp_path, "web", sys.executable, "-c", script))
    child.process.wait()
    orphan = int((tmp_path / "web.log").read_text())
    threading.Timer(0.3, supervisor.stopping.set).start()
    supervisor.watch()
    assert eventually(lambda: not alive(orphan))


def test_a_log_does_not_grow_without_end(tmp_path):
    log = tmp_path / "web.log"
    log.write_bytes(b"x" * (21 * 1024 * 1024))
    keep_small(log)
    assert log.stat().st_size == 0
    assert (tmp_path / "web.log.1").stat().st_size == 21 * 1024 * 1024
