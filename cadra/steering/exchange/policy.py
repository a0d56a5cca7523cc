"""May I exchange, and which runs are mine?"""

from django.db.models import QuerySet

from cadra.foundation.access.actor import Actor
from cadra.foundation.kernel.roles import Role
from cadra.steering.exchange.models import Run


def may_exchange(actor: Actor) -> bool:
    """Only the Responsible Authority's officer takes in and gives out files by the thousand (mission X1)."""
    return actor.has(Role.RA_OFFICER)


def visible(actor: Actor) -> QuerySet[Run]:
    """The actor's own runs: PostgreSQL decides, this only starts the sentence."""
    return Run.objects.all()
