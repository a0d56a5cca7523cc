"""Several small reads in one round trip: a page about one file needs a dozen tables, not a dozen waits.

Each query keeps its own row-level security: PostgreSQL judges the parts exactly as if they were asked one by one.
"""

import json
from collections.abc import Sequence
from itertools import islice
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BinaryField, Field, Model, QuerySet


def together(*wanted: QuerySet[Any]) -> list[list[Any]]:
    """The rows of each query, in the order asked, as model instances. Without joins and annotations.

    `only()` is respected: other fields stay deferred.
    """
    parts: list[str] = []
    values: list[Any] = []
    for number, query in enumerate(wanted):
        try:
            sql, parameters = _sql(query)
        except EmptyResultSet:  # `id IN ()`: nothing to ask
            continue
        parts.append(f"SELECT {number} AS part, to_jsonb(q) AS row FROM ({sql}) q")  # noqa: S608 - Django's own SQL
        values += parameters
    found: list[list[Any]] = [[] for _ in wanted]
    if not parts:
        return found
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), values)
        for number, row in cursor.fetchall():
            query = wanted[number]
            found[number].append(instance(query.model, row))
    return found


def parted(rows: Sequence[list[Any]], *groups: Sequence[Any]) -> list[list[list[Any]]]:
    """Rows of `together` in the groups in which their queries were given."""
    left = iter(rows)
    return [list(islice(left, len(group))) for group in groups]


def _sql(query: QuerySet[Any]) -> tuple[str, tuple[Any, ...]]:
    """Django's own SQL. Naming every column takes most of its time, so a whole row is asked for by a star."""
    deferred, _are_left_out = query.query.deferred_loading
    if deferred or query.query.distinct:
        return query.query.sql_with_params()
    sql, parameters = query.values("pk").query.sql_with_params()
    table = connection.ops.quote_name(query.model._meta.db_table)
    return f"SELECT {table}.* FROM {sql.partition(' FROM ')[2]}", parameters  # noqa: S608 - Django's own SQL


def instance(model: type[Model], said: dict[str, Any] | str) -> Any:
    """A model instance from `to_jsonb` of its row."""
    row = json.loads(said) if isinstance(said, str) else said
    fields = [(field, str(field.column)) for field in model._meta.concrete_fields if field.column in row]
    return model.from_db(
        connection.alias,
        [field.attname for field, _column in fields],
        [_value(field, row[column]) for field, column in fields],
    )


def _value(field: "Field[Any, Any]", value: Any) -> Any:
    if value is None:
        return None
    if isinstance(field, BinaryField):
        return bytes.fromhex(value.removeprefix("\\x"))
    return value if isinstance(value, list) else field.to_python(value)
