"""Who may see a file, and which devices are signed in."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from cadra.foundation.access.actor import Actor
from cadra.foundation.access.models import BreakGlass, FactorReset, Grant, Refusal, Session
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


def resets_to_confirm(actor: Actor) -> QuerySet[FactorReset]:
    """Resets of a colleague's second factor that wait for a second administrator; nobody else sees them."""
    found = FactorReset.objects.filter(ended_at=None, confirmed_at=None, expires_at__gt=now())
    return found.exclude(user_id=actor.user_id).select_related("user__institution", "asked_by").order_by("asked_at")


def my_reset(actor: Actor) -> FactorReset | None:
    """The reset somebody has asked for on the actor's behalf, as long as it is not confirmed: she may stop it."""
    found = FactorReset.objects.filter(user_id=actor.user_id, ended_at=None, confirmed_at=None, expires_at__gt=now())
    return found.select_related("asked_by").first()


def colleague_to_reset(email: str) -> User | None:
    """The open account with this address, if the asker may answer for its second factor."""
    user = User.objects.select_related("institution").filter(email__iexact=email, is_active=True).first()
    return user if user is not None and _handles_factor(user.pk) else None


def address_of_colleague(actor: Actor, number: str) -> str:
    """The address of a colleague named by her id, '' for any other: a form is filled in with it."""
    try:
        found = User.objects.filter(pk=UUID(number), institution_id=actor.institution_id)
    except ValueError:
        return ""
    return str(found.values_list("email", flat=True).first() or "")


def waits_for_link() -> bool:
    """Was the second factor of this session's account taken away, and its link not opened here?"""
    return bool(_ask("SELECT authz.waits_for_link()"))


def opens_factor_link(token: str, *, take: bool = False) -> bool:
    """Does this link open for this session's account? `take`: it is opened, here and nowhere else."""
    digest = hashlib.sha256(token.encode()).digest()
    return bool(_ask("SELECT authz.open_factor_link(%s, %s)", digest, take))


def _handles_factor(user_id: UUID) -> bool:
    return bool(_ask("SELECT authz.handles_factor(%s)", user_id))


def _ask(statement: str, *values: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        (answer,) = cursor.fetchone()
    return answer
