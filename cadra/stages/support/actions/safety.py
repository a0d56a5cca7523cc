"""Keeping her safe: what threatens, the plan, what happened, and when all of it is looked at again (mission S2)."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

from django.http import Http404

from cadra.foundation import vault
from cadra.foundation.access.actor import Actor
from cadra.foundation.access.queries import my_compartments
from cadra.foundation.kernel.acts import act, once
from cadra.foundation.kernel.addresses import reverse
from cadra.foundation.kernel.clock import DAY, at, deadline, now
from cadra.foundation.kernel.compartments import Compartment
from cadra.foundation.kernel.pack import pack
from cadra.foundation.outbox import actions as outbox
from cadra.record.cases.models import Case
from cadra.record.people.actions import ChangedMeanwhile
from cadra.record.people.models import Person
from cadra.stages.support.actions.common import keep, made_before, must_plan
from cadra.stages.support.models import Incident, RiskAssessment, SafetyPlan, SafetyReview


@act
def write_risk(
    *,
    actor: Actor,
    person: Person,
    version: int,
    for_child: bool,
    answers: Mapping[str, str],
    sources: Sequence[Mapping[str, Any]] = (),
    words: str = "",
    submission: UUID | None = None,
) -> RiskAssessment:
    """What threatens her, as it is seen today; the earlier one stays. `version`: the one that was shown, or 0."""
    values = {"answers": dict(answers), "sources": [dict(one) for one in sources], "words": words}
    row: RiskAssessment = _write(RiskAssessment, actor, person, version, for_child, values, submission)
    return row


@act
def write_safety_plan(
    *,
    actor: Actor,
    person: Person,
    version: int,
    for_child: bool,
    parts: Mapping[str, str],
    people: Sequence[Mapping[str, str]] = (),
    code_word: str = "",
    card: str = "",
    submission: UUID | None = None,
) -> SafetyPlan:
    """What she does when danger comes; the earlier plan stays."""
    values = {"parts": dict(parts), "people": [dict(one) for one in people], "code_word": code_word, "card": card}
    row: SafetyPlan = _write(SafetyPlan, actor, person, version, for_child, values, submission)
    return row


@act
def note_incident(
    *, actor: Actor, person: Person, kind: str, happened_on: dt.date, what: str, done: str, submission: UUID
) -> Incident:
    """Something happened: it is written down, and the safety plan waits to be looked at, within the pack's time."""
    must_plan(actor, person)
    known = made_before(Incident, person, submission)
    if known is not None:
        return known
    row = Incident(
        id=uuid4(),
        case_id=person.pk,
        submission=submission,
        kind=kind,
        happened_on=happened_on,
        recorded_by=actor.user_id,
    )
    keep(actor, person, "noted_incident", row, words={"what": what, "done": done})
    due = deadline(now(), pack().limit("safety_review_event"))
    keep(actor, person, "asked_safety_review", _review(actor, person, kind, due, incident=row))
    _tell_who_carries(actor, person)
    return row


@act
def ask_safety_review(
    *, actor: Actor, person: Person, event: str, due_on: dt.date | None = None, submission: UUID | None = None
) -> SafetyReview:
    """Something comes or has changed (a hearing, a move): the plan is looked at again, until that day at the latest."""
    must_plan(actor, person)
    submission = submission or uuid4()
    known = made_before(SafetyReview, person, submission)
    if known is not None:
        return known
    due = at(due_on + DAY) if due_on else deadline(now(), pack().limit("safety_review_event"))
    row = _review(actor, person, event, due, submission=submission)
    keep(actor, person, "asked_safety_review", row)
    return row


@act
def review_safety(
    *, actor: Actor, person: Person, next_on: dt.date | None = None, submission: UUID | None = None
) -> SafetyReview:
    """It was looked at together: whatever asked for it is answered, and the next time has its day."""
    must_plan(actor, person)
    submission = submission or uuid4()
    once(person.pk)
    known = made_before(SafetyReview, person, submission)
    if known is not None:
        return known
    waiting = SafetyReview.objects.filter(case_id=person.pk, done_at=None)
    waiting.update(done_at=now(), done_by=actor.user_id)
    due = at(next_on + DAY) if next_on else deadline(now(), pack().limit("safety_review"))
    row = _review(actor, person, "", due, submission=submission)
    keep(actor, person, "reviewed_safety", row)
    return row


def _write(
    model: Any,
    actor: Actor,
    person: Person,
    version: int,
    for_child: bool,
    values: dict[str, Any],
    submission: UUID | None,
) -> Any:
    must_plan(actor, person)
    if Compartment.CONTACT not in my_compartments(actor, person.pk):
        raise Http404
    submission = submission or uuid4()
    once(person.pk)
    known = made_before(model, person, submission)
    if known is not None:
        return known
    newest = model.objects.filter(case_id=person.pk).order_by("-version").first()
    if newest is not None and newest.version != version:
        vault.unseal(actor.ring, [newest])
        raise ChangedMeanwhile(newest)
    row = model(
        id=uuid4(),
        case_id=person.pk,
        submission=submission,
        version=(newest.version if newest is not None else 0) + 1,
        questions=pack().protection_version,
        for_child=for_child,
        written_by=actor.user_id,
    )
    keep(actor, person, "wrote_safety_plan" if model is SafetyPlan else "wrote_risk", row, **values)
    if not SafetyReview.objects.filter(case_id=person.pk, done_at=None, event="").exists():
        _review(actor, person, "", deadline(now(), pack().limit("safety_review"))).save(force_insert=True)
    return row


def _review(actor: Actor, person: Person, event: str, due: dt.datetime, **more: Any) -> SafetyReview:
    return SafetyReview(id=uuid4(), case_id=person.pk, event=event, due_at=due, asked_by=actor.user_id, **more)


def _tell_who_carries(actor: Actor, person: Person) -> None:
    """Whoever carries the file is told at once when somebody else wrote the incident down."""
    case = Case.objects.filter(case_id=person.pk).first()
    if case is not None and case.manager_id not in (None, actor.user_id):
        link = reverse("support:safety", args=[person.pk])
        outbox.post(actor=actor, to=case.manager_id, kind="urgent", link=link)
