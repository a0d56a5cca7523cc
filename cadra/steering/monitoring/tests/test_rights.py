"""The role of figures reads codes and times, and nothing that says or opens who somebody is."""

from typing import Any

import pytest
from django.apps import apps
from django.db import InternalError, ProgrammingError

from cadra.foundation.kernel.classification import IDENTITY, classification
from cadra.foundation.vault.fields import SealedField
from cadra.steering.monitoring.counting import ROLE

NEVER = {"reference", "ledger_alias", "names", "visible_to", "refused_to", "token_hash", "password", "email", "phone"}


def granted(house: Any) -> dict[str, set[str]]:
    """table → columns that cadra_stats may select, however the right came about."""
    rows = house.sql(
        "SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid "
        "WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0 "
        "AND NOT a.attisdropped AND has_column_privilege('cadra_stats', c.oid, a.attnum, 'SELECT')"
    )
    found: dict[str, set[str]] = {}
    for table, column in rows:
        found.setdefault(table, set()).add(column)
    return found


def test_it_reads_no_sealed_identifying_or_naming_column(house: Any) -> None:
    models = {model._meta.db_table: model for model in apps.get_models()}
    wrong = []
    for table, columns in granted(house).items():
        kinds = {found.field: found.classified for found in classification(models[table])}
        for field in models[table]._meta.concrete_fields:
            if field.column not in columns:
                continue
            if isinstance(field, SealedField) or kinds[field.name] in ("", IDENTITY) or field.name in NEVER:
                wrong.append((table, field.column))
    assert granted(house)["cases_case"] >= {"status", "sex"}  # the question above was not about nothing
    assert wrong == []


def test_it_reads_no_table_of_who_people_are(house: Any) -> None:
    assert {table for table in granted(house) if table.startswith(("people_", "ledger_", "auth_", "mfa_"))} == set()


def test_it_writes_only_what_it_counted(house: Any) -> None:
    rows = house.sql(
        "SELECT DISTINCT c.relname FROM pg_class c, unnest(ARRAY['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) p "
        "WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' "
        "AND has_table_privilege('cadra_stats', c.oid, p)"
    )
    assert [row[0] for row in rows] == ["monitoring_snapshot"]


def test_the_application_cannot_read_what_was_counted(house: Any) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        house.sql("SELECT content FROM monitoring_snapshot", alias="default")


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT reference FROM cases_case",
        "SELECT * FROM cases_case",
        "SELECT called FROM people_profile",
        "SELECT names FROM people_identity",
        "SELECT reasons FROM identification_decision",
        "SELECT words FROM support_offerdecision",
        "UPDATE cases_case SET status = 'presumed'",
        "SELECT authz.break_glass('AL', 'x')",
    ],
)
def test_postgresql_itself_refuses(house: Any, statement: str) -> None:
    with pytest.raises((ProgrammingError, InternalError), match="permission denied"):
        house.sql(statement, alias=ROLE)
