"""Small files that must survive a crash and leave nothing of their former content."""

import os
from pathlib import Path


def replace_file(path: Path, content: bytes) -> None:
    """Put new content in place at once and durably; the old file's bytes are overwritten before it goes."""
    fresh = path.with_name(path.name + ".new")
    _write_durably(fresh, content)
    old = os.open(path, os.O_RDWR) if path.exists() else None
    fresh.replace(path)
    _sync_folder(path.parent)
    if old is not None:
        os.pwrite(old, b"\0" * os.fstat(old).st_size, 0)
        os.fsync(old)
        os.close(old)


def _write_durably(path: Path, content: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(handle, content)
        os.fsync(handle)
    finally:
        os.close(handle)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
