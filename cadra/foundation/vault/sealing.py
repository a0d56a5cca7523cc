"""Sealing and opening the fields of rows.

A row has `pk`, `case_id`, SealedFields, and `compartment` — or `sealed_under` when another key seals it.
"""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar
from uuid import UUID

from django.utils.translation import gettext as _

from cadra.foundation.vault import box
from cadra.foundation.vault.fields import SealedField
from cadra.foundation.vault.ring import Ring

Row = TypeVar("Row")


class _Closed:
    """A value whose key the keeper did not give. False, empty, and the same everywhere."""

    def __bool__(self) -> bool:
        return False

    def __str__(self) -> str:
        return ""

    def __repr__(self) -> str:
        return "CLOSED"

    def __len__(self) -> int:
        return 0

    def __iter__(self) -> Any:
        return iter(())

    def __copy__(self) -> "_Closed":
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> "_Closed":
        return self

    def __reduce__(self) -> str:
        return "CLOSED"


CLOSED = _Closed()


class KeyRefused(Exception):
    """The keeper gives this session no key for what is to be sealed."""


def seal(ring: Ring, row: Any, **plain: Any) -> None:
    """Seal values into fields of one row (not saved); KeyRefused when the session may not."""
    seal_many(ring, [(row, plain)])


def seal_many(ring: Ring, rows: Iterable[tuple[Any, Mapping[str, Any]]]) -> None:
    """Seal values into fields of many rows with one round trip; also puts them in each row's `plain`."""
    rows = list(rows)
    keys = ring.keys(_pair(row) for row, values in rows)
    for row, values in rows:
        key = keys.get(_pair(row))
        if key is None:
            raise KeyRefused(_("This file is not open to you."))
        for name, value in values.items():
            field = _field(row, name)
            setattr(row, field.attname, box.seal(key, value, _place(row, field)))
        row.plain = {**getattr(row, "plain", {}), **values}


def unseal(ring: Ring, rows: Iterable[Row]) -> list[Row]:
    """Open all sealed fields of rows with one round trip, into `row.plain`; returns the rows as a list.

    A field without a key reads CLOSED, an empty column None. SealBroken when a value was changed or moved.
    """
    rows = list(rows)
    loaded = [(row, _loaded(row)) for row in rows]
    keys = ring.keys(_pair(row) for row, fields in loaded if fields)
    for row, fields in loaded:
        _lay_open(row, fields, keys.get(_pair(row)))
    return rows


def _lay_open(row: Any, fields: list[SealedField], key: bytes | None) -> None:
    row.plain = {field.name: _open(key, row, field) for field in fields}


def _open(key: bytes | None, row: Any, field: SealedField) -> Any:
    sealed = getattr(row, field.attname)
    if key is None:
        return CLOSED
    return None if sealed is None else box.unseal(key, bytes(sealed), _place(row, field))


def _pair(row: Any) -> tuple[UUID, str]:
    return row.case_id, str(row.sealed_under if hasattr(row, "sealed_under") else row.compartment)


def _place(row: Any, field: SealedField) -> bytes:
    return box.bound_to(table=row._meta.db_table, column=str(field.column), case=str(row.case_id), row=str(row.pk))


def _field(row: Any, name: str) -> SealedField:
    field = row._meta.get_field(name)
    if not isinstance(field, SealedField):
        raise TypeError(f"{name} is not a sealed field")
    return field


def _loaded(row: Any) -> list[SealedField]:
    """The row's sealed fields that came with it; asking for a deferred one would cost a query a row."""
    deferred = row.get_deferred_fields()
    return [
        field for field in row._meta.concrete_fields if isinstance(field, SealedField) and field.attname not in deferred
    ]
