"""A request to a provider's desk and what the desk makes of it."""

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid5

from cadra.demo import data
from cadra.demo.acts import Script
from cadra.demo.network import Network
from cadra.demo.someone import SPACE, Someone
from cadra.foundation.access.actor import Actor
from cadra.foundation.kernel.clock import now, today
from cadra.foundation.kernel.pack import pack
from cadra.record.consent.models import Answer, Consent
from cadra.stages.support import actions as support
from cadra.stages.support.models import Offer, ServiceReferral
from cadra.stages.support.queries.files import file_for
from cadra.stages.support.queries.providers import may_receive
from cadra.steering.mechanism import actions as mechanism

#: What becomes of a request, of twenty.
FATES = ["given"] * 14 + ["refused"] * 2 + ["waiting"] * 2 + ["withdrawn"] + ["asked"]


def request(script: Script, net: Network, offered: dt.datetime, service: str, spoken: str) -> None:
    """She said yes to a service: its desk is asked, unless she does not want that desk to know."""
    one = script.one
    row = next((row for row in data.document("shape")["provider"] if service in row["services"]), None)
    if row is None or row["desk"] == one.holder or one.mood == "closed" and one.maybe(0.5):
        return
    provider = one.pick(row["by"])
    fate = one.pick(FATES)
    if service == "medical" and one.fate in ("silent", "withdrawn", "waiting"):
        fate, provider = one.fate, "kleo"
    asked = script.after(offered, "refer")
    key = uuid5(SPACE, f"{one.number} {service}")
    if fate == "asked":
        script.add(asked, one.manager, lambda actor: _ask(one, net, row, actor, script.now))
        return
    if not script.add(asked, one.manager, lambda actor: _send(one, net, row, service, key, actor, script.now, spoken)):
        return
    if fate == "silent":
        return
    if fate == "refused":
        _refuse(script, asked, provider, key, spoken)
    elif fate == "waiting":
        _let_wait(script, asked, provider, key, spoken)
    else:
        _give(script, asked, provider, key, spoken, taken_back=fate == "withdrawn")


# The file's side ------------------------------------------------------------------------------------


def _agreement(one: Someone, row: Mapping[str, Any], actor: Actor, ends: dt.datetime) -> support.Agreement:
    """What she agrees to now, of what this desk may receive and the sender has."""
    recipient = pack().recipients[row["as"]]
    allowed = may_receive(recipient, file_for(actor, one.person().pk).parts)
    limited = len(allowed) > 1 and one.mood != "open"
    return support.Agreement(
        answer=Answer.LIMITED if limited else Answer.GIVEN,
        asked_for=allowed,
        parts=allowed[:1] if limited else allowed,
        form=one.pick(["spoken", "written"]),
        until=ends,
        explained=["who", "form"],
        explained_form="spoken",
        explained_language=one.languages[0],
    )


def _send(
    one: Someone,
    net: Network,
    row: Mapping[str, Any],
    service: str,
    key: UUID,
    actor: Actor,
    today_is: dt.datetime,
    spoken: str,
) -> None:
    offer = Offer.objects.filter(case_id=one.case_id, service=service).first()
    support.refer(
        actor=actor,
        person=one.person(),
        desk=net.desks[row["desk"]],
        service=service,
        capacity=row["as"],
        urgency="urgent" if one.maybe(0.1) else "ordinary",
        asks=one.pick(data.words("asks", spoken)).format(called=one.called),
        agreement=_agreement(one, row, actor, today_is + dt.timedelta(days=one.dice.randint(40, 240))),
        offer_id=offer.pk if offer else None,
        submission=key,
    )


def _ask(one: Someone, net: Network, row: Mapping[str, Any], actor: Actor, today_is: dt.datetime) -> None:
    """She accepts the service, but this desk may not know her, or not yet."""
    later = today_is - now() < dt.timedelta(days=20)
    support.ask_and_keep(
        actor=actor,
        person=one.person(),
        desk=net.desks[row["desk"]],
        capacity=row["as"],
        agreement=support.Agreement(
            answer=Answer.NOT_YET if later else Answer.REFUSED,
            asked_for=["contact"],
            until=None,
            ask_again_on=today() + dt.timedelta(days=14) if later else None,
            explained=["who"],
            explained_form="spoken",
            explained_language=one.languages[0],
        ),
    )


