"""Finding thousands of words, each in every way it may be written, in hundreds of megabytes.

The last eight bytes of every pattern are looked up at every offset by numpy; only what fits there is compared.
"""

import base64
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote

import numpy as np

WINDOW = 8
BLOCK = 8 * 1024 * 1024
_BITS = 24
_ODD = np.uint64(0x9E3779B97F4A7C15)


def forms(value: str) -> dict[str, bytes]:
    """How a value may lie in a file: as it is, lower, UTF-16, base64 at three offsets, hex, reversed, escaped."""
    raw = value.encode()
    found = {
        "raw": raw,
        "lower": value.lower().encode(),
        "upper": value.upper().encode(),
        "utf-16le": value.encode("utf-16-le"),
        "utf-16be": value.encode("utf-16-be"),
        "hex": raw.hex().encode(),
        "HEX": raw.hex().upper().encode(),
        "reversed": value[::-1].encode(),
        "reversed bytes": raw[::-1],
        "json": json.dumps(value)[1:-1].encode(),
        "url": quote(value).encode(),
    }
    found |= {f"base64+{skipped}": _base64(raw, skipped) for skipped in range(3)}
    return {name: form for name, form in found.items() if len(form) >= WINDOW}


def _base64(raw: bytes, before: int) -> bytes:
    """What is certain of the value's base64 when `before` bytes stand before it in its group."""
    text = base64.b64encode(b"\0" * before + raw)
    first = (0, 2, 3)[before]
    whole = (before + len(raw)) * 8 // 6
    return text[first:whole]


class Needles:
    """Values to look for; `found_in` names those that occur."""

    def __init__(self, values: Iterable[str]) -> None:
        self.patterns: dict[int, list[tuple[bytes, str, str]]] = defaultdict(list)
        for value in values:
            for name, form in forms(value).items():
                self.patterns[int.from_bytes(form[-WINDOW:], "little")].append((form, value, name))
        keys = np.fromiter(self.patterns, dtype="<u8", count=len(self.patterns))
        self._sieve = np.zeros(1 << _BITS, dtype=bool)
        self._sieve[self._slots(keys)] = True

    @staticmethod
    def _slots(words: np.ndarray) -> np.ndarray:
        return (words * _ODD) >> np.uint64(64 - _BITS)

    def found_in(self, content: bytes) -> Iterator[tuple[str, str]]:
        """(value, form) of everything in these bytes."""
        for shift in range(WINDOW):
            count = (len(content) - shift) // WINDOW
            if count <= 0:
                continue
            words = np.frombuffer(content, dtype="<u8", count=count, offset=shift)
            for index in np.flatnonzero(self._sieve[self._slots(words)]):
                end = shift + int(index) * WINDOW + WINDOW
                for form, value, name in self.patterns.get(int(words[index]), ()):
                    if end >= len(form) and content[end - len(form) : end] == form:
                        yield value, name

    def in_file(self, path: Path) -> set[tuple[str, str]]:
        """Everything in one file, read block by block."""
        found: set[tuple[str, str]] = set()
        tail = b""
        try:
            with path.open("rb") as file:
                while block := file.read(BLOCK):
                    found.update(self.found_in(tail + block))
                    tail = (tail + block)[-4096:]
        except FileNotFoundError:  # PostgreSQL recycled it meanwhile
            return found
        return found


def files_below(folder: Path, *, since: float = 0) -> Iterator[Path]:
    """Files of a folder, written to since a moment (POSIX time)."""
    for path in folder.rglob("*"):
        try:
            if path.is_file() and path.stat().st_mtime >= since:
                yield path
        except OSError:
            continue
