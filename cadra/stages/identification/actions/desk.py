"""The Responsible Authority's desk: receive, compare, register or connect, and name who carries it on.

The referrer learns of the first step only. Nothing after `acknowledge` touches her receipt.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.http import Http404
from django.utils.translation import gettext_lazy as _

from cadra.foundation import vault
from cadra.foundation.access import actions as access
from cadra.foundation.access.actor import Actor
from cadra.foundation.access.models import Basis
from cadra.foundation.access.queries import live_grants, refusals
from cadra.foundation.kernel.acts import act
from cadra.foundation.kernel.addresses import reverse
from cadra.foundation.kernel.clock import deadline, now
from cadra.foundation.kernel.compartments import Compartment
from cadra.foundation.kernel.pack import pack
from cadra.foundation.ledger import actions as ledger
from cadra.foundation.network import queries as network
from cadra.foundation.network.actions import note_untrained
from cadra.foundation.network.models import Institution, User
from cadra.foundation.outbox import actions as outbox
from cadra.record.cases import actions as cases
from cadra.record.cases import custody
from cadra.record.cases.models import Case, Stage, Status
from cadra.record.consent import actions as consents
from cadra.record.people import actions as people
from cadra.record.people.models import Person
from cadra.record.people.queries import profiles_for
from cadra.stages.identification import policy
from cadra.stages.identification.models import NotTheSame, Pair, Receipt, Referral, ReferralAnswers, State
from cadra.stages.identification.queries import assigning

CORE, IDENTITY, STORY = Compartment.CORE, Compartment.IDENTITY, Compartment.STORY
SUPPORT, CHILD = Compartment.SUPPORT, Compartment.CHILD


class OutOfOrder(Exception):
    """The referral is not where this step begins: somebody else was quicker, or a step before is missing."""

    def __init__(self) -> None:
        super().__init__(_("This step is not open now. Look at the referral again: a colleague may have been quicker."))


class CannotAssign(Exception):
    """These people or this institution can't carry the file. `problems`: field → sentence."""

    def __init__(self, problems: dict[str, Any]) -> None:
        super().__init__("; ".join(str(problem) for problem in problems.values()))
        self.problems = problems


@act
def acknowledge(*, actor: Actor, referral: Referral) -> Referral:
    """Confirm receipt, once: the referrer sees it from this moment. A second time changes nothing."""
    row = _locked(actor, referral)
    if row.state != State.SENT:
        return row
    moment = now()
    row.state, row.acknowledged_at, row.officer_id = State.ACKNOWLEDGED, moment, actor.user_id
    row.assign_due_at = deadline(moment, pack().limit("assign"))
    row.save(update_fields=["state", "acknowledged_at", "officer_id", "assign_due_at"])
    _record(actor, "acknowledged", row)
    if row.receipt_id:
        Receipt.objects.filter(pk=row.receipt_id, received_at=None).update(received_at=moment)
        outbox.post(actor=actor, to=row.author_id, kind="answered", link=_receipt(row.receipt_id))
    return row


@act
def register_new(*, actor: Actor, referral: Referral) -> Case:
    """She is nobody the register knows: her file begins, and from now on she can be matched."""
    row = _locked(actor, referral)
    if row.state in (State.CONNECTED, State.ASSIGNED) and row.file_id == row.case_id:
        return Case.objects.get(case_id=row.case_id)
    if row.state != State.ACKNOWLEDGED:
        raise OutOfOrder
    person = Person.objects.get(pk=row.case_id)
    people.register(actor=actor, person=person)
    case = cases.open_case(actor=actor, person=person, first_contact_at=row.started_at, **_coded(actor, row))
    _add_episode(actor, person, row)
    _now_of(row, person)
    _record(actor, "registered_new", row)
    return case


@act
def connect_known(*, actor: Actor, referral: Referral, known: Person) -> Person:
    """She is known: the referral becomes a new episode of her file, sealed under that file's keys.

    The provisional file disappears and its keys are destroyed once this is committed.
    """
    row = _locked(actor, referral)
    if row.state in (State.CONNECTED, State.ASSIGNED) and row.case_id == known.pk:
        return known
    if row.state != State.ACKNOWLEDGED or known.pk == row.case_id or not known.is_registered or known.merged_into:
        raise OutOfOrder
    provisional = Person.objects.get(pk=row.case_id)
    _wake(actor, known)
    people.carry_over(actor=actor, provisional=provisional, known=known)
    consents.carry_over(actor=actor, provisional=provisional, known=known)
    for refusal in refusals(actor, provisional.pk):
        access.refuse(actor=actor, case_id=known.pk, principal=refusal.principal)
    moved = _resealed(actor, row, known)
    _add_episode(actor, known, moved)
    _reopen(actor, known, moved)
    _now_of(moved, known)
    people.merge(actor=actor, provisional=provisional, known=known)
    return known


