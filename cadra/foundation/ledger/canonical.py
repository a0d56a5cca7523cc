"""The exact bytes that are hashed and signed. Free of Django, for the stand-alone verifier."""

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

ENTRY_FIELDS = (
    "id",
    "at",
    "xact",
    "actor",
    "institution",
    "verb",
    "subjects",
    "compartments",
    "purpose",
    "outcome",
    "object_id",
)

_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode


def line(record: Mapping[str, Any]) -> str:
    """One record as one line of canonical JSON: sorted keys, no spaces, ASCII only."""
    return _encode(record)


def entry_bytes(entry: Mapping[str, Any]) -> bytes:
    """Leaf data of an entry given as strings, lists of strings and nulls; KeyError if a field is missing."""
    return _encode({name: entry[name] for name in ENTRY_FIELDS}).encode()


def note(checkpoint: Mapping[str, Any]) -> bytes:
    """What the keeper signs: a C2SP tlog-checkpoint body (origin, size, root) with four extension lines."""
    return (
        f"{checkpoint['origin']}\n{checkpoint['size']}\n{checkpoint['root']}\n"
        f"after {checkpoint['after']}\nhorizon {checkpoint['horizon']}\n"
        f"cluster {checkpoint['cluster']}\nat {checkpoint['at']}\n"
    ).encode()


def key_id(public_key: bytes) -> str:
    """Short name of a raw Ed25519 public key: the first 16 hex digits of its SHA-256."""
    return sha256(public_key).hexdigest()[:16]


def b64(data: bytes) -> str:
    return b64encode(data).decode()


def unb64(text: str) -> bytes:
    """Bytes of strict base64 text; ValueError for anything else."""
    return b64decode(text, validate=True)
