"""Pages of a long list, each beginning below the last row of the one before: no row is counted, none is shown twice."""

from collections.abc import Sequence
from functools import reduce
from typing import Any, TypeVar

from django.core import signing
from django.db.models import Model, Q, QuerySet
from django.http import Http404

Row = TypeVar("Row", bound=Model)


def page(rows: "QuerySet[Row]", order: Sequence[str], cursor: str, size: int) -> tuple[list[Row], str]:
    """One page of at most `size` rows, and the cursor of the next ("" at the end). Http404 for a cursor of none.

    `order`: as for `order_by`; no field of it may be empty, and the last is different in every row. The cursor holds
    the values of one row, signed for this order: whoever writes one herself asks PostgreSQL nothing.
    """
    return cut(list(asked(rows, order, cursor, size)), order, size)


def asked(rows: "QuerySet[Row]", order: Sequence[str], cursor: str, size: int) -> "QuerySet[Row]":
    """The query of one page, to be read together with others and then `cut`; parameters as for `page`."""
    found = rows.order_by(*order)
    if cursor:
        try:
            found = found.filter(_below(order, signing.loads(cursor, salt=_salt(order))))
        except signing.BadSignature:
            raise Http404 from None
    return found[: size + 1]


def cut(shown: list[Row], order: Sequence[str], size: int) -> tuple[list[Row], str]:
    """The rows of a page that was `asked`, and the cursor of the next."""
    if len(shown) <= size:
        return shown, ""
    last = [str(reduce(getattr, _field(name).split("__"), shown[size - 1])) for name in order]
    return shown[:size], signing.dumps(last, salt=_salt(order))


def _below(order: Sequence[str], values: Sequence[Any]) -> Q:
    """Rows that come after one with these values. The first condition is all an index needs to begin at the place."""
    after = ["lt" if name.startswith("-") else "gt" for name in order]
    found, same = Q(), Q()
    for name, side, value in zip(order, after, values, strict=True):
        found |= same & Q(**{f"{_field(name)}__{side}": value})
        same &= Q(**{_field(name): value})
    return Q(**{f"{_field(order[0])}__{after[0]}e": values[0]}) & found


def _field(name: str) -> str:
    return name.removeprefix("-")


def _salt(order: Sequence[str]) -> str:
    return f"keyset {' '.join(order)}"
