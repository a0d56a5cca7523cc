"""Reading documents: which there are, how far each has come, and what may be looked at. The caller records lists."""

import base64
import datetime as dt
import json
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from cadra.foundation import vault
from cadra.foundation.access.actor import Actor
from cadra.foundation.kernel.together import Kept
from cadra.foundation.ledger import actions as ledger
from cadra.foundation.vault.stream import unsealed
from cadra.record.documents import places, policy
from cadra.record.documents.models import OPEN, Document, Making, Paper
from cadra.record.documents.store import store
from cadra.record.people.models import Person


class Unreadable(Exception):
    """The bytes of a document are not there, or not as they were sealed."""


def documents_of(actor: Actor, case_id: UUID, before: dt.datetime | None = None) -> QuerySet[Document]:
    """The documents of a file open to the actor, newest first."""
    found = policy.visible(actor).filter(case_id=case_id)
    if before is not None:
        found = found.filter(added_at__lt=before)
    return found.order_by("-added_at", "-id")


def removed_of(actor: Actor, case_id: UUID) -> QuerySet[Document]:
    """Documents removed from a file, of the parts open to the actor, newest first. Their words stay sealed."""
    found = Document.objects.filter(case_id=case_id, removed_at__isnull=False).order_by("-removed_at")
    return found.defer("secret", "words")


def papers_of(actor: Actor, case_id: UUID) -> QuerySet[Paper]:
    """The papers she lacks or lacked, oldest first."""
    return policy.papers(actor).filter(case_id=case_id).order_by("written_at", "id")


@Kept
def papers_lacking(case_id: Any) -> QuerySet[Paper]:
    """The papers she lacks now, oldest first."""
    return Paper.objects.filter(case_id=case_id, progress__in=OPEN).order_by("written_at", "id")


def makings_of(documents: Iterable[Document]) -> QuerySet[Making]:
    """How far these documents have come."""
    return Making.objects.filter(pk__in=[document.pk for document in documents])


def tell(
    actor: Actor, person: Person, document: Document, *, verb: str, purpose: str = "", besides: Iterable[str] = ()
) -> None:
    """Write down what was done with this document, or that it was shown; `besides`: the parts of which something
    stands around it."""
    ledger.record(
        actor=actor,
        verb=verb,
        subjects=[person.ledger_alias],
        compartments=sorted({document.compartment_of_row, *besides}),
        purpose=purpose,
        object_id=document.pk,
    )


def page(document: Document, number: int) -> bytes:
    """One page as JPEG. `document` is opened (`vault.unseal`); Unreadable when it can't be shown."""
    return content(document, places.page(number))


def paragraphs(document: Document) -> list[tuple[str, str]]:
    """The paragraphs of a letter: ("h", "li" or "p", words)."""
    return [(str(style), str(words)) for style, words in json.loads(content(document, places.TEXT))]


def original(document: Document) -> bytes:
    """The cleaned file, whole and checked to its last byte before any of it is given out."""
    return content(document, places.ORIGINAL)


def content(document: Document, part: str) -> bytes:
    """One part of a document in clear, in memory."""
    sealed_secret = getattr(document, "plain", {}).get("secret")
    if not sealed_secret:
        raise Unreadable
    try:
        with store().open(document.pk, part) as sealed:
            return b"".join(unsealed(base64.b64decode(sealed_secret), places.bound(document.pk, part), sealed))
    except (OSError, vault.SealBroken):
        raise Unreadable from None
