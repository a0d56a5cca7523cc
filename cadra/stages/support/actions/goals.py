"""The plan: her goals, their steps, her agreement. Earlier wordings stay (mission S4)."""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from cadra.foundation import vault
from cadra.foundation.access.actor import Actor
from cadra.foundation.kernel.acts import act, once
from cadra.foundation.kernel.clock import deadline, local_date, now, today
from cadra.foundation.kernel.pack import pack
from cadra.record.cases.models import Case
from cadra.record.people.actions import ChangedMeanwhile
from cadra.record.people.models import Person
from cadra.record.tasks import actions as tasks
from cadra.record.tasks.models import STEP, Task
from cadra.stages.support import merging
from cadra.stages.support.actions.common import done, happened, keep, made_before, must_plan
from cadra.stages.support.models import Change, Goal, Plan
from cadra.stages.support.queries.boards import attach, open_steps, steps_of, with_steps

#: What a verb writes of a goal; its next date is PostgreSQL's to keep.
WRITTEN = ("words", "domain", "service", "reached_on", "dropped_on", "written_by", "written_at", "version")


@act
def start_plan(*, actor: Actor, person: Person) -> Plan:
    """Begin the plan, to be looked at again after the pack's time; the one there is when it is begun twice."""
    must_plan(actor, person)
    once(person.pk)
    row = Plan.objects.filter(case_id=person.pk).first()
    if row is not None:
        return row
    row = Plan(
        id=uuid4(),
        case_id=person.pk,
        made_by=actor.user_id,
        review_on=local_date(deadline(now(), pack().limit("plan_review"))),
    )
    keep(actor, person, "started_plan", row)
    return row


@act
def agree_plan(
    *,
    actor: Actor,
    person: Person,
    version: int,
    agreed_on: dt.date,
    form: str,
    her_words: str = "",
    review_on: dt.date | None = None,
) -> Plan:
    """She agreed to the plan as it stands: when, in which form, in her words. The agreement before is kept."""
    must_plan(actor, person)
    start_plan(actor=actor, person=person)
    plan = Plan.objects.select_for_update().get(case_id=person.pk)
    vault.unseal(actor.ring, [plan])
    if plan.version != version:
        raise ChangedMeanwhile(plan)
    before = {"agreement": plan.plain["agreement"] or None, "agreed_on": _day(plan.agreed_on)}
    if plan.agreed_on is not None:
        _keep(actor, plan, None, plan.version, {**before, "review_on": _day(plan.review_on)})
    goals = with_steps(actor, Goal.objects.filter(case_id=person.pk, reached_on=None, dropped_on=None))
    said = [{"id": str(goal.pk), **merging.content_of(goal).as_json()} for goal in goals]
    vault.seal(actor.ring, plan, agreement={"form": form, "her_words": her_words, "goals": said})
    plan.agreed_on = agreed_on
    plan.review_on = review_on or local_date(deadline(now(), pack().limit("plan_review")))
    plan.version += 1
    plan.save()
    done(actor, person, "agreed_plan", plan)
    return plan


@act
def add_goal(
    *,
    actor: Actor,
    person: Person,
    words: str,
    steps: Sequence[merging.Step] = (),
    domain: str = "",
    service: str = "",
    submission: UUID | None = None,
) -> Goal:
    """A goal in her own words, with steps {"what", "who", "by"}. The same submission is one goal."""
    must_plan(actor, person)
    submission = submission or uuid4()
    known = made_before(Goal, person, submission)
    if known is not None:
        return known
    plan = start_plan(actor=actor, person=person)
    row = Goal(
        id=uuid4(),
        case_id=person.pk,
        plan=plan,
        submission=submission,
        domain=domain,
        service=service,
        written_by=actor.user_id,
    )
    keep(actor, person, "added_goal", row, words=words)
    _write_steps(actor, row, [_step(step) for step in steps])
    return row


@act
def change_goal(
    *,
    actor: Actor,
    person: Person,
    goal: Goal,
    version: int,
    words: str,
    steps: Sequence[merging.Step],
    domain: str = "",
    service: str = "",
    shown: merging.Content | None = None,
) -> Goal:
    """Write a goal anew. What somebody else changed since it was `shown` stays beside what is written now, step by
    step; where both changed the same words `ChangedMeanwhile` (with the goal as it is now) and nothing is written.

    Without `shown` nothing can be put together: `ChangedMeanwhile` whenever the version is another.
    """
    row = _locked(actor, person, goal)
    now_said, mine = merging.content_of(row), merging.Content(words, service, tuple(steps))
    if shown is None and row.version != version:
        raise ChangedMeanwhile(row)
    merged = merging.merge(shown or now_said, mine, now_said)
    if merged.conflicts:
        raise ChangedMeanwhile(row)
    _keep_goal(actor, row)
    row.domain, row.service = domain, merged.content.service
    vault.seal(actor.ring, row, words=merged.content.words)
    _write_steps(actor, row, merged.content.steps)
    return _changed(actor, person, row, "changed_goal")


