"""Reading who she is. Every look at sealed words is in the ledger before the page leaves."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.http import Http404

from cadra.foundation import vault
from cadra.foundation.access.actor import Actor
from cadra.foundation.kernel.arrays import OneOf
from cadra.foundation.kernel.together import Kept, together
from cadra.foundation.ledger import actions as ledger
from cadra.foundation.vault.keeper import keeper
from cadra.record.people.models import Contact, Identity, Person, Profile
from cadra.record.people.policy import may_match


def person_for(actor: Actor, case_id: UUID) -> Person:
    """The root of a file the actor can see; the same 404 when there is none and when it is not hers."""
    person = Person.objects.filter(pk=case_id).first()
    if person is None:
        note_denied(actor, case_id)
        raise Http404
    return person


@Kept
def person_of(case_id: Any) -> QuerySet[Person]:
    """The root of a file."""
    return Person.objects.filter(pk=case_id)


@Kept
def profile_of(case_id: Any) -> QuerySet[Profile]:
    """Its profile, sealed."""
    return Profile.objects.filter(case_id=case_id)


@Kept
def persons_of(case_ids: Any) -> QuerySet[Person]:
    """The roots among these files that the actor can see."""
    return Person.objects.filter(OneOf("id", case_ids))


@Kept
def _names_in(case_ids: Any) -> QuerySet[Profile]:
    return Profile.objects.filter(OneOf("case_id", case_ids)).only("case_id", "called")


def persons_for(actor: Actor, case_ids: Iterable[UUID]) -> dict[UUID, Person]:
    """The roots among these files that the actor can see."""
    return {person.pk: person for person in Person.objects.filter(pk__in=list(case_ids))}


def profiles_for(actor: Actor, case_ids: Iterable[UUID]) -> dict[UUID, Profile]:
    """Opened profiles (`.plain`) of these files, one keeper round trip. The caller records the look."""
    rows = list(Profile.objects.filter(case_id__in=list(case_ids)))
    vault.unseal(actor.ring, rows)
    return {row.case_id: row for row in rows}


def named(actor: Actor, case_ids: Iterable[UUID]) -> tuple[dict[UUID, Person], dict[UUID, str]]:
    """The roots among these files that the actor can see, and the name each goes by ('' when none is told), one round
    trip to the database and one to the keeper. The caller records the look."""
    ids = list(case_ids)
    people, profiles = together(persons_of(ids), _names_in(ids))
    vault.unseal(actor.ring, profiles)
    return {one.pk: one for one in people}, {row.case_id: str(row.plain["called"] or "") for row in profiles}


def look_at_identity(actor: Actor, person: Person, *, purpose: str, besides: Iterable[str] = ()) -> Identity | None:
    """Her identity, opened for a purpose and recorded; None when there is nothing she may see.

    `besides`: the parts of which something stands around it.
    """
    row = Identity.objects.filter(case_id=person.pk).first()
    ledger.record(
        actor=actor,
        verb="looked_at_identity",
        subjects=[person.ledger_alias],
        compartments=sorted({"identity", *besides}),
        purpose=purpose,
        outcome="shown" if row else "nothing",
    )
    if row is not None:
        vault.unseal(actor.ring, [row])
    return row


def look_at_contact(actor: Actor, person: Person, *, besides: Iterable[str] = ()) -> Contact | None:
    """How she may be reached, opened and recorded; `besides` as above."""
    row = Contact.objects.filter(case_id=person.pk).first()
    ledger.record(
        actor=actor,
        verb="looked_at_contact",
        subjects=[person.ledger_alias],
        compartments=sorted({"contact", *besides}),
        outcome="shown" if row else "nothing",
    )
    if row is not None:
        vault.unseal(actor.ring, [row])
    return row


CANDIDATES = 10


@dataclass(frozen=True)
class Candidate:
    """A possible earlier file: how name and birth agree (the keeper's words), never a decision."""

    person: Person
    identity: Identity
    score: float
    name: Any
    birth: Any
    match: Any


def candidates(actor: Actor, *, names: Sequence[str], birth: dict[str, Any], besides: UUID) -> list[Candidate]:
    """Earlier files that may be of the same person, best first. Recorded for each person shown."""
    if not may_match(actor):
        raise Http404
    best: dict[UUID, dict[str, Any]] = {}
    for name in names:
        asked = {"name": name, "birth_date": birth.get("date"), "birth_year": birth.get("year")}
        for hit in keeper().names_match(actor.ring.token or "", asked, CANDIDATES):
            if hit["person"] != besides and hit["score"] > best.get(hit["person"], {"score": 0})["score"]:
                best[hit["person"]] = hit
    found = sorted(best.values(), key=lambda hit: -hit["score"])[:CANDIDATES]
    persons = persons_for(actor, [hit["person"] for hit in found])
    rows = {row.case_id: row for row in Identity.objects.filter(case_id__in=persons)}
    vault.unseal(actor.ring, list(rows.values()))
    shown = [
        Candidate(persons[hit["person"]], rows[hit["person"]], hit["score"], hit["name"], hit["birth"], hit["match"])
        for hit in found
        if hit["person"] in rows and persons[hit["person"]].is_registered
    ]
    if shown:
        ledger.record(
            actor=actor,
            verb="compared",
            subjects=[candidate.person.ledger_alias for candidate in shown],
            compartments=["identity"],
            purpose="matching",
        )
    return shown


def note_denied(actor: Actor, case_id: UUID) -> None:
    """Write down that someone asked for a file that is not open to her; she who is in it can be told.

    PostgreSQL itself looks whether there is one, so asking costs and shows the same either way.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT authz.note_denied(%s)", [case_id])
