"""Tests that share a copy of the house share nothing else: what one wrote the next never meets."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections

from tests import house as houses
from tests import world as worlds
from tests.copies import SHAPE, TABLES, Copy


@pytest.fixture
def swept(template: str, house: Any) -> Iterator[Copy]:
    """A copy of its own, which the tests' connections are at."""
    houses._point_at(template)
    copy = Copy(houses._server(), f"{house.database}_swept", template)
    houses._point_at(copy.name)
    yield copy
    houses._point_at(house.database)
    copy.drop()


def content(copy: Copy) -> dict[str, list[str]]:
    """table → its rows as text; with the sequences."""
    tables = [table for (table,) in copy.link.execute(TABLES)]
    found = {table: sorted(row for (row,) in copy.link.execute(f"SELECT x::text FROM {table} x")) for table in tables}
    told = "SELECT sequencename || ' ' || coalesce(last_value, 0) FROM pg_sequences ORDER BY 1"
    return found | {"sequences": [line for (line,) in copy.link.execute(told)]}


def test_whatever_a_test_wrote_is_gone(swept: Copy, house: Any) -> None:
    before = content(swept)
    worlds.build(houses.House(swept.name, house.people))
    house.sql("UPDATE network_user SET name = 'Another'")
    house.sql("DELETE FROM network_deskmember")
    assert len([table for table, rows in content(swept).items() if rows != before[table]]) > 40
    assert swept.sweep(connections)
    after = content(swept)
    assert [table for table in before if after[table] != before[table]] == []


@pytest.mark.parametrize(
    "touched",
    [
        "DROP POLICY people_person_owner ON people_person",
        "ALTER TABLE people_person DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE people_person ALTER COLUMN reference SET DEFAULT 'x'",
        "GRANT SELECT (user_id) ON access_session TO cadra_app",
        "ALTER FUNCTION authz.me() VOLATILE",
        "DROP INDEX task_given",
    ],
)
def test_a_copy_whose_shape_was_touched_serves_nobody_else(swept: Copy, house: Any, touched: str) -> None:
    house.sql(touched)
    assert swept.link.execute(SHAPE).fetchall() != swept.shape
    assert not swept.sweep(connections)


def test_what_a_test_left_open_is_closed(swept: Copy, house: Any) -> None:
    connections["owner"].cursor().execute("BEGIN; LOCK TABLE people_person")
    assert swept.sweep(connections)
    assert connections["owner"].connection is None
