"""Needs: hers and each dependant's, saved domain by domain, left and resumed (mission S1)."""

import datetime as dt
from collections.abc import Mapping
from uuid import UUID, uuid4

from django.http import Http404

from cadra.foundation import vault
from cadra.foundation.access.actor import Actor
from cadra.foundation.kernel.acts import act, once
from cadra.foundation.kernel.clock import deadline, local_date, now
from cadra.foundation.kernel.pack import pack
from cadra.record.people.actions import ChangedMeanwhile
from cadra.record.people.models import Person
from cadra.stages.support.actions.common import done, keep, made_before, must_plan
from cadra.stages.support.actions.goals import add_goal
from cadra.stages.support.models import AssessedDomain, Assessment, Dependant, Goal
from cadra.stages.support.queries.needs import goal_of

WISH_AS_GOAL = 600  # characters of a goal


@act
def name_dependant(
    *, actor: Actor, person: Person, words: Mapping[str, str], submission: UUID, known: Dependant | None = None
) -> Dependant:
    """Somebody who depends on her: {"called", "relation", "age"}. With `known`, what is kept is corrected."""
    must_plan(actor, person)
    same = made_before(Dependant, person, submission)
    if same is not None and known is None:
        return same
    row = known or Dependant(id=uuid4(), case_id=person.pk, submission=submission, added_by=actor.user_id)
    vault.seal(actor.ring, row, words=dict(words))
    row.save(force_insert=known is None)
    done(actor, person, "named_dependant", row)
    return row


@act
def begin_assessment(
    *,
    actor: Actor,
    person: Person,
    held_on: dt.date,
    held_how: str,
    about: Dependant | None = None,
    submission: UUID | None = None,
) -> Assessment:
    """Begin a look at needs with the questions now in force. While one about the same person is open, that one."""
    must_plan(actor, person)
    once(person.pk)
    begun = Assessment.objects.filter(case_id=person.pk, about=about, finished_at=None).first()
    if begun is not None:
        return begun
    row = Assessment(
        id=uuid4(),
        case_id=person.pk,
        submission=submission or uuid4(),
        about=about,
        questions=pack().needs_version,
        held_on=held_on,
        held_how=held_how,
        begun_by=actor.user_id,
    )
    keep(actor, person, "began_assessment", row)
    return row


@act
def assess_domain(
    *,
    actor: Actor,
    person: Person,
    assessment: Assessment,
    domain: str,
    version: int,
    answers: Mapping[str, str],
    words: Mapping[str, str],
) -> AssessedDomain:
    """Keep one domain. `ChangedMeanwhile` with it as it is now, when somebody saved it since it was shown
    (`version` 0: it was empty). Other domains are not touched."""
    must_plan(actor, person)
    _still_open(person, assessment)
    row = AssessedDomain.objects.select_for_update().filter(assessment_id=assessment.pk, domain=domain).first()
    is_new = row is None
    if row is None:
        row = AssessedDomain(id=uuid4(), case_id=person.pk, assessment_id=assessment.pk, domain=domain)
    elif row.version != version:
        vault.unseal(actor.ring, [row])
        raise ChangedMeanwhile(row)
    else:
        row.version += 1
    row.asked = list(answers)
    row.written_by, row.written_at = actor.user_id, now()
    vault.seal(actor.ring, row, answers=dict(answers), words=dict(words))
    row.save(force_insert=is_new)
    done(actor, person, "assessed_needs", row)
    return row


@act
def finish_assessment(
    *, actor: Actor, person: Person, assessment: Assessment, next_on: dt.date | None = None
) -> Assessment:
    """It is whole: nothing in it changes any more. The day to ask again moves from the one before to this one."""
    must_plan(actor, person)
    row = Assessment.objects.select_for_update().get(pk=assessment.pk, case_id=person.pk)
    if row.finished_at is not None:
        return row
    Assessment.objects.filter(case_id=person.pk, about_id=row.about_id).exclude(next_on=None).update(next_on=None)
    row.finished_at, row.finished_by = now(), actor.user_id
    row.next_on = next_on or local_date(deadline(now(), pack().limit("needs_review")))
    row.save()
    done(actor, person, "finished_assessment", row)
    return row


@act
def want(*, actor: Actor, person: Person, row: AssessedDomain, question: str) -> Goal:
    """A need becomes a goal of the plan, in her words where she said any. The same need is one goal.

    `row` is opened; LookupError when the question was not asked in it.
    """
    if question not in row.asked:
        raise LookupError(question)
    asked = pack().needs_versions.get(Assessment.objects.get(pk=row.assessment_id).questions)
    need = asked.get(question) if asked is not None else None
    wording = str(need) if need is not None else question
    words = (row.plain.get("words") or {}).get("wishes") or wording
    return add_goal(
        actor=actor,
        person=person,
        words=words[:WISH_AS_GOAL],
        domain=row.domain,
        service=(need.service or "") if need is not None else "",
        submission=goal_of(row, question),
    )


def _still_open(person: Person, assessment: Assessment) -> None:
    found = Assessment.objects.select_for_update().filter(pk=assessment.pk, case_id=person.pk, finished_at=None)
    if not found.exists():
        raise Http404
