"""Several small reads in one round trip: a page about one file needs a dozen tables, not a dozen waits.

Each query keeps its own row-level security: PostgreSQL judges the parts exactly as if they were asked one by one.
"""

import datetime as dt
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from inspect import signature
from itertools import islice
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import (
    BinaryField,
    BooleanField,
    CharField,
    DateField,
    DateTimeField,
    Expression,
    Field,
    IntegerField,
    JSONField,
    Model,
    QuerySet,
    TextField,
    UUIDField,
)
from django.db.models.base import ModelState

Reading = Callable[[Any], Any]


class Given(Expression):
    """Where a value of the one asking stands in a query that is kept."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", (self,)


@dataclass(frozen=True)
class Asked:
    """A kept query with the values of one asking."""

    model: type[Model]
    sql: str
    parameters: list[Any]


class Kept:
    """A query put into SQL once, whoever asks: that takes Django longer than the answer takes PostgreSQL.

    `build` is called with a `Given` for each of its arguments: it may compare columns with them (with lists by
    `OneOf`), never decide by them. Called with values it is a query for `together`; `query` gives a query set.
    """

    def __init__(self, build: Callable[..., QuerySet[Any]]) -> None:
        self.query = build
        self.__doc__ = build.__doc__

    @cached_property
    def _compiled(self) -> tuple[type[Model], str, Sequence[Any], list[str]]:
        names = list(signature(self.query).parameters)
        query = self.query(*map(Given, names))
        return query.model, *_sql(query), names

    def __call__(self, *values: Any) -> Asked:
        model, sql, parameters, names = self._compiled
        given = dict(zip(names, values, strict=True))
        return Asked(model, sql, [given[one.name] if isinstance(one, Given) else one for one in parameters])


#: What `together` takes; None: nothing to ask.
Wanted = QuerySet[Any] | Asked | None


def together(*wanted: Wanted) -> list[list[Any]]:
    """The rows of each query, in the order asked, as model instances. Without joins and annotations.

    `only()` is respected: other fields stay deferred.
    """
    parts: list[str] = []
    values: list[Any] = []
    models: dict[int, type[Model]] = {}
    for number, query in enumerate(wanted):
        if query is None:
            continue
        try:
            sql, parameters = (query.sql, query.parameters) if isinstance(query, Asked) else _sql(query)
        except EmptyResultSet:  # `id IN ()`: nothing to ask
            continue
        models[number] = query.model
        parts.append(f"SELECT {number} AS part, to_jsonb(q) AS row FROM ({sql}) q")  # noqa: S608 - Django's own SQL
        values += parameters
    found: list[list[Any]] = [[] for _ in wanted]
    if not parts:
        return found
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), values)
        for number, row in cursor.fetchall():
            found[number].append(instance(models[number], row))
    return found


def parted(rows: Sequence[list[Any]], *groups: Sequence[Any]) -> list[list[list[Any]]]:
    """Rows of `together` in the groups in which their queries were given."""
    left = iter(rows)
    return [list(islice(left, len(group))) for group in groups]


def _sql(query: QuerySet[Any]) -> tuple[str, Sequence[Any]]:
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
    names, columns, readings = _shape(model, frozenset(row))
    values = [
        row[column] if reading is None or row[column] is None else reading(row[column])
        for column, reading in zip(columns, readings, strict=True)
    ]
    # As `from_db` makes it, without asking each field whether it was left out: nobody here listens to signals.
    made = model.__new__(model)
    made._state = ModelState()
    made._state.adding, made._state.db = False, connection.alias
    made.__dict__.update(zip(names, values, strict=True))
    return made


@cache
def _shape(model: type[Model], said: frozenset[str]) -> tuple[list[str], list[str], list[Reading | None]]:
    """What a row says of a model: attributes, columns, and how each value is read."""
    fields = [field for field in model._meta.concrete_fields if field.column in said]
    return (
        [field.attname for field in fields],
        [str(field.column) for field in fields],
        [_reading(getattr(field, "target_field", field)) for field in fields],
    )


def _reading(field: "Field[Any, Any]") -> Reading | None:
    """What makes a field's value of what JSON says; None where JSON says it as it is."""
    for kinds, reading in READINGS:
        if isinstance(field, kinds):
            return reading
    return field.to_python


def _octets(value: str) -> bytes:
    return bytes.fromhex(value.removeprefix("\\x"))


READINGS: tuple[tuple[Any, Reading | None], ...] = (
    (UUIDField, UUID),
    (BinaryField, _octets),
    (DateTimeField, dt.datetime.fromisoformat),
    (DateField, dt.date.fromisoformat),
    ((CharField, TextField, IntegerField, BooleanField, ArrayField, JSONField), None),
)
