"""From the first signal to the desk and the pair: as the first responder and the Responsible Authority do it."""

import datetime as dt
from typing import Any
from uuid import uuid4

from cadra.demo import data
from cadra.demo.acts import Script
from cadra.demo.network import PHONE, Network
from cadra.demo.someone import Someone
from cadra.foundation.access.actor import Actor
from cadra.foundation.kernel.clock import local_date
from cadra.foundation.kernel.compartments import Compartment
from cadra.foundation.kernel.pack import pack
from cadra.record.cases.custody import recipient_kind
from cadra.record.people.models import Person
from cadra.stages.identification.actions import desk, intake
from cadra.stages.identification.models import Referral
from cadra.steering.mechanism import actions as mechanism
from cadra.steering.mechanism.queries.opened import opened

#: Her answers by mood: recipient → answer and how many of the parts asked for; the rest is not yet.
MOODS: dict[str, dict[str, tuple[str, int]]] = {
    "open": {
        "authority": ("given", 9),
        "pair": ("given", 9),
        "shelter": ("given", 9),
        "health": ("given", 9),
        "lawyer": ("limited", 1),
        "child_protection": ("given", 9),
    },
    "careful": {
        "authority": ("given", 9),
        "pair": ("limited", 1),
        "shelter": ("limited", 2),
        "health": ("not_yet", 0),
        "lawyer": ("refused", 0),
        "child_protection": ("limited", 2),
    },
    "closed": {
        "authority": ("limited", 1),
        "pair": ("refused", 0),
        "shelter": ("limited", 1),
        "health": ("refused", 0),
        "lawyer": ("refused", 0),
        "child_protection": ("limited", 1),
    },
    "later": {"authority": ("given", 9)},
}
#: A consent of the first day ends before so long; for older files she is asked again at the desk.
RENEW_AFTER = dt.timedelta(days=150)
DECIDED_AFTER = dt.timedelta(days=12)


def refer(script: Script, spoken: str) -> dt.datetime | None:
    """The referral is written and sent; when it was sent, None when it was not."""
    one = script.one
    sent = script.after(one.started, "send")
    screens = _screens(one, spoken, script.now - one.started > DECIDED_AFTER)
    if one.stop == "draft":
        kept = 2 + one.number % 4
        screens = dict(list(screens.items())[:kept])

    def write(actor: Actor) -> None:
        row = intake.start_referral(actor=actor, submission=one.referral_id)
        one.case_id = row.case_id
        for screen, values in screens.items():
            intake.save_screen(actor=actor, referral_id=row.pk, screen=screen, **values)

    script.add(one.started, one.found_by, write)
    if one.stop == "draft":
        return None
    planned = script.add(sent, one.found_by, lambda actor: intake.send(actor=actor, referral_id=one.referral_id))
    return sent if planned else None


def answer(script: Script, net: Network, sent: dt.datetime) -> dt.datetime | None:
    """Received, known, given to a pair: when, or None when it has not come so far."""
    one = script.one
    late = one.maybe(0.1) and not one.stop
    received = script.after(sent, "receive_late" if late else "receive")
    if one.stop == "sent" or not script.add(
        received, one.officer, lambda actor: desk.acknowledge(actor=actor, referral=_row(one))
    ):
        return None
    known = script.after(received, "know")
    if one.stop == "received" or not script.add(known, one.officer, lambda actor: _know(one, actor)):
        return None
    assigned = script.after(known, "assign")
    if one.stop == "known" or assigned >= script.now:
        return None
    if script.now - sent > RENEW_AFTER:
        script.add(assigned, one.officer, lambda actor: _ask_again(one, net, actor, script.now))
    script.add(assigned, one.officer, lambda actor: _assign(one, net, actor))
    return assigned


def _row(one: Someone) -> Referral:
    return Referral.objects.get(pk=one.referral_id)


def _know(one: Someone, actor: Actor) -> None:
    if one.again is None:
        desk.register_new(actor=actor, referral=_row(one))
        return
    known = Person.objects.get(pk=one.again.case_id)
    desk.connect_known(actor=actor, referral=_row(one), known=known)
    one.case_id = known.pk


def _assign(one: Someone, net: Network, actor: Actor) -> None:
    desk.assign(
        actor=actor,
        referral=_row(one),
        police=net.users[one.police],
        social=net.users[one.social],
        child_worker=net.users[one.child_worker] if one.child_worker and one.is_child else None,
        holder=net.institutions[one.holder],
        untrained_reason="beside",
    )


