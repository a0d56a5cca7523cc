"""Making a person's file and keeping who she is."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction

from cadra.foundation import vault
from cadra.foundation.access import actions as access
from cadra.foundation.access.actor import Actor
from cadra.foundation.access.models import Grant
from cadra.foundation.kernel import references
from cadra.foundation.kernel.acts import act
from cadra.foundation.kernel.afterwards import afterwards
from cadra.foundation.kernel.clock import now
from cadra.foundation.kernel.together import together
from cadra.foundation.ledger import actions as ledger
from cadra.foundation.vault.keeper import keeper
from cadra.record.people import joining
from cadra.record.people.models import Contact, Identity, Person, Profile

TRIES = 20
SUBJECTS_AN_ENTRY = 500


class ChangedMeanwhile(Exception):
    """Somebody else saved this record since it was shown; `row` is the record as it is now."""

    def __init__(self, row: Any) -> None:
        super().__init__("the record was changed by someone else")
        self.row = row


@act
def open_file(*, actor: Actor) -> Person:
    """A new, provisional person with keys of her own. The actor is its author until it is sent."""
    return open_files(actor=actor, count=1)[0]


@act
def open_files(*, actor: Actor, count: int) -> list[Person]:
    """Several new, provisional persons at once (imports, group events)."""
    rows = _with_new_references(count)
    access.open_files(actor=actor, case_ids=[row.pk for row in rows])
    for first in range(0, count, SUBJECTS_AN_ENTRY):
        some = rows[first : first + SUBJECTS_AN_ENTRY]
        ledger.record(actor=actor, verb="opened_file", subjects=[row.ledger_alias for row in some])
    return rows


def _with_new_references(count: int) -> list[Person]:
    """Insert persons under references nobody has. A clash with a hidden file shows only when inserting."""
    for _ in range(TRIES):
        rows = [Person(id=uuid4(), reference=reference) for reference in references.batch(count)]
        try:
            with transaction.atomic():
                return Person.objects.bulk_create(rows)
        except IntegrityError:
            continue
    raise RuntimeError("no free reference was found")


@act
def save_profile(*, actor: Actor, person: Person, version: int = 0, **values: Any) -> Profile:
    """Keep what everyone needs so as not to ask again; shapes as in `Profile`."""
    return _save(Profile, actor, person, version, values)


@act
def save_identity(*, actor: Actor, person: Person, version: int = 0, **values: Any) -> Identity:
    """Keep her identity; a registered person's names go to the keeper's memory for matching."""
    row = _save(Identity, actor, person, version, values)
    if person.is_registered:
        remember_names(actor=actor, person=person, names=values.get("names"), birth=values.get("birth"))
    return row


@act
def save_contact(*, actor: Actor, person: Person, version: int = 0, **values: Any) -> Contact:
    """Keep how she may be reached safely."""
    return _save(Contact, actor, person, version, values)


@act
def register(*, actor: Actor, person: Person) -> Person:
    """The Responsible Authority registers a provisional person: from now on she can be matched."""
    Person.objects.filter(pk=person.pk).update(is_registered=True)
    person.is_registered = True
    identity: Any = Identity.objects.filter(case_id=person.pk).first()
    if identity is not None:
        vault.unseal(actor.ring, [identity])
        remember_names(actor=actor, person=person, names=identity.plain.get("names"), birth=identity.plain.get("birth"))
    ledger.record(actor=actor, verb="registered", subjects=[person.ledger_alias], compartments=["identity"])
    return person


@act
def carry_over(*, actor: Actor, provisional: Person, known: Person) -> None:
    """Keep on the known file what the provisional one says of her, sealed anew under the known file's keys."""
    kept: tuple[tuple[Any, Any], ...] = (
        (Profile, joining.profile),
        (Identity, joining.identity),
        (Contact, joining.contact),
    )
    for model, joined in kept:
        rows = {row.case_id: row for row in model.objects.filter(case_id__in=[provisional.pk, known.pk])}
        vault.unseal(actor.ring, list(rows.values()))
        given, before = rows.get(provisional.pk), rows.get(known.pk)
        if given is not None:
            _save(model, actor, known, 0, joined(before.plain if before else {}, given.plain))
    identity: Any = Identity.objects.filter(case_id=known.pk).first()
    if identity is not None:
        vault.unseal(actor.ring, [identity])
        remember_names(
            actor=actor,
            person=known,
            names=identity.plain.get("names"),
            birth=identity.plain.get("birth"),  # type: ignore[attr-defined]
        )


