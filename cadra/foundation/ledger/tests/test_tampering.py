"""Whatever a superuser changes after sealing is found, and the place is named (security.md §4 E1–E4)."""

import json
import random
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connections, transaction

from cadra.foundation.ledger import export
from cadra.foundation.ledger.canonical import b64, entry_bytes
from cadra.foundation.ledger.merkle import leaf_hash
from cadra.foundation.ledger.verify import verify_file

from .conftest import Key, sql, write

TABLES = ("ledger_entry", "ledger_leaf", "ledger_checkpoint")
BATCHES, EACH = 6, 5
SIZE = BATCHES * EACH

# Column → an SQL expression that is never the value it had.
EDITS = {
    "at": "at + interval '1 microsecond'",
    "xact": "(xact::text::bigint - 1)::text::xid8",
    "actor": "gen_random_uuid()",
    "institution": "NULL",
    "verb": "verb || '.x'",
    "subjects": "subjects || gen_random_uuid()",
    "compartments": "'{}'",
    "purpose": "''",
    "outcome": "'refused'",
    "object_id": "gen_random_uuid()",
}


class Forger:
    """A superuser with a plan. Each method does one kind of harm and returns the places (seq) it touched."""

    def __init__(self, chance: random.Random, cursor) -> None:
        self.chance, self.cursor = chance, cursor

    def run(self, statement: str, *params) -> None:
        self.cursor.execute(statement, params)
        assert self.cursor.rowcount, f"nothing was harmed by {statement}"

    def entry(self, seq: int) -> str:
        self.cursor.execute("SELECT entry FROM ledger_leaf WHERE seq = %s", [seq])
        return self.cursor.fetchone()[0]

    def seq(self) -> int:
        return self.chance.randrange(SIZE)

    def rehash(self, seq: int) -> None:
        """Make the leaf agree with the edited entry, as someone who knows the code would."""
        self.cursor.execute(export.SEALED.replace("ORDER BY", "WHERE l.seq = %s ORDER BY"), [seq])
        columns = self.cursor.fetchone()[3:]
        entry = export.rows.entry(columns)
        self.run("UPDATE ledger_leaf SET hash = %s WHERE seq = %s", leaf_hash(entry_bytes(entry)), seq)

    def edit(self) -> list[int]:
        seq, column = self.seq(), self.chance.choice(sorted(EDITS))
        self.run(f"UPDATE ledger_entry SET {column} = {EDITS[column]} WHERE id = %s", self.entry(seq))
        return [seq]

    def edit_and_rehash(self) -> list[int]:
        [seq] = self.edit()
        self.rehash(seq)
        return [seq]

    def edit_the_hash(self) -> list[int]:
        seq = self.seq()
        self.run("UPDATE ledger_leaf SET hash = %s WHERE seq = %s", self.chance.randbytes(32), seq)
        return [seq]

    def delete_entry(self) -> list[int]:
        seq = self.seq()
        self.run("DELETE FROM ledger_entry WHERE id = %s", self.entry(seq))
        return [seq]

    def delete_leaf(self) -> list[int]:
        seq = self.seq()
        self.run("DELETE FROM ledger_leaf WHERE seq = %s", seq)
        return [seq]

    def delete_both(self) -> list[int]:
        seq = self.seq()
        self.run("DELETE FROM ledger_entry WHERE id = %s", self.entry(seq))
        self.run("DELETE FROM ledger_leaf WHERE seq = %s", seq)
        return [seq]

    def delete_and_close_the_gap(self) -> list[int]:
        seq = self.seq()
        self.run("DELETE FROM ledger_entry WHERE id = %s", self.entry(seq))
        self.run("DELETE FROM ledger_leaf WHERE seq = %s", seq)
        self.shift(seq, -1)
        return [seq]

    def shift(self, first: int, by: int) -> None:
        self.cursor.execute("UPDATE ledger_leaf SET seq = seq + 1000 WHERE seq >= %s", [first])
        self.cursor.execute("UPDATE ledger_leaf SET seq = seq - 1000 + %s WHERE seq >= 1000", [by])

    def swap_leaves(self) -> list[int]:
        one, two = self.chance.sample(range(SIZE), 2)
        for old, new in ((one, -1), (two, one), (-1, two)):
            self.run("UPDATE ledger_leaf SET seq = %s WHERE seq = %s", new, old)
        return [one, two]

    def swap_entries(self) -> list[int]:
        one, two = self.chance.sample(range(SIZE), 2)
        ids = self.entry(one), self.entry(two)
        for old, new in ((ids[0], uuid4()), (ids[1], ids[0])):
            self.run("UPDATE ledger_entry SET id = %s WHERE id = %s", new, old)
        self.run(
            "UPDATE ledger_entry SET id = %s WHERE id NOT IN (SELECT entry FROM ledger_leaf)"
            " AND NOT EXISTS (SELECT FROM ledger_entry WHERE id = %s)",
            ids[1],
            ids[1],
        )
        return [one, two]

    def insert_entry(self) -> list[int]:
        self.run(
            "INSERT INTO ledger_entry (id, at, xact, verb, subjects, compartments, purpose, outcome)"
            " SELECT gen_random_uuid(), at, xact, 'file.opened', subjects, '{}', '', 'done'"
            " FROM ledger_entry WHERE id = %s",
            self.entry(self.seq()),
        )
        return []

    def insert_and_number(self) -> list[int]:
        seq = self.chance.randrange(SIZE + 1)
        self.insert_entry()
        self.shift(seq, 1)
        self.run(
            "INSERT INTO ledger_leaf (seq, entry, hash) SELECT %s, id, '' FROM ledger_entry e"
            " WHERE NOT EXISTS (SELECT FROM ledger_leaf l WHERE l.entry = e.id)",
            seq,
        )
        self.rehash(seq)
        return [seq]

    def cut_off(self) -> list[int]:
        first = self.chance.randrange(SIZE)
        self.run("DELETE FROM ledger_entry WHERE id IN (SELECT entry FROM ledger_leaf WHERE seq >= %s)", first)
        self.run("DELETE FROM ledger_leaf WHERE seq >= %s", first)
        return [first]

    def cut_off_with_checkpoints(self) -> list[int]:
        first = self.chance.randrange(BATCHES) * EACH
        self.run("DELETE FROM ledger_entry WHERE id IN (SELECT entry FROM ledger_leaf WHERE seq >= %s)", first)
        self.run("DELETE FROM ledger_leaf WHERE seq >= %s", first)
        self.run("DELETE FROM ledger_checkpoint WHERE size > %s", first)
        return [first]

    def edit_checkpoint(self) -> list[int]:
        size = self.chance.randrange(1, BATCHES + 1) * EACH
        column, value = self.chance.choice(
            [
                ("root", self.chance.randbytes(32)),
                ("signature", self.chance.randbytes(64)),
                ("horizon", 3),
                ("at", "2020-01-01T00:00:00Z"),
                ("frontier", self.chance.randbytes(32)),
                ("origin", "another"),
                ("key_id", "0" * 16),
            ]
        )
        self.run(f"UPDATE ledger_checkpoint SET {column} = %s WHERE size = %s", value, size)
        return [size - 1]

    def delete_checkpoint(self) -> list[int]:
        size = self.chance.randrange(1, BATCHES + 1) * EACH
        self.run("DELETE FROM ledger_checkpoint WHERE size = %s", size)
        return [size - 1]


