"""The ledger of closings: an append-only file of every key destroyed, grant ended and refusal set.

It lies beside the store and is fsynced before the store changes. The store remembers how far of it it
has taken in; an old store put back is behind, and takes in the rest before it opens. Lines hold random
identifiers only.
"""

import os
from collections.abc import Iterator
from pathlib import Path

from cadra.keeper.errors import CannotStart

Closing = tuple[str, ...]
"""('destroy', case) · ('end', grant, time) · ('refuse' | 'allow', case, principal); identifiers in hex."""


class Closings:
    """The open file. Appending is done by the store's single writer."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)

    @property
    def size(self) -> int:
        """Bytes written so far: the mark the store remembers."""
        return os.fstat(self._handle).st_size

    def append(self, closings: list[Closing]) -> int:
        """Write and fsync; returns the new size."""
        lines = "".join(" ".join(closing) + "\n" for closing in closings)
        _write_all(self._handle, lines.encode())
        os.fsync(self._handle)
        return self.size

    def since(self, mark: int) -> Iterator[Closing]:
        """The closings after `mark`. A last line cut short by a crash was never acknowledged: it goes."""
        if self.size < mark:
            raise CannotStart(
                "The ledger of closings is shorter than the store remembers: destroyed cases could open "
                "again. Restore the newest copy of the ledger."
            )
        with self._path.open("rb") as lines:
            lines.seek(mark)
            for line in lines:
                if not line.endswith(b"\n"):
                    os.ftruncate(self._handle, self.size - len(line))
                    return
                yield tuple(line.decode().split())

    def close(self) -> None:
        os.close(self._handle)


def _write_all(handle: int, content: bytes) -> None:
    while content:
        content = content[os.write(handle, content) :]
