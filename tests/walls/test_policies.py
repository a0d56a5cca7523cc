"""Raw SQL as the application's role, in every relation to a file: nothing to see, change, add or delete but one's own.

And the proof that this proves something: every policy, widened in turn, is noticed (security.md A2).
"""

import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.db.utils import Error
from psycopg import sql

from cadra.foundation import vault
from cadra.foundation.access.protected import ANY_FILE_GRANT, ANY_GRANT, OWN_COLUMN, Readers
from cadra.foundation.vault import CLOSED, SealedField
from tests.walls import relations
from tests.walls.relations import EVERYBODY, FOREIGN, GRANTED, LOST, WITHOUT_CONSENT, keys_of
from tests.world import PARTS, World

REFUSED = "42501"  # insufficient_privilege: row security or a missing right
# Whoever is signed in may begin a file of her own; she sees nothing else by it.
BEGINNING = ("people_person", "INSERT")
# Who reviews emergencies reads when one was opened and by whom; of the file itself, nothing.
REVIEWING = ("dita", "access_breakglass", "SELECT")
# Where only some columns may be changed at all.
CHANGE = {"access_breakglass": "finding = ''"}
COMMANDS = ("SELECT", "INSERT", "UPDATE", "DELETE")


@dataclass(frozen=True, eq=False)
class Sample:
    """A real row of the file under a new id, and which rows are meant: of one table, of the file, of one part."""

    table: str
    kind: str  # the compartment, or what stands for it
    by_referral: bool
    case_column: str
    part: str  # of the row, where each row has its own
    values: dict[str, Any]
    case_id: Any

    def open_to(self, parts: frozenset[str]) -> bool:
        """What the rules say: do these parts open this row?"""
        if self.by_referral and "request" in parts:
            return True
        on_file = parts & set(PARTS) if "request" not in parts else frozenset()
        if self.kind in (ANY_FILE_GRANT, ANY_GRANT):
            return bool(on_file if self.kind == ANY_FILE_GRANT else parts)
        return (self.part or self.kind) in on_file

    def where(self) -> sql.Composed:
        found = sql.SQL("{} = {}").format(sql.Identifier(self.case_column), sql.Literal(str(self.case_id)))
        if self.part:
            found += sql.SQL(" AND compartment = {}").format(sql.Literal(self.part))
        return found


# A value for a column that must have one, by the name of its type.
PLAIN = {
    "uuid": "gen_random_uuid()",
    "varchar": "'x'",
    "text": "'x'",
    "int2": "1",
    "int4": "1",
    "int8": "1",
    "bool": "false",
    "timestamptz": "now()",
    "date": "authz.today()",
    "bytea": "''",
    "jsonb": "'{}'",
}


