"""May I add, see, take along, remove? — and which documents are there."""

from collections.abc import Iterable

from django.db.models import QuerySet

from cadra.foundation.access.actor import Actor
from cadra.foundation.access.models import Basis, Grant, Scope
from cadra.foundation.kernel.compartments import Compartment
from cadra.foundation.kernel.pack import pack
from cadra.foundation.kernel.pack.papers import DocumentKind
from cadra.record.cases.policy import may_carry
from cadra.record.documents.models import Document, Paper
from cadra.record.people.models import Person


def visible(actor: Actor) -> QuerySet[Document]:
    """The documents kept with files, of the parts PostgreSQL shows the actor."""
    return Document.objects.filter(removed_at=None)


def papers(actor: Actor) -> QuerySet[Paper]:
    """The papers she lacks or lacked, where the support part is open to the actor."""
    return Paper.objects.all()


def _standing(grants: Iterable[Grant]) -> frozenset[str]:
    """Parts of the living file these grants open; an emergency only reads."""
    return frozenset(
        part
        for grant in grants
        if grant.scope == Scope.FILE and grant.basis != Basis.BREAK_GLASS
        for part in grant.compartments
    )


def kinds_to_add(person: Person, grants: Iterable[Grant]) -> list[DocumentKind]:
    """Kinds of documents the actor may add: of the parts open to her, once the person is registered.

    What a referral begins may still be joined with another file, and its keys go.
    """
    if not person.is_registered:
        return []
    opened = _standing(grants)
    return [kind for kind in pack().document_kinds if kind.part in opened]


def may_take(actor: Actor, grants: list[Grant], document: Document) -> bool:
    """May she take the original along? If she carries the file, or added it herself, and its part is open to her."""
    if document.compartment_of_row not in _standing(grants):
        return False
    return may_carry(actor, grants) or document.added_by == actor.user_id


def may_remove(actor: Actor, grants: list[Grant], document: Document) -> bool:
    """May she remove it? On the same ground as taking it along."""
    return may_take(actor, grants, document)


def may_follow(actor: Actor, grants: list[Grant]) -> bool:
    """May she follow the papers she lacks? If she carries the file and its support part is open to her."""
    return may_carry(actor, grants) and Compartment.SUPPORT in _standing(grants)
