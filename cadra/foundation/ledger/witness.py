"""Someone who has seen every checkpoint: without one, a rewritten and re-signed log would look whole.

Free of Django, so that a body outside (an ombudsman, the data-protection authority) can run the same lines on
what it is sent. The file holds one checkpoint a line and only grows.
"""

import fcntl
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from cadra.foundation.ledger.canonical import line, note, unb64
from cadra.foundation.ledger.merkle import verify_consistency

TAIL_BYTES = 8192


class Refused(Exception):
    """The witness has seen something this checkpoint contradicts; the message says what."""


def is_signed(checkpoint: Mapping[str, Any], public_key: bytes) -> bool:
    """True when the signature over the checkpoint's note is by this raw Ed25519 key."""
    try:
        signature = unb64(checkpoint["signature"])
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, note(checkpoint))
    except (InvalidSignature, KeyError, TypeError, ValueError):
        return False
    return True


def read(path: Path) -> Iterator[dict[str, Any]]:
    """The checkpoints of a witness file, oldest first; a line torn by a power cut is passed over."""
    if not path.exists():
        return
    with path.open("rb") as lines:
        for text in lines:
            if (found := _parse(text)) is not None:
                yield found


def _parse(text: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


class Witness:
    """A witness whose memory is a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def last(self) -> dict[str, Any] | None:
        """The newest checkpoint accepted, or nothing."""
        if not self.path.exists():
            return None
        with self.path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - TAIL_BYTES))
            lines = file.read().splitlines()
        return next((found for text in reversed(lines) if (found := _parse(text)) is not None), None)

    def accept(self, checkpoint: Mapping[str, Any], proof: Sequence[bytes], public_key: bytes) -> None:
        """Write the checkpoint down, on disk before this returns, if it continues what was seen.

        `proof` is the consistency proof from the last accepted size to this one. Refused when the signature
        is wrong, the log has become shorter, a second root appears for one size, or the proof fails.
        """
        if not is_signed(checkpoint, public_key):
            raise Refused(f"The checkpoint of {checkpoint['size']} entries is not signed by the key given.")
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            last = self.last()
            if last is not None:
                _check(last, checkpoint, proof)
                if last["size"] == checkpoint["size"]:
                    return
            start = file.seek(0, os.SEEK_END)
            if start:
                file.seek(start - 1)
                torn = file.read(1) != b"\n"
            else:
                torn = False
            file.write((b"\n" if torn else b"") + line(checkpoint).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())


def _check(last: Mapping[str, Any], new: Mapping[str, Any], proof: Sequence[bytes]) -> None:
    old_size, new_size = last["size"], new["size"]
    if new["origin"] != last["origin"]:
        raise Refused(f"The checkpoint is of another log ('{new['origin']}', not '{last['origin']}').")
    if new_size < old_size:
        raise Refused(f"The log has become shorter: {old_size} entries were witnessed, now there are {new_size}.")
    if new_size == old_size and new["root"] != last["root"]:
        raise Refused(f"Two roots for one size: the log was forked at or before {old_size} entries.")
    if new_size > old_size and not verify_consistency(
        old_size, unb64(last["root"]), new_size, unb64(new["root"]), proof
    ):
        raise Refused(f"The {old_size} entries witnessed are not the beginning of the log any more.")
