"""May I see figures?"""

from cadra.foundation.access.actor import Actor
from cadra.foundation.kernel.roles import Role

READERS = (Role.MONITOR, Role.RA_OFFICER, Role.SUPERVISOR, Role.COMMITTEE_SECRETARY)


def may_see(actor: Actor | None) -> bool:
    """Whoever follows how the mechanism works. Figures name nobody, so no file needs to be open to her."""
    return actor is not None and actor.has(*READERS)
