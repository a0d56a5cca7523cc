"""Who keeps the roster, who searches it, who may ask for an interpreter?"""

from collections.abc import Iterable

from cadra.foundation.access.actor import Actor
from cadra.foundation.access.models import Basis, Grant, Scope
from cadra.foundation.kernel.roles import Role
from cadra.record.interpreting.models import Interpreter

#: They interview, or carry files.
ASKING = (
    Role.IDENTIFICATION_POLICE,
    Role.IDENTIFICATION_SOCIAL,
    Role.CHILD_PROTECTION_WORKER,
    Role.RA_OFFICER,
    Role.CASE_MANAGER,
    Role.SUPERVISOR,
)
BASES = frozenset({Basis.AUTHOR, Basis.LEGAL_DUTY, Basis.CUSTODY, Basis.ASSIGNMENT})


def may_search(actor: Actor) -> bool:
    """Whoever interviews, carries files or keeps the roster reads it."""
    return actor.has(*ASKING) or keeps_some(actor)


def keeps_some(actor: Actor) -> bool:
    """Does she keep entries: all of them, or those of her institution?"""
    return actor.has(Role.RA_OFFICER, Role.INSTITUTION_ADMIN)


def may_keep(actor: Actor, row: Interpreter) -> bool:
    """May she change it? An officer of the Responsible Authority all, an administrator those of her institution."""
    if actor.has(Role.RA_OFFICER):
        return True
    return actor.has(Role.INSTITUTION_ADMIN) and row.institution_id == actor.institution_id


def may_ask(actor: Actor, mine: Iterable[Grant]) -> bool:
    """May she ask for an interpreter for this file? She carries it or is of the pair; `mine`: her live grants on it."""
    return actor.has(*ASKING) and any(grant.basis in BASES and grant.scope == Scope.FILE for grant in mine)
