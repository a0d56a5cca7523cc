"""The documents part of a file: what is kept, what is shown of it, and the papers she lacks."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404

from cadra.foundation import vault
from cadra.foundation.access.actor import Actor
from cadra.foundation.kernel.compartments import Compartment
from cadra.record.documents import policy
from cadra.record.documents import queries as documents
from cadra.record.documents.models import Document, Making, Paper
from cadra.steering.mechanism.queries.colleagues import Names, names_of
from cadra.steering.mechanism.queries.opened import Opened, look, opened

PAGE = 25
REMOVED = 50


@dataclass(frozen=True)
class DocumentsPage:
    """Documents of the parts open to the actor, newest first; `papers`: None where the support part is closed."""

    file: Opened
    documents: list[Document]
    makings: dict[UUID, Making]
    removed: list[Document]
    papers: list[Paper] | None
    names: Names
    older: str


def documents_page(
    actor: Actor, case_id: UUID, before: dt.datetime | None = None, *, with_identity: bool = False
) -> DocumentsPage:
    """The list. Titles of identity documents are opened only `with_identity`: they may say who she is."""
    file, (rows, removed, papers) = opened(
        actor,
        case_id,
        documents.documents_of(actor, case_id, before)[: PAGE + 1],
        documents.removed_of(actor, case_id)[:REMOVED],
        documents.papers_of(actor, case_id),
    )
    shown = sorted(rows, key=lambda one: (one.added_at, one.pk), reverse=True)[:PAGE]
    open_papers = Compartment.SUPPORT in file.parts
    titled = [one for one in shown if with_identity or one.compartment_of_row != Compartment.IDENTITY]
    vault.unseal(actor.ring, [*titled, *papers])
    makings = {one.pk: one for one in documents.makings_of(shown)} if shown else {}
    names = names_of(users=[*(one.added_by for one in shown), *(one.removed_by for one in removed)])
    look(
        file,
        "looked_at_documents",
        {*(one.compartment_of_row for one in shown), *([Compartment.SUPPORT] if papers else [])},
    )
    older = shown[-1].added_at.isoformat() if len(rows) > PAGE else ""
    return DocumentsPage(
        file,
        shown,
        makings,
        sorted(removed, key=lambda one: one.removed_at or one.added_at, reverse=True)
        if file.carried and before is None
        else [],
        sorted(papers, key=lambda one: (one.written_at, one.pk)) if open_papers else None,
        names,
        older,
    )


@dataclass(frozen=True)
class DocumentPage:
    """One document as far as it is open; `closed`: it is of the identity part, and no purpose was given yet."""

    file: Opened
    document: Document
    making: Making
    names: Names
    closed: bool


def document_page(actor: Actor, case_id: UUID, document_id: UUID, *, purpose: str = "") -> DocumentPage:
    """One document, opened and recorded; 404 when it is not hers to see or was removed."""
    file, (rows,) = opened(actor, case_id, documents.documents_of(actor, case_id).filter(pk=document_id))
    making = next(iter(documents.makings_of(rows)), None)
    if not rows or making is None:
        raise Http404
    document = rows[0]
    closed = document.compartment_of_row == Compartment.IDENTITY and not purpose
    if closed:
        look(file, "looked_at_documents")
    else:
        vault.unseal(actor.ring, [document])
        shown: dict[str, Any] = {"verb": "looked_at_document", "purpose": purpose, "besides": file.core_shown}
        documents.tell(actor, file.person, document, **shown)
    return DocumentPage(file, document, making, names_of(users=[document.added_by]), closed)


def paper_page(actor: Actor, case_id: UUID, paper_id: UUID) -> tuple[Opened, Paper]:
    """One paper she lacks, opened and recorded, for whoever follows it."""
    file, (rows,) = opened(actor, case_id, documents.papers_of(actor, case_id).filter(pk=paper_id))
    if not rows or not policy.may_follow(actor, file.writing):
        raise Http404
    vault.unseal(actor.ring, rows)
    look(file, "looked_at_documents", [Compartment.SUPPORT])
    return file, rows[0]


def file_to_add_to(actor: Actor, case_id: UUID) -> tuple[Opened, list[Paper]]:
    """A file the actor may add documents to, and the papers lacking there that a document could be; else 404."""
    file, (papers,) = opened(actor, case_id, documents.papers_lacking(case_id))
    if not policy.kinds_to_add(file.person, file.writing):
        raise Http404
    look(file, "looked_at_documents", [Compartment.SUPPORT] if papers else [])
    return file, papers if policy.may_follow(actor, file.writing) else []


def file_to_follow(actor: Actor, case_id: UUID) -> Opened:
    """A file whose papers the actor follows; else 404."""
    file, _nothing = opened(actor, case_id)
    if not policy.may_follow(actor, file.writing):
        raise Http404
    look(file, "looked_at_documents")
    return file
