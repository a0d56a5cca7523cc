"""Every policy that test_policies does not reach: opened in turn, it is noticed, or it is named here with a reason.

Of the tables that belong to no file, those that only narrow what another opens, and those of roles nobody signs in as.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.utils import Error
from psycopg import sql

from cadra.foundation.access.models import Basis
from tests.walls import relations
from tests.walls.test_policies import REFUSED, _alter, _asking, plant
from tests.world import World

# A policy of these lets everything through: what such a role reaches is a matter of rights (test_catalog).
ROLES = {
    "cadra_owner": "owns the tables; nobody signs in with it but migrations and tests",
    "cadra_gate": "finds a session before anybody is known",
    "cadra_sealer": "reads entries and writes their seals; the ledger alone",
    "cadra_stats": "counts, over columns without a word of anyone's",
}
# What the application itself may do without asking who it is, and why that opens nothing of a person.
FREE = {
    **dict.fromkeys(
        (
            *("catalogue_service_see", "interpreting_interpreter_see", "interpreting_undertaking_see"),
            *("network_desk_see", "network_deskmember_see", "network_institution_see", "network_invitation_see"),
            *(
                "network_nameduntrained_see",
                "network_roleholding_see",
                "network_training_see",
            ),
            *("network_undertaking_see", "network_user_see", "support_houserules_see", "support_wordingedition_see"),
        ),
        "the directory, the catalogue, the roster, rules and wordings: of institutions, nobody's file",
    ),
    **dict.fromkeys(("network_user_update", "network_undertaking_insert"), "while signing in, with no session yet"),
    **dict.fromkeys(("outbox_message_app", "outbox_demomail_app"), "neutral words and an address of the site"),
    "documents_making_app": "the queue of the worker: no word, no key",
    "app_writes": "whoever acts is written down; nobody reads it back",
}
# Who tries: somebody signed in elsewhere, nobody, and the provider that was rated, who was given the file meanwhile.
ASKERS = ("zana", None, "kleo")
# A row where any values will not do.
PLANTED = {
    "access_factorreset": """INSERT INTO access_factorreset
        (id, asked_at, expires_at, ended_as, asked_by_id, user_id, institution_id)
        SELECT gen_random_uuid(), now(), now() + interval '1 day', '', besim.id, ada.id, ada.institution_id
        FROM network_user ada, network_user besim WHERE ada.name = 'Ada Border' AND besim.name = 'Besim Border'""",
}


@dataclass(frozen=True)
class Policy:
    """A row of pg_policies."""

    table: str
    name: str
    narrows: bool
    roles: tuple[str, ...]
    command: str
    clauses: tuple[tuple[str, str], ...]

    @property
    def asks(self) -> bool:
        """Whether there is anything in it but 'true'."""
        return any(clause.replace("AND", "").replace("true", "").strip("() ") for _kind, clause in self.clauses)

    @property
    def commands(self) -> tuple[str, ...]:
        return ("SELECT", "UPDATE", "DELETE", "INSERT") if self.command == "ALL" else (self.command,)

    def open(self) -> str:
        if self.narrows:
            return f"DROP POLICY {self.name} ON {self.table}"
        return _alter(self.table, self.name, {kind: "true" for kind, _clause in self.clauses})


def policies(house: Any) -> Iterator[Policy]:
    """All but those that test_policies widens."""
    rows = house.sql(
        "SELECT tablename, policyname, permissive = 'RESTRICTIVE', roles, cmd, qual, with_check FROM pg_policies "
        "WHERE NOT (permissive = 'PERMISSIVE' AND roles = '{cadra_app}'::name[] "
        "AND tablename IN (SELECT name FROM authz.protected)) ORDER BY 3 DESC, 1, 2"
    )
    for table, name, narrows, roles, command, qual, check in rows:
        clauses = [(kind, clause) for kind, clause in (("USING", qual), ("WITH CHECK", check)) if clause]
        yield Policy(table, name, narrows, tuple(roles), command, tuple(clauses))


class Rows:
    """A real row of a table, and what the application may write of it."""

    def __init__(self, house: Any, world: World, table: str) -> None:
        self.house, self.table = house, table
        if not house.sql(f"SELECT 1 FROM {table} LIMIT 1"):
            if table in PLANTED:
                house.sql(PLANTED[table])
            else:
                plant(house, table, world.case_id)
        for (trigger,) in house.sql(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal", [table]
        ):
            house.sql(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")  # the policy proves itself alone
        columns = [row[0] for row in house.sql("SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass "
                   "AND attnum > 0 AND NOT attisdropped ORDER BY attnum", [table])]  # fmt: skip
        [row] = house.sql(f"SELECT * FROM {table} LIMIT 1")
        self.values = dict(zip(columns, row, strict=True))

    def may_write(self, command: str) -> dict[str, Any]:
        """column → value of the row, as far as the application's rights go."""
        rights = "SELECT column_name FROM information_schema.column_privileges WHERE grantee = 'cadra_app' "
        rows = self.house.sql(rights + "AND table_name = %s AND privilege_type = %s", [self.table, command])
        return {column: self.values[column] for (column,) in rows}

    def attempt(self, member: str | None, command: str) -> bool:
        """Whether there was a row for this command of this member, or one would have been made."""
        written = self.may_write(command)
        with _asking(self.house, member):
            try:
                with transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute(*self._statement(command, written))
                    touched: bool = cursor.fetchone()[0] > 0 if command == "SELECT" else cursor.rowcount > 0
                    transaction.set_rollback(True)
            except Error as error:
                return getattr(error.__cause__, "sqlstate", "") != REFUSED
            return touched

    def _statement(self, command: str, written: dict[str, Any]) -> tuple[sql.Composed, list[Any]]:
        """Of every row there is: a condition reads, so that it is held back by what may be read, too."""
        place = sql.Identifier(self.table)
        if command == "SELECT":
            return sql.SQL("SELECT count(*) FROM {}").format(place), []
        if command == "DELETE":
            return sql.SQL("DELETE FROM {}").format(place), []
        if command == "UPDATE":
            column = next(iter(written))
            return sql.SQL("UPDATE {} SET {} = %s").format(place, sql.Identifier(column)), [written[column]]
        names = sql.SQL(", ").join(map(sql.Identifier, written))
        values = sql.SQL(", ").join(sql.Placeholder() * len(written))
        return sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(place, names, values), list(written.values())


