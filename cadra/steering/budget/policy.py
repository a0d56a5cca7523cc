"""Whose money may I see, spend, approve?"""

from cadra.foundation.access.actor import Actor
from cadra.foundation.kernel.roles import Role

SPENDERS = (Role.CASE_MANAGER, Role.CHILD_PROTECTION_WORKER, Role.SUPERVISOR)


def may_see(actor: Actor) -> bool:
    """Those who help with an institution's money, and who leads them. Others do not meet these pages."""
    return actor.has(*SPENDERS) and actor.institution_principal in actor.principals


def may_keep(actor: Actor) -> bool:
    """Whoever leads a team opens lines and approves what somebody else spent."""
    return may_see(actor) and actor.has(Role.SUPERVISOR)
