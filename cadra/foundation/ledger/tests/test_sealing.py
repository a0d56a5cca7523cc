"""Sealing takes exactly the finished entries, once, in an order that never changes afterwards."""

import threading
from base64 import b64decode

import pytest
from django.db import connections, transaction

from cadra.foundation.ledger import export
from cadra.foundation.ledger.actions import record
from cadra.foundation.ledger.queries import health
from cadra.foundation.ledger.sealer import SealingError, run_sealer, seal_once
from cadra.foundation.ledger.witness import Refused, Witness, read

from .conftest import sql, wait_for_the_horizon, write

pytestmark = pytest.mark.usefixtures("ledger")


def whole(key) -> bool:
    return export.verify_database(public_key=key.public_key()).is_whole


def test_nothing_is_sealed_when_nothing_is_new(sealed, key, witness_file):
    assert seal_once(signer=key) is None
    sealed(1, 3)
    assert seal_once(signer=key) is None
    assert len(list(read(witness_file))) == 1


def test_each_sealing_continues_the_tree(sealed, key, witness_file):
    sealed(5, 7)
    assert sql("SELECT size, after FROM ledger_checkpoint ORDER BY size") == [
        (7, 0),
        (14, 7),
        (21, 14),
        (28, 21),
        (35, 28),
    ]
    report = export.verify_database(public_key=key.public_key())
    assert (report.sealed, report.checkpoints, report.witnessed, report.faults) == (35, 5, 5, [])


def test_an_entry_of_a_running_transaction_waits_and_nothing_overtakes_it(sealed, key, worker):
    sealed(1, 2)
    written, finish = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            record(actor=worker, verb="slow")
            written.set()
            finish.wait(20)
        connections.close_all()

    thread = threading.Thread(target=slow)
    thread.start()
    assert written.wait(20)
    write(3, worker, settle=False)
    assert seal_once(signer=key) is None, "younger transactions wait for the older one"
    assert whole(key), "waiting entries are no fault"
    finish.set()
    thread.join()
    wait_for_the_horizon()
    assert seal_once(signer=key)["size"] == 6
    assert sql("SELECT e.verb FROM ledger_leaf l JOIN ledger_entry e ON e.id = l.entry WHERE seq = 2") == [("slow",)]
    assert whole(key)


def test_the_unsealed_tail_is_kept_and_counted(sealed, key, worker):
    sealed(2, 3)
    write(4, worker)
    report = export.verify_database(public_key=key.public_key())
    assert (report.sealed, report.tail, report.is_whole) == (6, 4, True)
    assert (health().sealed, health().waiting) == (6, 4)


