"""Interviews, a decision signed by two, and the time to recover."""

import datetime as dt
from typing import Any

from cadra.demo import data
from cadra.demo.acts import Script
from cadra.demo.someone import Someone
from cadra.foundation.access.actor import Actor
from cadra.foundation.kernel.pack import pack
from cadra.stages.identification.actions import pair
from cadra.stages.identification.models import Decision, RecoveryPeriod


def identify(script: Script, assigned: dt.datetime, spoken: str) -> None:
    """One talk or two, then what the two decide, as far as the year has come."""
    one = script.one
    if one.stop == "assigned":
        return
    first = one.proposer or one.pick([one.police, one.social])
    second = one.social if first == one.police else one.police
    talked = script.after(assigned, "talk")
    if not script.add(talked, first, lambda actor: _talk(one, actor, spoken)):
        return
    if one.maybe(0.3):
        again = script.after(talked, "second_talk")
        script.add(again, second, lambda actor: _talk(one, actor, spoken))
        talked = again
    proposed = max(script.after(assigned, "propose"), talked + dt.timedelta(hours=3))
    if not script.add(proposed, first, lambda actor: _propose(one, actor, spoken)) or one.stop == "proposed":
        return
    signed = script.after(proposed, "sign")
    if one.stop == "returned":
        script.add(signed, second, lambda actor: _return(one, actor, spoken))
        return
    if not script.add(signed, second, lambda actor: _sign(one, actor)):
        return
    script.add(script.after(signed, "tell"), second, lambda actor: _tell(one, actor))
    if one.fate != "recovering" and one.maybe(0.12):
        script.add(signed + dt.timedelta(days=84), first, lambda actor: _extend(one, actor))


def _decision(one: Someone) -> Decision:
    return Decision.objects.filter(case_id=one.case_id).latest("proposed_at")


def _talk(one: Someone, actor: Actor, spoken: str) -> None:
    pair.record_interview(
        actor=actor, person=one.person(), held_at=_now_of(one), record=_record(one, spoken), finish=True
    )


def _now_of(one: Someone) -> dt.datetime:
    """An hour before it was written down."""
    return pair.now() - dt.timedelta(hours=1)


def _record(one: Someone, spoken: str) -> dict[str, Any]:
    def said(kind: str) -> str:
        return str(one.pick(data.words(kind, spoken)))

    began = one.started.date() - dt.timedelta(days=one.dice.randint(90, 900))
    ended = one.started.date() - dt.timedelta(days=one.dice.randint(1, 60))
    accounts = data.document("words")["account"][one.form]
    return {
        "place": said("room"),
        "private": "yes",
        "interpreter": "no" if one.languages[0] in pack().written_languages else "yes",
        "language": one.languages[0],
        "interviewer_sex_chosen": one.pick(["female", "female", "no_preference", "not_asked"]),
        "interviewer_sex": one.pick(["female", "both"]),
        "support_person": said("support_person"),
        "breaks": one.dice.randint(0, 3),
        "explained": list(pack().explanations.codes),
        "account": one.pick(accounts)[spoken],
        "exploitation": {
            "recruitment": said("recruitment"),
            "control": said("control"),
            "route": said("route"),
            "forms": [one.form],
            "border": one.pick(["domestic", "domestic", "cross_border", "both"]),
            "online": one.pick(["yes", "no", "not_asked"]),
            "began": f"{began:%Y-%m}",
            "ended": f"{ended:%Y-%m}",
            "suspects": [
                {
                    "number": one.dice.randint(1, 3),
                    "sex": one.pick(["male", "male", "female"]),
                    "age": one.pick(["young", "middle"]),
                    "relation": one.pick(["partner", "acquaintance", "employer", "recruiter", "online", "family"]),
                }
            ],
        },
    }


def _propose(one: Someone, actor: Actor, spoken: str) -> None:
    fitting = [
        reason.code
        for reason in pack().reasons_for(one.outcome)
        if not (one.is_child and reason.code.endswith("means"))
    ]
    pair.propose_decision(
        actor=actor,
        person=one.person(),
        outcome=one.outcome,
        grounds=sorted(one.dice.sample(fitting, k=min(2, len(fitting)))),
        reasons=one.pick(data.document("words")["reasons"][one.outcome])[spoken],
    )


def _sign(one: Someone, actor: Actor) -> None:
    pair.sign_decision(actor=actor, person=one.person(), decision=_decision(one))


def _return(one: Someone, actor: Actor, spoken: str) -> None:
    pair.return_decision(
        actor=actor, person=one.person(), decision=_decision(one), words=one.pick(data.words("returned", spoken))
    )


def _tell(one: Someone, actor: Actor) -> None:
    pair.tell_decision(actor=actor, person=one.person(), decision=_decision(one), how_to_reconsider=True)


def _extend(one: Someone, actor: Actor) -> None:
    period = RecoveryPeriod.objects.filter(case_id=one.case_id).order_by("-ends_on").first()
    if period is not None:
        pair.extend_recovery(actor=actor, person=one.person(), period=period)
