"""Exclusion from a service, step by step: nobody can put her out alone, unheard or into nothing (mission S8)."""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID, uuid4

from django.utils.translation import gettext as _

from cadra.foundation import vault
from cadra.foundation.access.actor import Actor
from cadra.foundation.kernel.acts import act, once
from cadra.foundation.kernel.addresses import reverse
from cadra.foundation.kernel.clock import at, deadline, now, today
from cadra.foundation.kernel.pack import pack
from cadra.foundation.network.queries import intake_desk
from cadra.foundation.outbox import actions as outbox
from cadra.record.people.models import Person
from cadra.stages.support.actions.common import (
    NotNow,
    SupportError,
    as_shown,
    done,
    keep,
    made_before,
    must_hold,
    must_plan,
)
from cadra.stages.support.actions.offering import Decision, decide_excluded
from cadra.stages.support.fairness import earliest_effect, what_is_missing
from cadra.stages.support.models import (
    OPEN,
    DecisionOnOffer,
    Exclusion,
    ExclusionState,
    HandedTo,
    Objection,
    Offer,
    ServiceReferral,
)
from cadra.stages.support.queries import providers

UNDER_WAY = (ExclusionState.NOTICED, ExclusionState.AGREED)


class AnotherPerson(SupportError):
    """Somebody who took an earlier step can't take this one."""

    def __init__(self) -> None:
        super().__init__(_("Someone else must do this: you took an earlier step of this exclusion."))


@act
def give_notice(
    *,
    actor: Actor,
    person: Person,
    offer: Offer,
    reasons: Sequence[str],
    happened_words: str,
    tried: str,
    takes_effect_on: dt.date,
    submission: UUID,
) -> Exclusion:
    """Say that she may lose a service: why, what was tried, from when. Nothing changes for her yet."""
    must_plan(actor, person)
    must_hold(actor, person)
    once(offer.pk)
    known = made_before(Exclusion, person, submission)
    if known is not None:
        return known
    if not reasons or any(code not in pack().decline_reasons for code in reasons):
        raise SupportError(_("Choose at least one reason from the list."))
    if not happened_words.strip() or not tried.strip():
        raise SupportError(_("Say what happened and what was tried before."))
    if takes_effect_on < earliest_effect():
        raise SupportError(_("She must have the time of the notice. Choose a later day."))
    if Exclusion.objects.filter(offer=offer, case_id=person.pk, state__in=UNDER_WAY).exists():
        raise NotNow
    row = Exclusion(
        id=uuid4(),
        case_id=person.pk,
        submission=submission,
        offer=offer,
        institution=actor.institution_principal,
        reasons=list(reasons),
        takes_effect_on=takes_effect_on,
        proposed_by=actor.user_id,
        due_at=at(takes_effect_on),
    )
    keep(actor, person, "exclusion_noticed", row, notice={"happened": happened_words, "tried": tried})
    return row


@act
def decide_exclusion(
    *, actor: Actor, person: Person, exclusion: Exclusion, version: int, agrees: bool, words: str
) -> Exclusion:
    """A second person, never the one who gave the notice, agrees to it or stops it."""
    row = _held(actor, person, exclusion, version)
    if row.state != ExclusionState.NOTICED:
        raise NotNow
    if actor.user_id == row.proposed_by:
        raise AnotherPerson
    row.decided_by, row.decided_at = actor.user_id, now()
    vault.seal(actor.ring, row, decision_words=words)
    _move(row, ExclusionState.AGREED if agrees else ExclusionState.STOPPED)
    return _kept(actor, person, row, "exclusion_agreed" if agrees else "exclusion_stopped")


@act
def hear_objection(
    *, actor: Actor, person: Person, exclusion: Exclusion, version: int, objects: bool, words: str
) -> Exclusion:
    """What she says to it. She may object until it takes effect, also after she said she would not."""
    row = _held(actor, person, exclusion, version)
    if row.state not in UNDER_WAY or row.objection == Objection.OBJECTS:
        raise NotNow
    row.objection = Objection.OBJECTS if objects else Objection.NONE
    row.objected_at = now()
    vault.seal(actor.ring, row, objection_words=words or None)
    if objects:
        row.due_at = deadline(now(), pack().limit("exclusion_objection"))
    return _kept(actor, person, row, "exclusion_objected" if objects else "exclusion_not_objected")


