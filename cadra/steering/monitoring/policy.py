"""May I see figures?"""

from cadra.foundation.access.actor import Actor
from cadra.foundation.kernel.roles import Role

READERS = (Role.MONITOR, Role.RA_OFFICER, Role.SUPERVISOR, Role.COMMITTEE_SECRETARY)

#: A supervisor works for an institution that may be judged, and may be the only one of its kind.
JUDGES = tuple(role for role in READERS if role != Role.SUPERVISOR)
#: Whoever answers for the work of an institution that gives services.
PROVIDERS = (Role.SERVICE_PROFESSIONAL, Role.CASE_MANAGER, Role.LAWYER, Role.SUPERVISOR, Role.INSTITUTION_ADMIN)


def may_see_ratings(actor: Actor | None) -> bool:
    """What people answered, as it grows day by day: nobody who works for a provider."""
    return actor is not None and actor.has(*JUDGES) and not actor.has(*PROVIDERS)


def may_see_own(actor: Actor | None) -> bool:
    """What people said of one's own institution, when there are enough of them."""
    return actor is not None and actor.has(*PROVIDERS)


def may_see(actor: Actor | None) -> bool:
    """Whoever follows how the mechanism works. Figures name nobody, so no file needs to be open to her."""
    return actor is not None and actor.has(*READERS)
