"""How much memory the demonstration takes at rest, over all its processes: `script/load rest`.

Starts it in a folder of its own, waits until it answers and until nothing is computed any more, and adds up what each
process holds for itself plus its share of what it shares (PSS, from Linux). Prints a line for each kind of process.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import psutil

MOST = 900  # MB
QUIET = 0.5  # seconds of processor in ten
STARTING, RESTING = 900, 300
KINDS = (
    ("postgres", "PostgreSQL"),
    ("cadra.keeper", "keeper"),
    ("cadra.config.worker", "worker"),
    ("granian", "web"),
    ("cadra.config.cli", "supervisor"),
)


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that nothing is left running
    with tempfile.TemporaryDirectory(prefix="cadra-rest-") as folder:
        Path(folder).chmod(0o711)  # PostgreSQL runs as another account
        data = Path(folder) / "data"
        program = subprocess.Popen(
            [sys.executable, "-m", "cadra.config.cli", "demo", "--port", str(20_000 + os.getpid() % 5_000)],
            env={**os.environ, "CADRA_DATA_DIR": str(data)}, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        try:
            _wait_until_ready(program)
            waited = _wait_until_quiet(program, data)
            return _print(_megabytes(program, data), waited)
        finally:
            program.send_signal(signal.SIGTERM)
            program.communicate()


def _wait_until_ready(program: "subprocess.Popen[str]") -> None:
    assert program.stdout is not None
    for line in program.stdout:
        print(f"  {line}", end="", flush=True)
        if "Ctrl-C" in line:
            return
    raise SystemExit("It did not start.")


def _wait_until_quiet(program: "subprocess.Popen[str]", data: Path) -> int:
    """Seconds until its processes used less than QUIET of the processor in ten seconds."""
    began, before = time.monotonic(), _used(program, data)
    while time.monotonic() - began < RESTING:
        time.sleep(10)
        after = _used(program, data)
        if after - before < QUIET:
            break
        before = after
    return round(time.monotonic() - began)


def _used(program: "subprocess.Popen[str]", data: Path) -> float:
    return sum(sum(one.cpu_times()[:2]) for one in _all_of(program, data))


def _all_of(program: "subprocess.Popen[str]", data: Path) -> Iterator[psutil.Process]:
    """Every process of the copy: those below the supervisor, and PostgreSQL's, wherever they hang."""
    found = {program.pid: psutil.Process(program.pid)}
    for one in psutil.process_iter():
        try:
            told = " ".join(one.cmdline())
        except psutil.Error:
            continue
        if str(data) in told:
            found[one.pid] = one
    for one in list(found.values()):
        found |= {child.pid: child for child in one.children(recursive=True)}
    yield from found.values()


def _megabytes(program: "subprocess.Popen[str]", data: Path) -> dict[str, tuple[int, float]]:
    """kind of process → how many, and megabytes of them together."""
    found: dict[str, tuple[int, float]] = defaultdict(lambda: (0, 0.0))
    for one in _all_of(program, data):
        told = f"{one.name()} {' '.join(one.cmdline())}"
        kind = next((name for sign, name in KINDS if sign in told), one.name())
        lines = Path(f"/proc/{one.pid}/smaps_rollup").read_text().splitlines()
        share = next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
        many, much = found[kind]
        found[kind] = (many + 1, much + share)
    return found


def _print(found: dict[str, tuple[int, float]], waited: int) -> int:
    """The table; 1 when it is more than promised."""
    print(f"\nat rest, {waited} s after it answered\n{'processes':14}{'many':>6}{'MB':>8}")
    for kind, (many, much) in sorted(found.items(), key=lambda one: -one[1][1]):
        print(f"{kind:14}{many:6}{much:8.0f}")
    whole = sum(much for _many, much in found.values())
    print(f"{'together':14}{sum(many for many, _much in found.values()):6}{whole:8.0f}  (at most {MOST})")
    return int(whole > MOST)


if __name__ == "__main__":
    sys.exit(main())