@act
def not_the_same(*, actor: Actor, referral: Referral, known: Person) -> NotTheSame:
    """An officer compared and says that these are two people. It is remembered; it can still be connected later."""
    row = _locked(actor, referral)
    said, is_new = NotTheSame.objects.get_or_create(
        referral_id=row.pk,
        person_id=known.pk,
        defaults={"desk": network.intake_desk().principal, "decided_by": actor.user_id},
    )
    if is_new:
        person = Person.objects.get(pk=row.case_id)
        ledger.record(
            actor=actor,
            verb="told_apart",
            subjects=[person.ledger_alias, known.ledger_alias],
            compartments=[IDENTITY],
            purpose="matching",
            object_id=row.pk,
        )
    return said


@act
def assign(
    *,
    actor: Actor,
    referral: Referral,
    police: User,
    social: User,
    holder: Institution,
    child_worker: User | None = None,
    untrained_reason: str = "",
) -> Pair:
    """Name the identification pair and the institution that will hold the file, and open it to them.

    Naming others later ends what the former ones could see. CannotAssign says who can't, and why. Who lacks a training
    is named all the same, and that is recorded with the reason (code of the pack).
    """
    row = _locked(actor, referral)
    if row.state not in (State.CONNECTED, State.ASSIGNED):
        raise OutOfOrder
    named = _Named(police, social, child_worker, holder, untrained_reason)
    pair, is_new = _name(actor, row.case_id, row, named)
    if is_new:
        row.state, row.assigned_at = State.ASSIGNED, row.assigned_at or now()
        row.save(update_fields=["state", "assigned_at"])
    return pair


@act
def assign_file(
    *,
    actor: Actor,
    person: Person,
    police: User,
    social: User,
    holder: Institution,
    child_worker: User | None = None,
    untrained_reason: str = "",
) -> Pair:
    """The same for a file that no referral brought: it came in with a spreadsheet. 404 where a referral did."""
    assigning.must_be_unreferred(actor, person.pk)
    return _name(actor, person.pk, None, _Named(police, social, child_worker, holder, untrained_reason))[0]


# Steps -------------------------------------------------------------------------------------------


def _locked(actor: Actor, referral: Referral) -> Referral:
    """The referral as it is now, kept for this transaction; 404 when it is not at the actor's desk."""
    row = policy.arrived(actor).select_for_update().filter(pk=referral.pk).first()
    if row is None:
        raise Http404
    return row


@dataclass(frozen=True)
class _Named:
    """Who is to carry a file."""

    police: User
    social: User
    child_worker: User | None
    holder: Institution
    untrained_reason: str

    @property
    def members(self) -> list[User]:
        return [one for one in (self.police, self.social, self.child_worker) if one is not None]


def _name(actor: Actor, case_id: UUID, row: Referral | None, named: _Named) -> tuple[Pair, bool]:
    """The pair of a file and its holder, and whether anything of it is new."""
    person = Person.objects.get(pk=case_id)
    case = Case.objects.select_for_update().get(case_id=case_id)
    if case.stage == Stage.CLOSED:
        raise OutOfOrder
    wrong = assigning.problems(
        actor, case, police=named.police, social=named.social, holder=named.holder, child_worker=named.child_worker
    )
    if wrong:
        raise CannotAssign(wrong)
    pair = _same_pair(case_id, row, named.members)
    if pair is not None and case.holder == named.holder.principal:
        return pair, False
    if pair is None:
        pair = _name_pair(actor, row, person, case, named)
        _note_untrained(actor, case, named)
    if case.holder != named.holder.principal:
        custody.give(actor=actor, files=[(person, case)], holder=named.holder)
    cases.touch(case_id=case.case_id)
    about = row.pk if row else case.pk
    ledger.record(actor=actor, verb="assigned", subjects=[person.ledger_alias], object_id=about)
    return pair, True


def _note_untrained(actor: Actor, case: Case, named: _Named) -> None:
    sides = {"police": named.police, "social": named.social, "child": named.child_worker}
    in_force = list(network.trainings_in_force([user.pk for user in named.members]))
    missing = {
        user.pk: topics
        for side, user in sides.items()
        if user is not None and (topics := assigning.untrained(side, case, user.pk, in_force))
    }
    note_untrained(actor=actor, missing=missing, reason=named.untrained_reason)


def _record(actor: Actor, verb: str, row: Referral) -> None:
    alias = Person.objects.filter(pk=row.case_id).values_list("ledger_alias", flat=True)
    ledger.record(actor=actor, verb=verb, subjects=list(alias), object_id=row.pk)


def _receipt(receipt_id: UUID) -> str:
    return reverse("identification:receipt", args=[receipt_id])


def _now_of(row: Referral, person: Person) -> None:
    row.state, row.file_id, row.connected_at = State.CONNECTED, person.pk, now()
    row.save(update_fields=["state", "file_id", "connected_at"])


def _add_episode(actor: Actor, person: Person, row: Referral) -> None:
    cases.add_episode(
        actor=actor,
        person=person,
        referral_id=row.pk,
        entry_point=row.entry_point,
        area=row.area,
        forms=row.forms,
        opened_at=row.sent_at,
    )


