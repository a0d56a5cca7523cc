"""One copy of the house serves many tests: what a test wrote is taken out again, whatever it was.

Copying a database, and a connection that has planned nothing yet, were half of a small test's time. A test that touched
more than rows (a policy, a role's setting, a table) leaves its copy to nobody.
"""

from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo
from psycopg.pq import TransactionStatus

from cadra.config.runtime.testing import TestPostgres

TESTS_OF_ONE_COPY = 40  # nothing vacuums it

TABLES = """
    SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' ORDER BY 1"""
SEQUENCES = """
    SELECT format('SELECT setval(%L, %s, %L)', format('%I.%I', schemaname, sequencename),
        coalesce(last_value, start_value), last_value IS NOT NULL) FROM pg_sequences"""
SHAPE = " UNION ALL ".join(
    f"SELECT '{catalog}', count(*), max(xmin::text::bigint) FROM {catalog}"
    for catalog in (
        *("pg_class", "pg_attribute", "pg_attrdef", "pg_constraint", "pg_trigger", "pg_policy", "pg_proc", "pg_type"),
        *("pg_namespace", "pg_index", "pg_rewrite", "pg_db_role_setting", "pg_default_acl", "pg_event_trigger"),
        *("pg_extension", "pg_auth_members", "pg_authid"),
    )
)
OTHERS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND pid <> ALL (%s)"""


class Copy:
    """A copy of the template for the tests of one worker, and the broom that sweeps it."""

    def __init__(self, server: TestPostgres, name: str, template: str) -> None:
        self.server, self.name, self.left = server, name, TESTS_OF_ONE_COPY
        server.create_database(name, template=template)
        self.link = psycopg.connect(make_conninfo(server.admin, dbname=name), autocommit=True)
        try:
            self.link.execute("SET session_replication_role = replica")  # no trigger minds what the broom does
        except psycopg.errors.InsufficientPrivilege:
            self.left = 1  # a server of somebody else's: each test has a copy of its own
        else:
            self._make_broom()
        self.shape = self.link.execute(SHAPE).fetchall()

    def _make_broom(self) -> None:
        steps = [step for (step,) in self.link.execute(SEQUENCES)]
        for number, (table,) in enumerate(self.link.execute(TABLES).fetchall()):
            rows = f"SELECT md5(string_agg(x::text, chr(10) ORDER BY x::text)) FROM {table} x"
            [(kept,)] = self.link.execute(rows)
            if kept is None:
                steps.append(f"DELETE FROM {table}")
                continue
            self.link.execute(f"CREATE TEMP TABLE kept_{number} AS TABLE {table}")
            again = f"DELETE FROM {table}; INSERT INTO {table} OVERRIDING SYSTEM VALUE TABLE kept_{number};"
            steps.append(f"IF ({rows}) IS DISTINCT FROM '{kept}' THEN {again} END IF")
        body = ";\n".join(step.replace("SELECT setval", "PERFORM setval") for step in steps)
        self.link.execute(
            f"CREATE FUNCTION pg_temp.sweep() RETURNS void LANGUAGE plpgsql AS $broom$BEGIN\n{body};\nEND$broom$"
        )

    def sweep(self, connections: Any) -> bool:
        """Make it as it was. False when it must go: another shape, or served long enough."""
        self.left -= 1
        resting = [pid for alias in connections if (pid := _at_rest(connections[alias]))]
        self.link.execute(OTHERS, [resting])
        if not self.left or self.link.execute(SHAPE).fetchall() != self.shape:
            return False
        self.link.execute("SELECT pg_temp.sweep()")
        return True

    def drop(self) -> None:
        self.link.close()
        self.server.drop_database(self.name)


def _at_rest(connection: Any) -> int | None:
    """The server process of a connection that the next test can go on with; any other is closed."""
    link = connection.connection
    if link is None:
        return None
    if link.closed or link.info.transaction_status != TransactionStatus.IDLE or connection.in_atomic_block:
        connection.close()
        return None
    link.execute("RESET ALL; RESET ROLE; SELECT pg_advisory_unlock_all()", prepare=False)
    pid: int = link.info.backend_pid
    return pid
