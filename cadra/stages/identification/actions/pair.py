"""The pair's verbs: interview, propose, sign or return, tell her, and the time to recover.

Two people decide. The database compares each signature with the session it comes from, so that nobody can
sign for somebody else. Nothing here opens or closes help: it is open from the first sign.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

from django.db.models import Max
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from cadra.foundation import vault
from cadra.foundation.access import actions as access
from cadra.foundation.access.actor import Actor
from cadra.foundation.access.models import Basis, Grant
from cadra.foundation.kernel.acts import act
from cadra.foundation.kernel.addresses import reverse
from cadra.foundation.kernel.clock import at, deadline, local_date, now, today
from cadra.foundation.kernel.compartments import Compartment
from cadra.foundation.kernel.pack import pack
from cadra.foundation.ledger import actions as ledger
from cadra.foundation.outbox import actions as outbox
from cadra.record.cases import actions as cases
from cadra.record.cases.models import Case, Status
from cadra.record.people.actions import ChangedMeanwhile
from cadra.record.people.models import Person, Profile
from cadra.stages.identification import policy
from cadra.stages.identification.models import Decision, Interview, Pair, RecoveryPeriod

STORY = Compartment.STORY
OUTCOMES = (Status.POTENTIAL, Status.IDENTIFIED, Status.NOT_IDENTIFIED)
WITH_RECOVERY = (Status.POTENTIAL, Status.IDENTIFIED)


class NotNow(Exception):
    """The step is not open now; `str()` says why, to the person who tried."""


@act
def record_interview(
    *,
    actor: Actor,
    person: Person,
    held_at: dt.datetime,
    record: Mapping[str, Any],
    finish: bool = True,
    interview: Interview | None = None,
    version: int = 0,
    submission: UUID | None = None,
) -> Interview:
    """Keep a conversation, new or (with `interview`) a draft as it stands now; shapes as in `models.Interview`.

    A new one takes the next number. The same `submission` twice is one interview. ChangedMeanwhile when the draft
    was saved by the other since `version`; NotNow when it is finished already.
    """
    _member(actor, person)
    case = Case.objects.select_for_update().get(case_id=person.pk)
    row = Interview.objects.filter(case_id=person.pk, pk=interview.pk if interview else submission or uuid4()).first()
    if row is not None and interview is None:
        return row
    is_new = row is None
    if row is None:
        last = Interview.objects.filter(case_id=person.pk).aggregate(last=Max("number"))["last"] or 0
        row = Interview(
            id=submission or uuid4(), case_id=person.pk, number=last + 1, led_by=actor.user_id, held_at=held_at
        )
    elif row.finished_at is not None:
        raise NotNow(_("This interview is finished. What was written then stays as it is."))
    elif version and row.version != version:
        raise ChangedMeanwhile(vault.unseal(actor.ring, [row])[0])
    else:
        row.version += 1
    row.held_at, row.saved_at, row.saved_by = held_at, now(), actor.user_id
    row.finished_at = now() if finish else None
    vault.seal(actor.ring, row, record=dict(record))
    row.save(force_insert=is_new)
    ledger.record(
        actor=actor,
        verb="interviewed" if is_new else "wrote_interview",
        subjects=[person.ledger_alias],
        compartments=[STORY],
        outcome="finished" if finish else "draft",
        object_id=row.pk,
    )
    if finish:
        _code_forms(actor, person, case, record)
    cases.touch(case_id=person.pk)
    return row


@act
def propose_decision(
    *,
    actor: Actor,
    person: Person,
    outcome: str,
    grounds: Sequence[str],
    reasons: str,
    submission: UUID | None = None,
) -> Decision:
    """Write a decision and sign it first; it takes effect when the other member of the pair signs too.

    After an earlier decision it is a reconsideration and refers to it. ValueError for grounds that don't stand for
    the outcome; NotNow while another decision is open. The same `submission` twice is one decision.
    """
    pair = _member(actor, person, to_sign=True)
    known = {reason.code for reason in pack().reasons_for(outcome)}
    if outcome not in OUTCOMES or not grounds or not set(grounds) <= known or not reasons.strip():
        raise ValueError("a decision has an outcome, grounds that stand for it, and reasons in words")
    Case.objects.select_for_update().get(case_id=person.pk)
    rows = list(Decision.objects.filter(case_id=person.pk).order_by("-proposed_at"))
    sent = next((row for row in rows if submission and row.pk == submission), None)
    if sent is not None:
        return sent
    if any(row.signed_at is None and row.returned_at is None for row in rows):
        raise NotNow(_("A decision is open already. Sign it or return it first."))
    earlier = next((row for row in rows if row.signed_at), None)
    row = Decision(
        id=submission or uuid4(),
        case_id=person.pk,
        outcome=outcome,
        grounds=list(grounds),
        proposed_by=actor.user_id,
        reconsiders_id=earlier.pk if earlier else None,
    )
    vault.seal(actor.ring, row, reasons=reasons.strip())
    row.save(force_insert=True)
    _recorded(actor, "proposed_decision", person, row)
    link = reverse("identification:decision", args=[person.pk, row.pk])
    outbox.post(actor=actor, to=_other(actor, pair), kind="waiting", link=link)
    return row


@act
def sign_decision(*, actor: Actor, person: Person, decision: Decision) -> Decision:
    """The second signature, by the other member of the pair. The decision takes effect; signing again does nothing.

    Potential or identified: the recovery period starts if none has.
    """
    _member(actor, person, to_sign=True)
    row = _locked(person, decision)
    if row.signed_by == actor.user_id:
        return row
    if row.signed_by or row.returned_at:
        raise NotNow(_("This decision is closed already."))
    if row.proposed_by == actor.user_id:
        raise NotNow(_("You proposed this decision. It needs the signature of the other member of the pair."))
    row.signed_by, row.signed_at = actor.user_id, now()
    row.save(update_fields=["signed_by", "signed_at"])
    cases.set_status(actor=actor, person=person, status=Status(row.outcome))
    _recorded(actor, "signed_decision", person, row)
    if row.outcome in WITH_RECOVERY:
        start_recovery(actor=actor, person=person)
    _tell_carrier(actor, person)
    return row


@act
def return_decision(*, actor: Actor, person: Person, decision: Decision, words: str) -> Decision:
    """Not signed, with words: the other proposes anew or they talk again."""
    pair = _member(actor, person, to_sign=True)
    row = _locked(person, decision)
    if row.returned_at:
        return row
    if row.signed_by:
        raise NotNow(_("This decision is closed already."))
    if not words.strip():
        raise ValueError("a decision is returned with words")
    row.returned_at = now()
    vault.seal(actor.ring, row, returned_reason=words.strip())
    row.save(update_fields=["returned_at", "returned_reason"])
    _recorded(actor, "returned_decision", person, row)
    link = reverse("identification:overview", args=[person.pk])
    outbox.post(actor=actor, to=_other(actor, pair), kind="changed", link=link)
    return row


@act
def tell_decision(*, actor: Actor, person: Person, decision: Decision, how_to_reconsider: bool) -> Decision:
    """She was told. Where she was not identified, she was also told how to have it looked at again."""
    _member(actor, person, to_sign=True)
    row = _locked(person, decision)
    if row.signed_at is None:
        raise NotNow(_("The decision has no second signature yet."))
    if row.outcome == Status.NOT_IDENTIFIED and not how_to_reconsider:
        raise ValueError("she must be told how to have it looked at again")
    if row.told_at:
        return row
    row.told_at, row.told_by, row.told_how_to_reconsider = now(), actor.user_id, how_to_reconsider
    row.save(update_fields=["told_at", "told_by", "told_how_to_reconsider"])
    _recorded(actor, "told_decision", person, row)
    return row


@act
def start_recovery(*, actor: Actor, person: Person, starts_on: dt.date | None = None) -> RecoveryPeriod:
    """Time to recover and reflect, from the pack's limit; an existing period is returned unchanged."""
    _may_set_period(actor, person)
    case = Case.objects.select_for_update().get(case_id=person.pk)
    known = RecoveryPeriod.objects.filter(case_id=person.pk, ends_on__gte=today()).order_by("-ends_on").first()
    if known is not None:
        return known
    begins = starts_on or today()
    limit = pack().limit("recovery_reflection", begins)
    row = RecoveryPeriod.objects.create(
        case_id=person.pk,
        starts_on=begins,
        ends_on=local_date(deadline(at(begins), limit)),
        bars_removal=_bars_removal(actor, person, case),
        limit_code=limit.code,
        limit_verified=limit.verified,
        set_by=actor.user_id,
    )
    ledger.record(actor=actor, verb="started_recovery", subjects=[person.ledger_alias], object_id=row.pk)
    return row


