"""Who may see a file, and which devices are signed in."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from cadra.foundation.access.actor import Actor
from cadra.foundation.access.models import BreakGlass, Grant, Refusal, Session
from cadra.foundation.kernel.clock import now, today
from cadra.foundation.kernel.roles import Role
from cadra.foundation.kernel.together import Kept
from cadra.foundation.network.models import Desk, User
from cadra.foundation.network.policy import may_administer
from cadra.foundation.network.queries import desks_covered_by, standing_behind


@Kept
def grants_alive(case_id: Any, moment: Any) -> QuerySet[Grant]:
    """The grants on a file that the actor can see and that live at this moment, newest first."""
    return Grant.objects.filter(case_id=case_id, ended_at=None, until__gt=moment).order_by("-starts_at", "id")


def live_grants(actor: Actor, case_id: UUID) -> QuerySet[Grant]:
    """The grants alive now on a file the actor can see, newest first."""
    return grants_alive.query(case_id, now())


def my_grants(actor: Actor, case_id: UUID) -> list[Grant]:
    """The live grants by which the actor herself sees this file."""
    return [grant for grant in live_grants(actor, case_id) if grant.grantee in actor.principals]


def my_compartments(actor: Actor, case_id: UUID) -> frozenset[str]:
    """Compartments of the living file open to the actor."""
    grants = my_grants(actor, case_id)
    return frozenset(c for grant in grants if grant.scope == "file" for c in grant.compartments)


def refusals(actor: Actor, case_id: UUID) -> QuerySet[Refusal]:
    """Those she fears, in force now."""
    return Refusal.objects.filter(case_id=case_id, ended_at=None).order_by("since")


def feared(*case_ids: UUID) -> set[UUID]:
    """Users she fears: whoever stands behind those on her refusal list. Of several files, those feared in each."""
    refused: dict[UUID, list[int]] = defaultdict(list)
    rows = Refusal.objects.filter(case_id__in=case_ids, ended_at=None)
    for case_id, principal in rows.values_list("case_id", "principal"):
        refused[case_id].append(principal)
    if not refused or len(refused) < len(set(case_ids)):
        return set()
    return set.intersection(*map(standing_behind, refused.values()))


def openings_to_review(actor: Actor, case_ids: Sequence[UUID] | None = None) -> QuerySet[BreakGlass]:
    """Emergency openings nobody has reviewed yet."""
    found = BreakGlass.objects.filter(reviewed_at=None).order_by("opened_at")
    return found if case_ids is None else found.filter(case_id__in=case_ids)


def my_sessions(actor: Actor) -> list[Session]:
    """The actor's signed-in devices, last used first."""
    rows = Session.objects.using("gate").filter(user_id=actor.user_id, expires_at__gt=now(), rests_until__gt=now())
    return list(rows.order_by("-seen_at"))


def absentee(actor: Actor, user_id: UUID | None) -> User | None:
    """The actor's own account, or that of a colleague whose absence she may enter as administrator."""
    found = User.objects.select_related("institution", "covered_by").filter(pk=user_id or actor.user_id).first()
    if found is None or (found.pk != actor.user_id and not may_administer(actor, found.institution_id)):
        return None
    return found


def stood_in_for(actor: Actor) -> list[User]:
    """Colleagues the actor stands in for, now or soon."""
    away = User.objects.filter(covered_by_id=actor.user_id, institution_id=actor.institution_id, is_active=True)
    return list(away.filter(absent_until__gte=today()).order_by("absent_from", "name"))


def covered_desks(actor: Actor) -> list[Desk]:
    """Desks for which a desk of the actor's answers, now or soon."""
    return list(
        desks_covered_by(User(pk=actor.user_id, institution_id=actor.institution_id)).filter(cover_until__gte=today())
    )


def sex_of(actor: Actor) -> str:
    """What the actor said of herself, '' when nothing."""
    return str(User.objects.filter(pk=actor.user_id).values_list("sex", flat=True).first() or "")


def role_labels(actor: Actor) -> list[str]:
    """The actor's roles in words."""
    return [str(role.label) for role in Role if role in actor.roles]
