"""A sealed ledger to look at and to tamper with. `owner` plays the superuser: it may write every row."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connections, transaction

from cadra.foundation.ledger.actions import record
from cadra.foundation.ledger.canonical import key_id
from cadra.foundation.ledger.sealer import seal_once


@dataclass(frozen=True)
class Worker:
    user_id: UUID = field(default_factory=uuid4)
    institution_id: UUID = field(default_factory=uuid4)


class Key:
    """Signs as the keeper does."""

    def __init__(self) -> None:
        self._key = Ed25519PrivateKey.generate()

    def sign(self, data: bytes, /) -> bytes:
        return self._key.sign(data)

    def public_key(self) -> bytes:
        return self._key.public_key().public_bytes_raw()

    @property
    def trusted(self) -> dict[str, bytes]:
        return {key_id(self.public_key()): self.public_key()}


@pytest.fixture
def worker() -> Worker:
    return Worker()


@pytest.fixture
def key() -> Key:
    return Key()


@pytest.fixture
def witness_file(tmp_path, settings):
    settings.LEDGER_WITNESS_FILE = tmp_path / "checkpoints.log"
    return settings.LEDGER_WITNESS_FILE


@pytest.fixture
def ledger(house, witness_file):
    """An empty ledger with a witness of its own."""
    for table in ("ledger_entry", "ledger_leaf", "ledger_checkpoint"):
        sql(f"DELETE FROM {table}")
    return house


def sql(statement: str, params=(), *, using: str = "owner") -> list[tuple]:
    """Run one statement and commit; its rows, if any."""
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchall() if cursor.description else []


def write(count: int, worker: Worker, subjects: tuple[UUID, ...] = (), *, settle: bool = True) -> None:
    """Write entries, each in a transaction of its own, and wait until they could be sealed."""
    for number in range(count):
        with transaction.atomic():
            record(
                actor=worker,
                verb=f"person.seen-{number}",
                subjects=subjects or [uuid4()],
                compartments=["story"],
                purpose="support",
                object_id=uuid4(),
            )
    if settle:
        wait_for_the_horizon()


def wait_for_the_horizon() -> None:
    """Other tests share the server: their running transactions hold sealing back for a moment."""
    for _ in range(200):
        passed = "SELECT coalesce(max(xact) < pg_snapshot_xmin(pg_current_snapshot()), true) FROM ledger_entry"
        if sql(passed) == [(True,)]:
            return
        time.sleep(0.05)
    raise AssertionError("a transaction has been running for ten seconds")


@pytest.fixture
def sealed(ledger, key, worker) -> Callable[[int, int], None]:
    """Write and seal: `sealed(batches, entries in each)`."""

    def build(batches: int, each: int) -> None:
        for _ in range(batches):
            write(each, worker)
            assert seal_once(signer=key) is not None

    return build
