"""Who may work with her: by their role, there, not feared; and whether it is whom she wished for."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from cadra.foundation.access.models import Refusal
from cadra.foundation.kernel.clock import today
from cadra.foundation.kernel.pack import pack
from cadra.foundation.kernel.pack.team import Place
from cadra.foundation.network.models import DeskMember, User
from cadra.record.cases.models import Asked, Assignment
from cadra.record.people.models import Profile
from cadra.steering.mechanism import policy
from cadra.steering.mechanism.queries.opened import Opened

SHOWN = 40


@dataclass(frozen=True)
class Candidate:
    """A colleague; `fits`: whom she wished for (None: has not said); `away_until`: the last day of an absence."""

    user: User
    fits: bool | None
    away_until: dt.date | None


def wish_of(profile: Profile | None) -> str:
    """Whom she wants to work with her: female, male, any, an answer, or "" when she was never asked."""
    plain = getattr(profile, "plain", {}) if profile is not None else {}
    return str(plain.get("worker_sex") or "")


def places_for(file: Opened) -> list[Place]:
    """The places of the country's pack that can be taken beside her."""
    return pack().team_places.where(lambda place: file.case.is_child or not place.child_only)


def professionals(file: Opened, place: Place, words: str = "") -> list[Candidate]:
    """Who may take this place: of any institution, here first. `words`: part of a name of theirs or their house's."""
    taken = Assignment.objects.filter(
        case_id=file.person.pk, place=place.code, state__in=[Asked.ASKED, Asked.ACCEPTED]
    ).values("user_id")
    found = User.objects.filter(holdings__role__in=place.roles).exclude(pk__in=taken).exclude(pk=file.actor.user_id)
    if words:
        found = found.filter(Q(name__icontains=words) | Q(institution__name__icontains=words))
    return _candidates(file, found)


def successors(file: Opened) -> list[Candidate]:
    """Who may carry the file after whoever carries it: of the house that holds it, there today."""
    found = User.objects.filter(
        institution__principal__in=[file.case.holder] if file.case.holder is not None else [],
        holdings__role__in=[str(role) for role in policy.CUSTODIANS],
    )
    able = _candidates(file, found)
    return [one for one in able if one.away_until is None and one.user.pk != file.case.manager_id]


def feared(refusals: Iterable[Refusal]) -> Q:
    """Users whom these refusals keep out: they themselves, all of an institution, all at a desk."""
    numbers = {refusal.principal for refusal in refusals}
    at_desk = DeskMember.objects.filter(desk__principal__in=numbers).values("user_id")
    return Q(principal__in=numbers) | Q(institution__principal__in=numbers) | Q(pk__in=at_desk)


def kept_out(case_ids: Sequence[UUID]) -> dict[UUID, set[UUID]]:
    """file → users among those who carry files whom she fears."""
    found: dict[UUID, list[Refusal]] = {}
    for refusal in Refusal.objects.filter(case_id__in=case_ids, ended_at=None):
        found.setdefault(refusal.case_id, []).append(refusal)
    return {
        case_id: set(User.objects.filter(feared(refusals)).values_list("pk", flat=True))
        for case_id, refusals in found.items()
    }


def _candidates(file: Opened, found: "QuerySet[User]") -> list[Candidate]:
    refusals = list(Refusal.objects.filter(case_id=file.person.pk, ended_at=None))
    wish, day = wish_of(file.profile), today()
    ordered = found.filter(is_active=True).exclude(feared(refusals)).select_related("institution").distinct()
    return [
        Candidate(user, policy.fits_wish(wish, user.sex), user.absent_until if is_away(user, day) else None)
        for user in ordered.order_by("name", "id")[:SHOWN]
    ]


def is_away(user: User, day: dt.date) -> bool:
    """Is she away on this day?"""
    return user.absent_from is not None and user.absent_from <= day <= (user.absent_until or day)
