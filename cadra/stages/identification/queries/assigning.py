"""Who can carry a file, on what ground, and the coded values a new file starts with."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from cadra.foundation.access.actor import Actor
from cadra.foundation.access.queries import refusals
from cadra.foundation.kernel.answers import Answer
from cadra.foundation.kernel.clock import now, today
from cadra.foundation.kernel.pack import pack
from cadra.foundation.network.models import Institution, User
from cadra.record.cases.models import Case
from cadra.record.consent.models import Consent
from cadra.stages.identification import policy

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
    """Somebody who may be named: absent now, until when, and who covers; refused by her or not."""

    user: User
    refused: bool
    absent_until: dt.date | None
    covered_by: str

    @property
    def words(self) -> str:
        """Name, institution, sex and languages in one line."""
        about = [str(SEXES[self.user.sex])] if self.user.sex in SEXES else []
        about += [pack().languages.label(code) for code in self.user.languages]
        line = f"{self.user.name}, {self.user.institution.name}"
        return f"{line} ({', '.join(about)})" if about else line


SEXES = {"female": _("woman"), "male": _("man")}


def officers(actor: Actor, case: Case, side: str, *, sex: str = "", language: str = "") -> list[Officer]:
    """Those who hold the role for one side of a pair ("police", "social", "child"), by name.

    Whoever she refused is among them, marked, so that nobody wonders why a colleague is missing.
    """
    found = User.objects.filter(is_active=True, institution__is_active=True)
    found = found.filter(holdings__role=policy.PAIR_ROLES[side])
    if sex:
        found = found.filter(sex=sex)
    if language:
        found = found.filter(languages__contains=[language])
    refused = _refused(actor, case)
    rows = found.select_related("institution", "covered_by").order_by("name", "id")[:MOST]
    return [
        Officer(
            user=user,
            refused=bool(refused & {user.principal, user.institution.principal}),
            absent_until=user.absent_until if is_absent(user) else None,
            covered_by=user.covered_by.name if user.covered_by else "",
        )
        for user in rows
    ]


def holders(actor: Actor, case: Case, *, area: str = "") -> list[tuple[Institution, bool]]:
    """Institutions that hold files, those of an area first if one is asked for, with "she refused it"."""
    kinds = [kind.code for kind in pack().institution_kinds if kind.holds_files]
    refused = _refused(actor, case)
    rows = Institution.objects.filter(is_active=True, kind__in=kinds).order_by("name", "id")[:MOST]
    found = [(row, row.principal in refused) for row in rows if not area or serves(row, area)]
    return sorted(found, key=lambda one: not one[0].is_shelter)


def serves(institution: Institution, area: str) -> bool:
    """Does it work in this municipality, its region or the whole country?"""
    region = pack().region_of(area)
    return (
        institution.serves_whole_country
        or institution.municipality == area
        or bool({area, region.code if region else area} & set(institution.areas))
    )


def is_absent(user: User) -> bool:
    """Is this colleague away today?"""
    return bool(user.absent_from and user.absent_until and user.absent_from <= today() <= user.absent_until)


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
    named = (("police", "police", police), ("social", "social", social), ("child_worker", "child", child_worker))
    for field, side, user in named:
        if user is not None and (wrong := _cannot(user, side, refused)):
            found[field] = wrong
    if "social" not in found and police.institution_id == social.institution_id:
        found["social"] = _("The two must come from different institutions. Choose a social worker of another one.")
    if child_worker is not None and not case.is_child:
        found["child_worker"] = _("A child protection worker is named only for a child.")
    kind = pack().institution_kinds.get(holder.kind)
    if not holder.is_active or kind is None or not kind.holds_files:
        found["holder"] = _("This institution does not hold files. Choose another one.")
    elif holder.principal in refused:
        found["holder"] = _("She does not want this institution to see her file. Choose another one.")
    return found


def _cannot(user: User, side: str, refused: Iterable[int]) -> Any:
    if not user.is_active or not user.holdings.filter(role=policy.PAIR_ROLES[side]).exists():
        return _("This person does not have the role for this place.")
    if {user.principal, user.institution.principal} & set(refused):
        return _("She does not want this person or this institution to see her file. Choose someone else.")
    return None


def _refused(actor: Actor, case: Case) -> set[int]:
    return {refusal.principal for refusal in refusals(actor, case.case_id)}


def recipient_kind(institution_kind: str) -> str:
    """The kind of recipient (pack) under which she was asked about an institution that holds files; '' if none."""
    asked = pack().recipients.where(
        lambda recipient: institution_kind in recipient.kinds and recipient.code not in ("authority", "pair")
    )
    return asked[0].code if asked else ""


def agreed_for(answers: Sequence[Consent], holder: Institution) -> Consent | None:
    """Her latest answer about this holder, if it shares something now. An earlier yes does not outlive a later no."""
    kind = recipient_kind(holder.kind)
    mine = [
        answer
        for answer in answers
        if answer.recipient == holder.principal or (answer.recipient is None and answer.recipient_kind == kind)
    ]
    latest = max(mine, key=lambda answer: answer.decided_at, default=None)
    if latest is None or latest.withdrawn_at or not latest.compartments:
        return None
    return latest if latest.until is None or latest.until > now() else None


def age_group(age: Any) -> str:
    """The group of figures an age falls into; '' when no number of years is known."""
    years = age.get("years") if isinstance(age, dict) else None
    if not isinstance(years, int):
        return ""
    return next((name for last, name in AGE_GROUPS if years <= last), OLDEST)


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
