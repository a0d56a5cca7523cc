"""Raw SQL as the application's role, by people without a relation to the file: no row to see, change, add or delete.

And the proof that this proves something: every policy, widened in turn, is noticed (security.md A2).
"""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import Error
from psycopg import sql

from tests import world as worlds
from tests.world import World

REFUSED = "42501"  # insufficient_privilege: row security or a missing right
UNRELATED = ("ada", "besim", "zana", "ina", "mona", "sys", "lule", "sara")
# Whoever is signed in may begin a file of her own; she sees nothing else by it.
BEGINNING = ("people_person", "INSERT")
# Where only some columns may be changed at all.
CHANGE = {"access_breakglass": "finding = ''"}
COMMANDS = ("SELECT", "INSERT", "UPDATE", "DELETE")


@pytest.fixture
def world(house: Any) -> World:
    return worlds.build(house)


def protected(house: Any) -> list[str]:
    return sorted(row[0] for row in house.sql("SELECT name FROM authz.protected"))


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
    "date": "current_date",
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


def sample(house: Any, table: str, case_id: Any) -> dict[str, Any]:
    """One real row of a table, under a new id."""
    if not house.sql(f"SELECT 1 FROM {table} LIMIT 1"):
        plant(house, table, case_id)
    columns = [
        row[0]
        for row in house.sql(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s ORDER BY ordinal_position",
            [table],
        )
    ]
    rows = house.sql(f"SELECT * FROM {table} LIMIT 1")
    return {**dict(zip(columns, rows[0], strict=True)), "id": uuid.uuid4()}


def breaches(house: Any, name: str | None, samples: dict[str, dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """(table, command) of everything raw SQL could do to rows that are none of this user's business."""
    for table, row in samples.items():
        for command in COMMANDS:
            with _asking(house, name):
                try:
                    with transaction.atomic():
                        touched = _attempt(table, command, row)
                        transaction.set_rollback(True)
                except Error as error:
                    touched = getattr(error.__cause__, "sqlstate", "") != REFUSED
                if touched:
                    yield table, command


def _asking(house: Any, name: str | None) -> Any:
    return house.as_(name) if name else transaction.atomic()


def _attempt(table: str, command: str, row: dict[str, Any]) -> bool:
    place = sql.Identifier(table)
    with connection.cursor() as cursor:
        if command == "SELECT":
            cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(place))
            return bool(cursor.fetchone()[0])
        if command == "INSERT":
            columns = sql.SQL(", ").join(map(sql.Identifier, row))
            values = sql.SQL(", ").join(sql.Placeholder() * len(row))
            statement = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(place, columns, values)
            cursor.execute(statement, list(row.values()))
            return True
        if command == "UPDATE":
            cursor.execute(sql.SQL("UPDATE {} SET {}").format(place, sql.SQL(CHANGE.get(table, "visible_to = '{}'"))))
        else:
            cursor.execute(sql.SQL("DELETE FROM {}").format(place))
        return cursor.rowcount > 0


def leave_only_the_policies(house: Any) -> None:
    """Switch further guards (who may sign, what may change) off, so that each policy proves itself alone."""
    for table, trigger in house.sql(
        "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
        "JOIN authz.protected p ON p.name = c.relname "
        "WHERE NOT t.tgisinternal AND t.tgname NOT IN ('a_stamp', 'a_keep')"
    ):
        house.sql(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")


def samples_of(house: Any, world: World) -> dict[str, dict[str, Any]]:
    found = {table: sample(house, table, world.case_id) for table in protected(house)}
    leave_only_the_policies(house)
    return found


@pytest.mark.parametrize("name", [*UNRELATED, None])
def test_raw_sql_finds_nothing_to_see_change_add_or_delete(house: Any, world: World, name: str | None) -> None:
    samples = samples_of(house, world)
    found = set(breaches(house, name, samples))
    assert found == ({BEGINNING} if name else set())


def test_every_policy_widened_in_turn_is_noticed(house: Any, world: World) -> None:
    samples = samples_of(house, world)
    rows = house.sql(
        "SELECT tablename, policyname, cmd, qual, with_check FROM pg_policies "
        "WHERE 'cadra_app' = ANY (roles) AND tablename = ANY (%s)",
        [list(samples)],
    )
    assert len(rows) >= 2 * len(samples)
    unnoticed = []
    for table, policy, command, qual, check in rows:
        clauses = {"USING": qual, "WITH CHECK": check}
        house.sql(_alter(table, policy, {kind: "true" for kind, clause in clauses.items() if clause}))
        if (table, command) not in set(breaches(house, "zana", {table: samples[table]})):
            unnoticed.append((table, policy))
        house.sql(_alter(table, policy, {kind: clause for kind, clause in clauses.items() if clause}))
    assert unnoticed == []
    assert set(breaches(house, "zana", samples)) == {BEGINNING}


def _alter(table: str, policy: str, clauses: dict[str, str]) -> str:
    return f"ALTER POLICY {policy} ON {table} " + " ".join(f"{kind} ({clause})" for kind, clause in clauses.items())


def test_a_table_without_row_security_is_noticed(house: Any, world: World) -> None:
    samples = samples_of(house, world)
    for table in samples:
        house.sql(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
        assert (table, "SELECT") in set(breaches(house, "zana", {table: samples[table]})), table
        house.sql(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")


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