HARMS = [name for name in vars(Forger) if not name.startswith("_")]
HARMS = [name for name in HARMS if name not in {"run", "entry", "seq", "rehash", "shift"}]


def test_a_thousand_forgeries_are_all_found_and_located(sealed, key):
    sealed(BATCHES, EACH)
    for table in TABLES:
        sql(f"CREATE TABLE true_{table} AS TABLE {table}")
    chance, missed = random.Random(6962), []
    for number in range(1000):
        name = HARMS[number % len(HARMS)]
        with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
            places = getattr(Forger(chance, cursor), name)()
        report = export.verify_database(public_key=key.public_key())
        for place in places:
            if not any(fault.first <= place < max(fault.end, fault.first + 1) for fault in report.faults):
                missed.append((name, place, report.faults))
        if report.is_whole:
            missed.append((name, places, []))
        with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
            for table in TABLES:
                cursor.execute(f"DELETE FROM {table}")
                cursor.execute(f"INSERT INTO {table} SELECT * FROM true_{table}")
    for table in TABLES:
        sql(f"DROP TABLE true_{table}")
    assert missed == []
    assert export.verify_database(public_key=key.public_key()).is_whole, (
        "the log put back is whole: nothing was found by accident"
    )


@pytest.mark.usefixtures("ledger")
def test_every_column_of_an_entry_is_sealed():
    columns = {
        name
        for (name,) in sql("SELECT attname FROM pg_attribute WHERE attrelid = 'ledger_entry'::regclass AND attnum > 0")
    }
    assert columns == {*EDITS, "id"}


def test_one_edit_is_named_by_its_place_alone(sealed, key):
    sealed(3, 4)
    sql("UPDATE ledger_entry SET outcome = 'refused' WHERE id = (SELECT entry FROM ledger_leaf WHERE seq = 6)")
    faults = export.verify_database(public_key=key.public_key()).faults
    assert [(fault.kind, fault.first, fault.end) for fault in faults] == [("edited", 6, 7)]


