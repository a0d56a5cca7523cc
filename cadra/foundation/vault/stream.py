"""A sealed stream: content too big for a row, in segments that can't be changed, moved, left out or cut off.

The STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár, CRYPTO 2015) with AES-256-GCM. Layout: format (1 byte) ·
salt (16) · nonce prefix (7) · segments. The key is derived for this one stream (HKDF-SHA256 over key, salt and place);
a segment's nonce is prefix · number (4) · last (1), and place, number and last are authenticated with it.
"""

import os
from collections.abc import Iterable, Iterator
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from cadra.foundation.vault.box import SealBroken

FORMAT = b"\x01"
SEGMENT = 64 * 1024
"""Bytes in clear of every segment but the last."""
_SALT, _PREFIX, _TAG = 16, 7, 16
_HEAD = len(FORMAT) + _SALT + _PREFIX


class Sealer:
    """Seals one stream as it comes: `head`, then what `feed` gives back, then what `finish` gives back."""

    def __init__(self, key: bytes, place: bytes) -> None:
        salt, prefix = os.urandom(_SALT), os.urandom(_PREFIX)
        self.head = FORMAT + salt + prefix
        self._segments = _Segments(key, salt, prefix, place)
        self._held = bytearray()

    def feed(self, piece: bytes) -> bytes:
        """The segments that are full now; the latest is held back, for it may be the last."""
        self._held += piece
        sealed = bytearray()
        while len(self._held) > SEGMENT:
            sealed += self._segments.seal(bytes(self._held[:SEGMENT]), last=False)
            del self._held[:SEGMENT]
        return bytes(sealed)

    def finish(self) -> bytes:
        """The last segment. Nothing may be fed after it."""
        last, self._held = bytes(self._held), bytearray()
        return self._segments.seal(last, last=True)


def seal_into(target: IO[bytes], key: bytes, place: bytes, pieces: Iterable[bytes]) -> None:
    """Seal what comes into a stream."""
    sealer = Sealer(key, place)
    target.write(sealer.head)
    for piece in pieces:
        target.write(sealer.feed(piece))
    target.write(sealer.finish())


def unsealed(key: bytes, place: bytes, source: IO[bytes]) -> Iterator[bytes]:
    """The content, segment by segment; SealBroken at one that is not as it was sealed, or when the end is missing.

    What came before a broken segment is genuine; whoever needs the whole must read to the end before using any of it.
    """
    head = source.read(_HEAD)
    if len(head) != _HEAD or head[:1] != FORMAT:
        raise SealBroken
    segments = _Segments(key, head[1 : 1 + _SALT], head[1 + _SALT :], place)
    sealed = _read(source)
    while sealed:
        following = _read(source)
        yield segments.open(sealed, last=not following)
        sealed = following
    if not segments.number:
        raise SealBroken  # not even a last segment


class _Segments:
    """The cipher of one stream and the number of its next segment."""

    def __init__(self, key: bytes, salt: bytes, prefix: bytes, place: bytes) -> None:
        derived = HKDF(algorithm=SHA256(), length=32, salt=salt, info=b"cadra stream " + place).derive(key)
        self._cipher = AESGCM(derived)
        self._prefix = prefix
        self._place = place
        self.number = 0

    def seal(self, segment: bytes, *, last: bool) -> bytes:
        nonce, bound = self._next(last)
        return self._cipher.encrypt(nonce, segment, bound)

    def open(self, sealed: bytes, *, last: bool) -> bytes:
        nonce, bound = self._next(last)
        try:
            return self._cipher.decrypt(nonce, sealed, bound)
        except (InvalidTag, ValueError):
            raise SealBroken from None

    def _next(self, last: bool) -> tuple[bytes, bytes]:
        counted = self.number.to_bytes(4, "big") + bytes([last])
        self.number += 1
        return self._prefix + counted, counted + self._place


def _read(source: IO[bytes]) -> bytes:
    """One whole sealed segment, also from a source that gives less at a time."""
    found = bytearray()
    while len(found) < SEGMENT + _TAG:
        piece = source.read(SEGMENT + _TAG - len(found))
        if not piece:
            break
        found += piece
    return bytes(found)
