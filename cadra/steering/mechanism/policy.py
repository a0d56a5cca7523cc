"""May I carry this file, write in this part, see who saw it?"""

from collections.abc import Iterable

from cadra.foundation.access.actor import Actor
from cadra.foundation.access.models import Basis, Grant, Scope
from cadra.foundation.kernel.compartments import Compartment
from cadra.foundation.kernel.pack import pack
from cadra.foundation.kernel.roles import Role
from cadra.record.cases.models import Case, Stage
from cadra.record.cases.policy import may_carry

CUSTODIANS = (Role.CASE_MANAGER, Role.CHILD_PROTECTION_WORKER)
#: Where a file stands → where it may be moved to in one step (closing needs a second look).
MOVES: dict[Stage, tuple[Stage, ...]] = {
    Stage.SUPPORT: (Stage.INCLUSION, Stage.CLOSED),
    Stage.INCLUSION: (Stage.SUPPORT, Stage.CLOSED),
}
#: What closing ends. Custody and legal duty stay: somebody answers for the file as long as it exists.
ENDED_BY_CLOSING = (Basis.CONSENT, Basis.ASSIGNMENT, Basis.BREAK_GLASS)
SEXES = ("female", "male")
WRITING_BASES = frozenset({Basis.AUTHOR, Basis.LEGAL_DUTY, Basis.CUSTODY, Basis.ASSIGNMENT})


def open_parts(grants: Iterable[Grant]) -> frozenset[str]:
    """Compartments of the living file that these grants open."""
    return frozenset(c for grant in grants if grant.scope == Scope.FILE for c in grant.compartments)


def may_write_about(grants: Iterable[Grant], compartment: str) -> bool:
    """May she correct identity, contact or profile? If it is open, and she carries the file or is of the pair."""
    grants = list(grants)
    writing = (grant.basis in WRITING_BASES and grant.purpose not in pack().team_places for grant in grants)
    return compartment in open_parts(grants) and any(writing)


def parts_for_notes(grants: Iterable[Grant]) -> list[Compartment]:
    """Parts she may write notes into: all that is open to her, except by an emergency, which only reads."""
    standing = [grant for grant in grants if grant.basis != Basis.BREAK_GLASS]
    opened = open_parts(standing)
    return [part for part in Compartment if part in opened]


def may_take_custody(actor: Actor, case: Case, grants: list[Grant]) -> bool:
    """Nobody carries the file yet, her institution has custody of it, and carrying files is her work."""
    return (
        case.manager_id is None
        and case.stage != Stage.CLOSED
        and case.holder == actor.institution_principal
        and actor.has(*CUSTODIANS)
        and may_carry(actor, grants)
    )


def may_move(actor: Actor, grants: list[Grant]) -> bool:
    """Moving a file on, closing and opening it again belongs to whoever carries it."""
    return may_carry(actor, grants)


def ending(grants: Iterable[Grant], case: Case) -> list[Grant]:
    """Which of these grants the closing of the file ends. What the holder sees by her consent stays its history."""
    return [grant for grant in grants if grant.basis in ENDED_BY_CLOSING and grant.grantee != case.holder]


def may_see_looks(actor: Actor, grants: list[Grant]) -> bool:
    """Who saw the file names every institution around her: only whoever carries it sees the whole list."""
    return may_carry(actor, grants)


def may_hand_over(actor: Actor, case: Case, grants: list[Grant]) -> bool:
    """Whoever carries the file, or stands in, gives it on; else who leads the house that holds it, or an officer."""
    if case.holder is None or case.stage == Stage.CLOSED or not may_carry(actor, grants):
        return False
    leads = actor.has(Role.SUPERVISOR) and case.holder == actor.institution_principal
    return case.manager_id in actor.carriers or leads or actor.has(Role.RA_OFFICER)


def fits_wish(wish: object, sex: str) -> bool | None:
    """Is a colleague of this sex whom she wished for? None: the colleague has not said."""
    if wish not in SEXES:
        return True
    return None if sex not in SEXES else wish == sex
