"""The names of a document's parts, and what the seal of each is bound to."""

from uuid import UUID

ARRIVED = "arrived"
"""As it came, until it is cleaned."""
ORIGINAL = "original"
"""Cleaned: what may be taken along."""
TEXT = "text"


def page(number: int) -> str:
    """The part that holds one page to look at, from 1."""
    return f"page-{number:04}"


def bound(document_id: UUID, part: str) -> bytes:
    """What the seal of a part is bound to: it opens as this part of this document only."""
    return b"document " + document_id.bytes + part.encode()


def errand(document_id: UUID) -> str:
    """The purpose under which the keeper seals a document's secret for the worker, who alone may open it."""
    return f"worker document {document_id}"