def test_every_other_policy_opened_in_turn_is_noticed_or_named(house: Any, world: World) -> None:
    """What narrows is taken away, first; then, with nothing left that narrows, what opens is widened."""
    found = list(policies(house))
    assert sum(one.narrows for one in found) >= 9
    relations._give(house, world, ("kleo",), Basis.CUSTODY)
    rows = {table: Rows(house, world, table) for table in {one.table for one in found if "cadra_app" in one.roles}}
    unnoticed = []
    for one in found:
        if one.roles != ("cadra_app",):
            assert not one.asks and set(one.roles) <= set(ROLES), one
            continue
        if not one.asks:
            assert one.name in FREE, one
            continue
        commands = _possible(house, one)
        assert commands, one
        before = {(who, what): rows[one.table].attempt(who, what) for who in ASKERS for what in commands}
        house.sql(one.open())
        after = {key: rows[one.table].attempt(*key) for key, done in before.items() if not done}
        if {what for (_who, what), done in after.items() if done} != commands:
            unnoticed.append((one.name, before, after))
        if not one.narrows:
            house.sql(_alter(one.table, one.name, dict(one.clauses)))
    assert unnoticed == []
    assert set(FREE) <= {one.name for one in found}


def _possible(house: Any, one: Policy) -> set[str]:
    """Its commands, as far as the application has the right to them at all."""
    has = "SELECT has_any_column_privilege('cadra_app', %s, %s)"
    whole = "SELECT has_table_privilege('cadra_app', %s, %s)"
    return {what for what in one.commands if house.sql(whole if what == "DELETE" else has, [one.table, what])[0][0]}
