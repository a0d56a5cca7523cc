"""Giving files to the institution that will hold them: one from the desk, or many that came in from elsewhere."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from uuid import UUID

from cadra.foundation.access import actions as access
from cadra.foundation.access.actor import Actor
from cadra.foundation.access.models import Basis, Grant, Refusal
from cadra.foundation.access.queries import feared
from cadra.foundation.kernel.acts import act
from cadra.foundation.kernel.clock import now
from cadra.foundation.kernel.compartments import Compartment
from cadra.foundation.kernel.pack import pack
from cadra.foundation.network.models import Institution
from cadra.foundation.network.queries import desk_people
from cadra.foundation.outbox import actions as outbox
from cadra.record.cases import actions as cases
from cadra.record.cases.models import Case
from cadra.record.consent.models import Consent
from cadra.record.people.models import Person

CORE, SUPPORT, CHILD = Compartment.CORE, Compartment.SUPPORT, Compartment.CHILD


@act
def give(*, actor: Actor, files: Sequence[tuple[Person, Case]], holder: Institution) -> None:
    """The holder carries these files in their support part; of the rest it sees what each person agreed to for it.

    Whoever held one before sees it no longer. The holder's desks are told once, however many files there are.
    """
    _end_former(actor, [case for _, case in files])
    answers = agreed_by(actor, [case.case_id for _, case in files], holder)
    given: list[access.NewGrant] = []
    for person, case in files:
        parts = [CORE, SUPPORT, *([CHILD] if case.is_child else [])]
        given.append(access.NewGrant(person.pk, holder.principal, parts, "custody", Basis.CUSTODY))
        if person.pk in answers:
            given.append(_by_consent(answers[person.pk], holder))
    access.give(actor=actor, grants=given)
    for person, _ in files:
        cases.set_holder(actor=actor, person=person, holder=holder.principal, manager_id=None)
    out = feared(*(person.pk for person, _ in files))
    for desk in holder.desks.filter(is_open=True):
        for colleague in desk_people(desk):
            if colleague.pk not in out:
                outbox.post(actor=actor, to=colleague, kind="waiting", link="/")


def _by_consent(consent: Consent, holder: Institution) -> access.NewGrant:
    parts = [CORE, *(part for part in consent.compartments if part != CORE)]
    return access.NewGrant(
        consent.case_id,
        holder.principal,
        parts,
        consent.purpose,
        Basis.CONSENT,
        consent_id=consent.pk,
        until=consent.until,
    )


def _end_former(actor: Actor, files: Sequence[Case]) -> None:
    held = {case.case_id: case.holder for case in files if case.holder is not None}
    if not held:
        return
    living = Grant.objects.filter(
        case_id__in=held, ended_at=None, until__gt=now(), basis__in=[Basis.CUSTODY, Basis.CONSENT]
    )
    former = [grant for grant in living if grant.grantee == held[grant.case_id]]
    access.end(actor=actor, grants=former, reason="other_holder")


def holders() -> list[str]:
    """The kinds of institution that hold files."""
    return [kind.code for kind in pack().institution_kinds if kind.holds_files]


def may_hold(institution: Institution) -> bool:
    """Does it work, and hold files?"""
    return institution.is_active and institution.kind in holders()


def unwilling(actor: Actor, case_ids: Collection[UUID], holder: Institution) -> set[UUID]:
    """The files whose person does not want this institution to see them."""
    refused = Refusal.objects.filter(case_id__in=case_ids, principal=holder.principal, ended_at=None)
    return set(refused.values_list("case_id", flat=True))


def agreed_by(actor: Actor, case_ids: Collection[UUID], holder: Institution) -> dict[UUID, Consent]:
    """file → the answer by which its person shares something with this holder now; files without one are absent."""
    answers: dict[UUID, list[Consent]] = defaultdict(list)
    for answer in Consent.objects.filter(case_id__in=case_ids):
        answers[answer.case_id].append(answer)
    found = {case_id: agreed_for(given, holder) for case_id, given in answers.items()}
    return {case_id: consent for case_id, consent in found.items() if consent is not None}


def recipient_kind(institution_kind: str) -> str:
    """The kind of recipient (pack) under which she was asked about an institution that holds files; '' if none."""
    asked = pack().recipients.where(
        lambda recipient: institution_kind in recipient.kinds and recipient.code not in ("authority", "pair")
    )
    return asked[0].code if asked else ""


def agreed_for(answers: Sequence[Consent], holder: Institution) -> Consent | None:
    """Her latest answer about this holder, if it shares something now. An earlier yes does not outlive a later no."""
    kind = recipient_kind(holder.kind)
    mine = [
        answer
        for answer in answers
        if answer.recipient == holder.principal or (answer.recipient is None and answer.recipient_kind == kind)
    ]
    latest = max(mine, key=lambda answer: answer.decided_at, default=None)
    if latest is None or latest.withdrawn_at or not latest.compartments:
        return None
    return latest if latest.until is None or latest.until > now() else None
