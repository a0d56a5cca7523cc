"""Offering services and keeping what she decides. No decision is ever overwritten (mission D1–D5)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from django.utils.translation import gettext as _

from cadra.foundation import vault
from cadra.foundation.access.actor import Actor
from cadra.foundation.kernel.acts import act
from cadra.foundation.kernel.clock import now
from cadra.foundation.kernel.pack import pack
from cadra.foundation.ledger import actions as ledger
from cadra.record.people.actions import ChangedMeanwhile
from cadra.record.people.models import Person
from cadra.stages.support.actions.common import SupportError, happened, must_plan, once
from cadra.stages.support.models import DecisionOnOffer, Goal, Offer, OfferDecision, Understood


@dataclass(frozen=True)
class Decision:
    """What she said: `reasons` codes of the pack, `words` hers, `family` its part in it ('' when none)."""

    decision: str
    reasons: Sequence[str] = ()
    words: str = ""
    family: str = ""
    offer_again_on: dt.date | None = None


@dataclass(frozen=True)
class NewOffer:
    """One service, how it was explained, and what she decided (None: not yet)."""

    service: str
    explained: str = ""
    explained_forms: Sequence[str] = ()
    explained_language: str = ""
    understood: str = Understood.NOT_ASKED
    decision: Decision | None = None
    goal: Goal | None = None


@act
def offer(*, actor: Actor, person: Person, offers: Sequence[NewOffer], submission: UUID | None = None) -> list[Offer]:
    """Offer several services in one go. The same submission is one offering."""
    must_plan(actor, person)
    submission = submission or uuid4()
    once(submission)
    known = list(Offer.objects.filter(case_id=person.pk, submission=submission))
    if known:
        return known
    rows = [_offer(actor, person, new, submission) for new in offers]
    _record(actor, person, "offered", rows[0].pk if len(rows) == 1 else None)
    happened(person)
    return rows


@act
def decide(
    *,
    actor: Actor,
    person: Person,
    offer: Offer,
    version: int,
    decision: Decision,
    submission: UUID | None = None,
) -> OfferDecision:
    """What she says now about an offer, beside all she said before.

    `ChangedMeanwhile` when another decision was kept since it was shown. The same submission is one decision.
    """
    must_plan(actor, person)
    submission = submission or uuid4()
    once(submission)
    known = OfferDecision.objects.filter(offer=offer, submission=submission).first()
    if known is not None:
        return known
    row = Offer.objects.select_for_update().get(pk=offer.pk, case_id=person.pk)
    if row.version != version:
        vault.unseal(actor.ring, [row])
        raise ChangedMeanwhile(row)
    row.version += 1
    kept = _decide(actor, row, decision, submission)
    row.save(update_fields=["decision", "decided_at", "offer_again_on", "version"])
    _record(actor, person, f"decided_{decision.decision}", row.pk)
    happened(person)
    return kept


def _offer(actor: Actor, person: Person, new: NewOffer, submission: UUID) -> Offer:
    if new.service not in pack().services:
        raise SupportError(_("Choose a service."))
    row = Offer(
        id=uuid4(),
        case_id=person.pk,
        submission=submission,
        service=new.service,
        goal=new.goal,
        explained_forms=list(new.explained_forms),
        explained_language=new.explained_language,
        understood=new.understood,
        offered_by=actor.user_id,
    )
    vault.seal(actor.ring, row, explained=new.explained)
    row.save(force_insert=True)
    if new.decision is not None:
        _decide(actor, row, new.decision, submission)
        row.save(update_fields=["decision", "decided_at", "offer_again_on"])
    return row


def _decide(actor: Actor, row: Offer, said: Decision, submission: UUID) -> OfferDecision:
    """Add one decision and repeat it on the offer (not saved)."""
    unknown = [code for code in said.reasons if code not in pack().decline_reasons]
    if unknown or said.decision not in DecisionOnOffer.values:
        raise SupportError(_("Choose the decision and its reasons from the list."))
    moment = now()
    kept = OfferDecision(
        id=uuid4(),
        case_id=row.case_id,
        submission=submission,
        offer=row,
        decision=said.decision,
        reasons=list(said.reasons),
        offer_again_on=said.offer_again_on,
        recorded_by=actor.user_id,
        decided_at=moment,
    )
    vault.seal(actor.ring, kept, words=said.words, family=said.family or None)
    kept.save(force_insert=True)
    row.decision, row.decided_at, row.offer_again_on = said.decision, moment, said.offer_again_on
    return kept


def _record(actor: Actor, person: Person, verb: str, row: UUID | None) -> None:
    ledger.record(actor=actor, verb=verb, subjects=[person.ledger_alias], compartments=["support"], object_id=row)
