"""Inserting many rows of files with one statement."""

import datetime as dt
import json
from collections.abc import Sequence
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Model
from django.db.models.expressions import DatabaseDefault

from cadra.foundation.access.protected import Readers


def insert_many(rows: Sequence[Model]) -> None:
    """Insert new rows of one model, keys and defaults set, as they stand. IntegrityError as from `save`.

    `bulk_create` writes every value into the statement, for PostgreSQL to parse; here all are one JSON parameter,
    several times quicker. Who may see the rows is left out: PostgreSQL says so itself.
    """
    if not rows:
        return
    model = type(rows[0])
    attributes = [
        (column, attribute)
        for column, attribute in _attributes(model)
        if not isinstance(getattr(rows[0], attribute), DatabaseDefault)
    ]
    records = [{column: getattr(row, attribute) for column, attribute in attributes} for row in rows]
    quoted = connection.ops.quote_name
    table, columns = quoted(model._meta.db_table), ", ".join(quoted(column) for column, _ in attributes)
    statement = f"INSERT INTO {table} ({columns}) SELECT {columns} FROM json_populate_recordset(NULL::{table}, %s)"  # noqa: S608 - names of our own
    with connection.cursor() as cursor:
        cursor.execute(statement, [json.dumps(records, default=_text)])
    for row in rows:
        row._state.adding = False


@cache
def _attributes(model: type[Model]) -> list[tuple[str, str]]:
    """(column, attribute) of all but what PostgreSQL stamps."""
    stamped = {field.name for field in Readers._meta.fields} if issubclass(model, Readers) else set()
    return [(str(field.column), field.attname) for field in model._meta.concrete_fields if field.name not in stamped]


def _text(value: Any) -> str:
    """A value JSON does not know, as PostgreSQL reads it."""
    match value:
        case bytes() | memoryview():
            return f"\\x{bytes(value).hex()}"
        case dt.date():
            return value.isoformat()
        case UUID():
            return str(value)
    raise TypeError(f"{type(value).__name__} can't be inserted")
