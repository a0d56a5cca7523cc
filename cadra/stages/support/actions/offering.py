"""Offering services and keeping what she decides. No decision is ever overwritten (mission D1–D5)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from django.utils.translation import gettext as _

from cadra.foundation import vault
from cadra.foundation.access.actor import Actor
from cadra.foundation.kernel.acts import act, once
from cadra.foundation.kernel.clock import now, today
from cadra.foundation.kernel.pack import pack
from cadra.record.people.models import Person
from cadra.stages.support.actions.common import SupportError, as_shown, done, must_plan
from cadra.stages.support.models import Children, DecisionOnOffer, Goal, Offer, OfferDecision, Understood


@dataclass(frozen=True)
class Decision:
    """What she said: `reasons` codes of the pack, `words` hers.

    `family` its part in it in words, `family_part` as a code of the pack ('' when not asked); `children`: may they come
    along. `hard`: codes of what made it hard to decide yet. `again_way`: code of how to offer it again safely on
    `offer_again_on`, `again` what to mind then.
    """

    decision: str
    reasons: Sequence[str] = ()
    words: str = ""
    family: str = ""
    offer_again_on: dt.date | None = None
    family_part: str = ""
    children: str = ""
    hard: Sequence[str] = ()
    again_way: str = ""
    again: str = ""


@dataclass(frozen=True)
class NewOffer:
    """One service, how it was explained, and what she decided (None: not yet). `explained_on` None is today."""

    service: str
    explained: str = ""
    explained_forms: Sequence[str] = ()
    explained_language: str = ""
    understood: str = Understood.NOT_ASKED
    decision: Decision | None = None
    goal: Goal | None = None
    explained_on: dt.date | None = None
    reading_level: str = ""


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
    done(actor, person, "offered", rows[0] if len(rows) == 1 else None)
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
    _never_excluded(decision)
    return _decided(actor, person, as_shown(actor, person, offer, version), decision, submission)


def decide_excluded(*, actor: Actor, person: Person, offer: Offer, decision: Decision) -> OfferDecision:
    """For an exclusion that took effect (excluding.py), within its transaction: the offer says so too."""
    return _decided(actor, person, offer, decision, uuid4())


def _decided(actor: Actor, person: Person, row: Offer, said: Decision, submission: UUID) -> OfferDecision:
    row.version += 1
    kept = _keep(actor, row, said, submission)
    row.save(update_fields=["decision", "decided_at", "offer_again_on", "again_way", "version"])
    done(actor, person, f"decided_{said.decision}", row)
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
        explained_on=(new.explained_on or today()) if new.explained_forms else None,
        reading_level=new.reading_level,
        understood=new.understood,
        offered_by=actor.user_id,
    )
    vault.seal(actor.ring, row, explained=new.explained)
    row.save(force_insert=True)
    if new.decision is not None:
        _never_excluded(new.decision)
        _keep(actor, row, new.decision, submission)
        row.save(update_fields=["decision", "decided_at", "offer_again_on", "again_way"])
    return row


def _never_excluded(said: Decision) -> None:
    if said.decision == DecisionOnOffer.EXCLUDED:
        raise SupportError(_("She can only be excluded by way of a notice, a second person, and a hand-over."))


def _keep(actor: Actor, row: Offer, said: Decision, submission: UUID) -> OfferDecision:
    """Add one decision and repeat it on the offer (not saved)."""
    if not _is_known(said):
        raise SupportError(_("Choose the decision and its reasons from the list."))
    moment = now()
    kept = OfferDecision(
        id=uuid4(),
        case_id=row.case_id,
        submission=submission,
        offer=row,
        decision=said.decision,
        reasons=list(said.reasons),
        family_part=said.family_part,
        children=said.children,
        hard=list(said.hard),
        offer_again_on=said.offer_again_on,
        again_way=said.again_way,
        recorded_by=actor.user_id,
        decided_at=moment,
    )
    vault.seal(actor.ring, kept, words=said.words, family=said.family or None, again=said.again or None)
    kept.save(force_insert=True)
    row.decision, row.decided_at = said.decision, moment
    row.offer_again_on, row.again_way = said.offer_again_on, said.again_way
    return kept


def _is_known(said: Decision) -> bool:
    """Every code is one of the lists it was chosen from."""
    return (
        said.decision in DecisionOnOffer.values
        and all(code in pack().decline_reasons for code in said.reasons)
        and all(code in pack().difficulties for code in said.hard)
        and (not said.family_part or said.family_part in pack().family_parts)
        and (not said.again_way or said.again_way in pack().offer_ways)
        and (not said.children or said.children in Children.values)
    )
