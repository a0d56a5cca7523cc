"""Recording what was explained, what she answered, and that she takes it back."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

from cadra.foundation import vault
from cadra.foundation.access import actions as access
from cadra.foundation.access.actor import Actor
from cadra.foundation.access.models import Grant
from cadra.foundation.kernel.acts import act
from cadra.foundation.kernel.clock import now
from cadra.foundation.ledger import actions as ledger
from cadra.record.consent.models import Answer, Consent, Explanation
from cadra.record.people.models import Person


@act
def record_explanation(
    *,
    actor: Actor,
    person: Person,
    given: Sequence[str],
    form: str,
    language: str,
    interpreter: bool,
    asked: str,
) -> Explanation:
    """Which of the explanations were given, how, in which language, and what she asked."""
    row = Explanation(
        id=uuid4(),
        case_id=person.pk,
        given=list(given),
        form=form,
        language=language,
        interpreter=interpreter,
        given_by=actor.user_id,
        institution_id=actor.institution_id,
    )
    vault.seal(actor.ring, row, asked=asked)
    row.save(force_insert=True)
    ledger.record(actor=actor, verb="explained", subjects=[person.ledger_alias], object_id=row.pk)
    return row


@act
def record(
    *,
    actor: Actor,
    person: Person,
    recipient_kind: str,
    recipient: int | None,
    purpose: str,
    asked_for: Sequence[str],
    compartments: Sequence[str],
    answer: Answer,
    form: str,
    witness: str = "",
    explanation_id: UUID | None = None,
    until: dt.datetime | None = None,
    ask_again_on: dt.date | None = None,
    consent_id: UUID | None = None,
) -> Consent:
    """Her answer about one recipient. It opens nothing by itself: whoever shares gives a grant that names it.

    The same `consent_id` (a form's submission) twice is one answer.
    """
    if consent_id is not None and (same := Consent.objects.filter(pk=consent_id, case_id=person.pk).first()):
        return same
    said: dict[str, Any] = {
        "id": consent_id or uuid4(),
        "recipient_kind": recipient_kind,
        "recipient": recipient,
        "purpose": purpose,
        "asked_for": asked_for,
        "compartments": compartments,
        "answer": answer,
        "form": form,
        "witness": witness,
        "explanation_id": explanation_id,
        "until": until,
        "ask_again_on": ask_again_on,
    }
    return record_all(actor=actor, person=person, answers=[said])[0]


@act
def record_all(*, actor: Actor, person: Person, answers: Sequence[Mapping[str, Any]]) -> list[Consent]:
    """Her answers about several recipients, asked one by one; each mapping holds the arguments of `record`."""
    rows = []
    for said in answers:
        values = {**said}
        shares = values["answer"] in (Answer.GIVEN, Answer.LIMITED)
        values["compartments"] = list(values["compartments"]) if shares else []
        values["asked_for"] = list(values["asked_for"])
        witness = {"witness": values.pop("witness", "")}
        values.setdefault("id", uuid4())
        rows.append((Consent(case_id=person.pk, recorded_by=actor.user_id, **values), witness))
    vault.seal_many(actor.ring, rows)
    Consent.objects.bulk_create([row for row, _witness in rows])
    ledger.record_all(
        actor=actor,
        entries=[
            ledger.Entry(
                verb=f"consent_{row.answer}",
                subjects=[person.ledger_alias],
                compartments=list(row.compartments),
                purpose=row.purpose,
                object_id=row.pk,
            )
            for row, _witness in rows
        ],
    )
    return [row for row, _witness in rows]


@act
def withdraw(*, actor: Actor, person: Person, consent: Consent) -> int:
    """She takes it back: every access given on it ends in the same moment. Returns how many ended."""
    Consent.objects.filter(pk=consent.pk, withdrawn_at=None).update(withdrawn_at=now(), withdrawn_by=actor.user_id)
    grants = Grant.objects.filter(case_id=person.pk, consent_id=consent.pk, ended_at=None)
    ended = access.end(actor=actor, grants=list(grants), reason="consent_withdrawn")
    ledger.record(
        actor=actor,
        verb="consent_withdrawn",
        subjects=[person.ledger_alias],
        compartments=list(consent.compartments),
        purpose=consent.purpose,
        object_id=consent.pk,
    )
    return ended


@act
def end_all(*, actor: Actor, person: Person, but_for: int | None) -> int:
    """The file is closed: what she agreed to was for this help, so its term ends now. Returns how many ended.

    `but_for`: the institution that keeps the file; what she agreed to for it goes on to its own end.
    """
    standing = Consent.objects.filter(case_id=person.pk, withdrawn_at=None, until__gt=now())
    if but_for is not None:
        standing = standing.exclude(recipient=but_for)
    ended = standing.update(until=now())
    if ended:
        ledger.record(actor=actor, verb="ended_consents", subjects=[person.ledger_alias])
    return ended


@act
def carry_over(*, actor: Actor, provisional: Person, known: Person) -> None:
    """Her answers and what was explained go with her to the file she already has, word for word."""
    explained = {}
    for told in vault.unseal(actor.ring, Explanation.objects.filter(case_id=provisional.pk)):
        explained[told.pk] = _copied(actor, told, known)
    for said in vault.unseal(actor.ring, Consent.objects.filter(case_id=provisional.pk)):
        explanation_id = explained.get(said.explanation_id) if said.explanation_id else None
        _copied(actor, said, known, explanation_id=explanation_id)
    ledger.record(actor=actor, verb="carried_consents", subjects=[provisional.ledger_alias, known.ledger_alias])


def _copied(actor: Actor, row: Any, known: Person, **changed: Any) -> UUID:
    """A copy of a row under another file; returns its id."""
    coded = {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if field.name not in ("id", "case_id", "visible_to", "refused_to", *row.plain)
    }
    copy = type(row)(**{**coded, **changed, "id": uuid4(), "case_id": known.pk})
    vault.seal(actor.ring, copy, **row.plain)
    copy.save(force_insert=True)
    copied: UUID = copy.pk
    return copied
