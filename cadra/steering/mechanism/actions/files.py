"""What moves a file through the mechanism: custody, withdrawal, refusals, emergencies and their review."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib.postgres.functions import TransactionNow
from django.http import Http404

from cadra.foundation.access import actions as access
from cadra.foundation.access.actor import Actor
from cadra.foundation.access.models import Basis, BreakGlass, Grant, Refusal
from cadra.foundation.kernel import clock
from cadra.foundation.kernel.acts import act, once
from cadra.foundation.kernel.addresses import reverse
from cadra.foundation.kernel.pack import pack
from cadra.foundation.kernel.references import WrongReference, parse
from cadra.foundation.kernel.roles import Role
from cadra.foundation.ledger import actions as ledger
from cadra.foundation.network.actions import note_untrained
from cadra.foundation.network.queries import responsible_authority, untrained_for
from cadra.foundation.outbox import actions as outbox
from cadra.record.cases import actions as cases
from cadra.record.cases.models import Case, Stage
from cadra.record.consent import actions as consents
from cadra.record.consent.models import Answer, Consent
from cadra.record.interpreting.queries import roster
from cadra.record.people.models import Person
from cadra.steering.mechanism import panels, policy
from cadra.steering.mechanism.actions import team
from cadra.steering.mechanism.queries.candidates import CHILD
from cadra.steering.mechanism.queries.colleagues import supervisors_of, with_role
from cadra.steering.mechanism.queries.opened import Opened


class AlreadyTaken(Exception):
    """Somebody else took the file on first; `manager_id` says who."""

    def __init__(self, manager_id: UUID) -> None:
        super().__init__("the file is already carried")
        self.manager_id = manager_id


class CannotRefuse(Exception):
    """Nobody closes a file to herself or to the institution that holds it."""


@act
def take_custody(*, actor: Actor, file: Opened) -> list[str]:
    """The actor carries the file from now on: she joins the team and the file moves to support. Twice is once.

    Topics a child's file needs and no training of hers has: recorded, and no bar.
    """
    case = Case.objects.select_for_update().get(pk=file.case.pk)
    if case.manager_id == actor.user_id:
        return []
    if case.manager_id is not None:
        raise AlreadyTaken(case.manager_id)
    if not policy.may_take_custody(actor, case, file.mine):
        raise Http404
    role = next(role for role in policy.CUSTODIANS if actor.has(role))
    cases.set_holder(actor=actor, person=file.person, holder=actor.institution_principal, manager_id=actor.user_id)
    cases.join_team(
        actor=actor,
        person=file.person,
        user_id=actor.user_id,
        institution_id=actor.institution_id,
        role=str(role),
    )
    if case.stage == Stage.IDENTIFICATION:
        cases.move(actor=actor, person=file.person, stage=Stage.SUPPORT)
    lacking = untrained_for(CHILD, [actor.user_id]) if case.is_child else {}
    note_untrained(actor=actor, missing=lacking, reason="")
    return lacking.get(actor.user_id, [])


@dataclass(frozen=True)
class NewAnswer:
    """What was explained, asked and answered on one occasion, about one recipient (`recipient`: a principal)."""

    consent_id: UUID
    recipient: int | None
    purpose: str
    asked_for: Sequence[str]
    compartments: Sequence[str]
    answer: str
    form: str
    witness: str
    until: dt.date | None
    ask_again_on: dt.date | None
    explained: Sequence[str]
    explained_form: str
    language: str
    interpreter: bool
    asked: str


@act
def record_answer(*, actor: Actor, file: Opened, kind: str, given: NewAnswer, open_now: bool) -> Consent:
    """Write down her answer with what was explained; `open_now`: the parts she agreed to open to them at once.

    The same answer sent twice is one. Her yes ends on the day she named, else after the country's term.
    """
    if not file.changeable:
        raise Http404
    once(given.consent_id)
    known = Consent.objects.filter(pk=given.consent_id, case_id=file.person.pk).first()
    if known is not None:
        return known
    explanation = consents.record_explanation(
        actor=actor,
        person=file.person,
        given=given.explained,
        form=given.explained_form,
        language=given.language,
        interpreter=given.interpreter,
        asked=given.asked,
    )
    until = _end_of(given.until)
    consent = consents.record(
        actor=actor,
        person=file.person,
        recipient_kind=kind,
        recipient=given.recipient,
        purpose=given.purpose,
        asked_for=given.asked_for,
        compartments=given.compartments,
        answer=Answer(given.answer),
        form=given.form,
        witness=given.witness,
        explanation_id=explanation.pk,
        until=until if given.compartments else None,
        ask_again_on=given.ask_again_on,
        consent_id=given.consent_id,
    )
    if open_now and consent.compartments and consent.recipient is not None:
        access.give(
            actor=actor,
            grants=[
                access.NewGrant(
                    case_id=file.person.pk,
                    grantee=consent.recipient,
                    compartments=consent.compartments,
                    purpose=consent.purpose,
                    basis=Basis.CONSENT,
                    consent_id=consent.pk,
                    until=until,
                )
            ],
        )
        ledger.record(
            actor=actor,
            verb="access_given",
            subjects=[file.person.ledger_alias],
            compartments=list(consent.compartments),
            purpose=consent.purpose,
            object_id=consent.pk,
        )
    return consent


def _end_of(day: dt.date | None) -> dt.datetime:
    return clock.at(day + clock.DAY) if day else clock.deadline(clock.now(), pack().limit("consent_term"))


@act
def withdraw_consent(*, actor: Actor, person: Person, consent: Consent) -> int:
    """She takes it back: access and referrals that stood on it close in the same moment. Returns how many ended."""
    if consent.withdrawn_at is not None:
        return 0
    ended = consents.withdraw(actor=actor, person=person, consent=consent)
    panels.close_for_consent(actor=actor, person=person, consent=consent)
    return ended


@act
def refuse(*, actor: Actor, file: Opened, principal: int) -> Refusal:
    """Close the file to someone she fears, beyond any grant and any emergency, from this moment.

    An interpreter of the roster with an account is refused as both; PostgreSQL takes her off in the same statement.
    """
    feared = [principal]
    account = roster.account_behind(principal)
    if account is not None:
        feared.append(account)
    if not {actor.principal, *actor.principals, actor.institution_principal, file.case.holder}.isdisjoint(feared):
        raise CannotRefuse
    refusal, *_account = [access.refuse(actor=actor, case_id=file.person.pk, principal=one) for one in feared]
    team.shut_out(actor=actor, person=file.person, principals=feared)
    ledger.record(actor=actor, verb="refused_access", subjects=[file.person.ledger_alias], object_id=refusal.pk)
    return refusal


@act
def lift_refusal(*, actor: Actor, person: Person, refusal: Refusal) -> None:
    """On her word: the file opens again to whoever has a grant."""
    access.lift_refusal(actor=actor, refusal=refusal)
    ledger.record(actor=actor, verb="lifted_refusal", subjects=[person.ledger_alias], object_id=refusal.pk)


@dataclass(frozen=True)
class Emergency:
    """A file opened in an emergency, and how many were told."""

    case_id: UUID
    told: int


@act
def open_in_emergency(*, actor: Actor, reference: str, reason: str) -> Emergency | None:
    """Open a file for two hours; None, alike, whatever the cause. Manager and data protection officers are told."""
    try:
        wanted = parse(reference)
    except WrongReference:
        return None
    case_id = access.break_glass(actor=actor, reference=wanted, reason=reason)
    if case_id is None:
        return None
    if not _opened_now(actor, case_id):
        return Emergency(case_id, 0)
    person = Person.objects.get(pk=case_id)
    ledger.record(
        actor=actor,
        verb="opened_in_emergency",
        subjects=[person.ledger_alias],
        compartments=[str(part) for part in ("core", *access.BREAK_GLASS_COMPARTMENTS)],
        purpose=reason,
    )
    return Emergency(case_id, _tell(actor, Case.objects.filter(case_id=case_id).first()))


def _opened_now(actor: Actor, case_id: UUID) -> bool:
    """Asked twice within its time, it is one opening and told once."""
    mine = Grant.objects.filter(case_id=case_id, grantee=actor.principal, basis=Basis.BREAK_GLASS)
    return mine.filter(starts_at=TransactionNow()).exists()


def _tell(actor: Actor, case: Case | None) -> int:
    """Tell whoever carries the file, else the supervisors of its holder; and the data protection officers."""
    authority = responsible_authority()
    officers = with_role(Role.DATA_PROTECTION_OFFICER, [authority.pk])
    for officer in officers:
        outbox.post(actor=actor, to=officer, kind="urgent", link=reverse("mechanism:reviews"))
    told = len(officers)
    for user_id in _carriers_of(case):
        outbox.post(actor=actor, to=user_id, kind="urgent", link=reverse("mechanism:file", args=[case.case_id]))  # type: ignore[union-attr]
        told += 1
    return told


def _carriers_of(case: Case | None) -> Sequence[UUID]:
    if case is None:
        return []
    if case.manager_id is not None:
        return [case.manager_id]
    return supervisors_of(case.holder) if case.holder is not None else []


@act
def review_emergency(*, actor: Actor, opening: BreakGlass, finding: str) -> None:
    """The data protection officer says what an emergency opening was."""
    access.review(actor=actor, opening=opening, finding=finding)
    ledger.record(actor=actor, verb="reviewed_emergency", purpose=finding, object_id=opening.pk)