def test_an_edit_that_also_mends_the_leaf_is_named_to_the_batch(sealed, key):
    sealed(3, 4)
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        forger = Forger(random.Random(1), cursor)
        forger.run("UPDATE ledger_entry SET outcome = 'refused' WHERE id = %s", forger.entry(6))
        forger.rehash(6)
    faults = [fault for fault in export.verify_database(public_key=key.public_key()).faults if fault.kind == "altered"]
    assert [(fault.first, fault.end) for fault in faults] == [(4, 8)]


def test_a_log_rewritten_and_signed_again_is_known_by_the_witness(sealed, key, witness_file, settings):
    sealed(2, 3)
    kept = witness_file.read_text()
    sql("DELETE FROM ledger_checkpoint")
    sql("DELETE FROM ledger_leaf")
    sql("UPDATE ledger_entry SET outcome = 'refused'")
    witness_file.unlink()
    export.sealer.seal_once(signer=key)
    settings.LEDGER_WITNESS_FILE = None
    assert export.verify_database(public_key=key.public_key()).is_whole, "without a witness such a fork is invisible"
    witness_file.write_text(kept)
    settings.LEDGER_WITNESS_FILE = witness_file
    assert {fault.kind for fault in export.verify_database(public_key=key.public_key()).faults} == {"forked"}


def test_a_witness_line_that_nobody_signed_accuses_nobody_of_forking(sealed, key, witness_file):
    sealed(1, 3)
    [seen] = [json.loads(text) for text in witness_file.read_text().splitlines()]
    witness_file.write_text(json.dumps(seen | {"root": b64(bytes(32))}) + "\n")
    assert [fault.kind for fault in export.verify_database(public_key=key.public_key()).faults] == ["witness"]


@pytest.fixture
def exported(sealed, key, worker, tmp_path) -> Path:
    sealed(3, 4)
    write(2, worker)
    path = tmp_path / "ledger.jsonl"
    assert export.write(path, public_key=key.public_key()) == 1 + 12 + 3 + 2 + 1
    return path


def test_an_export_is_verified_alone_without_django(exported, key, witness_file, tmp_path):
    command = [sys.executable, "-m", "cadra.foundation.ledger.verify", str(exported)]
    command += ["--key", b64(key.public_key()), "--witness", str(witness_file)]
    clean = {"PYTHONPATH": str(Path(export.__file__).parents[3]), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(command, capture_output=True, text=True, env=clean, cwd=tmp_path, check=False)
    assert done.returncode == 0, done.stderr
    assert "12 sealed entries, 3 checkpoints, 3 compared with the witness, 2 entries not sealed yet." in done.stdout
    assert "The ledger is whole." in done.stdout
    trace = [
        sys.executable,
        "-c",
        "import sys, cadra.foundation.ledger.verify as v; print('django' in sys.modules)",
    ]
    found = subprocess.run(trace, capture_output=True, text=True, env=clean, cwd=tmp_path, check=True)
    assert found.stdout.strip() == "False"


def faults_after(path: Path, key: Key, change) -> set[str]:
    lines = path.read_text().splitlines(keepends=True)
    change(lines)
    path.write_text("".join(lines))
    return {fault.kind for fault in verify_file(path, key=key.public_key()).faults}


def swap(lines: list[str]) -> None:
    lines[2], lines[3] = lines[3], lines[2]


def fork(lines: list[str]) -> None:
    record = json.loads(lines[5])
    lines.insert(6, json.dumps(record | {"root": b64(bytes(32))}) + "\n")


@pytest.mark.parametrize(
    ("change", "kinds"),
    [
        (lambda lines: lines.pop(3), {"missing"}),
        (lambda lines: lines.insert(3, lines[2]), {"inserted"}),
        (swap, {"missing", "inserted"}),
        (fork, {"forked"}),
        (lambda lines: lines.pop(5), {"checkpoint"}),
        (lambda lines: lines.__delitem__(slice(8, None)), {"truncated", "unsigned"}),
        (lambda lines: lines.pop(-2), {"truncated"}),
        (lambda lines: lines.__setitem__(3, "garbage\n"), {"unreadable", "missing"}),
        (lambda lines: lines.__setitem__(3, '{"type": "entry", "seq": 2}\n'), {"unreadable", "missing"}),
    ],
)
def test_a_damaged_export_is_found_out(exported, key, change, kinds):
    assert kinds <= faults_after(exported, key, change)


def test_an_export_signed_by_another_key_is_not_believed(exported, key):
    assert verify_file(exported, key=key.public_key()).is_whole
    assert not verify_file(exported, key=Key().public_key()).is_whole