@act
def merge(*, actor: Actor, provisional: Person, known: Person) -> None:
    """The provisional person is someone already known: it points to her, nobody sees it any more, its keys open for
    nobody once this is committed, and the worker destroys them (access.closing)."""
    Person.objects.filter(pk=provisional.pk).update(merged_into=known.pk)
    ledger.record(
        actor=actor,
        verb="connected",
        subjects=[provisional.ledger_alias, known.ledger_alias],
        compartments=["identity"],
    )
    living = Grant.objects.filter(case_id=provisional.pk, ended_at=None)
    ids, token = list(living.values_list("pk", flat=True)), actor.ring.token or ""
    living.update(ended_at=now(), end_reason="connected")
    afterwards(lambda: _end_at_keeper(token, ids))


def _end_at_keeper(token: str, grants: list[UUID]) -> None:
    keeper().end_grants(token, grants)


def remember_names(*, actor: Actor, person: Person, names: Any, birth: Any) -> None:
    """Put names and birth into the keeper's memory, so that she need not be registered twice."""
    spoken = name_list(names)
    if not spoken:
        return
    birth = birth or {}
    record = {
        "person": person.pk,
        "case": person.pk,
        "names": spoken,
        "birth_date": birth.get("date"),
        "birth_year": birth.get("year"),
    }
    keeper().names_put(actor.ring.token or "", [record])


def name_list(names: Any) -> list[str]:
    """["Given Family", …] from the sealed shape of `Identity.names`."""
    pairs: Sequence[dict[str, str]] = names or []
    spoken = [" ".join(part for part in (pair.get("given", ""), pair.get("family", "")) if part) for pair in pairs]
    return [name for name in spoken if name]


@act
def save_told(
    *,
    actor: Actor,
    person: Person,
    profile: dict[str, Any] | None = None,
    identity: dict[str, Any] | None = None,
    contact: dict[str, Any] | None = None,
) -> None:
    """Keep what a first referral tells of a person not registered yet: all of a part, or nothing where nothing was ever
    told of it. None leaves a part as it is."""
    parts = ((Profile, profile), (Identity, identity), (Contact, contact))
    told = [(model, values) for model, values in parts if values is not None]
    known = together(*(model.objects.filter(case_id=person.pk) for model, _ in told))
    for (model, values), rows in zip(told, known, strict=True):
        if rows or any(values.values()):
            _write(model, actor, person, rows[0] if rows else None, values)


def _save(model: Any, actor: Actor, person: Person, version: int, values: dict[str, Any]) -> Any:
    row = model.objects.select_for_update().filter(case_id=person.pk).first()
    if row is not None and version and row.version != version:
        vault.unseal(actor.ring, [row])
        raise ChangedMeanwhile(row)
    return _write(model, actor, person, row, values)


def _write(model: Any, actor: Actor, person: Person, row: Any, values: dict[str, Any]) -> Any:
    is_new = row is None
    if row is None:
        row = model(id=uuid4(), case_id=person.pk)
    else:
        row.version += 1
        row.changed_at = now()
    vault.seal(actor.ring, row, **values)
    row.save(force_insert=is_new)
    ledger.record(
        actor=actor,
        verb=f"wrote_{model.__name__.lower()}",
        subjects=[person.ledger_alias],
        compartments=[str(row.sealed_under)],
        object_id=row.pk,
    )
    return row
