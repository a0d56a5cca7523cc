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
from cadra.record.people.actions import ChangedMeanwhile
from cadra.record.people.models import Person
from cadra.stages.support.actions.common import done, keep, made_before, must_plan
from cadra.stages.support.models import Change, Goal, Plan
from cadra.stages.support.queries.boards import earliest, steps_of

Step = dict[str, str]


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
    vault.seal(actor.ring, plan, agreement={"form": form, "her_words": her_words})
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
    steps: Sequence[Step] = (),
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
    _write(actor, row, words, [_step(step) for step in steps])
    keep(actor, person, "added_goal", row)
    return row


@act
def change_goal(
    *,
    actor: Actor,
    person: Person,
    goal: Goal,
    version: int,
    words: str,
    steps: Sequence[Step],
    domain: str = "",
    service: str = "",
) -> Goal:
    """Write a goal anew. `ChangedMeanwhile` (with the goal as it is now) when somebody saved it since it was shown."""
    row = _locked(actor, person, goal)
    if row.version != version:
        raise ChangedMeanwhile(row)
    former = {step["id"]: step for step in steps_of(row)}
    _keep_goal(actor, row)
    row.domain, row.service = domain, service
    written = [{**_step(step), **_state(former.get(step.get("id", "")))} for step in steps]
    dropped = [step for step in former.values() if step["dropped_on"]]  # not in the form, and not lost
    _write(actor, row, words, [*written, *(step for step in dropped if step["id"] not in {s["id"] for s in written})])
    return _changed(actor, person, row, "changed_goal")


@act
def add_step(*, actor: Actor, person: Person, goal: Goal, what: str, who: str = "", by: str = "") -> Goal:
    """One more step. Steps merge by themselves: nobody else's words are touched."""
    row = _locked(actor, person, goal)
    _write(actor, row, row.plain["words"], [*steps_of(row), _step({"what": what, "who": who, "by": by})])
    return _changed(actor, person, row, "changed_goal")


@act
def finish_step(*, actor: Actor, person: Person, goal: Goal, step: str, on: dt.date | None = None) -> Goal:
    """A step is done. Done twice is done once."""
    return _mark(actor, person, goal, step, "done_on", on or today())


@act
def drop_step(*, actor: Actor, person: Person, goal: Goal, step: str) -> Goal:
    """A step is not taken after all; it stays readable."""
    return _mark(actor, person, goal, step, "dropped_on", today())


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
    vault.unseal(actor.ring, [row])
    return row


def _mark(actor: Actor, person: Person, goal: Goal, step: str, mark: str, on: dt.date) -> Goal:
    row = _locked(actor, person, goal)
    steps = steps_of(row)
    wanted = [one for one in steps if one["id"] == step and not one["done_on"] and not one["dropped_on"]]
    if not wanted:
        return row
    wanted[0][mark] = on.isoformat()
    _write(actor, row, row.plain["words"], steps)
    return _changed(actor, person, row, "finished_step" if mark == "done_on" else "dropped_step")


def _close(
    actor: Actor, person: Person, goal: Goal, verb: str, *, reached_on: dt.date | None, dropped_on: dt.date | None
) -> Goal:
    row = _locked(actor, person, goal)
    _keep_goal(actor, row)
    row.reached_on, row.dropped_on = reached_on, dropped_on
    return _changed(actor, person, row, verb)


def _changed(actor: Actor, person: Person, row: Goal, verb: str) -> Goal:
    row.version += 1
    row.written_by, row.written_at = actor.user_id, now()
    row.save()
    done(actor, person, verb, row)
    return row


def _write(actor: Actor, row: Goal, words: str, steps: Sequence[Step]) -> None:
    row.due_on = earliest(steps)
    vault.seal(actor.ring, row, words=words, steps=list(steps))


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


def _step(step: Step) -> Step:
    """A step as it is kept; a new one gets an id."""
    return {
        "id": step.get("id") or uuid4().hex,
        "what": step.get("what", ""),
        "who": step.get("who", ""),
        "by": step.get("by", ""),
        "done_on": step.get("done_on", ""),
        "dropped_on": step.get("dropped_on", ""),
    }


def _state(former: Step | None) -> Step:
    """Whether a step was done or dropped is never changed by writing the goal anew."""
    return {key: former[key] for key in ("done_on", "dropped_on")} if former else {}


def _day(day: dt.date | None) -> str:
    return day.isoformat() if day else ""
