"""Who can carry a file, on what ground, and the coded values a new file starts with."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import F
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from cadra.foundation.access.actor import Actor
from cadra.foundation.access.queries import refusals
from cadra.foundation.kernel.answers import Answer
from cadra.foundation.kernel.clock import today
from cadra.foundation.kernel.compartments import Compartment
from cadra.foundation.kernel.pack import pack
from cadra.foundation.kernel.together import together
from cadra.foundation.ledger import actions as ledger
from cadra.foundation.network.models import Institution, Training, User
from cadra.foundation.network.queries import missing_topics, standing_behind, trainings_in_force
from cadra.record.cases import custody
from cadra.record.cases.models import Case, Stage, Status
from cadra.record.cases.queries import case_for
from cadra.record.people.models import Person
from cadra.record.people.queries import profiles_for
from cadra.stages.identification import policy
from cadra.stages.identification.models import Pair

#: Age groups of figures, by their last year. The border at the end of childhood is one of them.
AGE_GROUPS = (
    (8, "0-8"),
    (17, "9-17"),
    (20, "18-20"),
    (23, "21-23"),
    (26, "24-26"),
    (29, "27-29"),
    (38, "30-38"),
    (47, "39-47"),
)
OLDEST = "48-up"
#: More officers than this are chosen from by filters.
MOST = 200


@dataclass(frozen=True)
class Officer:
    """Somebody who may be named: absent now, until when, and who covers; refused by her or not; `untrained`: topics the
    work needs and no training of hers has."""

    user: User
    refused: bool
    absent_until: dt.date | None
    covered_by: str
    untrained: Sequence[str] = ()


#: Of the officers, as shown beside their names.
SEXES = {"female": _("woman"), "male": _("man")}


@dataclass(frozen=True)
class Choices:
    """Whom to choose from. `officers`: side of the pair → officers, by name; `holders`: (institution, refused)."""

    officers: Mapping[str, Sequence[Officer]]
    holders: Sequence[tuple[Institution, bool]]
    pair: Pair | None
    case: Case

    def named_now(self) -> dict[str, str]:
        """Who is named already, as first values of the form: ids by field."""
        holder = next((house for house, _refused in self.holders if house.principal == self.case.holder), None)
        named = {"holder": str(holder.pk)} if holder else {}
        if self.pair is not None:
            named |= {"police": str(self.pair.police_id), "social": str(self.pair.social_id)}
            named |= {"child_worker": str(self.pair.child_worker_id)} if self.pair.child_worker_id else {}
        return named


def choices(actor: Actor, case: Case, *, sex: str = "", language: str = "", near: bool = False) -> Choices:
    """The officers and institutions who may be named for a file, filtered.

    Whoever she refused is among them, marked, so that nobody wonders why a colleague is missing.
    """
    sides = {side: role for side, role in policy.PAIR_ROLES.items() if side != "child" or case.is_child}
    refusing, pairs = together(refusals(actor, case.case_id), Pair.objects.filter(case_id=case.case_id, ended_at=None))
    refused = {refusal.principal for refusal in refusing}
    feared = standing_behind(refused)
    found = User.objects.filter(is_active=True, institution__is_active=True, holdings__role__in=sides.values())
    if sex:
        found = found.filter(sex=sex)
    if language:
        found = found.filter(languages__contains=[language])
    found = found.annotate(role=F("holdings__role")).select_related("institution", "covered_by")
    users = [user for user in found.order_by("name", "id")[:MOST] if not near or serves(user.institution, case.area)]
    trainings = list(trainings_in_force({user.pk for user in users}))
    houses = holders()
    return Choices(
        officers={
            side: [
                _officer(user, feared, untrained(side, case, user.pk, trainings)) for user in users if user.role == role
            ]
            for side, role in sides.items()
        },
        holders=[(house, house.principal in refused) for house in houses if not near or serves(house, case.area)],
        pair=next(iter(pairs), None),
        case=case,
    )


@dataclass(frozen=True)
class Unreferred:
    """A file that no referral brought, as the Responsible Authority names who carries it on."""

    person: Person
    case: Case
    profile: Mapping[str, Any]

    @property
    def called(self) -> str:
        return str(self.profile.get("called") or "")

    @property
    def facts(self) -> list[str]:
        """For the bar over the file: standing, and whether she is treated as a child."""
        return [pack().statuses[self.case.status].full, *([str(_("treated as a child"))] if self.case.is_child else [])]


#: Standings in which a pair may still have something to decide.
UNDECIDED = (Status.PRESUMED, Status.POTENTIAL)


def may_name(actor: Actor, case: Case) -> bool:
    """Could this officer name a pair for the file, if no referral brought it?"""
    return policy.may_answer(actor) and case.stage != Stage.CLOSED and case.status in UNDECIDED


def must_be_unreferred(actor: Actor, case_id: UUID) -> tuple[Person, Case]:
    """404 unless the file waits for identification and no referral is there to name the pair from."""
    person, case = case_for(actor, case_id)
    if not may_name(actor, case) or policy.arrived(actor).filter(case_id=case_id).exists():
        raise Http404
    return person, case


def unreferred(actor: Actor, case_id: UUID) -> Unreferred:
    """Such a file; the look is recorded."""
    person, case = must_be_unreferred(actor, case_id)
    profile = profiles_for(actor, [case_id]).get(case_id)
    ledger.record(
        actor=actor,
        verb="looked_at_identification",
        subjects=[person.ledger_alias],
        compartments=[Compartment.CORE],
        object_id=case.pk,
    )
    return Unreferred(person, case, profile.plain if profile else {})  # type: ignore[attr-defined]


def holders() -> list[Institution]:
    """The institutions that hold files, shelters first."""
    found = Institution.objects.filter(is_active=True, kind__in=custody.holders())
    return list(found.order_by("-is_shelter", "name", "id")[:MOST])


def untrained(side: str, case: Case, user_id: UUID, in_force: Iterable[Training]) -> list[str]:
    """Topics someone lacks for this side of the pair. Never a bar (mission N3)."""
    work = {"interview", "child"} if side == "child" else {"interview", "identification"}
    return missing_topics(work | ({"child"} if case.is_child else set()), user_id, in_force)


def _officer(user: User, feared: Collection[UUID], untrained: Sequence[str] = ()) -> Officer:
    return Officer(
        user=user,
        refused=user.pk in feared,
        absent_until=user.absent_until if user.away else None,
        covered_by=user.covered_by.name if user.covered_by else "",
        untrained=untrained,
    )


def serves(institution: Institution, area: str) -> bool:
    """Does it work in this municipality, its region or the whole country?"""
    region = pack().region_of(area)
    return (
        institution.serves_whole_country
        or institution.municipality == area
        or bool({area, region.code if region else area} & set(institution.areas))
    )


def problems(
    actor: Actor,
    case: Case,
    *,
    police: User,
    social: User,
    holder: Institution,
    child_worker: User | None,
) -> dict[str, Any]:
    """Why these can't carry the file: field → sentence; empty when they can."""
    found: dict[str, Any] = {}
    refused = _refused(actor, case)
    feared = standing_behind(refused)
    named = (("police", "police", police), ("social", "social", social), ("child_worker", "child", child_worker))
    for field, side, user in named:
        if user is not None and (wrong := _cannot(user, side, feared)):
            found[field] = wrong
    if "social" not in found and police.institution_id == social.institution_id:
        found["social"] = _("The two must come from different institutions. Choose a social worker of another one.")
    if child_worker is not None and not case.is_child:
        found["child_worker"] = _("A child protection worker is named only for a child.")
    if not custody.may_hold(holder):
        found["holder"] = _("This institution does not hold files. Choose another one.")
    elif holder.principal in refused:
        found["holder"] = _("She does not want this institution to see her file. Choose another one.")
    return found


