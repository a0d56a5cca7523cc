"""May I work on this plan, send to a provider, answer at a desk? — and which rows are mine."""

from cadra.foundation.access.actor import Actor
from cadra.foundation.access.models import Grant
from cadra.foundation.kernel.compartments import Compartment
from cadra.foundation.kernel.roles import Role
from cadra.foundation.network.models import Desk
from cadra.record.cases.models import Case
from cadra.record.cases.policy import may_carry
from cadra.stages.support.models import ServiceReferral


def open_parts(grants: list[Grant]) -> frozenset[str]:
    """Compartments of the living file these grants open."""
    return frozenset(part for grant in grants if grant.scope == "file" for part in grant.compartments)


def may_see_plan(grants: list[Grant]) -> bool:
    """Whoever the support part is open to reads the plan, the offers and the referrals."""
    return Compartment.SUPPORT in open_parts(grants)


def may_plan(actor: Actor, grants: list[Grant]) -> bool:
    """Whoever carries the file plans with her, offers, and refers."""
    return may_see_plan(grants) and may_carry(actor, grants)


def holds(actor: Actor, case: Case) -> bool:
    """Only the institution that has the file restricts or excludes in it."""
    return case.holder == actor.institution_principal


def may_oversee(actor: Actor) -> bool:
    """The monitor's: works without files, follows how the mechanism works (policy in the database as well)."""
    return actor.has(Role.MONITOR)


def answers_at(actor: Actor, referral: ServiceReferral) -> bool:
    """Whoever answers at the desk it was sent to (or covers that desk) answers a request."""
    return referral.desk in actor.principals


def may_be_rated(referral: ServiceReferral) -> bool:
    """She can judge help that began."""
    return referral.started_at is not None


def may_rate(actor: Actor, desk: Desk) -> bool:
    """Nobody of the provider asks her what she thinks of it."""
    return desk.principal not in actor.principals and desk.institution.principal != actor.institution_principal


def has_a_desk(actor: Actor) -> bool:
    """Does the actor answer at a desk? Principals are: herself, her desks, her institution."""
    return len(actor.principals) > 2
