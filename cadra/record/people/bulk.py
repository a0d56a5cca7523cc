"""Making many registered files at once: imports. Few statements for many people, the same walls for each.

A place keeps them from the first moment, so that PostgreSQL stamps every row once and for all: whoever calls does all
of it within `placing.made_for`, for new files alone. Nobody else knows them yet, so no row needs a lock.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.db.models import Model

from cadra.foundation import vault
from cadra.foundation.access import actions as access
from cadra.foundation.access.actor import Actor
from cadra.foundation.access.writing import insert_many
from cadra.foundation.kernel import references
from cadra.foundation.kernel.acts import act
from cadra.foundation.vault.keeper import keeper
from cadra.record.people.actions import TRIES, name_list
from cadra.record.people.models import Contact, Identity, Person, Profile

Unsealed = tuple[Any, dict[str, Any]]
"""A row not saved yet and the plain values of its sealed fields."""


@dataclass(frozen=True)
class NewPerson:
    """Someone to be registered; shapes as in the models. `reference` '' for a new one."""

    case_id: UUID
    reference: str
    profile: dict[str, Any]
    identity: dict[str, Any]
    contact: dict[str, Any]


@act
def register_many(*, actor: Actor, people: Sequence[NewPerson], keepers: int) -> tuple[list[Person], list[Unsealed]]:
    """Registered persons in the order given, kept by the principal `keepers` by legal duty, and rows still to be sealed
    (with those of other apps, in one round trip: `seal_and_write`). The caller writes the ledger."""
    persons = _with_references(people)
    access.open_files(actor=actor, case_ids=[person.pk for person in persons], kept_by=keepers)
    rows: list[Unsealed] = []
    for person in people:
        rows.append((Profile(id=uuid4(), case_id=person.case_id), person.profile))
        rows.append((Identity(id=uuid4(), case_id=person.case_id), person.identity))
        rows.append((Contact(id=uuid4(), case_id=person.case_id), person.contact))
    return persons, rows


@act
def seal_and_write(*, actor: Actor, rows: Sequence[Unsealed]) -> None:
    """Seal rows of any models with one round trip and insert them, one statement a model."""
    vault.seal_many(actor.ring, rows)
    by_model: dict[type[Model], list[Any]] = {}
    for row, _ in rows:
        by_model.setdefault(type(row), []).append(row)
    for found in by_model.values():
        insert_many(found)
    actor.ring.forget()


def remember_many(*, actor: Actor, people: Iterable[NewPerson]) -> None:
    """Put the names of registered people into the keeper's memory for matching; the same twice is one."""
    records = [
        {
            "person": person.case_id,
            "case": person.case_id,
            "names": names,
            "birth_date": person.identity.get("birth", {}).get("date"),
            "birth_year": person.identity.get("birth", {}).get("year"),
        }
        for person in people
        if (names := name_list(person.identity.get("names")))
    ]
    if records:
        keeper().names_put(actor.ring.token or "", records)


def _with_references(people: Sequence[NewPerson]) -> list[Person]:
    for attempt in range(TRIES):
        fresh = iter(references.batch(len(people)))
        rows = [
            Person(
                id=person.case_id,
                reference=(person.reference if attempt == 0 else "") or next(fresh),
                is_registered=True,
            )
            for person in people
        ]
        try:
            with transaction.atomic():
                insert_many(rows)
        except IntegrityError:
            continue
        return rows
    raise RuntimeError("no free reference was found")