def _ask_again(one: Someone, net: Network, actor: Actor, now: dt.datetime) -> None:
    """She was asked until when: consents of this file reach into the coming months."""
    kind = recipient_kind(net.institutions[one.holder].kind)
    answer, parts = MOODS[one.mood].get(kind, ("", 0))
    if answer not in ("given", "limited"):
        return
    recipient = pack().recipients[kind]
    asked_for = [Compartment.CORE, *recipient.may_receive]
    file, _ = opened(actor, _row(one).case_id)
    mechanism.record_answer(
        actor=actor,
        file=file,
        kind=kind,
        given=mechanism.NewAnswer(
            consent_id=uuid4(),
            recipient=None,
            purpose=recipient.purpose,
            asked_for=asked_for,
            compartments=asked_for[: parts + 1],
            answer=answer,
            form="spoken",
            witness="",
            until=local_date(now) + dt.timedelta(days=one.dice.randint(20, 200)),
            ask_again_on=None,
            explained=["who", "form"],
            explained_form="spoken",
            language=one.languages[0],
            interpreter=False,
            asked="",
        ),
        open_now=False,
    )


# What the first responder writes -------------------------------------------------------------------


def _screens(one: Someone, spoken: str, older: bool) -> dict[str, dict[str, Any]]:
    def said(kind: str) -> str:
        return str(one.pick(data.words(kind, spoken))).format(called=one.called)

    interpreter = one.languages[0] not in pack().written_languages
    return {
        "safety": {"answers": _safety(one)},
        "person": {
            "called": one.called,
            "sex": one.sex,
            "age": {"basis": one.basis, "years": one.years, "birth_year": one.birth.get("year")},
            "languages": list(one.languages),
            "interpreter": {
                "needed": "yes" if interpreter else "no",
                "language": one.languages[0],
                "sex": "female" if interpreter and one.sex == "female" else "",
            },
            "nationality": [one.nationality],
            "names": list(one.names),
            "birth": dict(one.birth),
            "documents": _papers(one),
        },
        "contact": {
            "channels": [
                {"kind": "phone", "value": PHONE.format(700, one.number), "safe": one.pick(["yes", "yes", "unknown"])}
            ]
            if one.maybe(0.8)
            else [{"kind": "through", "value": said("name_to_use"), "safe": "not_asked"}],
            "rules": {
                "hours": said("hours"),
                "name_to_use": said("name_to_use"),
                "who_else": said("who_else"),
                "never_say": said("never_say"),
                "leave_message": one.pick(["no", "no", "not_asked"]),
            },
            "whereabouts": {},
        },
        "place": {"how_found": said("how_found"), "entry_point": one.entry, "area": one.area},
        "indicators": {"signs": _signs(one), "notes": said("sign_notes"), "forms": [one.form]},
        "explanations": {
            "given": list(pack().explanations.codes),
            "form": one.pick(["spoken", "spoken", "leaflet", "pictures"]),
            "language": one.languages[0],
            "interpreter": "yes" if interpreter else "no",
            "asked": said("asked"),
        },
        "consent": {
            "answers": _answers(one, older),
            "form": one.pick(["spoken", "written"]),
            "witness": "",
            "ask_again_on": "",
            "hard": said("hard"),
        },
    }


def _safety(one: Someone) -> dict[str, str]:
    questions = pack().safety_questions.codes
    return {code: "yes" if one.danger and code == questions[0] else "no" for code in questions}


def _papers(one: Someone) -> list[dict[str, str]]:
    if one.basis != "documented":
        return []
    return [{"kind": one.pick(["id_card", "passport"]), "number": f"XX{one.number:07d}", "country": one.nationality}]


def _signs(one: Someone) -> dict[str, str]:
    """Three to six signs seen, two looked for and not found; none of immediate risk unless there was danger."""
    fitting = [
        indicator
        for indicator in pack().indicators
        if indicator.applies(child=one.is_child)
        and (one.danger or not indicator.immediate_risk)
        and pack().indicator_groups[indicator.group].form in (None, one.form)
    ]
    drawn = one.dice.sample(fitting, k=min(len(fitting), one.dice.randint(5, 8)))
    return {indicator.code: "no" if place < 2 else "yes" for place, indicator in enumerate(drawn)}


def _answers(one: Someone, older: bool) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for recipient in pack().recipients_at_intake():
        if recipient.code == "child_protection" and not one.is_child:
            continue
        answer, parts = MOODS[one.mood].get(recipient.code, ("not_yet", 0))
        if answer == "not_yet" and older and one.maybe(0.9):
            answer, parts = one.pick([("limited", 1), ("refused", 0)])  # asked long ago, and answered since
        found[recipient.code] = {
            "answer": answer,
            "compartments": [str(part) for part in recipient.may_receive][:parts],
        }
    return found
