"""Reading what keeps her safe. What is sealed with her contact is read only by whom that is open to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from cadra.foundation.access.actor import Actor
from cadra.foundation.access.queries import refusals
from cadra.foundation.kernel import keyset
from cadra.foundation.kernel.clock import now
from cadra.foundation.kernel.compartments import Compartment
from cadra.foundation.kernel.pack import pack
from cadra.foundation.network.models import Institution
from cadra.foundation.network.queries import names_of, user_names
from cadra.stages.support.models import Incident, RiskAssessment, SafetyPlan, SafetyReview, Versioned
from cadra.stages.support.queries.files import File, file_for, look

INCIDENTS = 60  # on a page
NEWEST = ("-happened_on", "-recorded_at", "id")
VERSIONS = 10  # on a page
REVIEWS = 30


@dataclass(frozen=True)
class Versions:
    """Plans, or looks at what threatens her, newest first, each with the one it replaced (None: the first).

    `older`: the version the next page begins with, or 0.
    """

    file: File
    rows: Sequence[tuple[Versioned, Versioned | None]]
    older: int
    names: dict[UUID, str]
    feared: dict[int, str]


@dataclass(frozen=True)
class SafetyPage:
    """What keeps her safe, as far as it is open. `risk`, `plan`: the newest, or None; `older`: where earlier incidents
    start."""

    file: File
    risk: RiskAssessment | None
    plan: SafetyPlan | None
    incidents: Sequence[Incident]
    reviews: Sequence[SafetyReview]
    names: dict[UUID, str] = field(default_factory=dict)
    feared: dict[int, str] = field(default_factory=dict)
    older: str = ""

    @property
    def is_open(self) -> bool:
        """Whether what threatens and the plan are open to the actor: they are kept with how to reach her."""
        return Compartment.CONTACT in self.file.parts

    @property
    def may_write(self) -> bool:
        """Whether the actor writes them."""
        return self.is_open and self.file.may_plan

    @property
    def overdue(self) -> bool:
        """Whether a review is past its date."""
        return any(one.due_at < now() for one in self.reviews)

    @property
    def for_child(self) -> bool:
        """Which of the two forms is hers, by her age; in doubt that of a child."""
        age = (self.file.profile.plain.get("age") if self.file.profile is not None else None) or {}
        return pack().presumed_child(age.get("years"), age.get("basis", ""))


def safety_page(
    actor: Actor,
    case_id: UUID,
    *,
    to_change: bool = False,
    to_write: bool = False,
    verb: str = "looked_at_safety",
    after: str = "",
) -> SafetyPage:
    """What keeps her safe. `after`: where a page of what happened starts. `to_change`: 404 unless the actor carries the
    file; `to_write`: and may read both."""
    file = file_for(
        actor,
        case_id,
        RiskAssessment.objects.filter(case_id=case_id).order_by("-version")[:1],
        SafetyPlan.objects.filter(case_id=case_id).order_by("-version")[:1],
        keyset.asked(Incident.objects.filter(case_id=case_id), NEWEST, after, INCIDENTS),
        SafetyReview.objects.filter(case_id=case_id, done_at=None).order_by("due_at", "id")[:REVIEWS],
        refusals(actor, case_id),
        to_change=to_change or to_write,
    )
    risks, plans, found, reviews, feared = file.more
    incidents, older = keyset.cut(found, NEWEST, INCIDENTS)
    page = SafetyPage(
        file,
        risks[0] if risks else None,
        plans[0] if plans else None,
        incidents,
        reviews,
        user_names([*(one.recorded_by for one in incidents), *(one.written_by for one in (*risks, *plans))]),
        names_of([one.principal for one in feared]) if feared else {},
        older,
    )
    if to_write and not page.may_write:
        raise Http404
    parts = [Compartment.CORE, Compartment.SUPPORT, *([Compartment.CONTACT] if risks or plans else [])]
    look(actor, file.person, verb, [str(part) for part in parts])
    return page


def risk_versions(actor: Actor, case_id: UUID, newest: int = 0) -> Versions:
    """What threatened her, each time it was asked, from a version down (0: all)."""
    return _versions(actor, case_id, RiskAssessment, newest)


def plan_versions(actor: Actor, case_id: UUID, newest: int = 0) -> Versions:
    """Her safety plans, each as it was written, from a version down (0: all)."""
    return _versions(actor, case_id, SafetyPlan, newest)


def _versions(actor: Actor, case_id: UUID, model: type[Versioned], newest: int) -> Versions:
    """404 unless what it is kept with is open to the actor."""
    rows = model._default_manager.filter(case_id=case_id).order_by("-version")
    file = file_for(
        actor,
        case_id,
        (rows.filter(version__lte=newest) if newest else rows)[: VERSIONS + 1],
        refusals(actor, case_id),
    )
    if Compartment.CONTACT not in file.parts:
        raise Http404
    found, feared = file.more
    look(actor, file.person, "looked_at_safety", [Compartment.CORE, *([Compartment.CONTACT] if found else [])])
    shown = found[:VERSIONS]
    return Versions(
        file,
        list(zip(shown, [*found[1:], None][: len(shown)], strict=True)),
        found[VERSIONS].version if len(found) > VERSIONS else 0,
        user_names([one.written_by for one in shown]),
        names_of([one.principal for one in feared]) if feared else {},
    )


def house_names() -> QuerySet[Any, str]:
    """The names of the directory, asked once, by the first who needs them."""
    return Institution.objects.filter(is_active=True).values_list("name", flat=True)


def betrays(words: str, houses: Iterable[str]) -> str:
    """The first word in it that tells a stranger what this is: a telltale of the pack, or one of these names."""
    folded = words.casefold()
    for word in folded.replace("-", " ").split():
        bare = word.strip(".,;:!?()“”\"'«»")
        if any(bare.startswith(beginning) for beginning in pack().betraying):
            return bare
    return next((house for house in houses if house.casefold() in folded), "")


def only_number(phone: str) -> str:
    """What of it is a number: digits, and the signs they are written with. A card carries nothing else."""
    return "".join(one for one in phone if one in "0123456789+()- ").strip()


def betraying(texts: Iterable[str]) -> list[str]:
    """What in these texts would tell a stranger what they are about, each word once."""
    houses = list(house_names())
    return list(dict.fromkeys(word for text in texts if text and (word := betrays(text, houses))))


def review_waits(case_id: UUID, event: str) -> bool:
    """Whether a look at her safety plan after this kind of event waits already; for actions, shows nothing."""
    return SafetyReview.objects.filter(case_id=case_id, event=event, done_at=None).exists()
