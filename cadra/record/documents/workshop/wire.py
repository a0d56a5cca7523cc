"""What goes through the workshop's pipes: records of a tag, a length and bytes; and the bounds both sides keep."""

import json
import struct
from typing import IO, Any

MEGABYTE = 1024 * 1024
LARGEST = 25 * MEGABYTE
"""Bytes of a file that is taken in."""
MOST_PAGES = 40
"""Pages made to look at; the rest of a longer paper is in the original."""
LONGEST_SIDE = 1800
"""Pixels of the longer side of a page to look at."""
MOST_TEXT = 300_000
"""Characters of a text to look at."""
MOST_BACK = 6 * LARGEST
"""Bytes the workshop may give back besides pictures."""
MEMORY = 512 * MEGABYTE
"""Bytes the workshop may use, with its own code."""
CPU_SECONDS = 20
WALL_SECONDS = 45.0

CLEAN, PICTURE, TEXT, END = b"C", b"P", b"T", b"E"
_HEAD = struct.Struct("!cI")


class Garbled(Exception):
    """What came is not a record, or is larger than any record may be."""


def send(pipe: IO[bytes], tag: bytes, content: bytes) -> None:
    """Write one record."""
    pipe.write(_HEAD.pack(tag, len(content)))
    pipe.write(content)
    pipe.flush()


def receive(pipe: IO[bytes], most: int) -> tuple[bytes, bytes]:
    """Read one record of at most so many bytes; Garbled at the end of the pipe too."""
    tag, length = _HEAD.unpack(exactly(pipe, _HEAD.size))
    if length > most:
        raise Garbled
    return tag, exactly(pipe, length)


def exactly(pipe: IO[bytes], length: int) -> bytes:
    """So many bytes, or Garbled."""
    found = bytearray()
    while len(found) < length:
        piece = pipe.read(min(MEGABYTE, length - len(found)))
        if not piece:
            raise Garbled
        found += piece
    return bytes(found)


def told(content: bytes) -> dict[str, Any]:
    """A record's content as a JSON object, or Garbled."""
    try:
        found = json.loads(content)
    except ValueError:
        raise Garbled from None
    if not isinstance(found, dict):
        raise Garbled
    return found


class Refused(Exception):
    """The file is not kept. `code` is one of REASONS."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


#: Why a file is not kept; each has a sentence in `reasons.py`.
REASONS = frozenset({"empty", "large", "kind", "broken", "locked", "program", "pixels", "bomb", "effort"})
