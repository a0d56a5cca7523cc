"""What is backed up comes back: in a new copy her sealed words are read again and the ledger is whole."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cadra.config.runtime import binaries, ports
from cadra.config.tests.test_found import typed
from cadra.config.tests.test_whole_copy import cadra, eventually_well, health, read_until


@contextmanager
def serving(data: Path) -> Iterator[None]:
    with ports.reserve("127.0.0.1", 28900) as held:
        port = ports.port_of(held)
    copy = cadra(data, "serve", "--port", str(port))
    try:
        read_until(copy, "Ctrl-C")
        assert eventually_well(port), health(port)
        yield
    finally:
        copy.terminate()
        copy.communicate(timeout=60)


def living(data: Path, *words: str) -> str:
    """What the helper program says, run beside the copy."""
    told = json.loads((data / "environment.json").read_text())
    ended = subprocess.run(
        [sys.executable, "-m", "cadra.config.tests.living", *words],
        env={**os.environ, **told},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.strip().splitlines()[-1]


def test_a_sealed_note_comes_back_in_a_new_copy_and_the_ledger_is_whole(data: Path) -> None:
    old, new, kept = data / "old", data / "new", data / "kept"
    assert "Prepared." in typed(old, "prepare")[1]
    with serving(old):
        case_id = living(old, "make")
        assert any("Kanarinastrofa" in text for text in json.loads(living(old, "read", case_id)))
        code, told = typed(old, "backup", str(kept))
        assert code == 0, told
    for secret in (old / "secrets").iterdir():
        words = secret.read_bytes().strip()
        assert not any(words in path.read_bytes() for path in kept.rglob("*") if path.is_file()), secret.name
    reader = next(binaries.candidates()).program("pg_restore")
    dump = subprocess.run([reader, "--file=-", str(kept / "database.dump")], capture_output=True, check=True).stdout
    assert case_id.encode() in dump
    assert b"Kanarinastrofa" not in dump + b"".join(path.read_bytes() for path in (kept / "keeper").iterdir())
    assert {path.stat().st_mode & 0o077 for path in (kept, *kept.rglob("*"))} == {0}

    code, told = typed(new, "restore", str(kept))
    assert (code, "keeper_root from custody" in told) == (1, True)
    (new / "secrets").mkdir(parents=True, mode=0o700)
    shutil.copy2(old / "secrets" / "keeper_root", new / "secrets" / "keeper_root")
    shutil.rmtree(old)
    code, told = typed(new, "restore", str(kept))
    assert code == 0, told
    assert typed(new, "restore", str(kept))[0] == 1, "nothing is written over"
    with serving(new):
        assert any("Kanarinastrofa" in text for text in json.loads(living(new, "read", case_id)))
        code, told = typed(new, "audit", "verify")
        assert code == 0, told
        assert "BAD" not in [line.split()[0] for line in typed(new, "doctor")[1].splitlines() if "database" in line]


def test_a_copy_that_does_not_run_is_backed_up_too_and_a_half_backup_is_refused(data: Path) -> None:
    old, kept = data / "old", data / "kept"
    assert "Prepared." in typed(old, "prepare")[1]
    code, told = typed(old, "backup", str(kept))
    assert (code, "no keeper's store" in told) == (1, True), told
    with serving(old):
        pass
    shutil.rmtree(kept)
    assert typed(old, "backup", str(kept))[0] == 0
    assert typed(old, "backup", str(kept))[0] == 1, "nothing is written over"
    (kept / "made.json").unlink()
    assert "no whole backup" in typed(data / "new", "restore", str(kept))[1]
