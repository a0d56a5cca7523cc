"""May I see who she is? Which persons can I name?"""

from cadra.foundation.access.actor import Actor
from cadra.foundation.kernel.roles import Role


def may_match(actor: Actor) -> bool:
    """Only the Responsible Authority's officer asks whether someone is already known (mission I8)."""
    return actor.has(Role.RA_OFFICER)