@act
def finish_step(*, actor: Actor, person: Person, goal: Goal, step: str, on: dt.date | None = None) -> Goal:
    """A step is done. Done twice is done once."""
    row = _locked(actor, person, goal)
    task = _open_step(row, step)
    if task is not None:
        tasks.finish(actor=actor, task=task, on=on)
        happened(person)
    return with_steps(actor, [row])[0]


@act
def drop_step(*, actor: Actor, person: Person, goal: Goal, step: str) -> Goal:
    """A step is not taken after all; it stays readable."""
    row = _locked(actor, person, goal)
    task = _open_step(row, step)
    if task is not None:
        tasks.drop(actor=actor, task=task)
        happened(person)
    return with_steps(actor, [row])[0]


@act
def reach_goal(*, actor: Actor, person: Person, goal: Goal, on: dt.date | None = None) -> Goal:
    """She reached it."""
    return _close(actor, person, goal, "reached_goal", reached_on=on or today(), dropped_on=None)


@act
def drop_goal(*, actor: Actor, person: Person, goal: Goal) -> Goal:
    """She no longer wants it; it stays readable."""
    return _close(actor, person, goal, "dropped_goal", reached_on=None, dropped_on=today())


@act
def reopen_goal(*, actor: Actor, person: Person, goal: Goal) -> Goal:
    """She wants it (again)."""
    return _close(actor, person, goal, "reopened_goal", reached_on=None, dropped_on=None)


def _locked(actor: Actor, person: Person, goal: Goal) -> Goal:
    must_plan(actor, person)
    row = Goal.objects.select_for_update().get(pk=goal.pk, case_id=person.pk)
    return with_steps(actor, [row])[0]


def _open_step(goal: Goal, step: str) -> Task | None:
    wanted = [one for one in open_steps(goal) if one["id"] == step]
    return Task.objects.get(pk=wanted[0]["id"], origin_id=goal.pk) if wanted else None


def _write_steps(actor: Actor, row: Goal, steps: Sequence[merging.Step]) -> None:
    """Steps become tasks of whoever carries the file, unless they say whose they are."""
    carrier = Case.objects.filter(case_id=row.case_id).values_list("manager_id", flat=True).first()
    known = vault.unseal(actor.ring, list(Task.objects.filter(origin_id=row.pk, kind=STEP)))
    kept = tasks.keep_steps(
        actor=actor,
        case_id=row.case_id,
        part=row.sealed_under,
        origin_id=row.pk,
        wanted=steps,
        known=known,
        default=carrier or actor.user_id,
    )
    attach([row], kept)


def _close(
    actor: Actor, person: Person, goal: Goal, verb: str, *, reached_on: dt.date | None, dropped_on: dt.date | None
) -> Goal:
    row = _locked(actor, person, goal)
    _keep_goal(actor, row)
    row.reached_on, row.dropped_on = reached_on, dropped_on
    if reached_on or dropped_on:
        tasks.rest(origin_id=row.pk)
    else:
        tasks.wake(origin_id=row.pk)
    return _changed(actor, person, row, verb)


def _changed(actor: Actor, person: Person, row: Goal, verb: str) -> Goal:
    row.version += 1
    row.written_by, row.written_at = actor.user_id, now()
    row.save(update_fields=WRITTEN)
    done(actor, person, verb, row)
    return row


def _keep_goal(actor: Actor, row: Goal) -> None:
    before = {
        "words": row.plain["words"],
        "steps": steps_of(row),
        "service": row.service,
        "domain": row.domain,
        "reached_on": _day(row.reached_on),
        "dropped_on": _day(row.dropped_on),
    }
    _keep(actor, row.plan, row, row.version, before)


def _keep(actor: Actor, plan: Plan, goal: Goal | None, version: int, before: dict[str, Any]) -> None:
    row = Change(id=uuid4(), case_id=plan.case_id, plan=plan, goal=goal, version=version, changed_by=actor.user_id)
    vault.seal(actor.ring, row, before=before)
    row.save(force_insert=True)


def _step(step: merging.Step) -> merging.Step:
    """A step as it is asked for; a new one has no id."""
    return {name: step.get(name, "") for name in ("id", *merging.FIELDS)}


def _day(day: dt.date | None) -> str:
    return day.isoformat() if day else ""
