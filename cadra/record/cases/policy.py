"""May I work on this file, and which files are mine?"""

from django.db.models import QuerySet

from cadra.foundation.access.actor import Actor
from cadra.foundation.access.models import Grant
from cadra.foundation.access.policy import GRANTING_BASES
from cadra.foundation.kernel.roles import Role
from cadra.record.cases.models import Case

CARRYING_ROLES = (Role.CASE_MANAGER, Role.RA_OFFICER, Role.CHILD_PROTECTION_WORKER, Role.SUPERVISOR)


def visible(actor: Actor) -> QuerySet[Case]:
    """The files the actor can see: PostgreSQL decides (`visible_to`), this only starts the sentence."""
    return Case.objects.all()


def may_carry(actor: Actor, grants: list[Grant]) -> bool:
    """May the actor change the file: plan, team, consents? She carries it by custody or legal duty."""
    return actor.has(*CARRYING_ROLES) and any(grant.basis in GRANTING_BASES for grant in grants)
