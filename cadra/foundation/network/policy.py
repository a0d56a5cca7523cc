"""May I change who works here? Which institutions may I administer?"""

from typing import Any, Protocol
from uuid import UUID

from cadra.foundation.kernel.roles import Role
from cadra.foundation.network.models import Institution

# Given only by the Responsible Authority's administrator: they reach across institutions.
ACROSS = frozenset({Role.RA_OFFICER, Role.DATA_PROTECTION_OFFICER, Role.MONITOR, Role.SYSTEM_ADMIN})


class Asking(Protocol):
    """Whoever asks (access.Actor)."""

    @property
    def user_id(self) -> UUID: ...

    @property
    def institution_id(self) -> UUID: ...

    def has(self, *roles: Any) -> bool: ...


def may_administer(actor: Asking, institution_id: UUID) -> bool:
    """An institution administrator changes the people and desks of her own institution, never files."""
    return actor.has(Role.INSTITUTION_ADMIN) and actor.institution_id == institution_id


def keeps_members(actor: Asking) -> bool:
    """The Responsible Authority's administrator adds, changes and closes the institutions of the mechanism, and
    invites an administrator for each; what else happens in them is their own."""
    if not actor.has(Role.INSTITUTION_ADMIN):
        return False
    home = Institution.objects.filter(pk=actor.institution_id, is_responsible_authority=True, is_active=True)
    return home.exists()


def roles_to_give(actor: Asking, *, is_authority: bool) -> list[Role]:
    """Roles this administrator may give: those that reach across institutions only at the Responsible Authority."""
    return [role for role in Role if is_authority or role not in ACROSS]


def may_read_trainings(actor: Asking) -> bool:
    """Who administers or leads an institution, and the Responsible Authority's officers."""
    return actor.has(Role.INSTITUTION_ADMIN, Role.SUPERVISOR, Role.RA_OFFICER)
