"""Spending an institution's money: opening lines, writing what help cost, a second person's word."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils.translation import gettext as _

from cadra.foundation import vault
from cadra.foundation.access.actor import Actor
from cadra.foundation.kernel.acts import act, once
from cadra.foundation.kernel.clock import now, today
from cadra.foundation.kernel.pack import pack
from cadra.foundation.ledger import actions as ledger
from cadra.record.people.models import Person
from cadra.stages.support.actions.common import SupportError, must_plan
from cadra.stages.support.actions.offering import Decision, NewOffer, offer
from cadra.stages.support.models import DecisionOnOffer, Delivery, Offer
from cadra.steering.budget import policy, queries
from cadra.steering.budget.models import Assistance, Entry, Line, State, Way
from cadra.steering.budget.money import HUNDREDTHS


class BudgetError(SupportError):
    """Something a user can put right; its text is a sentence for her."""


class NotEnough(BudgetError):
    """The line has not so much left, and nobody said why it may be spent all the same."""

    def __init__(self) -> None:
        super().__init__(_("The line has not enough left. Say why it is approved all the same, or refuse it."))


@dataclass(frozen=True)
class Cost:
    """What one assistance cost: hundredths of the line's currency. Cash names who gave it and who stood beside."""

    line: UUID
    amount: int
    way: str = Way.TRANSFER
    on: dt.date | None = None
    giver: UUID | None = None
    witness: UUID | None = None
    words: str = ""


@act
def open_line(
    *, actor: Actor, programme: str, funder: str, amount: int, starts: dt.date, ends: dt.date, submission: UUID
) -> Line:
    """Money of a programme from a funder for a period. The same form sent twice is one line."""
    if not policy.may_keep(actor):
        raise Http404
    once(submission)
    known = Line.objects.filter(submission=submission).first()
    if known is not None:
        return known
    if amount <= 0 or ends < starts:
        raise BudgetError(_("Write how much there is, and a period that ends after it starts."))
    row = Line(
        submission=submission,
        institution=actor.institution_principal,
        programme=programme,
        funder=funder,
        amount=amount,
        currency=pack().currency,
        starts=starts,
        ends=ends,
        opened_by=actor.user_id,
    )
    row.save(force_insert=True)
    ledger.record(actor=actor, verb="opened_line", object_id=row.pk)
    return row


@act
def spend(
    *,
    actor: Actor,
    person: Person,
    cost: Cost,
    delivery: Delivery | None = None,
    offer: Offer | None = None,
    submission: UUID | None = None,
) -> Entry:
    """Write what a thing given to her, or an offer, cost. Exactly one of `delivery` and `offer`.

    It counts at once up to the pack's limit while the line has enough; else it waits for a second person. Two who
    spend the same money at once wait for each other in PostgreSQL.
    """
    must_plan(actor, person)
    submission = submission or uuid4()
    once(submission)
    known = Entry.objects.filter(submission=submission).first()
    if known is not None:
        return known
    thing = delivery or offer
    if thing is None or thing.case_id != person.pk or (delivery is not None and offer is not None):
        raise BudgetError(_("Choose what it was for."))
    entry = _entry(actor, cost, thing.service, submission)
    _write(entry)
    tie = Assistance(
        id=uuid4(),
        case_id=person.pk,
        entry=entry,
        delivery_id=delivery.pk if delivery else None,
        offer_id=offer.pk if offer else None,
        recorded_by=actor.user_id,
    )
    vault.seal(actor.ring, tie, words=cost.words)
    tie.save(force_insert=True)
    ledger.record(
        actor=actor,
        verb="wrote_cost",
        subjects=[person.ledger_alias],
        compartments=["support"],
        object_id=entry.pk,
    )
    return entry


