"""Who is asking. Nothing in the record is read or written without one."""

from dataclasses import dataclass, field
from uuid import UUID

from cadra.foundation.kernel.roles import Role
from cadra.foundation.vault.ring import Ring


@dataclass(frozen=True)
class Actor:
    """A signed-in professional, as the database and the keeper know her.

    `principals`: her own, her desks', and her institution's when a role of hers works with files.
    `covers`: colleagues she stands in for today; what they carry waits for her too.
    `ring`: the keys this request has been given, one round trip each (vault).
    """

    user_id: UUID
    principal: int
    name: str
    institution_id: UUID
    institution_principal: int
    roles: frozenset[str]
    principals: tuple[int, ...]
    language: str
    ring: Ring = field(compare=False, repr=False)
    covers: tuple[UUID, ...] = ()

    @property
    def carriers(self) -> tuple[UUID, ...]:
        """Whose files she looks after today: her own, and those of colleagues she stands in for."""
        return (self.user_id, *self.covers)

    @property
    def token(self) -> str:
        """The token of her session: what the keeper and PostgreSQL know her by."""
        return self.ring.token or ""

    def has(self, *roles: Role | str) -> bool:
        """Does she hold one of these roles?"""
        return any(role in self.roles for role in roles)
