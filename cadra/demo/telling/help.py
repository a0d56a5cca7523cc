"""Custody, a plan in her words, services offered and answered, and the way back into life."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import uuid5

from cadra.demo import data
from cadra.demo.acts import Script
from cadra.demo.network import Network
from cadra.demo.someone import SPACE, Someone
from cadra.demo.telling import care
from cadra.demo.telling.fair import be_fair
from cadra.demo.telling.papers import papers
from cadra.demo.telling.requests import request
from cadra.foundation.access.actor import Actor
from cadra.foundation.kernel.clock import DAY, local_date, now, today
from cadra.foundation.kernel.pack import pack
from cadra.record.cases import actions as cases
from cadra.record.cases.models import Closing, Stage
from cadra.stages.support import actions as support
from cadra.stages.support.models import OPEN, DecisionOnOffer, Goal, Offer, Plan, ServiceReferral
from cadra.stages.support.queries.boards import steps_of, with_steps
from cadra.steering.mechanism import actions as mechanism
from cadra.steering.mechanism.queries.opened import opened

ANSWERS = ["accepted"] * 9 + ["partly"] * 3 + ["not_now"] * 3 + ["declined"] * 4 + [""]
#: Answers after which a service is offered again on a day they agreed on.
AGAIN = ("not_now", "declined")


def help_her(script: Script, net: Network, assigned: dt.datetime, spoken: str) -> None:
    """From custody to the last review, as far as the year has come."""
    one = script.one
    custody = script.after(assigned, "custody")
    if one.stop == "assigned" or not script.add(custody, one.manager, lambda actor: _take(one, actor)):
        return
    first = custody + dt.timedelta(hours=1)
    script.add(first, one.manager, lambda actor: _give_first(one, actor, spoken))
    planned = script.after(custody, "plan")
    services = _services(one)
    script.add(planned - dt.timedelta(hours=1), one.manager, lambda actor: care.ask(one, actor, _goals(one), spoken))
    if not script.add(planned, one.manager, lambda actor: _plan(one, actor, spoken)):
        return
    care.keep_safe(script, planned, spoken)
    papers(script, planned, spoken)
    offered = planned + dt.timedelta(hours=20)
    answers = {service: one.pick(ANSWERS) for service in services}
    if one.fate:
        answers = dict.fromkeys(services, "accepted")
    script.add(offered, one.manager, lambda actor: _offer(one, actor, answers, spoken))
    wanted = [service for service, answer in answers.items() if answer in ("accepted", "partly")]
    for service in wanted[:2]:
        request(script, net, offered, service, spoken)
    for service, answer in answers.items():
        if answer in AGAIN:
            _offer_again(script, offered, service, spoken)
    _reviews(script, custody, planned, spoken)
    _onward(script, custody)
    be_fair(script, custody, spoken)


def _take(one: Someone, actor: Actor) -> None:
    file, _ = opened(actor, one.person().pk)
    mechanism.take_custody(actor=actor, file=file)


def _give_first(one: Someone, actor: Actor, spoken: str) -> None:
    """Clothes and a meal in the first hour, without asking anything."""
    support.deliver_own(
        actor=actor,
        person=one.person(),
        service="basic_needs",
        kind="goods",
        amount=one.dice.randint(1, 4),
        words="",
    )
    if one.is_child:
        _note(one, actor, "child", "note_child", spoken)


def _goals(one: Someone) -> list[Mapping[str, Any]]:
    who = "child" if one.is_child else "adult"
    return [goal for goal in data.document("words")["goal"] if goal["for"] == who]


def _services(one: Someone) -> list[str]:
    """Three services: those her goals ask for first."""
    goals = [goal["service"] for goal in _goals(one) if goal["service"] != "child_guardian"]
    others = ["psychosocial", "legal_aid_primary", "mentoring", "medical", "education"]
    drawn = one.dice.sample(goals, k=min(2, len(goals))) + [one.pick(others)]
    if one.fate:
        drawn = ["medical", "legal_aid_primary", "vocational_training"]
    return list(dict.fromkeys(service for service in drawn if service in pack().services))


def _plan(one: Someone, actor: Actor, spoken: str) -> None:
    person = one.person()
    for goal in one.dice.sample(_goals(one), k=one.pick([1, 1, 2, 2, 3])):
        steps = goal[f"steps_{spoken}"]
        support.add_goal(
            actor=actor,
            person=person,
            words=goal[spoken],
            domain=goal["domain"],
            service=goal["service"],
            steps=[
                {
                    "what": step,
                    "who": actor.name.split()[0] if place % 2 else one.called,
                    "by": "" if place else (today() + one.dice.randint(50, 80) * DAY).isoformat(),
                }
                for place, step in enumerate(steps)
            ],
        )
    if one.danger and not one.maybe(0.15):
        cases.recode(actor=actor, person=person, in_danger=False)  # in a safe place by now
    _agree(one, actor, spoken)


def _agree(one: Someone, actor: Actor, spoken: str) -> None:
    plan = Plan.objects.get(case_id=one.case_id)
    support.agree_plan(
        actor=actor,
        person=one.person(),
        version=plan.version,
        agreed_on=today(),
        form=one.pick(["spoken", "written", "written"]),
        her_words=one.pick(data.words("agreement", spoken)),
    )


def _offer(one: Someone, actor: Actor, answers: Mapping[str, str], spoken: str) -> None:
    support.offer(
        actor=actor,
        person=one.person(),
        offers=[
            support.NewOffer(
                service=service,
                explained=one.pick(data.words("explained", spoken)),
                explained_forms=one.dice.sample(list(pack().information_forms.codes), k=2),
                explained_language=one.languages[0],
                understood=one.pick(["yes", "yes", "partly", "not_asked"]),
                reading_level=_of(one, pack().reading_levels.codes),
                decision=_decision(one, answer, spoken) if answer else None,
            )
            for service, answer in answers.items()
        ],
    )


def _decision(one: Someone, answer: str, spoken: str) -> support.Decision:
    """An answer with her words; where it is not a plain yes, up to three of the pack's reasons."""
    yes = answer == DecisionOnOffer.ACCEPTED
    words = {"accepted": "accepted", "partly": "partly"}.get(answer, "declined")
    reasons = [reason.code for reason in pack().decline_reasons if reason.code != "not_offered"]
    return support.Decision(
        answer,
        reasons=() if yes else sorted(one.dice.sample(reasons, k=one.dice.randint(1, 3))),
        words=one.pick(data.words(words, spoken)),
        family="" if yes else one.pick(data.words("family", spoken)),
        offer_again_on=local_date(now()) + 30 * DAY if answer in AGAIN else None,
        again_way=_of(one, pack().offer_ways.codes) if answer in AGAIN else "",
        hard=[_of(one, pack().difficulties.codes)] if answer == DecisionOnOffer.NOT_NOW else (),
        family_part="" if yes else _of(one, pack().family_parts.codes),
        children="none" if one.is_child else _of(one, ("", "yes", "none", "unknown")),
    )