def _take_back(one: Someone, key: UUID, actor: Actor) -> None:
    referral = ServiceReferral.objects.get(submission=key)
    consent = Consent.objects.get(pk=referral.consent_id)
    mechanism.withdraw_consent(actor=actor, person=one.person(), consent=consent)


# The provider's side --------------------------------------------------------------------------------


def _row(key: UUID) -> ServiceReferral:
    return ServiceReferral.objects.get(submission=key)


def _refuse(script: Script, asked: dt.datetime, provider: str, key: UUID, spoken: str) -> None:
    one = script.one
    answered = script.after(asked, "answer")
    reason = one.pick(pack().referral_refusals.codes)
    words = one.pick(data.words("provider_no", spoken))
    if not script.add(
        answered,
        provider,
        lambda actor: support.answer(actor=actor, referral=_row(key), state="refused", reason=reason, words=words),
    ):
        return
    if script.now - answered > dt.timedelta(days=12):
        script.add(
            answered + dt.timedelta(days=2),
            one.manager,
            lambda actor: support.settle(actor=actor, person=one.person(), referral=_row(key)),
        )


def _let_wait(script: Script, asked: dt.datetime, provider: str, key: UUID, spoken: str) -> None:
    """On the list, looked at every fortnight, until a place is free."""
    one, day = script.one, script.after(asked, "answer")
    words = one.pick(data.words("provider_wait", spoken))
    for _ in range(one.dice.randint(1, 2)):
        if not script.add(day, provider, lambda actor: _wait(key, words, actor)):
            return
        day += dt.timedelta(days=14, hours=-3)
    _give(script, day - dt.timedelta(hours=10), provider, key, spoken)


def _wait(key: UUID, words: str, actor: Actor) -> None:
    next_on = today() + dt.timedelta(days=14)
    place = 1 + key.int % 5
    support.answer(actor=actor, referral=_row(key), state="waiting_list", words=words, next_on=next_on, place=place)


def _give(
    script: Script, asked: dt.datetime, provider: str, key: UUID, spoken: str, *, taken_back: bool = False
) -> None:
    """Accepted, begun, given several times, ended; or taken back by her in the middle of it."""
    one = script.one
    answered = script.after(asked, "answer")
    words = one.pick(data.words("provider_yes", spoken))
    if not script.add(answered, provider, lambda actor: _accept(key, words, actor)):
        return
    day = script.after(answered, "start")
    times = 1 if taken_back else one.pick([1, 1, 2, 2, 3])
    for _ in range(times):
        given = one.pick(data.words("given", spoken))
        if not script.add(day, provider, _giving(key, given)):
            return
        day = script.after(day, "give")
    if taken_back:
        script.add(day, one.manager, lambda actor: _take_back(one, key, actor))
    elif one.maybe(0.9):
        outcome = one.pick(["done", "done", "done", "partly", "ended_by_person", "passed_on", "lost_contact"])
        last = one.pick(data.words("ended", spoken))
        script.add(
            day, provider, lambda actor: support.end(actor=actor, referral=_row(key), outcome=outcome, words=last)
        )
    if key.int % 3 == 0:
        script.add(day + dt.timedelta(days=2), one.manager, lambda actor: _rate(one, key, actor))


def _rate(one: Someone, key: UUID, actor: Actor) -> None:
    """What she thinks of it, asked by her case manager; now and then a question is left out, or is answered with no."""
    said = ["yes", "yes", "yes", "partly", "not_asked", "no", "yes"]
    answers = {code: said[(key.int + n) % len(said)] for n, code in enumerate(pack().rating_questions.codes)}
    support.rate(actor=actor, person=one.person(), referral=_row(key), answers=answers, submission=key)


def _accept(key: UUID, words: str, actor: Actor) -> None:
    row = support.receive(actor=actor, referral=_row(key))
    begins = now().date() + dt.timedelta(days=3)
    support.answer(actor=actor, referral=row, state="accepted", words=words, next_on=begins)


def _giving(key: UUID, words: str) -> Any:
    return lambda actor: support.deliver(actor=actor, referral=_row(key), words=words)