@act
def extend_recovery(*, actor: Actor, person: Person, period: RecoveryPeriod) -> RecoveryPeriod:
    """Longer, from its end on. Extending the same period twice is one extension."""
    _may_set_period(actor, person)
    Case.objects.select_for_update().get(case_id=person.pk)
    known = RecoveryPeriod.objects.filter(case_id=person.pk, extended_from=period.pk).first()
    if known is not None:
        return known
    limit = pack().limit("recovery_extension")
    row = RecoveryPeriod.objects.create(
        case_id=person.pk,
        starts_on=period.ends_on,
        ends_on=local_date(deadline(at(period.ends_on), limit)),
        bars_removal=period.bars_removal,
        limit_code=limit.code,
        limit_verified=limit.verified,
        extended_from=period.pk,
        set_by=actor.user_id,
    )
    ledger.record(actor=actor, verb="extended_recovery", subjects=[person.ledger_alias], object_id=row.pk)
    return row


@act
def end_pair(*, actor: Actor, person: Person) -> None:
    """The pair's task is over: what it could see closes, what it wrote stays. Called when the file is closed."""
    pairs = Pair.objects.filter(case_id=person.pk, ended_at=None)
    members = {one for pair in pairs for one in (pair.police_id, pair.social_id, pair.child_worker_id) if one}
    if not members:
        return
    pairs.update(ended_at=now())
    grants = Grant.objects.filter(case_id=person.pk, ended_at=None, basis=Basis.ASSIGNMENT, purpose="identify")
    access.end(actor=actor, grants=list(grants), reason="file_closed")
    cases.leave_team(actor=actor, person=person, user_ids=members)
    ledger.record(actor=actor, verb="ended_pair", subjects=[person.ledger_alias])