@act
def answer_objection(
    *, actor: Actor, person: Person, exclusion: Exclusion, version: int, upholds: bool, words: str
) -> Exclusion:
    """A third person answers her objection; where she is right the exclusion stops."""
    row = _held(actor, person, exclusion, version)
    if row.state != ExclusionState.AGREED or row.objection != Objection.OBJECTS or row.answered_by is not None:
        raise NotNow
    if actor.user_id in (row.proposed_by, row.decided_by):
        raise AnotherPerson
    row.answered_by, row.answered_at = actor.user_id, now()
    row.due_at = at(row.takes_effect_on)
    vault.seal(actor.ring, row, answer_words=words)
    if upholds:
        _move(row, ExclusionState.STOPPED)
    return _kept(actor, person, row, "exclusion_stopped" if upholds else "exclusion_objection_answered")


@act
def hand_on(
    *, actor: Actor, person: Person, exclusion: Exclusion, version: int, referral: ServiceReferral | None
) -> Exclusion:
    """Who helps her afterwards: the desk of a request on its way, or (None) the Responsible Authority, who is told."""
    row = _held(actor, person, exclusion, version)
    if row.state != ExclusionState.AGREED:
        raise NotNow
    if referral is not None and (referral.case_id != person.pk or referral.state not in OPEN):
        raise SupportError(_("Choose a request that is on its way."))
    row.handed_to = HandedTo.PROVIDER if referral is not None else HandedTo.AUTHORITY
    row.handed_referral_id = referral.pk if referral is not None else None
    row.handed_by, row.handed_at = actor.user_id, now()
    if referral is None:
        link = reverse("support:exclusion", args=[row.case_id, row.pk])
        told = providers.people_to_tell(person.pk, intake_desk())
        if not told:
            raise SupportError(
                _("Nobody who answers there may be told. Refer her to a provider first, then choose that request here.")
            )
        for colleague in told:
            outbox.post(actor=actor, to=colleague, kind="waiting", link=link)
    return _kept(actor, person, row, "exclusion_handed_over")


@act
def take_effect(*, actor: Actor, person: Person, exclusion: Exclusion, version: int) -> Exclusion:
    """The service is closed to her: only after the notice, two persons, her word, its answer and the hand-over."""
    row = _held(actor, person, exclusion, version)
    on_their_way = ServiceReferral.objects.filter(case_id=person.pk, state__in=OPEN).values_list("pk", flat=True)
    missing = what_is_missing(row, on_their_way)
    if missing:
        raise SupportError(missing[0])
    row.effect_on = today()
    _move(row, ExclusionState.IN_EFFECT)
    _kept(actor, person, row, "exclusion_in_effect")
    offer = Offer.objects.select_for_update().get(pk=row.offer_id, case_id=person.pk)
    said = Decision(decision=DecisionOnOffer.EXCLUDED, reasons=row.reasons)
    decide_excluded(actor=actor, person=person, offer=offer, decision=said)
    return row


@act
def stop_exclusion(*, actor: Actor, person: Person, exclusion: Exclusion, version: int) -> Exclusion:
    """Whoever carries the file takes the notice back: she keeps the service."""
    row = _held(actor, person, exclusion, version)
    if row.state not in UNDER_WAY:
        raise NotNow
    _move(row, ExclusionState.STOPPED)
    return _kept(actor, person, row, "exclusion_stopped")


@act
def stop_exclusions(*, actor: Actor, person: Person) -> None:
    """The file is being closed: a notice that did not take effect yet never does."""
    for row in Exclusion.objects.filter(case_id=person.pk, state__in=UNDER_WAY).order_by("proposed_at", "id"):
        stop_exclusion(actor=actor, person=person, exclusion=row, version=row.version)


def _held(actor: Actor, person: Person, exclusion: Exclusion, version: int) -> Exclusion:
    must_plan(actor, person)
    return as_shown(actor, person, exclusion, version)


def _move(row: Exclusion, state: ExclusionState) -> None:
    row.state = state
    if state not in UNDER_WAY:
        row.due_at = None


def _kept(actor: Actor, person: Person, row: Exclusion, verb: str) -> Exclusion:
    row.version += 1
    row.save()
    done(actor, person, verb, row)
    return row
