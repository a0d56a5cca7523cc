"""May I, and which ones? — for grants, refusals and emergencies."""

import datetime as dt

from cadra.foundation.access.actor import Actor
from cadra.foundation.access.models import Basis
from cadra.foundation.kernel.compartments import Compartment
from cadra.foundation.kernel.roles import Role

GRANTING_BASES = frozenset({Basis.AUTHOR, Basis.LEGAL_DUTY, Basis.CUSTODY})
BREAK_GLASS_WINDOW = dt.timedelta(hours=2)
# A lost second factor: a weekend to confirm (PostgreSQL holds it too), a week to set up the new one.
CONFIRMED_WITHIN = dt.timedelta(days=3)
FACTOR_LINK_LASTS = dt.timedelta(days=7)
# Never the contact compartment: it holds where she is.
BREAK_GLASS_COMPARTMENTS = (Compartment.IDENTITY, Compartment.STORY, Compartment.SUPPORT, Compartment.HEALTH)
BREAK_GLASS_ROLES = (
    Role.RA_OFFICER,
    Role.CASE_MANAGER,
    Role.IDENTIFICATION_POLICE,
    Role.IDENTIFICATION_SOCIAL,
    Role.FIRST_RESPONDER,
    Role.CHILD_PROTECTION_WORKER,
    Role.SERVICE_PROFESSIONAL,
)
# A file's custody has no natural end; it is given for ten years and ended by hand-over or closing.
OPEN_ENDED = dt.timedelta(days=3653)


def may_break_glass(actor: Actor) -> bool:
    """Whoever may meet the person in danger may open her file in an emergency, once, watched."""
    return actor.has(*BREAK_GLASS_ROLES)


def may_review(actor: Actor) -> bool:
    """Emergency openings are reviewed by the data protection officer."""
    return actor.has(Role.DATA_PROTECTION_OFFICER)


def may_answer_for_factors(actor: Actor) -> bool:
    """Administrators ask for and confirm the reset of a second factor; for whom, PostgreSQL says (handles_factor)."""
    return actor.has(Role.INSTITUTION_ADMIN)
