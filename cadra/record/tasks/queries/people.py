"""Whom a task can be given to: colleagues who see it anyway. Giving a task opens nothing."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import Q, QuerySet

from cadra.foundation.access.actor import Actor
from cadra.foundation.access.models import Grant, Refusal
from cadra.foundation.access.queries import live_grants, refusals
from cadra.foundation.kernel.together import together
from cadra.foundation.network.models import DeskMember, User
from cadra.foundation.network.queries import FILE_ROLES, behind
from cadra.record.tasks import policy

MOST = 200


def who_sees(grants: Collection[Grant], feared_by_her: Collection[Refusal], parts: Collection[str]) -> QuerySet[User]:
    """Active users who see one of these parts of the file by these grants, and whom she does not fear."""
    principals, feared = policy.reached(grants, feared_by_her, parts)
    works_with_files = Q(pk__in=User.objects.filter(holdings__role__in=FILE_ROLES).values("pk"))
    sees = Q(principal__in=principals) | (works_with_files & behind(principals))
    return User.objects.filter(sees, is_active=True).exclude(behind(feared)).order_by("name", "id")[:MOST]


def who_may_do(actor: Actor, case_id: UUID, part: str) -> list[User]:
    """Colleagues a task in this part of the file can be given to."""
    grants, feared = together(live_grants(actor, case_id), refusals(actor, case_id))
    return list(who_sees(grants, feared, [part]))


def colleagues(actor: Actor) -> QuerySet[User]:
    """Everybody who works at the actor's institution."""
    return User.objects.filter(institution_id=actor.institution_id, is_active=True).order_by("name", "id")[:MOST]


def team(actor: Actor) -> QuerySet[User]:
    """Those who answer at a desk of the actor's."""
    desks = DeskMember.objects.filter(user_id=actor.user_id).values("desk_id")
    seated = DeskMember.objects.filter(desk_id__in=desks).values("user_id")
    return User.objects.filter(pk__in=seated, institution_id=actor.institution_id)


def names(ids: Collection[UUID | None]) -> QuerySet[User]:
    """Users by id, to be named."""
    return User.objects.filter(pk__in={one for one in ids if one})
