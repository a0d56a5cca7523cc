"""Rows that belong to a person's file: one declaration makes column, trigger and policies.

A model that inherits `Protected` names its compartment; its migration says `Protect("table", ...)`. From then
on PostgreSQL itself fills `visible_to` and `refused_to` from the live grants and refusals and shows a row only
to a genuine session whose principals are among them (architecture.md §4, ADR 0003).
"""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.migrations.operations import RunSQL

from cadra.foundation.kernel.classification import OPERATIONAL

# Instead of one compartment a row may be open to whoever holds …
ANY_FILE_GRANT = "file"  # … some grant on the living file
ANY_GRANT = "any"  # … some grant, be it for one referral only
OWN_COLUMN = "*"  # the row's own column `compartment` names it


class Readers(models.Model):
    """Who sees a row: written by PostgreSQL from the grants, never by the application."""

    compartment: ClassVar[str]

    visible_to = ArrayField(models.IntegerField(), default=list, editable=False)
    refused_to = ArrayField(models.IntegerField(), default=list, editable=False)

    classified: ClassVar = {"visible_to": OPERATIONAL, "refused_to": OPERATIONAL}

    class Meta:
        abstract = True


class Protected(Readers):
    """A row of one person's file. `case_id` is the id of people.Person. `plain`: set by `vault.unseal`."""

    plain: dict[str, Any]

    case_id = models.UUIDField(db_index=True)

    classified: ClassVar = {**Readers.classified, "case_id": OPERATIONAL}

    class Meta:
        abstract = True

    @property
    def sealed_under(self) -> str:
        """The compartment whose key seals this row's words."""
        return str(self.compartment)


class Protect(RunSQL):
    """Migration operation: row-level security for one table of the file.

    `compartment`: a Compartment, ANY_FILE_GRANT, ANY_GRANT or OWN_COLUMN. `case_column`: the column that holds the
    person's id. `by_referral`: rows also open to the grantee of the grant in their column `grant_id`, as
    long as it lives ("envelope": whatever compartments it covers; "content": only when it covers this one).
    `root`: the file's first row, seen by its maker before any grant exists.
    `write`: SQL commands the application may use besides SELECT. `stats`: columns the figures may read.
    `goes_on`: those it may still use while the file is closed (after access/0011_resting; by default none).
    """

    def __init__(
        self,
        table: str,
        compartment: str,
        *,
        case_column: str = "case_id",
        by_referral: str = "",
        root: bool = False,
        write: tuple[str, ...] = ("INSERT", "UPDATE"),
        stats: tuple[str, ...] = (),
        insert_check: str = "true",
        update_check: str = "true",
        goes_on: tuple[str, ...] = (),
    ) -> None:
        self.arguments = (table, compartment)
        self.options: dict[str, Any] = {
            "case_column": case_column,
            "by_referral": by_referral,
            "root": root,
            "write": write,
            "stats": stats,
            "insert_check": insert_check,
            "update_check": update_check,
            "goes_on": goes_on,
        }
        super().__init__(_protect_sql(table, str(compartment), **self.options), RunSQL.noop)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (type(self).__qualname__, list(self.arguments), self.options)

    def describe(self) -> str:
        return f"Protect {self.arguments[0]} as {self.arguments[1]}"


class OwnRows(RunSQL):
    """Migration operation: rows seen only by the principals written in the named columns."""

    def __init__(
        self,
        table: str,
        columns: tuple[str, ...],
        *,
        write: tuple[str, ...] = ("INSERT", "UPDATE"),
        stats: tuple[str, ...] = (),
    ) -> None:
        mine = " OR ".join(f"{column} = ANY (current_setting('cadra.principals')::int[])" for column in columns)
        sees = f"({mine}) AND (SELECT authz.context_is_genuine())"
        super().__init__(_policies(table, sees, write, "true", stats), RunSQL.noop)


class Shared(RunSQL):
    """Migration operation: a table every signed-in professional may read (directory, catalogue, rules).

    `write` needs a genuine session unless `before_sign_in` says that sign-in itself writes here.
    """

    def __init__(
        self,
        table: str,
        *,
        write: tuple[str, ...] = ("INSERT", "UPDATE", "DELETE"),
        before_sign_in: bool = False,
        stats: tuple[str, ...] = (),
    ) -> None:
        writes = "true" if before_sign_in else "(SELECT authz.context_is_genuine())"
        statements = _policies(table, "true", write, writes, stats)
        super().__init__(statements, RunSQL.noop)


# Whoever writes rows of a file shares this lock, whoever changes who sees it holds it alone (see authz.hold).
FILE_LOCK = 7346

PRINCIPALS = "current_setting('cadra.principals')::int[]"
SEES = f"visible_to && {PRINCIPALS} AND NOT (refused_to && {PRINCIPALS}) AND (SELECT authz.context_is_genuine())"


