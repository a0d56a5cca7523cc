"""What she needs, asked anew at each review, in a few domains each time: nobody answers everything at once."""

from typing import Any
from uuid import uuid5

from cadra.demo.someone import SPACE, Someone, chance
from cadra.foundation.access.actor import Actor
from cadra.foundation.kernel.clock import today
from cadra.foundation.kernel.pack import pack
from cadra.record.people.models import Person
from cadra.stages.support import actions as support
from cadra.stages.support.models import Assessment

OFTEN = {"need": ("no", "no", "later", "now", "declined"), "fact": ("yes", "no", "no", "unknown")}
DOMAINS = ("physical_health", "access_services", "education", "economic_wellbeing", "legal_status")
PARENTS = 6  # of so many, one has somebody who depends on her


def ask(one: Someone, actor: Actor, goals: Any, spoken: str) -> None:
    """A conversation about needs: what has got better is no longer needed now; the last one may be unfinished."""
    person = Person.objects.get(pk=one.case_id)
    before = Assessment.objects.filter(case_id=person.pk, about=None).count()
    dice = chance(f"needs {one.number} {before}")
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