# Steps -------------------------------------------------------------------------------------------


def _member(actor: Actor, person: Person, *, to_sign: bool = False) -> Pair:
    """The living pair of this file, when the actor is of it; else 404."""
    pair = policy.my_pairs(actor).filter(case_id=person.pk).first()
    allowed = policy.may_sign(actor, pair) if to_sign else policy.may_interview(actor, pair)
    if pair is None or not allowed:
        raise Http404
    return pair


def _may_set_period(actor: Actor, person: Person) -> None:
    if not policy.may_answer(actor):
        _member(actor, person, to_sign=True)


def _locked(person: Person, decision: Decision) -> Decision:
    row = Decision.objects.select_for_update().filter(pk=decision.pk, case_id=person.pk).first()
    if row is None:
        raise Http404
    return row


def _other(actor: Actor, pair: Pair) -> UUID:
    return pair.social_id if actor.user_id == pair.police_id else pair.police_id


def _recorded(actor: Actor, verb: str, person: Person, row: Decision) -> None:
    ledger.record(
        actor=actor,
        verb=verb,
        subjects=[person.ledger_alias],
        compartments=[STORY],
        outcome=row.outcome,
        object_id=row.pk,
    )


def _code_forms(actor: Actor, person: Person, case: Case, record: Mapping[str, Any]) -> None:
    """Forms of exploitation she spoke of are counted in figures; a form noted before stays."""
    told = (record.get("exploitation") or {}).get("forms") or []
    forms = sorted({*case.forms, *(form for form in told if form in pack().forms_of_exploitation)})
    if forms != sorted(case.forms):
        cases.recode(actor=actor, person=person, forms=forms)


def _bars_removal(actor: Actor, person: Person, case: Case) -> bool:
    """Foreigners may not be removed meanwhile; where her nationality is not known, she is treated as one."""
    profile = Profile.objects.filter(case_id=person.pk).first()
    plain = vault.unseal(actor.ring, [profile])[0].plain if profile else {}  # type: ignore[attr-defined]
    return case.is_foreign or not (isinstance(plain.get("nationality"), list) and plain["nationality"])


def _tell_carrier(actor: Actor, person: Person) -> None:
    manager = Case.objects.filter(case_id=person.pk).values_list("manager_id", flat=True).first()
    if manager is not None:
        outbox.post(actor=actor, to=manager, kind="changed", link="/")
