"""The provider's side: received, answered, begun, given, ended. The file's side is told each time."""

import datetime as dt
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from cadra.foundation import vault
from cadra.foundation.access.actor import Actor
from cadra.foundation.access.holding import hold
from cadra.foundation.catalogue.telling import TellsAPlace
from cadra.foundation.catalogue.words import place_in
from cadra.foundation.kernel.acts import act, once
from cadra.foundation.kernel.addresses import reverse
from cadra.foundation.kernel.clock import now, today
from cadra.foundation.kernel.pack import pack
from cadra.foundation.ledger import actions as ledger
from cadra.foundation.network.queries import active_colleagues
from cadra.foundation.outbox import actions as outbox
from cadra.record.people.models import Person
from cadra.stages.support.actions.common import AnsweredMeanwhile, NotNow, SupportError, done, made_before, must_plan
from cadra.stages.support.dates import set_next
from cadra.stages.support.models import Delivery, DeliveryKind, MoneyWay, ReferralState, ServiceReferral, Turn
from cadra.stages.support.queries.providers import desk_at
from cadra.stages.support.queries.requests import request_for

S = ReferralState
#: state → states a provider may move it to.
MOVES: dict[str, frozenset[str]] = {
    S.SENT: frozenset({S.ACCEPTED, S.WAITING_LIST, S.REFUSED}),
    S.WAITING_LIST: frozenset({S.ACCEPTED, S.WAITING_LIST, S.REFUSED}),
    S.ACCEPTED: frozenset({S.STARTED, S.WAITING_LIST, S.REFUSED, S.ENDED}),
    S.STARTED: frozenset({S.ENDED}),
}


@transaction.atomic(savepoint=False)
def receive(*, actor: Actor, referral: ServiceReferral) -> ServiceReferral:
    """The desk opened it for the first time; the sender sees when."""
    moment = now()
    opened = ServiceReferral.objects.filter(pk=referral.pk, desk__in=actor.principals, received_at=None)
    if opened.update(received_at=moment):
        referral.received_at = moment
        _record(actor, referral, "received_request")
    return referral


@act
def answer(
    *,
    actor: Actor,
    referral: ServiceReferral,
    state: str,
    reason: str = "",
    words: str = "",
    next_on: dt.date | None = None,
    place: int | None = None,
    version: int | None = None,
) -> ServiceReferral:
    """Accepted, on the waiting list, or refused (with a reason of the pack).

    `next_on`: when help begins, or when the waiting list will be looked at again; else the pack's time. `place`: hers
    on the waiting list, when they have one; otherwise it is not kept. The desk may answer again (a waiting list moves)
    until help began. `AnsweredMeanwhile` when a colleague was first.
    """
    row = _locked(actor, referral.pk, version)
    if state == S.REFUSED and reason not in pack().referral_refusals:
        raise SupportError(_("Choose why it is refused."))
    _may_move(row, state)
    _no_place_of_a_shelter(row, words)
    row.answered_at, row.answered_by, row.answer_reason = now(), actor.user_id, reason
    row.waiting_place = place
    vault.seal(actor.ring, row, answer_words=words)
    return _moved(actor, row, state, "answered_request", words=words, reason=reason, next_on=next_on)


@act
def start(*, actor: Actor, referral: ServiceReferral, version: int | None = None) -> ServiceReferral:
    """Help has begun."""
    row = _locked(actor, referral.pk, version)
    _may_move(row, S.STARTED)
    row.started_at = now()
    return _moved(actor, row, S.STARTED, "started_help")


@act
def deliver(
    *,
    actor: Actor,
    referral: ServiceReferral,
    kind: str = DeliveryKind.SESSION,
    amount: int = 1,
    on: dt.date | None = None,
    at_distance: bool = False,
    words: str = "",
    way: str = "",
    giver: UUID | None = None,
    witness: UUID | None = None,
    submission: UUID | None = None,
) -> Delivery:
    """One thing given by the provider. Giving something to an accepted request begins it.

    `amount`: sessions, pieces, nights, or hundredths of the country's currency; `way`, `giver`, `witness`: of money.
    The same submission is one delivery.
    """
    row = _locked(actor, referral.pk)
    submission = submission or uuid4()
    once(submission)
    known = Delivery.objects.filter(referral=row, submission=submission).first()
    if known is not None:
        return known
    _no_place_of_a_shelter(row, words)
    if row.state == S.ACCEPTED:
        row = start(actor=actor, referral=row)
    if row.state != S.STARTED:
        raise NotNow
    paid = _paid(actor, kind, way, giver, witness)
    given = _delivery(actor, row.case_id, row.service, kind, amount, on, at_distance, words, submission, row, paid)
    set_next(row)
    row.save(update_fields=["next_due_at", "alarm_at"])
    _record(actor, row, "gave_help")
    _tell_sender(actor, row)
    return given


@act
def end(
    *, actor: Actor, referral: ServiceReferral, outcome: str, words: str = "", version: int | None = None
) -> ServiceReferral:
    """Help has ended, with an outcome of the pack."""
    row = _locked(actor, referral.pk, version)
    if outcome not in pack().service_outcomes:
        raise SupportError(_("Choose how it ended."))
    _may_move(row, S.ENDED)
    _no_place_of_a_shelter(row, words)
    row.ended_at, row.outcome = now(), outcome
    return _moved(actor, row, S.ENDED, "ended_help", words=words, reason=outcome)


