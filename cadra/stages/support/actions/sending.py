"""Referring to a provider: her consent for that desk, a grant under it, and what is sent, frozen (mission S6, C2)."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

from django.http import Http404
from django.utils.translation import gettext as _

from cadra.foundation import vault
from cadra.foundation.access import actions as access
from cadra.foundation.access.actor import Actor
from cadra.foundation.access.models import Basis, Scope
from cadra.foundation.kernel import references
from cadra.foundation.kernel.acts import act
from cadra.foundation.kernel.addresses import reverse
from cadra.foundation.kernel.clock import deadline, now
from cadra.foundation.kernel.pack import pack
from cadra.foundation.kernel.pack.models import Recipient
from cadra.foundation.ledger import actions as ledger
from cadra.foundation.network.models import Desk
from cadra.foundation.outbox import actions as outbox
from cadra.record.consent import actions as consents
from cadra.record.consent.models import Answer, Consent
from cadra.record.people.models import Person
from cadra.stages.support.actions.closing import settle
from cadra.stages.support.actions.common import (
    NothingAgreed,
    RefusedByHer,
    SentDiffers,
    SupportError,
    happened,
    made_before,
)
from cadra.stages.support.dates import first_dates
from cadra.stages.support.models import Extract, ReferralState, ServiceReferral, Turn, Urgency
from cadra.stages.support.queries import providers
from cadra.stages.support.queries.files import File
from cadra.stages.support.queries.referrals import prepared, preview
from cadra.stages.support.sheets import Line, commitment, seal_of, unsalted
from cadra.stages.support.sheets.editions import keep_current
from cadra.stages.support.sheets.freezing import MESSAGE


@dataclass(frozen=True)
class Agreement:
    """What she said about this desk, now, after the explanations were repeated.

    `asked_for`: parts she was asked about; `parts`: those she agreed to. `form` is written, spoken or gesture; `until`
    None takes the pack's term. `explained`: codes of the explanations given; `asked`: what she asked.
    """

    answer: Answer
    asked_for: Sequence[str] = ()
    parts: Sequence[str] = ()
    form: str = "spoken"
    witness: str = ""
    until: dt.datetime | None = None
    ask_again_on: dt.date | None = None
    explained: Sequence[str] = ()
    explained_form: str = ""
    explained_language: str = ""
    interpreter: bool = False
    asked: str = ""


@act
def refer(
    *,
    actor: Actor,
    person: Person,
    desk: Desk,
    service: str,
    agreement: Agreement,
    capacity: str = "",
    urgency: str = Urgency.ORDINARY,
    asks: str = "",
    lines: Collection[str] | None = None,
    offer_id: UUID | None = None,
    follows: ServiceReferral | None = None,
    seen: str | None = None,
    submission: UUID | None = None,
) -> ServiceReferral:
    """Send a request to a desk. The same submission is one request.

    `capacity`: code of the pack's recipient the desk is asked as (may be left out when there is only one).
    `lines`: keys of the lines to send (queries.extract); None sends the usual ones. `follows`: the refused or
    unanswered referral this one replaces; it is closed in the same transaction. `seen`: mark of the preview the sender
    looked at (sheets.unsalted); `SentDiffers` when something else would be sent now.
    RefusedByHer, NothingAgreed, SupportError say what a user can put right; 404 when she doesn't carry the file.
    """
    submission = submission or uuid4()
    known = made_before(ServiceReferral, person, submission)
    if known is not None:
        return known
    if agreement.answer not in (Answer.GIVEN, Answer.LIMITED):
        raise NothingAgreed(_("Nothing is sent without her agreement."))
    if service not in pack().services or urgency not in Urgency.values:
        raise SupportError(_("Choose a service and how urgent it is."))
    if providers.desk_for(actor, person.pk, desk.pk) is None:
        raise RefusedByHer
    recipient = _recipient(desk, capacity)
    file, found = preview(actor, person.pk, list(agreement.parts))
    _must_be_allowed(file, recipient, agreement)
    until = agreement.until or deadline(now(), pack().limit("consent_term"))
    agreement = replace(agreement, until=until)
    content = prepared(
        found,
        agreement.parts,
        lines,
        service=service,
        recipient=recipient,
        urgency=urgency,
        asks=asks,
        until=until,
    )
    edition = keep_current().digest
    if seen is not None and seen != unsalted(edition, content):
        raise SentDiffers
    consent = _keep_answer(actor, person, desk, recipient, agreement)
    row, mark = _send(actor, person, desk, consent, edition, content, service, urgency, offer_id, follows, submission)
    if follows is not None:
        settle(actor=actor, person=person, referral=follows)
    ledger.record(
        actor=actor,
        verb="referred",
        subjects=[person.ledger_alias],
        compartments=row.parts,
        purpose=consent.purpose,
        outcome=mark,
        object_id=row.pk,
    )
    for colleague in providers.people_to_tell(person.pk, desk):
        kind = "urgent" if urgency == Urgency.URGENT else "waiting"
        outbox.post(actor=actor, to=colleague, kind=kind, link=reverse("support:request", args=[row.pk]))
    happened(person)
    return row


@act
def ask_and_keep(*, actor: Actor, person: Person, desk: Desk, agreement: Agreement, capacity: str = "") -> Consent:
    """She said no, or not yet: her answer is kept, nothing is sent, and the day to ask again is known."""
    if providers.desk_for(actor, person.pk, desk.pk) is None:
        raise RefusedByHer
    preview(actor, person.pk, [])  # 404 unless the actor carries the file
    return _keep_answer(actor, person, desk, _recipient(desk, capacity), agreement)


def _recipient(desk: Desk, capacity: str) -> Recipient:
    found = providers.capacities(desk)
    if capacity:
        found = [one for one in found if one.code == capacity]
    if len(found) != 1:
        raise SupportError(_("Choose as what this desk is asked."))
    return found[0]


def _must_be_allowed(file: File, recipient: Recipient, agreement: Agreement) -> None:
    allowed = providers.may_receive(recipient, file.parts)
    if not file.may_plan:
        raise Http404
    if set(agreement.parts) - set(agreement.asked_for):
        raise NothingAgreed(_("Only what she was asked about and agreed to can be sent."))
    if set(agreement.parts) - set(allowed):
        raise NothingAgreed(_("This desk may not receive one of these parts, or it is not open to you."))


def _keep_answer(actor: Actor, person: Person, desk: Desk, recipient: Recipient, agreement: Agreement) -> Consent:
    explanation_id = None
    if agreement.explained:
        explanation_id = consents.record_explanation(
            actor=actor,
            person=person,
            given=agreement.explained,
            form=agreement.explained_form,
            language=agreement.explained_language,
            interpreter=agreement.interpreter,
            asked=agreement.asked,
        ).pk
    return consents.record(
        actor=actor,
        person=person,
        recipient_kind=recipient.code,
        recipient=desk.principal,
        purpose=recipient.purpose,
        asked_for=["core", *agreement.asked_for],
        compartments=["core", *agreement.parts],
        answer=agreement.answer,
        form=agreement.form,
        witness=agreement.witness,
        explanation_id=explanation_id,
        until=agreement.until or deadline(now(), pack().limit("consent_term")),
        ask_again_on=agreement.ask_again_on,
    )


def _send(
    actor: Actor,
    person: Person,
    desk: Desk,
    consent: Consent,
    edition: str,
    content: dict[str, list[Line]],
    service: str,
    urgency: str,
    offer_id: UUID | None,
    follows: ServiceReferral | None,
    submission: UUID,
) -> tuple[ServiceReferral, str]:
    """The grant, the envelope and one frozen extract for each part; and what the ledger keeps of them."""
    parts = [part for part in content if part != MESSAGE]
    grant = access.give(
        actor=actor,
        grants=[
            access.NewGrant(
                case_id=person.pk,
                grantee=desk.principal,
                compartments=parts,
                purpose=consent.purpose,
                basis=Basis.CONSENT,
                scope=Scope.REFERRAL,
                consent_id=consent.pk,
                until=consent.until,
            )
        ],
    )[0]
    moment = now()
    row = ServiceReferral(
        id=uuid4(),
        submission=submission,
        case_id=person.pk,
        grant_id=grant.pk,
        consent_id=consent.pk,
        offer_id=offer_id,
        follows_id=follows.pk if follows else None,
        reference=references.new(),
        service=service,
        urgency=urgency,
        desk=desk.principal,
        sender_id=actor.user_id,
        sender_institution=actor.institution_principal,
        parts=parts,
        edition=edition,
        state=ReferralState.SENT,
        sent_at=moment,
        **first_dates(moment, urgency),
    )
    turn = Turn(
        id=uuid4(),
        case_id=person.pk,
        grant_id=grant.pk,
        referral=row,
        state=ReferralState.SENT,
        by=actor.user_id,
        by_institution=actor.institution_principal,
        at=moment,
    )
    sealed = {part: seal_of(part, lines) for part, lines in content.items()}
    message, row.message_digest = sealed[MESSAGE]
    extracts = [
        Extract(
            id=uuid4(),
            case_id=person.pk,
            grant_id=grant.pk,
            referral=row,
            compartment_of_row=part,
            digest=sealed[part][1],
        )
        for part in parts
    ]
    vault.seal_many(
        actor.ring,
        [
            (row, {"message": message}),
            *((extract, {"content": sealed[extract.compartment_of_row][0]}) for extract in extracts),
        ],
    )
    row.save(force_insert=True)
    turn.save(force_insert=True)
    Extract.objects.bulk_create(extracts)
    return row, commitment(edition, [(part, digest) for part, (_content, digest) in sealed.items()])
