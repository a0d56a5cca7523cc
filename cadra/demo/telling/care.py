"""What she needs, asked anew at each review; what keeps her safe; a call that keeps to her rule."""

import datetime as dt
from typing import Any
from uuid import uuid5

from cadra.demo import data
from cadra.demo.acts import Script
from cadra.demo.someone import SPACE, Someone, chance
from cadra.foundation.access.actor import Actor
from cadra.foundation.access.queries import my_compartments
from cadra.foundation.kernel.clock import DAY, today
from cadra.foundation.kernel.pack import pack
from cadra.record.people import contacts
from cadra.record.people.queries import look_at_contact
from cadra.stages.support import actions as support
from cadra.stages.support.models import Assessment, SafetyReview

OFTEN = {"need": ("no", "no", "later", "now", "declined"), "fact": ("yes", "no", "no", "unknown")}
DOMAINS = ("physical_health", "access_services", "education", "economic_wellbeing", "legal_status")
PARENTS = 6  # of so many, one has somebody who depends on her


def ask(one: Someone, actor: Actor, goals: Any, spoken: str) -> None:
    """A conversation about needs: what has got better is no longer needed now; the last one may be unfinished."""
    person = one.person()
    before = Assessment.objects.filter(case_id=person.pk, about=None).count()
    dice = chance(f"needs {one.number} {before}")
    for left in Assessment.objects.filter(case_id=person.pk, about=None, finished_at=None):
        support.finish_assessment(actor=actor, person=person, assessment=left)
    look = support.begin_assessment(actor=actor, person=person, held_on=today(), held_how="together")
    wish = dice.choice(goals)[spoken] if not before else ""
    for place, domain in enumerate(DOMAINS[:2] if before else DOMAINS[: dice.choice([2, 3])]):
        asked = {row.code: questions for row, questions in pack().needs(look.questions)}[domain]
        support.assess_domain(
            actor=actor,
            person=person,
            assessment=look,
            domain=domain,
            version=0,
            answers={question.code: _answer(dice, question.kind, before) for question in asked},
            words={"strengths": "", "wishes": "" if place else wish, "notes": ""},
        )
    if one.number % PARENTS == 0 and not before and not one.is_child:
        support.name_dependant(
            actor=actor,
            person=person,
            words={"called": "Bora" if one.number % 4 else "Ari", "relation": "", "age": str(dice.randint(1, 9))},
            submission=uuid5(SPACE, f"dependant {one.number}"),
        )
    if before or dice.random() > 0.2:  # else still to be finished
        support.finish_assessment(actor=actor, person=person, assessment=look)


def _answer(dice: Any, kind: str, before: int) -> str:
    """As often as they are given; at a later time less is needed now."""
    answer: str = dice.choice(OFTEN[kind])
    return "no" if before and answer == "now" and dice.random() < 0.7 else answer


def keep_safe(script: Script, planned: dt.datetime, spoken: str) -> None:
    """A safety plan for those in danger and every fourth; something that happens to some; a call by her rule."""
    one = script.one
    if not (one.danger or one.number % 4 == 0):
        return
    script.add(planned + dt.timedelta(hours=2), one.manager, lambda actor: _plan(one, actor, spoken))
    if one.danger:
        script.add(planned + 4 * DAY, one.manager, lambda actor: _incident(one, actor, spoken))
        script.add(planned + 5 * DAY, one.manager, lambda actor: look_again(one, actor))
    script.add(planned + 6 * DAY, one.manager, lambda actor: _ring(one, actor, spoken))


def look_again(one: Someone, actor: Actor) -> None:
    """The safety plan is looked at together, where there is one; the next time is a season ahead."""
    if SafetyReview.objects.filter(case_id=one.case_id, done_at=None).exists():
        support.review_safety(actor=actor, person=one.person(), next_on=today() + 95 * DAY)


def _plan(one: Someone, actor: Actor, spoken: str) -> None:
    person, dice = one.person(), chance(f"safety {one.number}")
    if "contact" not in my_compartments(actor, person.pk):
        return
    who: dict[str, Any] = {"actor": actor, "person": person, "version": 0, "for_child": one.is_child}
    asked = pack().protection(pack().protection_version, "risk", child=one.is_child)
    said = {question.code: dice.choice(["yes", "no", "no", "unknown", "not_asked"]) for question in asked}
    threat = {"words": dice.choice(data.words("threatens", spoken)), "principal": None}
    support.write_risk(**who, answers=said, sources=[threat])
    place = dice.randrange(2)
    support.write_safety_plan(
        **who,
        parts={
            "signs": dice.choice(data.words("safety_signs", spoken)),
            "steps": data.words("safety_steps", spoken)[place],
        },
        people=[{"name": actor.name, "phone": "+355 60 000 0001", "on_card": "Vera"}],
        code_word=dice.choice(["lule", "shega", "bora"]),
        card=data.words("safety_card", spoken)[place],
    )
    look_again(one, actor)


def _incident(one: Someone, actor: Actor, spoken: str) -> None:
    dice = chance(f"incident {one.number}")
    support.note_incident(
        actor=actor,
        person=one.person(),
        kind=dice.choice(["contact", "followed", "threat"]),
        happened_on=today(),
        what=dice.choice(data.words("incident", spoken)),
        done=dice.choice(data.words("incident_done", spoken)),
        submission=uuid5(SPACE, f"incident {one.number}"),
    )


def _ring(one: Someone, actor: Actor, spoken: str) -> None:
    """Rung on a number she called safe; where nobody had asked her, with a reason."""
    person, dice = one.person(), chance(f"ring {one.number}")
    row: Any = look_at_contact(actor, person)
    channels = (row.plain.get("channels") or []) if row is not None else []
    if not channels:
        return
    why = data.words("contact_result", spoken)[1] if channels[0].get("safe") != "yes" else ""
    made = contacts.reach_out(actor=actor, person=person, contact=row.plain, channel=channels[0], why=why)
    said = dice.choice(data.words("contact_result", spoken))
    contacts.note_result(actor=actor, person=person, row=made, result="reached", what=said)
