"""One sealed value: AES-256-GCM, bound to its place, padded so that its length tells little.

Layout: format (1 byte) · key version (1 byte) · nonce (12) · ciphertext and tag. Inside: length (4) ·
JSON in UTF-8 · zeros up to the bucket. Format and key version are part of what is authenticated.
"""

import json
import os
import struct
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FORMAT = 1
KEY_VERSION = 1
"""The version of case keys; a case's keys are made once and live until they are destroyed."""
_HEAD = bytes((FORMAT, KEY_VERSION))
_NONCE_BYTES = 12
_LENGTH = struct.Struct("!I")
_SMALLEST_BUCKET = 32
_LARGEST_DOUBLING = 4096


class SealBroken(Exception):
    """A sealed value was changed, or lies in another row, column or case than it was sealed for."""


def bound_to(*, table: str, column: str, case: str, row: str) -> bytes:
    """The place of a value, unambiguously: what its seal is bound to."""
    return _HEAD + json.dumps([table, column, case, row]).encode()


def seal(key: bytes, value: Any, place: bytes) -> bytes:
    """Seal one JSON-able value under a compartment's key for one place."""
    content = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    framed = _LENGTH.pack(len(content)) + content
    nonce = os.urandom(_NONCE_BYTES)
    return _HEAD + nonce + AESGCM(key).encrypt(nonce, framed.ljust(bucket(len(framed)), b"\0"), place)


def unseal(key: bytes, sealed: bytes, place: bytes) -> Any:
    """Open one value; SealBroken when it was changed or moved."""
    head, nonce, secret = sealed[:2], sealed[2 : 2 + _NONCE_BYTES], sealed[2 + _NONCE_BYTES :]
    if head != _HEAD:
        raise SealBroken
    try:
        framed = AESGCM(key).decrypt(nonce, secret, place)
    except (InvalidTag, ValueError):
        raise SealBroken from None
    (length,) = _LENGTH.unpack_from(framed)
    return json.loads(framed[_LENGTH.size : _LENGTH.size + length])


def bucket(length: int) -> int:
    """The padded length of a content of `length` bytes: 32, 64, … 4096, then whole 4096s."""
    if length > _LARGEST_DOUBLING:
        return -(-length // _LARGEST_DOUBLING) * _LARGEST_DOUBLING
    size = _SMALLEST_BUCKET
    while size < length:
        size *= 2
    return size
