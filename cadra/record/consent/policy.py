"""May I record or withdraw her answer?"""

from cadra.foundation.access.actor import Actor
from cadra.foundation.access.models import Grant
from cadra.foundation.access.policy import GRANTING_BASES


def may_record(actor: Actor, grants: list[Grant]) -> bool:
    """Whoever carries the file (author, legal duty, custody) records what she agreed to."""
    return any(grant.basis in GRANTING_BASES for grant in grants)