def _cannot(user: User, side: str, feared: Collection[UUID]) -> Any:
    if not user.is_active or not user.holdings.filter(role=policy.PAIR_ROLES[side]).exists():
        return _("This person does not have the role for this place.")
    if user.pk in feared:
        return _("She does not want this person or this institution to see her file. Choose someone else.")
    return None


def _refused(actor: Actor, case: Case) -> set[int]:
    return {refusal.principal for refusal in refusals(actor, case.case_id)}


def age_group(age: Any) -> str:
    """The group of figures an age falls into; '' when no number of years is known."""
    years = age.get("years") if isinstance(age, dict) else None
    if not isinstance(years, int):
        return ""
    return next((name for last, name in AGE_GROUPS if years <= last), OLDEST)


def still_child(age: Any, *, otherwise: bool) -> bool:
    """Is she treated as a child? A documented year of birth decides, taken in her favour; else what was told now."""
    age = age if isinstance(age, dict) else {}
    year, basis = age.get("birth_year"), age.get("basis") or ""
    if basis != "documented" or not isinstance(year, int):
        return otherwise
    return pack().presumed_child(today().year - year - 1, basis)


def is_foreign(nationality: Any) -> bool:
    """Does she hold only nationalities of other countries? Not known counts as no."""
    known = [code for code in nationality if code] if isinstance(nationality, list | tuple) else []
    return bool(known) and pack().code.upper() not in known


def coded(profile: dict[str, Any]) -> dict[str, Any]:
    """The coded fields of a new file that come from her profile."""
    sex = str(profile.get("sex") or "")
    return {
        "sex": "" if sex in set(Answer) else sex,
        "age_group": age_group(profile.get("age")),
        "is_foreign": is_foreign(profile.get("nationality")),
    }
