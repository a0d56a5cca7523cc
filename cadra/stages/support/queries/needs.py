"""Reading what she needs: the newest look at it, one look with the one before beside it, the form on paper."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import NAMESPACE_URL, UUID, uuid5

from django.http import Http404

from cadra.foundation import vault
from cadra.foundation.access.actor import Actor
from cadra.foundation.kernel.pack import pack
from cadra.foundation.kernel.pack.models import Domain
from cadra.foundation.kernel.pack.questions import Need
from cadra.stages.support.models import AssessedDomain, Assessment, Dependant, Goal
from cadra.stages.support.queries.files import File, file_for

SHOWN = 60


@dataclass(frozen=True)
class Subject:
    """She (`dependant` None) or somebody who depends on her: the looks at her needs, newest first."""

    dependant: Dependant | None
    assessments: list[Assessment]

    @property
    def begun(self) -> Assessment | None:
        """The one not finished yet."""
        return next((one for one in self.assessments if one.finished_at is None), None)

    @property
    def finished(self) -> list[Assessment]:
        """The finished ones, newest first."""
        return [one for one in self.assessments if one.finished_at is not None]


@dataclass(frozen=True)
class NeedsPage:
    """Whose needs are followed, and what the newest finished look at each said."""

    file: File
    subjects: list[Subject]
    rows: dict[UUID, list[AssessedDomain]] = field(default_factory=dict)


@dataclass(frozen=True)
class AssessmentPage:
    """One look at needs: its domains, the finished look before it, and which needs are goals already."""

    file: File
    assessment: Assessment
    dependant: Dependant | None
    rows: dict[str, AssessedDomain]
    before: Assessment | None = None
    rows_before: dict[str, AssessedDomain] = field(default_factory=dict)
    goals: frozenset[UUID] = frozenset()

    @property
    def domains(self) -> list[tuple[Domain, list[Need]]]:
        """The questions it asks, by domain."""
        return pack().needs(self.assessment.questions, dependant=self.assessment.about_id is not None)


def needs_page(actor: Actor, case_id: UUID, *, to_change: bool = False) -> NeedsPage:
    """All looks at needs of a file, hers first."""
    file = file_for(
        actor,
        case_id,
        Dependant.objects.filter(case_id=case_id).order_by("added_at", "id")[:SHOWN],
        Assessment.objects.filter(case_id=case_id).order_by("-held_on", "-begun_at", "id")[: 4 * SHOWN],
        verb="looked_at_needs",
        to_change=to_change,
    )
    dependants, assessments = file.more
    subjects = [
        Subject(one, [row for row in assessments if row.about_id == (one.pk if one else None)])
        for one in (None, *dependants)
    ]
    newest = [subject.finished[0].pk for subject in subjects if subject.finished]
    rows = list(AssessedDomain.objects.filter(assessment_id__in=newest)) if newest else []
    vault.unseal(actor.ring, rows)
    return NeedsPage(file, subjects, {one: [row for row in rows if row.assessment_id == one] for one in newest})


def assessment_page(
    actor: Actor, case_id: UUID, assessment_id: UUID, *, to_change: bool = False, verb: str = "looked_at_needs"
) -> AssessmentPage:
    """One look at needs with the one before it, or 404."""
    file = file_for(
        actor,
        case_id,
        Assessment.objects.filter(case_id=case_id).order_by("-held_on", "-begun_at", "id")[: 4 * SHOWN],
        Dependant.objects.filter(case_id=case_id),
        AssessedDomain.objects.filter(case_id=case_id, assessment_id=assessment_id),
        verb=verb,
        to_change=to_change,
    )
    assessments, dependants, rows = file.more
    found = [one for one in assessments if one.pk == assessment_id]
    if not found:
        raise Http404
    this = found[0]
    before = _before(this, assessments)
    rows_before = list(AssessedDomain.objects.filter(assessment_id=before.pk)) if before else []
    vault.unseal(actor.ring, rows_before)
    dependant = next((one for one in dependants if one.pk == this.about_id), None)
    submissions = Goal.objects.filter(case_id=case_id).values_list("submission", flat=True)
    return AssessmentPage(
        file, this, dependant, by_domain(rows), before, by_domain(rows_before), frozenset(submissions)
    )


def goal_of(row: AssessedDomain, question: str) -> UUID:
    """The submission under which this need stands in the plan, if it does."""
    return uuid5(NAMESPACE_URL, f"{row.pk}/{question}")


def by_domain(rows: Iterable[AssessedDomain]) -> dict[str, AssessedDomain]:
    """Domain → what was answered in it."""
    return {row.domain: row for row in rows}


def _before(this: Assessment, all_of_them: Iterable[Assessment]) -> Assessment | None:
    """The newest finished look at the same person that lies before this one."""
    earlier = [
        one
        for one in all_of_them
        if one.about_id == this.about_id
        and one.finished_at is not None
        and (one.held_on, one.begun_at) < (this.held_on, this.begun_at)
    ]
    return max(earlier, key=lambda one: (one.held_on, one.begun_at), default=None)