def _policies(
    table: str, sees: str, write: tuple[str, ...], writes: str, stats: tuple[str, ...], changes: str = ""
) -> str:
    changes = changes or writes
    checks = {
        "INSERT": f"WITH CHECK (({sees}) AND {writes})",
        "DELETE": f"USING (({sees}) AND {changes or writes})",
    }
    checks["UPDATE"] = f"USING (({sees}) AND {changes}) WITH CHECK (({sees}) AND {changes})"
    lines = [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY {table}_owner ON {table} TO cadra_owner USING (true) WITH CHECK (true)",
        f"CREATE POLICY {table}_see ON {table} FOR SELECT TO cadra_app USING ({sees})",
        f"GRANT SELECT ON {table} TO cadra_app",
    ]
    for command in write:
        lines.append(f"CREATE POLICY {table}_{command.lower()} ON {table} FOR {command} TO cadra_app {checks[command]}")
        lines.append(f"GRANT {command} ON {table} TO cadra_app")
    if stats:
        lines.append(f"CREATE POLICY {table}_stats ON {table} FOR SELECT TO cadra_stats USING (true)")
        lines.append(f"GRANT SELECT ({', '.join(stats)}) ON {table} TO cadra_stats")
    return ";\n".join(lines) + ";"


def _protect_sql(
    table: str,
    compartment: str,
    *,
    case_column: str,
    by_referral: str,
    root: bool,
    write: tuple[str, ...],
    stats: tuple[str, ...],
    insert_check: str,
    update_check: str,
    goes_on: tuple[str, ...],
) -> str:
    kind = "NEW.compartment" if compartment == OWN_COLUMN else f"'{compartment}'"
    open_to = {ANY_GRANT: "true", ANY_FILE_GRANT: "g.scope = 'file'"}.get(
        compartment, f"g.scope = 'file' AND {kind} = ANY (g.compartments)"
    )
    referral, fixed = "", [case_column]
    if by_referral:
        fixed.append("grant_id")
        needed = "NULL" if by_referral == "envelope" else kind
        referral = f"""
        IF EXISTS (SELECT 1 FROM public.access_grant g
                   WHERE g.id = NEW.grant_id AND g.case_id <> NEW.{case_column}) THEN
            RAISE EXCEPTION 'the grant belongs to another file' USING ERRCODE = 'check_violation';
        END IF;
        NEW.visible_to := authz.with_referral(NEW.visible_to, NEW.grant_id, {needed});"""
    first = (
        """
        NEW.visible_to := ARRAY(SELECT u.principal FROM public.network_user u WHERE u.id = authz.me());"""
        if root
        else ""
    )
    resting = ",".join(command for command in ("INSERT", "UPDATE", "DELETE") if command not in goes_on)
    rests = f"UPDATE authz.protected SET rests = '{{{resting}}}' WHERE name = '{table}';" if goes_on else ""
    if compartment == OWN_COLUMN:
        fixed.append("compartment")
    moved = " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in fixed)
    return f"""
    {_policies(table, SEES, write, insert_check, stats, update_check)}
    CREATE INDEX {table}_visible ON {table} USING gin (visible_to);
    INSERT INTO authz.protected (name, compartment, case_column, by_referral)
        VALUES ('{table}', '{compartment}', '{case_column}', '{by_referral}');
    {rests}

    CREATE FUNCTION authz.stamp_{table}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off AS $body$
    BEGIN
        -- A grant that ends meanwhile waits for this row, or this row for its end: none keeps readers of before.
        IF COALESCE(current_setting('cadra.made_for', true), '') = '' THEN
            PERFORM pg_advisory_xact_lock_shared({FILE_LOCK}, hashtext(NEW.{case_column}::text));
        END IF;
        -- As authz.reach says it, written out: a function in between is planned anew for every row. OFFSET 0 keeps the
        -- planner to the file's own grants: in a young database it would read every grant that lives.
        NEW.visible_to := ARRAY(SELECT DISTINCT g.grantee
            FROM (SELECT * FROM public.access_grant WHERE case_id = NEW.{case_column} OFFSET 0) g
            WHERE g.ended_at IS NULL AND g.until > now() AND {open_to}
            ORDER BY g.grantee);
        NEW.refused_to := ARRAY(SELECT DISTINCT f.principal FROM public.access_refusal f
            WHERE f.case_id = NEW.{case_column} AND f.ended_at IS NULL ORDER BY f.principal);{referral}{first}
        RETURN NEW;
    END $body$;

    CREATE FUNCTION authz.keep_{table}() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $body$
    BEGIN
        IF current_user = 'cadra_owner' THEN RETURN NEW; END IF;
        NEW.visible_to := OLD.visible_to;
        NEW.refused_to := OLD.refused_to;
        IF {moved} THEN
            RAISE EXCEPTION 'a row of a file stays in it' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $body$;

    REVOKE EXECUTE ON FUNCTION authz.stamp_{table}(), authz.keep_{table}() FROM PUBLIC;
    CREATE TRIGGER a_stamp BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION authz.stamp_{table}();
    CREATE TRIGGER a_keep BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION authz.keep_{table}();
    """