def plant(house: Any, table: str, case_id: Any) -> None:
    """A row in a table the world's story did not reach, so that a new table is proved the day it is born."""
    parents = dict(
        house.sql(
            "SELECT a.attname, c.confrelid::regclass::text FROM pg_constraint c JOIN pg_attribute a "
            "ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey) "
            "WHERE c.contype = 'f' AND c.conrelid = %s::regclass",
            [table],
        )
    )
    columns = house.sql(
        "SELECT column_name, udt_name FROM information_schema.columns WHERE table_name = %s AND is_nullable = 'NO'",
        [table],
    )
    values = {}
    for column, kind in columns:
        if column == "case_id":
            values[column] = f"'{case_id}'"
        elif column == "compartment":
            values[column] = "'support'"
        elif column in parents:
            values[column] = f"(SELECT id FROM {parents[column]} LIMIT 1)"
        else:
            values[column] = "'{}'" if kind.startswith("_") else PLAIN[kind]
    house.sql(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({', '.join(values.values())})")


def samples_of(house: Any, case_id: Any) -> list[Sample]:
    """A row of every protected table, of every part where rows of one table differ; further guards off."""
    found = []
    for table, kind, column, by_referral in house.sql(
        "SELECT name, compartment, case_column, by_referral FROM authz.protected ORDER BY name"
    ):
        if not house.sql(f"SELECT 1 FROM {table} WHERE {column} = %s LIMIT 1", [case_id]):
            plant(house, table, case_id)
        own = kind == OWN_COLUMN
        names = [
            row[0]
            for row in house.sql(
                "SELECT column_name FROM information_schema.columns WHERE table_name = %s ORDER BY ordinal_position",
                [table],
            )
        ]
        distinct = "DISTINCT ON (compartment)" if own else ""
        limit = "" if own else "LIMIT 1"
        for row in house.sql(f"SELECT {distinct} * FROM {table} WHERE {column} = %s {limit}", [case_id]):
            values = {**dict(zip(names, row, strict=True)), "id": uuid.uuid4()}
            part = values["compartment"] if own else ""
            sent = bool(by_referral) and _lives(house, values["grant_id"])
            found.append(Sample(table, kind, sent, column, part, values, case_id))
    leave_only_the_policies(house)
    return found


def _lives(house: Any, grant_id: Any) -> bool:
    return bool(house.sql("SELECT 1 FROM access_grant WHERE id = %s AND ended_at IS NULL", [grant_id]))


def breaches(
    house: Any, name: str | None, samples: Iterable[Sample], *, blind: bool = True
) -> Iterator[tuple[str, str]]:
    """(table, command) of everything raw SQL could do to these rows, none of which is this user's business.

    `blind`: change and delete whatever there is, without a WHERE: a condition reads rows, so that it is held back
    by what may be read, too. Not for those who have rows of their own.
    """
    blind = blind and name != "ada"  # she has a draft
    for sample in samples:
        for command in COMMANDS:
            with _asking(house, name):
                try:
                    with transaction.atomic():
                        touched = attempt(sample, command, blind)
                        transaction.set_rollback(True)
                except Error as error:
                    touched = getattr(error.__cause__, "sqlstate", "") != REFUSED
                if touched:
                    yield sample.table, command


def _asking(house: Any, name: str | None) -> Any:
    return house.as_(name) if name else transaction.atomic()


def attempt(sample: Sample, command: str, blind: bool, changes: Mapping[str, str] = CHANGE) -> bool:
    """Do it, in raw SQL; whether there was a row to do it to."""
    place, where = sql.Identifier(sample.table), sample.where()
    which = sql.SQL("true") if blind else where
    with connection.cursor() as cursor:
        if command == "SELECT":
            cursor.execute(sql.SQL("SELECT count(*) FROM {} WHERE {}").format(place, where))
            return bool(cursor.fetchone()[0])
        if command == "INSERT":
            columns = sql.SQL(", ").join(map(sql.Identifier, sample.values))
            values = sql.SQL(", ").join(sql.Placeholder() * len(sample.values))
            statement = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(place, columns, values)
            cursor.execute(statement, list(sample.values.values()))
            return True
        if command == "UPDATE":
            change = sql.SQL(changes.get(sample.table, "visible_to = '{}'"))
            cursor.execute(sql.SQL("UPDATE {} SET {} WHERE {}").format(place, change, which))
        else:
            cursor.execute(sql.SQL("DELETE FROM {} WHERE {}").format(place, which))
        return cursor.rowcount > 0


def leave_only_the_policies(house: Any) -> None:
    """Switch further guards (who may sign, what may change) off, so that each policy proves itself alone."""
    with house.as_("rea"):
        """Whoever asks next ends what has run out, while there still are triggers."""
    for table, trigger in house.sql(
        "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
        "JOIN authz.protected p ON p.name = c.relname "
        "WHERE NOT t.tgisinternal AND t.tgname NOT IN ('a_stamp', 'a_keep')"
    ):
        house.sql(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")


def test_raw_sql_finds_nothing_to_see_change_add_or_delete(house: Any, world: World) -> None:
    samples = samples_of(house, world.case_id)
    found = {(name, *breach) for name in FOREIGN for breach in breaches(house, name, samples)}
    assert found == {(name, *BEGINNING) for name in FOREIGN if name} | {REVIEWING}


@pytest.mark.parametrize("how", LOST, ids=lambda how: how.__name__)
def test_raw_sql_finds_nothing_for_who_had_it_and_lost_it(house: Any, world: World, how: Any) -> None:
    """Everybody of the cast, in each of the five ways; and the keeper hands out no key."""
    if how is not relations.refused:  # a refusal beats what the story gave, too
        relations.end_what_the_story_gave(house, world)
    how(house, world, EVERYBODY)
    samples = samples_of(house, world.case_id)
    found = {(name, *breach) for name in EVERYBODY for breach in breaches(house, name, samples)}
    assert found == {(name, *BEGINNING) for name in EVERYBODY} | {REVIEWING}
    assert {name: keys_of(house, name, world.case_id) for name in EVERYBODY} == dict.fromkeys(EVERYBODY, frozenset())


@pytest.mark.parametrize("withdrawn", [False, True], ids=["given", "taken back"])
def test_raw_sql_finds_no_row_of_a_part_that_is_closed(house: Any, world: World, withdrawn: bool) -> None:
    if withdrawn:
        relations.take_back_every_yes(house, world)
    samples = samples_of(house, world.case_id)
    for name, parts in (WITHOUT_CONSENT if withdrawn else GRANTED).items():
        closed = [sample for sample in samples if not sample.open_to(parts)]
        assert set(breaches(house, name, closed, blind=False)) - {BEGINNING} == set(), name
        opened = {sample.table for sample in samples if sample.open_to(parts)}
        seen = {table for table, command in breaches(house, name, samples, blind=False) if command == "SELECT"}
        assert seen == opened, name  # what is open is really there, or finding nothing would prove nothing
        assert keys_of(house, name, world.case_id) == parts - {"request"}, name


@pytest.mark.parametrize("withdrawn", [False, True], ids=["given", "taken back"])
def test_no_sealed_word_of_a_closed_part_opens_in_any_row_she_reaches(
    house: Any, world: World, withdrawn: bool
) -> None:
    """Field by field (A4): a row open to her may carry words of a part that is not."""
    if withdrawn:
        relations.take_back_every_yes(house, world)
    sealed = [
        model
        for model in apps.get_models()
        if issubclass(model, Readers) and any(isinstance(one, SealedField) for one in model._meta.fields)
    ]
    assert len(sealed) > 10
    for name, parts in (WITHOUT_CONSENT if withdrawn else GRANTED).items():
        with house.as_(name) as actor:
            rows = [row for model in sealed for row in model._default_manager.filter(case_id=world.case_id)]
            vault.unseal(actor.ring, rows)
            opened = {
                str(row.sealed_under)
                for row in rows
                for value in row.plain.values()
                if value is not CLOSED and value is not None
            }
        assert opened <= parts, name


def test_every_policy_widened_in_turn_is_noticed(house: Any, world: World) -> None:
    samples = samples_of(house, world.case_id)
    rows = house.sql(
        "SELECT tablename, policyname, cmd, qual, with_check FROM pg_policies "
        "WHERE 'cadra_app' = ANY (roles) AND tablename = ANY (%s) AND permissive = 'PERMISSIVE'",
        [[sample.table for sample in samples]],
    )  # what only narrows, and tables of no file: test_other_policies
    assert len(rows) >= 2 * len({sample.table for sample in samples})
    unnoticed = []
    for table, policy, command, qual, check in rows:
        clauses = {"USING": qual, "WITH CHECK": check}
        house.sql(_alter(table, policy, {kind: "true" for kind, clause in clauses.items() if clause}))
        of_it = [sample for sample in samples if sample.table == table]
        if (table, command) not in set(breaches(house, "zana", of_it)):
            unnoticed.append((table, policy))
        house.sql(_alter(table, policy, {kind: clause for kind, clause in clauses.items() if clause}))
    assert unnoticed == []
    assert set(breaches(house, "zana", samples)) == {BEGINNING}


def _alter(table: str, policy: str, clauses: dict[str, str]) -> str:
    return f"ALTER POLICY {policy} ON {table} " + " ".join(f"{kind} ({clause})" for kind, clause in clauses.items())


def test_a_table_without_row_security_is_noticed(house: Any, world: World) -> None:
    for sample in samples_of(house, world.case_id):
        house.sql(f"ALTER TABLE {sample.table} DISABLE ROW LEVEL SECURITY")
        assert (sample.table, "SELECT") in set(breaches(house, "zana", [sample])), sample.table
        house.sql(f"ALTER TABLE {sample.table} ENABLE ROW LEVEL SECURITY")


def test_a_row_of_a_file_cannot_be_moved_to_another_file(house: Any, world: World) -> None:
    with house.as_("marta"), connection.cursor() as cursor, pytest.raises(Error):
        cursor.execute("UPDATE cases_note SET case_id = gen_random_uuid()")


def test_a_grant_cannot_be_widened_lengthened_or_reopened(house: Any, world: World) -> None:
    for change in (
        "compartments = ARRAY['health']",
        "until = until + interval '1 year'",
        "grantee = 1",
        "basis = 'custody'",
    ):
        with house.as_("marta"), connection.cursor() as cursor, pytest.raises(Error):
            cursor.execute(f"UPDATE access_grant SET {change} WHERE ended_at IS NULL")
    with house.as_("rea"), connection.cursor() as cursor, pytest.raises(Error):
        cursor.execute("UPDATE access_grant SET ended_at = NULL WHERE ended_at IS NOT NULL")


def test_nobody_gives_herself_what_she_does_not_see(house: Any, world: World) -> None:
    marta = house.user("marta").institution.principal
    with house.as_("marta"), connection.cursor() as cursor, pytest.raises(Error):
        cursor.execute(
            "INSERT INTO access_grant (id, case_id, compartments, grantee, scope, purpose, basis, starts_at, until,"
            " given_by, end_reason, visible_to, refused_to) VALUES (gen_random_uuid(), %s, ARRAY['health'], %s, 'file',"
            " 'x', 'custody', now(), now() + interval '1 day', gen_random_uuid(), '', '{}', '{}')",
            [world.case_id, marta],
        )