@act
def deliver_own(
    *,
    actor: Actor,
    person: Person,
    service: str,
    kind: str = DeliveryKind.SESSION,
    amount: int = 1,
    on: dt.date | None = None,
    at_distance: bool = False,
    words: str = "",
    way: str = "",
    giver: UUID | None = None,
    witness: UUID | None = None,
    submission: UUID | None = None,
) -> Delivery:
    """Something the file's holder gave itself, without a referral: a bed, a meal, a talk."""
    must_plan(actor, person)
    submission = submission or uuid4()
    known = made_before(Delivery, person, submission)
    if known is not None:
        return known
    if service not in pack().services:
        raise SupportError(_("Choose a service."))
    paid = _paid(actor, kind, way, giver, witness)
    given = _delivery(actor, person.pk, service, kind, amount, on, at_distance, words, submission, None, paid)
    done(actor, person, "gave_help", given)
    return given


def _locked(actor: Actor, referral_id: UUID, version: int | None = None) -> ServiceReferral:
    """The row as it is now, held until the end; 404 when the desk no longer sees it."""
    hold(request_for(actor, referral_id).case_id)
    row = request_for(actor, referral_id, lock=True)
    if version is not None and row.version != version:
        raise AnsweredMeanwhile
    return row


def _may_move(row: ServiceReferral, state: str) -> None:
    if state not in MOVES.get(row.state, frozenset()):
        raise NotNow


def _no_place_of_a_shelter(row: ServiceReferral, words: str) -> None:
    """What a shelter writes is read by whoever sent the request and stays in the file: it never tells where it is."""
    place = place_in(words)
    desk = desk_at(row.desk) if place else None
    if desk is not None and desk.institution.is_shelter:
        raise SupportError(str(TellsAPlace(place)))


def _moved(
    actor: Actor,
    row: ServiceReferral,
    state: str,
    verb: str,
    *,
    words: str = "",
    reason: str = "",
    next_on: dt.date | None = None,
) -> ServiceReferral:
    row.state = state
    if state != S.WAITING_LIST:
        row.waiting_place = None
    set_next(row, next_on)
    row.version += 1
    row.save()
    turn = Turn(
        id=uuid4(),
        case_id=row.case_id,
        grant_id=row.grant_id,
        referral=row,
        state=state,
        reason=reason,
        place=row.waiting_place,
        next_on=next_on,
        by=actor.user_id,
        by_institution=actor.institution_principal,
    )
    if words:
        vault.seal(actor.ring, turn, words=words)
    turn.save(force_insert=True)
    _record(actor, row, verb, outcome=state)
    _tell_sender(actor, row)
    return row


def _delivery(
    actor: Actor,
    case_id: UUID,
    service: str,
    kind: str,
    amount: int,
    on: dt.date | None,
    at_distance: bool,
    words: str,
    submission: UUID,
    referral: ServiceReferral | None,
    paid: dict[str, Any],
) -> Delivery:
    if kind not in DeliveryKind.values or amount < 1:
        raise SupportError(_("Say what was given, and how much."))
    row = Delivery(
        id=uuid4(),
        submission=submission,
        case_id=case_id,
        grant_id=referral.grant_id if referral else None,
        referral=referral,
        service=service,
        kind=kind,
        amount=amount,
        currency=pack().currency if kind == DeliveryKind.MONEY else "",
        **paid,
        at_distance=at_distance,
        on=on or today(),
        by_institution=actor.institution_principal,
        recorded_by=actor.user_id,
    )
    vault.seal(actor.ring, row, words=words)
    row.save(force_insert=True)
    return row


def _paid(actor: Actor, kind: str, way: str, giver: UUID | None, witness: UUID | None) -> dict[str, Any]:
    """How money was given: no cash without two colleagues. Nothing is asked of anything else."""
    if kind != DeliveryKind.MONEY:
        return {}
    if way not in MoneyWay.values:
        raise SupportError(_("Say how the money was given."))
    if way != MoneyWay.CASH:
        return {"way": way}
    hands = {one for one in (giver, witness) if one}
    if active_colleagues(actor.institution_id).filter(pk__in=hands).count() != 2:
        raise SupportError(_("Cash needs two different colleagues: who gives it, and who stands beside."))
    return {"way": way, "giver": giver, "witness": witness}


def _record(actor: Actor, row: ServiceReferral, verb: str, outcome: str = "done") -> None:
    person = Person.objects.get(pk=row.case_id)
    ledger.record(
        actor=actor,
        verb=verb,
        subjects=[person.ledger_alias],
        compartments=["core"],
        outcome=outcome,
        object_id=row.pk,
    )


def _tell_sender(actor: Actor, row: ServiceReferral) -> None:
    kind = "answered" if row.state in (S.ACCEPTED, S.WAITING_LIST, S.REFUSED) else "changed"
    link = reverse("support:referral", args=[row.case_id, row.pk])
    outbox.post(actor=actor, to=row.sender_id, kind=kind, link=link)