def _coded(actor: Actor, row: Referral) -> dict[str, Any]:
    """The coded fields of a new file, from the referral and the profile sent with it."""
    return {
        **assigning.coded(_profile(actor, row.case_id)),
        "is_child": row.is_child,
        "forms": row.forms,
        "area": row.area,
        "entry_point": row.entry_point,
        "in_danger": row.in_danger,
    }


def _profile(actor: Actor, case_id: UUID) -> dict[str, Any]:
    row = profiles_for(actor, [case_id]).get(case_id)
    return row.plain if row else {}  # type: ignore[attr-defined]


def _resealed(actor: Actor, row: Referral, known: Person) -> Referral:
    """The same referral, with the same id, as a part of the known file."""
    answers = vault.unseal(actor.ring, ReferralAnswers.objects.filter(referral=row))
    coded = {
        field.attname: getattr(row, field.attname)
        for field in Referral._meta.concrete_fields
        if field.name not in ("case_id", "visible_to", "refused_to")
    }
    ReferralAnswers.objects.filter(referral=row).delete()
    Referral.objects.filter(pk=row.pk).delete()
    moved = Referral(**{**coded, "case_id": known.pk})
    moved.save(force_insert=True)
    copies = [
        ReferralAnswers(
            id=uuid4(),
            case_id=known.pk,
            referral=moved,
            compartment_of_row=answer.compartment_of_row,
            screen=answer.screen,
            saved_at=answer.saved_at,
        )
        for answer in answers
    ]
    vault.seal_many(
        actor.ring,
        [(copy, {"content": answer.plain["content"]}) for copy, answer in zip(copies, answers, strict=True)],  # type: ignore[attr-defined]
    )
    ReferralAnswers.objects.bulk_create(copies)
    return moved


def _wake(actor: Actor, known: Person) -> None:
    """A new referral opens a closed file again, before anything is written to it."""
    if Case.objects.select_for_update().get(case_id=known.pk).stage == Stage.CLOSED:
        cases.move(actor=actor, person=known, stage=Stage.IDENTIFICATION)


def _reopen(actor: Actor, known: Person, row: Referral) -> None:
    """What the new referral says counts, and whoever was not identified is presumed again: help is open to her."""
    case = Case.objects.select_for_update().get(case_id=known.pk)
    profile = _profile(actor, known.pk)
    cases.recode(
        actor=actor,
        person=known,
        in_danger=case.in_danger or row.in_danger,
        forms=sorted({*case.forms, *row.forms}),
        is_child=assigning.still_child(profile.get("age"), otherwise=row.is_child),
        **{name: value for name, value in assigning.coded(profile).items() if value or name == "is_foreign"},
    )
    if case.status == Status.NOT_IDENTIFIED:
        cases.set_status(actor=actor, person=known, status=Status.PRESUMED)


def _same_pair(case_id: UUID, row: Referral | None, members: Sequence[User]) -> Pair | None:
    """The living pair, if it is already made of these people for this very referral (or for none)."""
    pair = Pair.objects.filter(case_id=case_id, referral_id=row.pk if row else None, ended_at=None).first()
    if pair is None:
        return None
    named = {pair.police_id, pair.social_id, pair.child_worker_id} - {None}
    return pair if named == {member.pk for member in members} else None


def _name_pair(actor: Actor, row: Referral | None, person: Person, case: Case, named: _Named) -> Pair:
    begun = row.sent_at if row else None  # without a referral the clock starts today, however old the file is
    former = live_grants(actor, person.pk).filter(basis=Basis.ASSIGNMENT, purpose="identify")
    access.end(actor=actor, grants=list(former), reason="other_pair")
    Pair.objects.filter(case_id=person.pk, ended_at=None).update(ended_at=now())
    pair = Pair.objects.create(
        case_id=person.pk,
        referral_id=row.pk if row else None,
        police_id=named.police.pk,
        social_id=named.social.pk,
        child_worker_id=named.child_worker.pk if named.child_worker else None,
        named_by=actor.user_id,
        decision_due_at=deadline(begun or now(), pack().limit("pair_decision")),
    )
    members = [(named.police, policy.PAIR_ROLES["police"]), (named.social, policy.PAIR_ROLES["social"])]
    if named.child_worker is not None:
        members.append((named.child_worker, policy.PAIR_ROLES["child"]))
    open_parts = [CORE, IDENTITY, STORY, *([CHILD] if case.is_child else [])]
    access.give(
        actor=actor,
        grants=[
            access.NewGrant(person.pk, user.principal, open_parts, "identify", Basis.ASSIGNMENT)
            for user, role in members
        ],
    )
    for user, role in members:
        cases.join_team(actor=actor, person=person, user_id=user.pk, institution_id=user.institution_id, role=role)
        outbox.post(actor=actor, to=user, kind="waiting", link=reverse("identification:overview", args=[person.pk]))
    return pair
