"""A country's worth of invented files, for measuring: `python -m tests.load.generate N`.

Realistic skew: of 1,000,000 files one institution holds 240,000 and one 200; the rest is spread over two
hundred others; one file in a hundred is heavy (`heavy`) and somebody's own. Names of persons are sealed
with real keys of a real keeper, so pages are served as they are in service. Rows go in by COPY with the
readers already on them, as the triggers would have written them.
"""

import datetime as dt
import io
import itertools
import json
import os
import random
import sys
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from cadra.foundation.kernel import references
from cadra.foundation.kernel.pack import pack
from cadra.foundation.vault import box
from cadra.foundation.vault.system import system_keeper
from tests.load.heavy import SERVICES, Heavy
from tests.load.heavy import TABLES as OF_HEAVY

CORE = ["core", "support", "child"]
ALL = ["core", "identity", "contact", "story", "support", "health", "justice", "child"]
BATCH = 5_000
HEAVY = 100  # one file in so many
OWN = 24  # heavy files one worker carries
TABLES = {
    **OF_HEAVY,
    "people_person": "id, reference, ledger_alias, is_registered, created_at, visible_to, refused_to",
    "people_profile": "id, case_id, called, languages, sex, age, version, changed_at, visible_to, refused_to",
    "cases_case": (
        "id, case_id, reference, status, stage, sex, age_group, is_child, is_foreign, forms, area,"
        " entry_point, in_danger, holder, manager_id, opened_at, first_contact_at, last_event_at, closed_at,"
        " next_due_at, visible_to, refused_to"
    ),
    "cases_episode": "id, case_id, number, entry_point, area, forms, opened_at, visible_to, refused_to",
    "cases_stageinterval": "id, case_id, stage, entered_at, left_at, visible_to, refused_to",
    "cases_note": (
        "id, case_id, compartment, text, written_by, institution_id, written_at, version, visible_to, refused_to"
    ),
    "access_grant": (
        "id, case_id, compartments, grantee, scope, purpose, basis, starts_at, until, given_by, end_reason,"
        " visible_to, refused_to"
    ),
}
#: Those of them that are searched by who sees their rows.
SEEN_BY = "SELECT tablename FROM pg_indexes WHERE tablename = ANY(%s) AND indexname = tablename || '_visible'"


@dataclass(frozen=True)
class Holder:
    """An institution that holds files: its principal, its id, who carries its heavy files and how many of a million it
    has."""

    principal: int
    institution: uuid.UUID
    workers: list[uuid.UUID]
    share: int

    def workers_of(self, files: int) -> int:
        """How many carry its heavy files in a country of so many files."""
        return 1 + files * self.share // 1_000_000 // HEAVY // OWN


def spread(holders: list[Holder], count: int) -> Iterator[Holder]:
    """Who holds each of `count` files, in random order with the shares given."""
    choice = random.Random(7)
    whole = sum(holder.share for holder in holders)
    yield from choice.choices(holders, weights=[holder.share / whole for holder in holders], k=count)


