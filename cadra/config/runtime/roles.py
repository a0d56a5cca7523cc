"""The roles of PostgreSQL and who may do what to the database itself. Tables are granted by the migrations.

Works on PostgreSQL 15 to 18, as superuser or as a managed server's administrator who may create roles.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from .plain import Trouble

OWNER = "cadra_owner"
# No statement of a page runs for ever, and no forgotten transaction keeps a lock (milliseconds).
LIMITS: dict[str, dict[str, int]] = {
    "cadra_app": {
        "statement_timeout": 30000,
        "lock_timeout": 10000,
        "idle_in_transaction_session_timeout": 60000,
    },
    "cadra_gate": {
        "statement_timeout": 10000,
        "lock_timeout": 5000,
        "idle_in_transaction_session_timeout": 30000,
    },
    "cadra_stats": {"statement_timeout": 60000, "idle_in_transaction_session_timeout": 60000},
}
PLAIN_ROLE = sql.SQL("LOGIN NOSUPERUSER NOBYPASSRLS NOINHERIT NOCREATEDB NOCREATEROLE NOREPLICATION")
# Any number: it only has to be the same for two copies that prepare one server at the same time.
PREPARING = 0x0CAD4A


@dataclass(frozen=True)
class Flaw:
    """One way in which the server differs from what must hold."""

    about: str
    must: str


@dataclass
class Findings:
    version: int = 0
    flaws: list[Flaw] = field(default_factory=list)


def ensure(admin: str, database: str, passwords: Mapping[str, str]) -> None:
    """Create or update the roles and the database. `admin` is a connection string; safe to repeat."""
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [PREPARING])
        for role, password in passwords.items():
            ensure_role(connection, role, password)
        ensure_database(connection, database)
        connection.execute("SELECT pg_advisory_unlock(%s)", [PREPARING])
    close_database(admin, database, passwords)


def ensure_role(connection: psycopg.Connection, role: str, password: str) -> None:
    """One role that may sign in and nothing more. The password leaves us only as its SCRAM verifier."""
    name = sql.Identifier(role)
    if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone() is None:
        connection.execute(sql.SQL("CREATE ROLE {} {}").format(name, PLAIN_ROLE))
    elif too_strong(connection, role):
        connection.execute(sql.SQL("ALTER ROLE {} {}").format(name, PLAIN_ROLE))
    verifier = connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
    connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(name, sql.Literal(verifier)))
    for setting, value in LIMITS.get(role, {}).items():
        change = sql.SQL("ALTER ROLE {} SET {} = {}").format(name, sql.Identifier(setting), sql.Literal(value))
        connection.execute(change)


def too_strong(connection: psycopg.Connection, role: str) -> bool:
    """Has the role a power that none of ours may have?"""
    found = connection.execute(
        "SELECT rolsuper OR rolbypassrls OR rolinherit OR rolcreatedb OR rolcreaterole OR rolreplication"
        " FROM pg_roles WHERE rolname = %s",
        [role],
    ).fetchone()
    return bool(found and found[0])


def ensure_database(connection: psycopg.Connection, database: str, template: str = "template1") -> None:
    """Create the database, owned by cadra_owner, unless it is there."""
    if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone():
        return
    owner = sql.Identifier(OWNER)
    if not is_superuser(connection):
        # Only someone who may act as the owner can give it a database.
        connection.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(owner))
    connection.execute(
        sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
            sql.Identifier(database), owner, sql.Identifier(template)
        )
    )


def close_database(admin: str, database: str, roles: Mapping[str, str]) -> None:
    """Take from PUBLIC what PostgreSQL gives everyone, and let our roles in."""
    ours = sql.SQL(", ").join(sql.Identifier(role) for role in roles)
    with psycopg.connect(make_conninfo(admin, dbname=database), autocommit=True) as connection:
        name = sql.Identifier(database)
        for statement in (
            sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name),
            sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(name, ours),
            sql.SQL("REVOKE ALL ON SCHEMA public FROM PUBLIC"),
            sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(ours),
            sql.SQL("GRANT CREATE ON SCHEMA public TO {}").format(sql.Identifier(OWNER)),
        ):
            connection.execute(statement)


def is_superuser(connection: psycopg.Connection) -> bool:
    found = connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
    return bool(found and found[0])


def examine(connection_string: str, roles: Mapping[str, str]) -> Findings:
    """What `cadra doctor` and a start against a foreign server must know; needs no special right."""
    findings = Findings()
    try:
        with psycopg.connect(connection_string, autocommit=True, connect_timeout=5) as connection:
            findings.version = connection.info.server_version // 10000
            for role in roles:
                if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone() is None:
                    findings.flaws.append(Flaw(role, "does not exist; run 'cadra prepare' with CADRA_DB_ADMIN_URL"))
                elif too_strong(connection, role):
                    findings.flaws.append(Flaw(role, "has more power than it may; run 'cadra prepare' again"))
            findings.flaws += unguarded_tables(connection)
    except psycopg.OperationalError as error:
        raise Trouble(f"The database does not answer: {str(error).strip().splitlines()[-1]}") from None
    return findings


def clock_difference(connection_string: str) -> float:
    """Seconds between this machine's clock and the server's."""
    try:
        with psycopg.connect(connection_string, autocommit=True, connect_timeout=5) as connection:
            asked = time.time()
            found = connection.execute("SELECT extract(epoch FROM clock_timestamp())").fetchone()
    except psycopg.OperationalError:
        raise Trouble("The database does not answer.") from None
    return abs(float(found[0]) - asked) if found else 0.0


def unguarded_tables(connection: psycopg.Connection) -> list[Flaw]:
    """Tables with a `visible_to` column whose row-level security is off or not forced."""
    rows = connection.execute(
        "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
        " WHERE c.relkind IN ('r', 'p') AND a.attname = 'visible_to' AND NOT a.attisdropped"
        " AND NOT (c.relrowsecurity AND c.relforcerowsecurity) ORDER BY 1"
    ).fetchall()
    return [Flaw(f"table {name}", "must have row-level security on and forced") for (name,) in rows]


def admin_of(url: str, database: str) -> str:
    """The administrator's connection string, pointed at the server's own database rather than ours."""
    given = conninfo_to_dict(url)
    if given.get("dbname") in (None, "", database):
        given["dbname"] = "postgres"
    return make_conninfo(**{key: str(value) for key, value in given.items() if value is not None})
