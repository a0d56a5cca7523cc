"""Frames on the socket: four bytes of length (big-endian), then JSON. Bytes travel as base64 text."""

import base64
import json
import socket
import struct
from typing import Any

LARGEST = 64 * 1024 * 1024
_LENGTH = struct.Struct("!I")


class FrameTooLarge(Exception):
    """A frame longer than LARGEST was announced."""


def send(link: socket.socket, message: dict[str, Any]) -> None:
    """Write one message; raises OSError when the other side is gone."""
    body = json.dumps(message, separators=(",", ":")).encode()
    link.sendall(_LENGTH.pack(len(body)) + body)


def receive(link: socket.socket, largest: int = LARGEST) -> dict[str, Any] | None:
    """Read one message; None when the other side has closed between messages."""
    head = _exactly(link, _LENGTH.size, may_end=True)
    if head is None:
        return None
    (length,) = _LENGTH.unpack(head)
    if length > largest:
        raise FrameTooLarge
    message = json.loads(_exactly(link, length) or b"{}")
    if not isinstance(message, dict):
        raise ValueError("a frame holds one object")
    return message


def text(value: bytes) -> str:
    """Bytes as base64 text."""
    return base64.b64encode(value).decode()


def octets(value: str) -> bytes:
    """Base64 text as bytes."""
    return base64.b64decode(value, validate=True)


def _exactly(link: socket.socket, count: int, *, may_end: bool = False) -> bytes | None:
    parts = bytearray()
    while len(parts) < count:
        part = link.recv(min(count - len(parts), 1 << 20))
        if not part:
            if may_end and not parts:
                return None
            raise ConnectionError("the other side closed in the middle of a message")
        parts += part
    return bytes(parts)