def _of(one: Someone, codes: Sequence[str]) -> str:
    """One of these, always the same for her: the dice stay as they fell."""
    return codes[one.number % len(codes)]


def _offer_again(script: Script, offered: dt.datetime, service: str, spoken: str) -> None:
    """Offered again on the day they agreed on, until she says yes, or a clear no that asks for no other day."""
    one, day = script.one, offered
    for answer in (one.pick(["accepted", "not_now"]), one.pick(["accepted", "declined"])):
        day += dt.timedelta(days=30, hours=1)
        last = answer == "declined"
        # Now and then nobody remembers: that offer is then the one that stands overdue.
        if one.maybe(0.06) or not script.add(day, one.manager, _deciding(one, service, answer, spoken, last)):
            return
        if answer == "accepted":
            return


def _deciding(one: Someone, service: str, answer: str, spoken: str, last: bool) -> Any:
    def decide(actor: Actor) -> None:
        row = Offer.objects.filter(case_id=one.case_id, service=service).latest("offered_at")
        said = _decision(one, answer, spoken)
        if last:
            said = replace(said, offer_again_on=None, again_way="")
        support.decide(actor=actor, person=one.person(), offer=row, version=row.version, decision=said)

    return decide


def _reviews(script: Script, custody: dt.datetime, planned: dt.datetime, spoken: str) -> None:
    """Before the plan's time is over: what was reached, what was given, and the plan agreed to again."""
    one, day = script.one, planned
    script.add(planned + 9 * DAY, one.manager, lambda actor: _note(one, actor, "support", "note_support", spoken))
    for _ in range(4):
        day = script.after(day, "review")
        # Now and then a review is forgotten: it is then the one that stands overdue.
        if one.maybe(0.07) or not script.add(day, one.manager, lambda actor: _review(one, actor, spoken)):
            return


