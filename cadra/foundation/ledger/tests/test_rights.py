"""The app may add to the ledger and do nothing else; the sealer may read and seal, not change."""

import contextlib
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from cadra.foundation.kernel.acts import act
from cadra.foundation.ledger.actions import Entry, record, record_all
from cadra.foundation.ledger.queries import health, trail

from .conftest import sql, write

pytestmark = pytest.mark.usefixtures("ledger")

TABLES = ("ledger_entry", "ledger_leaf", "ledger_checkpoint")
FORBIDDEN_TO_THE_APP = [
    *(f"SELECT 1 FROM {table}" for table in TABLES),
    *(f"DELETE FROM {table}" for table in TABLES),
    *(f"TRUNCATE {table}" for table in TABLES),
    *(f"LOCK TABLE {table} IN SHARE MODE" for table in TABLES),
    "UPDATE ledger_entry SET outcome = 'refused'",
    "UPDATE ledger_leaf SET hash = ''",
    "UPDATE ledger_checkpoint SET root = ''",
    "INSERT INTO ledger_leaf (seq, entry, hash) VALUES (0, gen_random_uuid(), '')",
    "INSERT INTO ledger_entry (id, at, verb, outcome, purpose, subjects, compartments)"
    " VALUES (gen_random_uuid(), '2020-01-01', 'x', 'done', '', '{}', '{}')",
    "INSERT INTO ledger_entry (id, xact, verb, outcome, purpose, subjects, compartments)"
    " VALUES (gen_random_uuid(), '3', 'x', 'done', '', '{}', '{}')",
    "INSERT INTO ledger_entry (id, verb, outcome, purpose, subjects, compartments)"
    " VALUES (gen_random_uuid(), 'x', 'done', '', '{}', '{}') RETURNING id",
]
FORBIDDEN_TO_THE_SEALER = [
    "INSERT INTO ledger_entry (id, verb, outcome, purpose, subjects, compartments)"
    " VALUES (gen_random_uuid(), 'x', 'done', '', '{}', '{}')",
    *(f"DELETE FROM {table}" for table in TABLES),
    *(f"TRUNCATE {table}" for table in TABLES),
    "UPDATE ledger_entry SET outcome = 'refused'",
    "UPDATE ledger_leaf SET hash = ''",
    "UPDATE ledger_checkpoint SET root = ''",
    "SELECT * FROM ledger_trail(gen_random_uuid(), NULL, 1)",
    "SELECT * FROM ledger_changes(gen_random_uuid(), NULL, '{}', 1)",
    "SELECT * FROM ledger_about(gen_random_uuid(), gen_random_uuid(), 1)",
]


@pytest.mark.parametrize(
    ("alias", "statements"), [("default", FORBIDDEN_TO_THE_APP), ("sealer", FORBIDDEN_TO_THE_SEALER)]
)
def test_the_database_refuses_everything_else(alias, statements):
    allowed = []
    for statement in statements:
        try:
            sql(statement, using=alias)
        except DatabaseError as error:
            assert "permission denied" in str(error), statement
        else:
            allowed.append(statement)
    assert allowed == []


def test_row_security_is_on_and_forced():
    for table in TABLES:
        flags = sql("SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE relname = %s", [table])
        assert flags == [(True, True)], table


def test_an_entry_is_written_with_the_databases_time_and_transaction(worker):
    person = uuid4()
    with transaction.atomic():
        record(actor=worker, verb="file.opened", subjects=[person], compartments=["story"], purpose="support")
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_current_xact_id()::text")
            [xact] = cursor.fetchone()
    rows = sql(
        "SELECT xact::text, clock_timestamp() - at < '10 s', actor, subjects, compartments, purpose, outcome"
        " FROM ledger_entry"
    )
    assert rows == [(xact, True, worker.user_id, [person], ["story"], "support", "done")]


def test_an_entry_goes_when_its_transaction_is_rolled_back(worker):
    with pytest.raises(RuntimeError), transaction.atomic():
        record(actor=worker, verb="file.opened")
        raise RuntimeError
    assert sql("SELECT count(*) FROM ledger_entry") == [(0,)]


def test_a_verb_leaves_all_its_entries_and_none_of_what_was_undone_within(worker):
    @act
    def fails() -> None:
        record(actor=worker, verb="undone")
        raise RuntimeError

    @act
    def goes_on() -> None:
        record(actor=worker, verb="before")
        with contextlib.suppress(RuntimeError), transaction.atomic():
            fails()
        record_all(actor=worker, entries=[Entry("many")] * 8_000)

    with contextlib.suppress(RuntimeError):
        fails()
    goes_on()
    found = sql("SELECT verb, count(*) FROM ledger_entry GROUP BY verb ORDER BY verb")
    assert found == [("before", 1), ("many", 8_000)]


@pytest.mark.parametrize(
    "words",
    [
        {"verb": "Opened the file of Ana"},
        {"verb": ""},
        {"purpose": "because I wanted"},
        {"outcome": ""},
        {"outcome": "done\nreally"},
        {"compartments": ["diary"]},
    ],
)
def test_free_text_is_refused_before_the_database_and_by_it(words, worker):
    with pytest.raises(ValueError, match=r"slug|not a valid"):
        record(actor=worker, **({"verb": "file.opened"} | words))
    row = {"verb": "x", "purpose": "", "outcome": "done", "compartments": []} | words
    with pytest.raises(DatabaseError, match="check constraint"):
        sql(
            "INSERT INTO ledger_entry (id, verb, purpose, outcome, compartments, subjects)"
            " VALUES (gen_random_uuid(), %s, %s, %s, %s::text[], '{}')",
            list(row.values()),
            using="default",
        )


def test_a_trail_tells_about_one_person_newest_first_and_page_by_page(worker):
    ana, other = uuid4(), uuid4()
    write(3, worker, (ana, other))
    write(2, worker, (other,))
    write(2, worker, (ana,))
    found = trail(ana, limit=3)
    rest = trail(ana, before=found[-1].at)
    assert [entry.verb for entry in found + rest] == [
        "person.seen-1",
        "person.seen-0",
        "person.seen-2",
        "person.seen-1",
        "person.seen-0",
    ]
    assert {entry.actor for entry in found} == {worker.user_id}
    assert str(other) not in repr(found + rest)


def test_a_trail_of_an_unknown_alias_is_empty(worker):
    write(1, worker)
    assert trail(uuid4()) == []


def test_the_functions_look_names_up_only_where_the_ledger_is():
    found = sql("SELECT proname, prosecdef, proconfig FROM pg_proc WHERE proname LIKE 'ledger\\_%%' ORDER BY 1")
    path = ["search_path=pg_catalog, public, pg_temp"]
    names = ("ledger_about", "ledger_changes", "ledger_health", "ledger_trail")
    assert sorted(found) == [(name, True, path) for name in names]


def test_health_tells_how_long_the_oldest_entry_has_waited(worker):
    assert (health().waiting, health().is_stale) == (0, False)
    write(2, worker)
    sql("UPDATE ledger_entry SET at = at - interval '2 minutes'")
    found = health()
    assert (found.sealed, found.waiting, found.is_stale) == (0, 2, True)
