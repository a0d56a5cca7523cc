"""Who may work with her: by their role, there, not feared; and whether it is whom she wished for."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from cadra.foundation.access.models import Refusal
from cadra.foundation.kernel.clock import today
from cadra.foundation.kernel.pack import pack
from cadra.foundation.kernel.pack.team import Place
from cadra.foundation.network.models import Desk, DeskMember, User
from cadra.foundation.network.queries import away_on, behind, covered_on, roles_of, trainings_in_force, untrained_for
from cadra.record.cases.models import Asked, Assignment
from cadra.record.people.models import Profile
from cadra.steering.mechanism import policy
from cadra.steering.mechanism.queries.colleagues import carriers
from cadra.steering.mechanism.queries.opened import Opened

SHOWN = 40
CHILD = ("child",)  # the work a child's file is, as the topics of the pack name it


@dataclass(frozen=True)
class Candidate:
    """A colleague; `fits`: whom she wished for (None: has not said); `untrained`: topics a child's file needs."""

    user: User
    fits: bool | None
    untrained: Sequence[str] = ()


def wish_of(profile: Profile | None) -> str:
    """Whom she wants to work with her: female, male, any, an answer, or "" when she was never asked."""
    plain = getattr(profile, "plain", {}) if profile is not None else {}
    return str(plain.get("worker_sex") or "")


def places_for(file: Opened) -> list[Place]:
    """The places of the country's pack that can be taken beside her."""
    return pack().team_places.where(lambda place: file.case.is_child or not place.child_only)


def professionals(file: Opened, place: Place, *, words: str = "", only: UUID | None = None) -> list[Candidate]:
    """Who may take this place, of any institution. `words`: part of a name of theirs or their house's."""
    found = _to_ask(file, place, place.roles)
    if words:
        found = found.filter(Q(name__icontains=words) | Q(institution__name__icontains=words))
    if only is not None:
        found = found.filter(pk=only)
    return _candidates(file, found, SHOWN)


def stand_in(file: Opened, assignment: Assignment) -> Candidate | None:
    """Who may take this place for the days its professional is away: who stands in for her, in a role of the place that
    both hold, trained as she is, there, not feared, and whom she wished for. Nobody where their house sees the file
    anyway."""
    place = pack().team_places.get(assignment.place)
    away = User.objects.filter(away_on(today()), pk=assignment.user_id).select_related("institution").first()
    if place is None or away is None or away.covered_by_id is None or away.institution.principal == file.case.holder:
        return None
    found = _to_ask(file, place, set(place.roles) & set(roles_of(away))).filter(pk=away.covered_by_id)
    able = [one for one in _candidates(file, found) if not one.user.away and one.fits is not False]
    return next((one for one in able if _trained_as(one.user, away)), None)


def _to_ask(file: Opened, place: Place, roles: Collection[str]) -> QuerySet[User]:
    """Colleagues in these roles who neither have this place nor were asked to take it."""
    taken = Assignment.objects.filter(
        case_id=file.person.pk, place=place.code, state__in=[Asked.ASKED, Asked.ACCEPTED]
    ).values("user_id")
    return User.objects.filter(holdings__role__in=roles).exclude(pk__in=taken).exclude(pk=file.actor.user_id)


def _trained_as(user: User, other: User) -> bool:
    in_force = list(trainings_in_force([user.pk, other.pk]))
    needed = {topic.code for topic in pack().training_topics if topic.needed_for}
    hers, others = ({row.topic for row in in_force if row.user_id == one.pk} for one in (user, other))
    return needed & others <= hers


def successors(file: Opened) -> list[Candidate]:
    """Who may carry the file after whoever carries it: of the house that holds it, there today."""
    if file.case.holder is None:
        return []
    able = _candidates(file, carriers(file.case.holder))
    return [one for one in able if not one.user.away and one.user.pk != file.case.manager_id]


def kept_out(case_ids: Sequence[UUID], users: Collection[User]) -> dict[UUID, set[UUID]]:
    """file → those of these users whom she fears."""
    stand_for = {user.pk: {user.principal, user.institution.principal} for user in users}
    covered = Desk.objects.filter(covered_on(today()), cover__members__user__in=users)
    for user_id, desk in (
        *DeskMember.objects.filter(user__in=users).values_list("user_id", "desk__principal"),
        *covered.values_list("cover__members__user_id", "principal"),
    ):
        stand_for.get(user_id, set()).add(desk)
    found: dict[UUID, set[UUID]] = {}
    for case_id, principal in _refused(case_ids):
        out = {user_id for user_id, numbers in stand_for.items() if principal in numbers}
        found.setdefault(case_id, set()).update(out)
    return found


def _refused(case_ids: Sequence[UUID]) -> "QuerySet[Refusal, tuple[UUID, int]]":
    return Refusal.objects.filter(case_id__in=case_ids, ended_at=None).values_list("case_id", "principal")


def _candidates(file: Opened, found: "QuerySet[User]", most: int | None = None) -> list[Candidate]:
    refused = [principal for _case, principal in _refused([file.person.pk])]
    wish = wish_of(file.profile)
    ordered = found.filter(is_active=True).exclude(behind(refused)).select_related("institution").distinct()
    users = list(ordered.order_by("name", "id")[:most])
    lacking = untrained_for(CHILD, [user.pk for user in users]) if file.case.is_child else {}
    return [Candidate(user, policy.fits_wish(wish, user.sex), lacking.get(user.pk, ())) for user in users]
