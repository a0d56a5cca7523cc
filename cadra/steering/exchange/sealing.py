"""The file of a run, in pieces sealed under the run's own key. It never lies in clear on a disk or in the database."""

import os
from collections.abc import Iterator
from io import BytesIO, RawIOBase
from typing import IO, Any
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import transaction

from cadra.foundation.access.actor import Actor
from cadra.foundation.access.middleware import enter
from cadra.foundation.kernel.compartments import Compartment
from cadra.foundation.vault import KeyRefused
from cadra.steering.exchange.models import Part, Run

PIECE = 1024 * 1024
_NONCE = 12


class SealedSink(RawIOBase):
    """A stream that writes sealed pieces; close it to write the last. `size` counts the bytes in clear."""

    def __init__(self, actor: Actor, run: Run) -> None:
        super().__init__()
        self._cipher = _cipher(actor, run)
        self._run = run
        self._buffer = bytearray()
        self._number = 0
        self.size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._buffer += data
        self.size += len(data)
        while len(self._buffer) >= PIECE:
            self._put(bytes(self._buffer[:PIECE]))
            del self._buffer[:PIECE]
        return len(data)

    def close(self) -> None:
        last, self._buffer = bytes(self._buffer), bytearray()
        super().close()
        if last:
            self._put(last)

    def __exit__(self, kind: Any, problem: Any, trace: Any) -> None:
        if kind is not None:
            self._buffer.clear()  # what went wrong is not finished
        self.close()

    def _put(self, piece: bytes) -> None:
        nonce = os.urandom(_NONCE)
        sealed = nonce + self._cipher.encrypt(nonce, piece, _place(self._run.pk, self._number))
        Part.objects.create(run_id=self._run.pk, owner=self._run.owner, number=self._number, content=sealed)
        self._number += 1


def keep(*, actor: Actor, run: Run, stream: IO[bytes]) -> int:
    """Keep what a stream holds; returns its size in bytes."""
    with SealedSink(actor, run) as sink:
        while piece := stream.read(PIECE):
            sink.write(piece)
        return sink.size


def pieces(actor: Actor, run: Run) -> Iterator[bytes]:
    """The pieces in clear, in order, one at a time in memory. The key is asked for now, each piece when its turn comes,
    in a transaction of its own: what is being sent outlives the request that asked for it."""
    cipher = _cipher(actor, run)
    numbers = list(Part.objects.filter(run_id=run.pk).order_by("number").values_list("number", flat=True))
    return (_piece(actor, run.pk, number, cipher) for number in numbers)


def _piece(actor: Actor, run_id: UUID, number: int, cipher: AESGCM) -> bytes:
    with transaction.atomic():
        enter(actor)
        sealed = bytes(Part.objects.get(run_id=run_id, number=number).content)
    return cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], _place(run_id, number))


def opened(actor: Actor, run: Run) -> BytesIO:
    """The whole file in memory, to be read from any place; at most an upload's size."""
    found = BytesIO()
    for piece in pieces(actor, run):
        found.write(piece)
    found.seek(0)
    return found


def _cipher(actor: Actor, run: Run) -> AESGCM:
    key = actor.ring.keys([(run.pk, Compartment.CORE)]).get((run.pk, str(Compartment.CORE)))
    if key is None:
        raise KeyRefused
    return AESGCM(key)


def _place(run_id: UUID, number: int) -> bytes:
    return b"exchange file" + run_id.bytes + number.to_bytes(4, "big")
