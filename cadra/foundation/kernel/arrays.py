"""Asking whether a column is among the rows of another query, so that PostgreSQL finds them by index."""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, Expression, F, Func, QuerySet, Value


class OneOf(Func):
    """`column` is among the one column of `query`.

    An array, not a sub-select: beside an OR only an array is looked up by index, a sub-select reads the whole table.
    """

    template = "%(expressions)s)"
    arg_joiner = " = ANY ("
    output_field = BooleanField()

    def __init__(self, column: str, query: QuerySet[Any] | Expression) -> None:
        super().__init__(F(column), ArraySubquery(query) if isinstance(query, QuerySet) else query)


def told_by(function: str, *values: Any) -> Func:
    """The ids a function of the database gives to whoever asks, for `OneOf`."""
    return Func(*map(Value, values), function=function, template="ARRAY(SELECT %(function)s(%(expressions)s))")