def _review(one: Someone, actor: Actor, spoken: str) -> None:
    person = one.person()
    goals = with_steps(actor, Goal.objects.filter(case_id=one.case_id, reached_on=None, dropped_on=None))
    if goals:
        support.reach_goal(actor=actor, person=person, goal=goals[0])
    if len(goals) > 2:
        support.drop_goal(actor=actor, person=person, goal=goals[2])
    for goal in goals[1:2]:
        for step in [step for step in steps_of(goal) if step["by"] and not step["done_on"]]:
            support.finish_step(actor=actor, person=person, goal=goal, step=step["id"])
    if one.holder in ("oak", "river", "lantern", "nest"):
        nights = one.dice.randint(20, 80)
        support.deliver_own(actor=actor, person=person, service="residential_shelter", kind="nights", amount=nights)
    _note(one, actor, "support", "note_support", spoken)
    care.ask(one, actor, _goals(one), spoken)
    care.look_again(one, actor)
    _agree(one, actor, spoken)


def _note(one: Someone, actor: Actor, part: str, kind: str, spoken: str) -> None:
    text = one.pick(data.words(kind, spoken)).format(called=one.called)
    cases.write_note(actor=actor, person=one.person(), compartment=part, text=text)


def _onward(script: Script, custody: dt.datetime) -> None:
    """Inclusion, then the end of the file, for most: proposed by its carrier, looked at again by an officer."""
    one = script.one
    included = script.after(custody, "include")
    if one.maybe(0.85) and script.add(included, one.manager, lambda actor: _include(one, actor)):
        proposed = script.after(included, "close")
        # Now and then a proposal still waits for its second look.
        waits = one.maybe(0.1)
        closed = script.after(proposed, "second_look")
        if one.maybe(0.8) and closed < script.now:
            script.acts[:] = [act for act in script.acts if act.at < proposed]
            script.add(proposed, one.manager, lambda actor: _propose(one, actor, script.spoken))
            if not waits:
                script.add(closed, one.officer, lambda actor: _close(one, actor))


def _include(one: Someone, actor: Actor) -> None:
    file, _ = opened(actor, one.person().pk)
    mechanism.move(actor=actor, file=file, stage=Stage.INCLUSION, reason=_reason(one, "inclusion"))


def _propose(one: Someone, actor: Actor, spoken: str) -> None:
    """What is still open ends first."""
    person = one.person()
    for goal in Goal.objects.filter(case_id=person.pk, reached_on=None, dropped_on=None):
        support.reach_goal(actor=actor, person=person, goal=goal)
    for row in ServiceReferral.objects.filter(case_id=person.pk, state__in=OPEN):
        support.close(actor=actor, person=person, referral=row)
    file, _ = opened(actor, person.pk)
    said = one.pick(data.document("words")["closing"])
    mechanism.propose_closing(
        actor=actor,
        file=file,
        reason=_reason(one, "closed"),
        her_word=one.pick(["agrees", "agrees", "wants_it"]),
        why=said[spoken],
        come_back=said[f"back_{spoken}"],
        submission=uuid5(SPACE, f"closing {one.number}"),
    )


def _close(one: Someone, actor: Actor) -> None:
    file, _ = opened(actor, one.person().pk)
    proposal = Closing.objects.get(case_id=one.case_id, confirmed_at=None)
    mechanism.close(actor=actor, file=file, closing=proposal)


def _reason(one: Someone, move: str) -> str:
    """The first reason of the country more often than the others; nobody in the story dies or is lost."""
    codes = [reason.code for reason in pack().reasons_to(move)][:3]
    return str(one.pick([codes[0], *codes]))
