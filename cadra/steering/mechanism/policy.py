"""May I carry this file, write in this part, see who saw it?"""

from collections.abc import Iterable

from cadra.foundation.access.actor import Actor
from cadra.foundation.access.models import Basis, Grant, Scope
from cadra.foundation.kernel.compartments import Compartment
from cadra.foundation.kernel.roles import Role
from cadra.record.cases.models import Case
from cadra.record.cases.policy import may_carry

CUSTODIANS = (Role.CASE_MANAGER, Role.CHILD_PROTECTION_WORKER)
WRITING_BASES = frozenset({Basis.AUTHOR, Basis.LEGAL_DUTY, Basis.CUSTODY, Basis.ASSIGNMENT})


def open_parts(grants: Iterable[Grant]) -> frozenset[str]:
    """Compartments of the living file that these grants open."""
    return frozenset(c for grant in grants if grant.scope == Scope.FILE for c in grant.compartments)


def may_write_about(grants: Iterable[Grant], compartment: str) -> bool:
    """May she correct identity, contact or profile? If it is open, and she carries the file or is of the pair."""
    grants = list(grants)
    return compartment in open_parts(grants) and any(grant.basis in WRITING_BASES for grant in grants)


def parts_for_notes(grants: Iterable[Grant]) -> list[Compartment]:
    """Parts she may write notes into: all that is open to her, except by an emergency, which only reads."""
    standing = [grant for grant in grants if grant.basis != Basis.BREAK_GLASS]
    opened = open_parts(standing)
    return [part for part in Compartment if part in opened]


def may_take_custody(actor: Actor, case: Case, grants: list[Grant]) -> bool:
    """Nobody carries the file yet, her institution has custody of it, and carrying files is her work."""
    return (
        case.manager_id is None
        and case.holder == actor.institution_principal
        and actor.has(*CUSTODIANS)
        and may_carry(actor, grants)
    )


def may_see_looks(actor: Actor, grants: list[Grant]) -> bool:
    """Who saw the file names every institution around her: only whoever carries it sees the whole list."""
    return may_carry(actor, grants)
