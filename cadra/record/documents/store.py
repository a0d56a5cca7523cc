"""Where sealed bytes lie: a folder now; anything that can put, open, remove and list names may take its place."""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Protocol
from uuid import UUID

from django.conf import settings

COPY = 1024 * 1024
FOLDER, FILE = 0o770, 0o660


class Store(Protocol):
    """Sealed objects, named by document and part. What it is given is sealed already; it never sees a key."""

    def put(self, document_id: UUID, part: str, content: IO[bytes]) -> None:
        """Keep an object whole or not at all; one of the same name is replaced."""

    def open(self, document_id: UUID, part: str) -> IO[bytes]:
        """Read an object; FileNotFoundError when there is none."""

    def remove(self, document_id: UUID, part: str = "") -> None:
        """Remove one part, or all of a document. What is not there is no mistake."""

    def documents(self) -> Iterator[tuple[UUID, float]]:
        """Every document with something in the store, and when it was last written to (seconds since 1970)."""


class FolderStore:
    """Objects as files: `<root>/<first two digits>/<document>/<part>`.

    For this account and its group, as far as the umask leaves it: web and worker are two accounts (docs/operations.md).
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, document_id: UUID, part: str, content: IO[bytes]) -> None:
        folder = self._folder(document_id)
        folder.mkdir(parents=True, exist_ok=True, mode=FOLDER)
        coming = folder / f".{secrets.token_hex(8)}"
        try:
            with os.fdopen(os.open(coming, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE), "wb") as file:
                shutil.copyfileobj(content, file, COPY)
                file.flush()
                os.fsync(file.fileno())
            coming.replace(folder / part)
        except BaseException:
            coming.unlink(missing_ok=True)
            raise

    def open(self, document_id: UUID, part: str) -> IO[bytes]:
        return (self._folder(document_id) / part).open("rb")

    def remove(self, document_id: UUID, part: str = "") -> None:
        folder = self._folder(document_id)
        if part:
            (folder / part).unlink(missing_ok=True)
        else:
            shutil.rmtree(folder, ignore_errors=True)

    def documents(self) -> Iterator[tuple[UUID, float]]:
        for folder in self._root.glob("??/*"):
            with suppress(ValueError, FileNotFoundError):
                yield UUID(folder.name), folder.stat().st_mtime

    def _folder(self, document_id: UUID) -> Path:
        name = str(document_id)
        return self._root / name[:2] / name


@cache
def _folder_store(root: Path) -> FolderStore:
    root.mkdir(parents=True, exist_ok=True, mode=FOLDER)
    return FolderStore(root)


def store() -> Store:
    """The store of this copy."""
    return _folder_store(Path(settings.DATA_DIR) / "documents" / "kept")


def spool() -> IO[bytes]:
    """A file without a name for sealed bytes on their way: nothing is left of it when it is closed or we are killed."""
    folder = Path(settings.DATA_DIR) / "documents" / "arriving"
    folder.mkdir(parents=True, exist_ok=True, mode=FOLDER)
    return TemporaryFile(dir=folder)
