"""May I refer, answer at the desk, interview and sign — and which referrals, receipts and pairs are mine?"""

from typing import Any

from django.db.models import Q, QuerySet

from cadra.foundation.access.actor import Actor
from cadra.foundation.kernel.roles import Role
from cadra.stages.identification.models import Pair, Receipt, Referral, State

#: Whoever meets people may refer someone to the Responsible Authority.
REFERRING_ROLES = (
    Role.FIRST_RESPONDER,
    Role.IDENTIFICATION_POLICE,
    Role.IDENTIFICATION_SOCIAL,
    Role.CASE_MANAGER,
    Role.CHILD_PROTECTION_WORKER,
    Role.SERVICE_PROFESSIONAL,
    Role.HELPLINE_OPERATOR,
)


def may_refer(actor: Actor) -> bool:
    """Anyone whose work meets people may send a first referral."""
    return actor.has(*REFERRING_ROLES)


def my_drafts(actor: Actor) -> QuerySet[Referral]:
    """Referrals the actor has begun and not sent: nobody else's, not even a colleague's."""
    return Referral.objects.filter(author_id=actor.user_id, state=State.DRAFT)


def my_receipts(actor: Actor) -> QuerySet[Receipt]:
    """What the actor's institution sent; the receiving desk's own view of receipts is not this one."""
    return Receipt.objects.filter(institution=actor.institution_principal)


# The desk of the Responsible Authority, and the identification pair ------------------------------

#: Where a referral waits for the desk.
WAITING = (State.SENT, State.ACKNOWLEDGED, State.CONNECTED)
#: Whoever may sit in a pair for each side of it, and beside it when she is a child.
PAIR_ROLES = {
    "police": Role.IDENTIFICATION_POLICE,
    "social": Role.IDENTIFICATION_SOCIAL,
    "child": Role.CHILD_PROTECTION_WORKER,
}


def may_answer(actor: Actor) -> bool:
    """Only an officer of the Responsible Authority works at the desk where referrals arrive."""
    return actor.has(Role.RA_OFFICER)


def arrived(actor: Actor) -> QuerySet[Referral]:
    """Referrals that reached the actor's desk."""
    return Referral.objects.exclude(state=State.DRAFT) if may_answer(actor) else Referral.objects.none()


def my_pairs(actor: Actor) -> QuerySet[Pair]:
    """The living pairs the actor belongs to."""
    return pairs_of(actor.user_id)


def pairs_of(user_id: Any) -> QuerySet[Pair]:
    """The living pairs somebody belongs to."""
    mine = Q(police_id=user_id) | Q(social_id=user_id) | Q(child_worker_id=user_id)
    return Pair.objects.filter(mine, ended_at=None)


def may_sign(actor: Actor, pair: Pair | None) -> bool:
    """The police officer and the social worker of the pair decide; nobody else."""
    return pair is not None and pair.ended_at is None and actor.user_id in (pair.police_id, pair.social_id)


def may_interview(actor: Actor, pair: Pair | None) -> bool:
    """The pair, and the child protection worker beside it."""
    return may_sign(actor, pair) or (
        pair is not None and pair.ended_at is None and actor.user_id == pair.child_worker_id
    )
