"""Rules she was told, a telephone kept back for some days, and who looked at it again."""

import datetime as dt
from uuid import uuid4

from cadra.demo import data
from cadra.demo.actors import Troupe
from cadra.demo.acts import Script
from cadra.demo.someone import Someone
from cadra.foundation.access.actor import Actor
from cadra.foundation.kernel.clock import DAY, now, today
from cadra.foundation.kernel.pack import pack
from cadra.record.cases.models import Case, Stage
from cadra.record.people.models import Person
from cadra.stages.support import actions as support
from cadra.stages.support.fairness import earliest_effect, latest_review
from cadra.stages.support.models import HouseRules, Offer, Restriction

#: Of so many files one has a restriction; of these, so many are looked at in time and end.
ONE_IN, LOOKED_AT = 7, 2


def be_fair(script: Script, custody: dt.datetime, spoken: str) -> None:
    """Drawn from her number, not from her dice: the rest of the year stays as it was."""
    one = script.one
    if one.number % 2 == 0:
        script.add(custody + DAY, one.manager, lambda actor: _told(one, actor, spoken))
    if one.number % ONE_IN == 0 and not one.is_child:
        begun = custody + 2 * DAY
        script.add(begun, one.manager, lambda actor: _restrict(one, actor, spoken))
        if one.number % LOOKED_AT:
            script.add(begun + 9 * DAY, one.manager, lambda actor: _end(one, actor, spoken))


def _told(one: Someone, actor: Actor, spoken: str) -> None:
    own = HouseRules.objects.filter(institution=actor.institution_principal).order_by("-number").first()
    said = support.Explained("spoken", one.languages[0], "yes", "signed", data.words("rules", spoken)[0])
    support.answer_rules(
        actor=actor,
        person=one.person(),
        institution=actor.institution_principal,
        number=own.number if own else 0,
        draft="" if own else pack().programme_rules.version,
        explained=said,
        submission=one.referral_id,
    )


def house_rules(troupe: Troupe, spoken: str, at: dt.datetime) -> None:
    """One house wrote rules of its own, before the year began."""
    with troupe.acting("ina", at) as ina:
        text = {language: data.words("house_rules", language)[0] for language in pack().written_languages}
        support.write_rules(actor=ina, text=text, submission=uuid4())


def exclusion(troupe: Troupe, spoken: str) -> None:
    """Somebody may lose a service: a colleague agreed, she objects, and a third person has to answer."""
    happened, tried, why, hers = data.words("exclusion", spoken)
    with troupe.acting("marta", now()) as marta:
        mine = Case.objects.filter(manager_id=marta.user_id).exclude(stage=Stage.CLOSED).values("case_id")
        offer = Offer.objects.filter(case_id__in=mine, decision="accepted").order_by("offered_at").last()
        if offer is None:
            return
        person = Person.objects.get(pk=offer.case_id)
        row = support.give_notice(
            actor=marta,
            person=person,
            offer=offer,
            reasons=["excluded_for_rules"],
            happened_words=happened,
            tried=tried,
            takes_effect_on=earliest_effect(),
            submission=uuid4(),
        )
    with troupe.acting("sara", now()) as sara:
        row = support.decide_exclusion(
            actor=sara, person=person, exclusion=row, version=row.version, agrees=True, words=why
        )
    with troupe.acting("marta", now()) as marta:
        support.hear_objection(actor=marta, person=person, exclusion=row, version=row.version, objects=True, words=hers)


def _restrict(one: Someone, actor: Actor, spoken: str) -> None:
    agrees = bool(one.number % 3)
    support.restrict(
        actor=actor,
        person=one.person(),
        new=support.NewRestriction(
            kind="telephone" if agrees else "movement",
            ground="danger_others",
            reason=data.words("restriction", spoken)[0],
            agreement="agreed" if agrees else "not_agreed",
            her_words=data.words("restriction", spoken)[1],
            decided_by=actor.user_id,
            since=today(),
            review_on=latest_review(),
        ),
        submission=one.referral_id,
    )


def _end(one: Someone, actor: Actor, spoken: str) -> None:
    for row in Restriction.objects.filter(case_id=one.case_id, ended_on=None):
        looked = support.Looked("ended", data.words("restriction", spoken)[2], "agreed")
        support.look_again(
            actor=actor,
            person=one.person(),
            restriction=row,
            version=row.version,
            looked=looked,
            submission=one.referral_id,
        )