@act
def approve(*, actor: Actor, entry: Entry, reason: str = "") -> Entry:
    """A second person lets it count. `reason`: a code of the pack, needed when the line has not enough left."""
    row = _to_decide(actor, entry, State.PROPOSED)
    if reason and reason not in pack().override_reasons:
        raise BudgetError(_("Choose a reason from the list."))
    short = row.line.left < row.amount
    if short and not reason:
        raise NotEnough
    try:
        with transaction.atomic():
            _decided(actor, row, State.APPROVED, reason if short else "")
    except IntegrityError:  # somebody spent of the line just now: PostgreSQL saw it first
        if not reason:
            raise NotEnough from None
        _decided(actor, row, State.APPROVED, reason)
    ledger.record(actor=actor, verb="approved_overdraft" if row.reason else "approved_cost", object_id=row.pk)
    return row


@act
def refuse(*, actor: Actor, entry: Entry) -> Entry:
    """A second person says no: it never counts."""
    row = _to_decide(actor, entry, State.PROPOSED)
    _decided(actor, row, State.REFUSED, "")
    ledger.record(actor=actor, verb="refused_cost", object_id=row.pk)
    return row


@act
def take_back(*, actor: Actor, entry: Entry) -> Entry:
    """A mistake: it counts no longer, and stays readable."""
    row = _to_decide(actor, entry, State.APPROVED)
    _decided(actor, row, State.TAKEN_BACK, row.reason)
    ledger.record(actor=actor, verb="took_cost_back", object_id=row.pk)
    return row


@act
def no_funds(*, actor: Actor, person: Person, service: str, submission: UUID) -> Offer:
    """What she needs can't be paid for: kept as an offer not made, with the pack's reason, and counted in figures."""
    decision = Decision(DecisionOnOffer.NOT_OFFERED, reasons=[pack().money.no_funds])
    return offer(
        actor=actor, person=person, offers=[NewOffer(service=service, decision=decision)], submission=submission
    )[0]


def _entry(actor: Actor, cost: Cost, service: str, submission: UUID) -> Entry:
    line = queries.lines(actor).filter(pk=cost.line).first()
    on = cost.on or today()
    if line is None or not line.starts <= on <= line.ends:
        raise BudgetError(_("Choose a line whose period this day falls into."))
    if cost.amount <= 0 or cost.way not in Way.values:
        raise BudgetError(_("Write how much it cost, more than nothing."))
    cash = cost.way == Way.CASH
    if cash and (cost.giver is None or cost.witness is None or cost.giver == cost.witness):
        raise BudgetError(_("Cash needs two different colleagues: who gives it, and who stands beside."))
    return Entry(
        id=uuid4(),
        submission=submission,
        institution=actor.institution_principal,
        line=line,
        amount=cost.amount,
        currency=line.currency,
        service=service,
        way=cost.way,
        on=on,
        giver=cost.giver if cash else None,
        witness=cost.witness if cash else None,
        recorded_by=actor.user_id,
    )


def _write(entry: Entry) -> None:
    """Counted at once when it may be, else waiting."""
    if entry.amount <= pack().money.approval_above * HUNDREDTHS and entry.line.left >= entry.amount:
        entry.state = State.APPROVED
        try:
            with transaction.atomic():
                entry.save(force_insert=True)
        except IntegrityError:  # somebody spent of the line just now, or the two with the cash are no colleagues
            pass
        else:
            return
    entry.state, entry.needs_second = State.PROPOSED, True
    try:
        with transaction.atomic():
            entry.save(force_insert=True)
    except IntegrityError:
        raise BudgetError(_("Cash needs two different colleagues: who gives it, and who stands beside.")) from None


def _to_decide(actor: Actor, entry: Entry, state: str) -> Entry:
    """The entry, held, for somebody who leads and did not write it."""
    row = queries.entry_for(actor, entry.pk, lock=True)
    if not policy.may_keep(actor):
        raise Http404
    if row.recorded_by == actor.user_id:
        raise BudgetError(_("Somebody else decides about what you wrote."))
    if row.state != state:
        raise BudgetError(_("This was decided meanwhile. Look at it as it is now."))
    return row


def _decided(actor: Actor, row: Entry, state: str, reason: str) -> None:
    row.state, row.reason, row.decided_by, row.decided_at = state, reason, actor.user_id, now()
    row.save(update_fields=["state", "reason", "decided_by", "decided_at"])
