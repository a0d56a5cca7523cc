"""Every model field says how private it is and how long it is kept.

A model declares ``classified`` (field name → one of `CLASSES`, or one class for all its fields) and
``retention`` (one rule for the model, or field name → rule). Declarations of base classes are inherited. A table with
something private in it names every field, or a field added later would be open without anybody having said so.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from django.db.models import Model

IDENTITY: Final = "identity"
SENSITIVE: Final = "sensitive"
OPERATIONAL: Final = "operational"
PUBLIC: Final = "public"
CLASSES: Final = (IDENTITY, SENSITIVE, OPERATIONAL, PUBLIC)

PRIVATE: Final = frozenset({IDENTITY, SENSITIVE})

EVERY_FIELD: Final = "*"


class FieldClass(NamedTuple):
    """How one field is classified; empty strings where the model says nothing."""

    field: str
    classified: str
    retention: str


def _declared(model: type[Model], attribute: str) -> dict[str, str]:
    merged: dict[str, str] = {}
    for base in reversed(model.__mro__):
        value = vars(base).get(attribute)
        if isinstance(value, str):
            merged = {EVERY_FIELD: value}
        elif isinstance(value, Mapping):
            merged |= value
    return merged


def classification(model: type[Model]) -> list[FieldClass]:
    """Class and retention rule of every concrete field of `model`, in the order of its columns."""
    classes, rules = _declared(model, "classified"), _declared(model, "retention")
    return [
        FieldClass(
            field.name,
            classes.get(field.name, classes.get(EVERY_FIELD, "")),
            rules.get(field.name, rules.get(EVERY_FIELD, "")),
        )
        for field in model._meta.concrete_fields
    ]


def gaps(model: type[Model]) -> list[str]:
    """Plain sentences for what `model` leaves unclassified, misspells or keeps without a rule."""
    name = model.__name__
    found: list[str] = []
    for field, kind, rule in classification(model):
        if not kind:
            found.append(f"{name}.{field} is not classified: say one of {', '.join(CLASSES)}.")
        elif kind not in CLASSES:
            found.append(f"{name}.{field} is classified as '{kind}', which is not one of {', '.join(CLASSES)}.")
        if not rule:
            found.append(f"{name}.{field} has no retention rule.")
    classes = _declared(model, "classified")
    if PRIVATE & set(classes.values()) and classes.get(EVERY_FIELD, IDENTITY) not in PRIVATE:
        found.append(f"{name} holds something private: classify each of its fields by name, not all at once.")
    known = {field.name for field in model._meta.concrete_fields} | {EVERY_FIELD}
    for attribute in ("classified", "retention"):
        strangers = sorted(set(_declared(model, attribute)) - known)
        found += [f"{name}.{attribute} names '{field}', which is not a field." for field in strangers]
    return found