class Country:
    """Writes files for a database, batch by batch."""

    def __init__(self, url: str, authority: int, holders: list[Holder], desks: list[int], count: int) -> None:
        self.url, self.authority, self.holders, self.desks, self.count = url, authority, holders, desks, count
        self.carried = {holder.principal: itertools.count() for holder in holders}
        self.areas = [area.code for area in pack().municipalities()]
        self.forms = [form.code for form in pack().forms_of_exploitation]
        self.entries = [entry.code for entry in pack().entry_points]
        self.random = random.Random(11)
        self.now = dt.datetime.now(dt.UTC)
        self.used: set[str] = set()

    def write(self) -> None:
        """COPY everything, with triggers and the slow indexes out of the way."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            for table in TABLES:
                connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
                connection.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")  # COPY needs it
            seen_by = [row[0] for row in connection.execute(SEEN_BY, [list(TABLES)])]
            for table in seen_by:
                connection.execute(f"DROP INDEX {table}_visible")
            started = time.monotonic()
            done = 0
            holders = spread(self.holders, self.count)
            while done < self.count:
                size = min(BATCH, self.count - done)
                self._batch(connection, [next(holders) for _ in range(size)])
                done += size
                if done % 100_000 == 0:
                    print(f"  {done:>9,} files  {time.monotonic() - started:5.0f} s", flush=True)
            for table in seen_by:
                connection.execute(f"CREATE INDEX {table}_visible ON {table} USING gin (visible_to)")
            for table in TABLES:
                connection.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
                connection.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            connection.execute("VACUUM ANALYZE")

    def _batch(self, connection: psycopg.Connection, holders: list[Holder]) -> None:
        ids = [uuid.uuid4() for _ in holders]
        grants = [
            self._grants(case, holder, heavy=number % HEAVY == 0)
            for number, (case, holder) in enumerate(zip(ids, holders, strict=True))
        ]
        bundles = system_keeper().bulk_load(ids, [grant for pair in grants for grant in pair], bundles=True)
        lines: dict[str, io.StringIO] = {table: io.StringIO() for table in TABLES}
        for case, holder, pair, bundle, reference in zip(
            ids, holders, grants, bundles, self._references(len(ids)), strict=True
        ):
            for table, values in self._rows(case, holder, pair, bundle, reference):
                lines[table].write("\t".join(_text(value) for value in values) + "\n")
        for table, columns in TABLES.items():
            with connection.cursor().copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                copy.write(lines[table].getvalue())

    def _references(self, count: int) -> list[str]:
        fresh: set[str] = set()
        while len(fresh) < count:
            fresh |= {reference for reference in references.batch(count - len(fresh)) if reference not in self.used}
        self.used |= fresh
        return list(fresh)

    def _grants(self, case: uuid.UUID, holder: Holder, *, heavy: bool) -> list[dict[str, Any]]:
        start, until = self.now - dt.timedelta(days=1), self.now + dt.timedelta(days=3653)
        given = [(self.authority, "legal_duty", ALL), (holder.principal, "custody", CORE)]
        if heavy:
            desks = [self.desks[0], *self.random.sample(self.desks[1:], SERVICES - 1)]
            given += [(desk, "legal_duty", ["core"]) for desk in desks]
        return [
            {
                "id": uuid.uuid4(),
                "case": case,
                "compartments": parts,
                "grantee": grantee,
                "basis": basis,
                "starts": start,
                "until": until,
            }
            for grantee, basis, parts in given
        ]

    @staticmethod
    def _keys(bundle: bytes) -> tuple[AESGCM, AESGCM]:
        """The keys of what every file shares and of its support."""
        core, support = (32 * ALL.index(part) for part in ("core", "support"))
        return AESGCM(bundle[core : core + 32]), AESGCM(bundle[support : support + 32])

    def _rows(
        self, case: uuid.UUID, holder: Holder, grants: list[dict[str, Any]], bundle: bytes, reference: str
    ) -> Iterator[tuple[str, list[Any]]]:
        chance = self.random
        readers: list[int] = sorted({self.authority, holder.principal})
        nobody: list[int] = []
        core, support = self._keys(bundle)
        opened = self.now - dt.timedelta(minutes=chance.randrange(3 * 365 * 1440))
        last = opened + (self.now - opened) * chance.random()
        child, area = chance.random() < 0.6, chance.choice(self.areas)
        form, entry = [chance.choice(self.forms)], chance.choice(self.entries)
        stage = chance.choices(["identification", "support", "inclusion", "closed"], [1, 3, 3, 3])[0]
        files, desks = grants[:2], grants[2:]
        stage = "support" if desks else stage
        worker = holder.workers[next(self.carried[holder.principal]) // OWN % len(holder.workers)] if desks else None
        yield "people_person", [case, reference, uuid.uuid4(), True, opened, readers, nobody]
        profile = uuid.uuid4()

        def sealed(key: AESGCM, table: str, column: str, row: uuid.UUID, value: Any) -> bytes:
            return _seal(key, value, box.bound_to(table=table, column=column, case=str(case), row=str(row)))

        yield (
            "people_profile",
            [
                profile,
                case,
                sealed(core, "people_profile", "called", profile, f"Person {reference[-4:]}"),
                sealed(core, "people_profile", "languages", profile, ["sq"]),
                sealed(core, "people_profile", "sex", profile, "female"),
                sealed(core, "people_profile", "age", profile, {"basis": "stated", "years": 19}),
                1,
                opened,
                readers,
                nobody,
            ],
        )
        due = self.now + dt.timedelta(hours=chance.randrange(-200, 2000))
        yield (
            "cases_case",
            [
                uuid.uuid4(),
                case,
                reference,
                chance.choice(["presumed", "potential", "identified"]),
                stage,
                chance.choice(["female", "male"]),
                "child" if child else "adult",
                child,
                chance.random() < 0.05,
                form,
                area,
                entry,
                chance.random() < 0.01,
                holder.principal,
                worker,
                opened,
                opened,
                last,
                last if stage == "closed" else None,
                None if stage == "closed" else due,
                readers,
                nobody,
            ],
        )
        yield "cases_episode", [uuid.uuid4(), case, 1, entry, area, form, opened, readers, nobody]
        moved = opened + (last - opened) / 2
        yield "cases_stageinterval", [uuid.uuid4(), case, "identification", opened, moved, readers, nobody]
        yield "cases_stageinterval", [uuid.uuid4(), case, stage, moved, None, readers, nobody]
        for _ in range(2):
            note = uuid.uuid4()
            text = sealed(support, "cases_note", "text", note, "She slept well and wants to call her sister on Sunday.")
            yield (
                "cases_note",
                [note, case, "support", text, holder.workers[0], holder.institution, last, 1, readers, nobody],
            )
        for grant in grants:
            yield (
                "access_grant",
                [
                    grant["id"],
                    case,
                    grant["compartments"],
                    grant["grantee"],
                    "file" if grant in files else "referral",
                    "custody",
                    grant["basis"],
                    grant["starts"],
                    grant["until"],
                    holder.workers[0],
                    "",
                    readers,
                    nobody,
                ],
            )
        if worker is not None:
            keys = {"core": core, "support": support}
            yield from Heavy(
                case,
                reference,
                holder.principal,
                worker,
                readers,
                [(grant["id"], grant["grantee"]) for grant in desks],
                lambda part, table, column, row, value: sealed(keys[part], table, column, row, value),
                self.now,
                chance,
            ).rows()


def _seal(key: AESGCM, value: Any, place: bytes) -> bytes:
    content = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    framed = len(content).to_bytes(4, "big") + content
    nonce = os.urandom(12)
    head = bytes((box.FORMAT, box.KEY_VERSION))
    return head + nonce + key.encrypt(nonce, framed.ljust(box.bucket(len(framed)), b"\0"), place)


def _text(value: Any) -> str:
    """One value in COPY's text format."""
    if value is None:
        return "\\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, bytes):
        return "\\\\x" + value.hex()
    if isinstance(value, list):
        return "{" + ",".join(str(item) for item in value) + "}"
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(value)


def owner_url() -> str:
    """A libpq address of the owner's connection."""
    database = settings.DATABASES["owner"]
    return psycopg.conninfo.make_conninfo(
        host=database["HOST"],
        port=database["PORT"] or "5432",
        dbname=database["NAME"],
        user=database["USER"],
        password=database["PASSWORD"],
    )


def main() -> None:
    sys.exit("Run script/load: it starts a PostgreSQL and a keeper of its own.")


if __name__ == "__main__":
    main()
