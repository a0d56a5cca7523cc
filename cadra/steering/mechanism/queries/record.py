"""Identity, profile and contact of one file, opened for editing or showing."""

from typing import Any
from uuid import UUID

from django.http import Http404

from cadra.foundation import vault
from cadra.foundation.access.actor import Actor
from cadra.record.people.models import Contact, Identity, Profile
from cadra.record.people.queries import look_at_contact, look_at_identity
from cadra.steering.mechanism.queries.opened import Opened, look, opened


def identity(actor: Actor, case_id: UUID, *, purpose: str) -> tuple[Opened, Identity | None]:
    """Who she is, for a purpose; without one only the file around it. 404 when identity is not open to the actor."""
    file, _rest = opened(actor, case_id)
    if "identity" not in file.parts:
        raise Http404
    if not purpose:
        look(file, "looked_at_file")
        return file, None
    return file, look_at_identity(actor, file.person, purpose=purpose, besides=file.core_shown)


def contact(actor: Actor, case_id: UUID) -> tuple[Opened, Contact | None]:
    """How she may be reached; 404 when that is not open to the actor."""
    file, _rest = opened(actor, case_id)
    if "contact" not in file.parts:
        raise Http404
    return file, look_at_contact(actor, file.person, besides=file.core_shown)


def profile(actor: Actor, case_id: UUID) -> tuple[Opened, Profile | None]:
    """The name she goes by and what everyone needs to know."""
    file, _rest = opened(actor, case_id)
    look(file, "looked_at_profile")
    return file, file.profile


def plain_of(row: Any) -> dict[str, Any]:
    """The opened values of a row, without those that are closed or empty."""
    values = getattr(row, "plain", {}) if row is not None else {}
    return {key: value for key, value in values.items() if value is not None and value is not vault.CLOSED}