def test_two_sealers_at_once_seal_once(sealed, key, worker):
    write(40, worker)
    start, outcomes = threading.Barrier(2), []

    def seal() -> None:
        start.wait(20)
        outcomes.append(seal_once(signer=key))
        connections.close_all()

    threads = [threading.Thread(target=seal) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([found for found in outcomes if found]) == 1
    assert whole(key)


def test_a_failing_keeper_leaves_everything_for_next_time(sealed, key, worker):
    class Silent:
        def sign(self, data: bytes, /) -> bytes:
            raise ConnectionError

        public_key = key.public_key

    write(3, worker)
    with pytest.raises(ConnectionError):
        seal_once(signer=Silent())
    assert sql("SELECT count(*) FROM ledger_leaf") == [(0,)]
    assert seal_once(signer=key)["size"] == 3


def test_a_sealer_killed_after_telling_the_witness_goes_on_from_there(sealed, key, worker, monkeypatch):
    sealed(2, 3)
    write(2, worker)
    accept = Witness.accept

    def accept_and_die(self, *args):
        accept(self, *args)
        raise KeyboardInterrupt

    monkeypatch.setattr(Witness, "accept", accept_and_die)
    with pytest.raises(KeyboardInterrupt):
        seal_once(signer=key)
    monkeypatch.undo()
    write(2, worker)
    assert seal_once(signer=key)["size"] == 10
    report = export.verify_database(public_key=key.public_key())
    assert (report.witnessed, report.faults) == (4, [])


def test_a_witness_that_missed_some_is_caught_up_by_proof(sealed, key, witness_file):
    sealed(1, 3)
    first = witness_file.read_text()
    sealed(2, 5)
    witness_file.write_text(first)
    sealed(1, 2)
    assert [found["size"] for found in read(witness_file)] == [3, 15]


def test_a_line_torn_by_a_power_cut_does_not_stop_the_witness(sealed, key, witness_file):
    sealed(2, 2)
    with witness_file.open("a") as file:
        file.write('{"size": 6, "ro')
    sealed(1, 2)
    assert [found["size"] for found in read(witness_file)] == [2, 4, 6]
    assert whole(key)


def test_a_fork_is_refused_by_the_witness_and_not_sealed(sealed, key, worker):
    sealed(2, 3)
    # A superuser rolls the log back by one checkpoint and rewrites an entry; the keeper would sign it again.
    sql("DELETE FROM ledger_checkpoint WHERE size = 6")
    sql("DELETE FROM ledger_leaf WHERE seq >= 3")
    sql(
        "UPDATE ledger_entry SET outcome = 'refused' WHERE id IN"
        " (SELECT id FROM ledger_entry WHERE id NOT IN (SELECT entry FROM ledger_leaf) LIMIT 1)"
    )
    with pytest.raises(Refused, match="Two roots for one size"):
        seal_once(signer=key)
    write(1, worker)
    with pytest.raises(Refused, match="not the beginning"):
        seal_once(signer=key)
    assert sql("SELECT max(size) FROM ledger_checkpoint") == [(3,)]


def test_a_log_cut_short_is_refused_by_the_witness(sealed, key, worker):
    sealed(2, 3)
    sql("DELETE FROM ledger_entry WHERE id IN (SELECT entry FROM ledger_leaf WHERE seq >= 3)")
    sql("DELETE FROM ledger_leaf WHERE seq >= 3")
    sql("DELETE FROM ledger_checkpoint WHERE size = 6")
    write(1, worker)
    with pytest.raises(Refused, match="shorter"):
        seal_once(signer=key)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("root = decode(repeat('00', 32), 'hex')", "not what the keeper signed"),
        ("frontier = decode(repeat('00', 64), 'hex')", "frontier"),
        ("frontier = ''", "frontier"),
        ("horizon = horizon + 1", "not what the keeper signed"),
    ],
)
def test_the_log_is_not_continued_from_a_changed_checkpoint(sealed, key, worker, change, message):
    sealed(1, 3)
    sql(f"UPDATE ledger_checkpoint SET {change}")
    write(1, worker)
    with pytest.raises(SealingError, match=message):
        seal_once(signer=key)


def test_a_restore_into_another_cluster_is_sealed_on(sealed, key, worker, monkeypatch):
    sealed(2, 3)
    write(2, worker)
    # In the new cluster transaction numbers start again: these two came over with large ones.
    sql("UPDATE ledger_entry SET xact = '900000000' WHERE id NOT IN (SELECT entry FROM ledger_leaf)")
    elsewhere = "SELECT 4242::bigint"
    monkeypatch.setattr("cadra.foundation.ledger.rows.CLUSTER", elsewhere)
    monkeypatch.setattr(
        "cadra.foundation.ledger.sealer.HORIZON",
        "SELECT 7::bigint, 4242::bigint, '2030-01-01T00:00:00.000000Z'",
    )
    assert whole(key)
    assert seal_once(signer=key)["size"] == 8
    assert seal_once(signer=key) is None
    assert whole(key)


def test_the_loop_goes_on_after_trouble_and_stops_when_told(sealed, key, worker, monkeypatch):
    stop, calls = threading.Event(), []

    def stub():
        calls.append(len(calls))
        if len(calls) == 1:
            raise SealingError("look at me")
        if len(calls) == 2:
            raise OSError
        if len(calls) == 3:
            stop.set()
        return None

    monkeypatch.setattr("cadra.foundation.ledger.sealer.seal_once", stub)
    run_sealer(interval=0.01, stop=stop)
    assert calls == [0, 1, 2]


def test_the_keeper_signs_and_its_signature_is_the_one_checked(worker):
    write(2, worker)
    assert seal_once()["size"] == 2
    assert export.verify_database().is_whole
    assert not export.verify_database(public_key=bytes(32)).is_whole


def test_a_checkpoint_is_signed_over_its_note(sealed, key, witness_file):
    sealed(1, 1)
    [seen] = read(witness_file)
    lines = [
        seen["origin"],
        "1",
        seen["root"],
        "after 0",
        f"horizon {seen['horizon']}",
        f"cluster {seen['cluster']}",
        f"at {seen['at']}",
    ]
    key._key.public_key().verify(b64decode(seen["signature"]), ("\n".join(lines) + "\n").encode())
