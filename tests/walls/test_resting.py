"""A closed file is only read, whatever the program believes: raw SQL as the application, on every table of a file."""

from collections.abc import Iterable
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.db.utils import Error

from cadra.foundation.access.protected import Protect
from tests.walls.test_policies import Sample, attempt, samples_of
from tests.world import World

RESTS = "a closed file is only read"
COMMANDS = ("INSERT", "UPDATE", "DELETE")
#: What goes on in a closed file, and why.
GOES_ON = {
    ("access_breakglass", "UPDATE"): "an emergency opening is looked at afterwards",
    ("access_grant", "INSERT"): "a court, or a right over her data, may open a closed file",
    ("access_grant", "UPDATE"): "access always ends when it must",
    ("access_refusal", "INSERT"): "whom she fears stays out, also later",
    ("access_refusal", "UPDATE"): "what she refused she may allow again",
    ("consent_consent", "UPDATE"): "what she agreed to she may take back, whenever she wants",
    ("cases_case", "INSERT"): "an import may bring a file that is closed: the row that says so comes last",
    ("people_contactmade", "INSERT"): "she may be reached after closing, and no contact is without its record",
    ("people_contactmade", "UPDATE"): "what came of it is said afterwards",
    ("people_person", "INSERT"): "it begins another file",
}
# A change that every table of a file lets somebody make.
CHANGE = {"cases_case": "area = 'elsewhere'", "access_breakglass": "finding = ''"}


@pytest.fixture
def samples(house: Any, world: World) -> list[Sample]:
    """A row of every table of the file. Only policies and this guard are left: no other could refuse for it."""
    made = samples_of(house, world.case_id)
    for table, trigger in house.sql(
        "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
        "WHERE t.tgname LIKE 'rests\\_%%' OR t.tgname = 'd_rests'"
    ):
        house.sql(f"ALTER TABLE {table} ENABLE TRIGGER {trigger}")
    for table, index in house.sql(
        "SELECT i.indrelid::regclass::text, i.indexrelid::regclass::text FROM pg_index i "
        "JOIN authz.protected p ON p.name = i.indrelid::regclass::text WHERE i.indisunique AND NOT i.indisprimary"
    ):
        constraint = house.sql("SELECT conname FROM pg_constraint WHERE conname = %s", [index])
        house.sql(f"ALTER TABLE {table} DROP CONSTRAINT {index} CASCADE" if constraint else f"DROP INDEX {index}")
    return made


def granted(house: Any, table: str) -> list[str]:
    """What the application may do to a table at all."""
    rows = house.sql(
        "SELECT c FROM unnest(%s::text[]) c WHERE has_table_privilege('cadra_app', %s, c) "
        "OR c = 'UPDATE' AND has_any_column_privilege('cadra_app', %s, c)",
        [[*COMMANDS], table, table],
    )
    return [row[0] for row in rows]


def answers(house: Any, samples: Iterable[Sample]) -> dict[tuple[str, str], str]:
    """(table, command) → what PostgreSQL said to the Responsible Authority, which sees all of it; '' when done."""
    found: dict[tuple[str, str], str] = {}
    for sample in samples:
        for command in granted(house, sample.table):
            said = ""
            try:
                with house.as_("rea"), transaction.atomic():
                    said = "" if attempt(sample, command, False, CHANGE) else "no row of hers"
                    transaction.set_rollback(True)
            except Error as error:
                said = str(error).splitlines()[0]
            found[sample.table, command] = said
    return found


def test_nothing_is_written_to_any_table_of_a_closed_file(house: Any, world: World, samples: list[Sample]) -> None:
    before = answers(house, samples)
    assert {place for place, said in before.items() if said} == {("access_breakglass", "UPDATE")}, before
    house.sql("UPDATE cases_case SET stage = 'closed', closed_at = now() WHERE case_id = %s", [world.case_id])
    after = answers(house, samples)
    assert {place for place, said in after.items() if said != RESTS} == set(GOES_ON)
    assert len(after) - len(GOES_ON) > 30


def test_a_table_that_becomes_protected_rests_without_being_named(house: Any) -> None:
    names = ("rests_delete", "rests_insert", "rests_update")
    house.sql("CREATE TABLE newly (id uuid, case_id uuid, visible_to int[], refused_to int[])")
    for table, goes_on in (("newly", ()), ("lately", ("UPDATE",))):
        if table != "newly":
            house.sql(f"CREATE TABLE {table} (LIKE newly)")
        with connections["owner"].cursor() as cursor:
            cursor.execute(Protect(table, "story", goes_on=goes_on).sql)
        rows = house.sql(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND tgname LIKE 'rests%%' ORDER BY 1", [table]
        )
        assert [row[0] for row in rows] == [name for name in names if name[6:].upper() not in goes_on]


def test_every_protected_table_carries_the_guards_it_is_listed_with(house: Any) -> None:
    rows = house.sql(
        "SELECT p.name, c FROM authz.protected p, unnest(p.rests) c WHERE NOT EXISTS (SELECT 1 FROM pg_trigger t "
        "WHERE t.tgrelid = p.name::regclass AND t.tgname = 'rests_' || lower(c) AND t.tgenabled = 'O')"
    )
    assert rows == []
    open_to = {
        (table, command)
        for table, commands in house.sql("SELECT name, rests FROM authz.protected")
        for command in granted(house, table)
        if command not in commands
    }
    # The row of the file itself has a guard that lets it be opened again, and nothing else.
    assert open_to - {("cases_case", "UPDATE")} == {*GOES_ON} - {("people_person", "INSERT")}


def test_a_closed_file_opens_again_in_order(house: Any, world: World) -> None:
    """The file's own row may say that it is open; until then it takes nothing but its place in lists."""
    house.sql("UPDATE cases_case SET stage = 'closed', closed_at = now() WHERE case_id = %s", [world.case_id])
    with house.as_("rea"), connection.cursor() as cursor:
        cursor.execute("UPDATE cases_case SET last_event_at = now()")
        with pytest.raises(Error, match=RESTS), transaction.atomic():
            cursor.execute("UPDATE cases_case SET manager_id = NULL, closed_at = NULL")
        cursor.execute("UPDATE cases_case SET stage = 'support', closed_at = NULL")
        cursor.execute("UPDATE cases_note SET version = version + 1")
        assert cursor.rowcount > 0
