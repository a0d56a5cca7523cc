"""Which tasks may I see, give, end? Whom may I give one to?"""

from collections.abc import Collection

from cadra.foundation.access.actor import Actor
from cadra.foundation.access.models import Grant, Refusal, Scope
from cadra.foundation.kernel.roles import Role

#: They see how the work of the whole institution stands.
LEADING = (Role.SUPERVISOR, Role.INSTITUTION_ADMIN)


def leads(actor: Actor) -> bool:
    """Does she look after the work of colleagues?"""
    return actor.has(*LEADING)


def parts_open(grants: Collection[Grant], actor: Actor) -> list[str]:
    """Compartments of the living file the actor may write a task in, in the order of the grants."""
    mine = [grant for grant in grants if grant.grantee in actor.principals and grant.scope == Scope.FILE]
    return list(dict.fromkeys(part for grant in mine for part in grant.compartments))


def reached(
    grants: Collection[Grant], refusals: Collection[Refusal], parts: Collection[str]
) -> tuple[set[int], set[int]]:
    """Principals that see one of these parts of the file, and those she does not want to."""
    sees = {grant.grantee for grant in grants if grant.scope == Scope.FILE and set(parts) & set(grant.compartments)}
    return sees, {refusal.principal for refusal in refusals}
