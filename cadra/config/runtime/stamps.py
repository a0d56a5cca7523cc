"""Remember what a step was made from, so that the next start leaves out what has not changed."""

import hashlib
from collections.abc import Iterable
from pathlib import Path


def fingerprint(paths: Iterable[Path], *facts: str) -> str:
    """One hash over the content of these files, and of every file below the folders among them."""
    digest = hashlib.sha256("\0".join(facts).encode())
    for path in sorted(set(_files(paths))):
        digest.update(b"\0" + str(path).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _files(paths: Iterable[Path]) -> Iterable[Path]:
    for path in paths:
        if path.is_file():
            yield path
        elif path.is_dir():
            yield from (
                file
                for file in path.rglob("*")
                if file.is_file() and "__pycache__" not in file.parts and file.suffix != ".pyc"
            )


def is_current(stamp: Path, made_from: str) -> bool:
    try:
        return stamp.read_text() == made_from
    except OSError:
        return False


def set_current(stamp: Path, made_from: str) -> None:
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(made_from)
