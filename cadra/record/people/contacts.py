"""Reaching out to her, written down: when, how, by whom, what came of it, and why when it was against her rule."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from django.http import Http404

from cadra.foundation import vault
from cadra.foundation.access.actor import Actor
from cadra.foundation.kernel.acts import act, once
from cadra.foundation.kernel.clock import now
from cadra.foundation.ledger import actions as ledger
from cadra.record.people.models import ContactMade, Person
from cadra.record.people.reaching import Verdict, may_contact

SHOWN = 40


class NotSafe(Exception):
    """Her rule is against it and no reason was given; `verdict` says what stands against it."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__("she may not be reached this way now")
        self.verdict = verdict


@act
def reach_out(
    *,
    actor: Actor,
    person: Person,
    contact: Mapping[str, Any] | None,
    channel: Mapping[str, Any],
    why: str = "",
    submission: UUID | None = None,
) -> ContactMade:
    """Somebody is about to reach her this way. Against her rule only with a reason, else `NotSafe`.

    `contact`: the opened record; `channel`: {"kind", "value"} of it, or {"kind": "visit"}.
    """
    submission = submission or uuid4()
    once(submission)
    known = ContactMade.objects.filter(case_id=person.pk, submission=submission).first()
    if known is not None:
        return known
    verdict = may_contact(contact, channel, now())
    if not verdict.allowed and not why.strip():
        raise NotSafe(verdict)
    row = ContactMade(
        id=uuid4(),
        case_id=person.pk,
        submission=submission,
        channel=channel["kind"],
        against=[str(one) for one in verdict.against],
        made_by=actor.user_id,
    )
    vault.seal(actor.ring, row, words={"value": channel.get("value", ""), "why": why, "what": ""})
    row.save(force_insert=True)
    verb = "reached_out" if verdict.allowed else "reached_out_against_rule"
    _record(actor, person, verb, row.pk)
    return row


@act
def note_result(*, actor: Actor, person: Person, row: ContactMade, result: str, what: str = "") -> ContactMade:
    """What came of it; only whoever reached out says so. `row` is opened."""
    if row.made_by != actor.user_id:
        raise Http404
    row.result = result
    vault.seal(actor.ring, row, words={**row.plain["words"], "what": what})
    row.save()
    _record(actor, person, "noted_contact", row.pk)
    return row


def contacts_made(actor: Actor, case_id: UUID) -> list[ContactMade]:
    """Who reached out to her, newest first, opened. The caller's page records the look."""
    rows = list(ContactMade.objects.filter(case_id=case_id).order_by("-made_at", "id")[:SHOWN])
    vault.unseal(actor.ring, rows)
    return rows


def contact_made(actor: Actor, case_id: UUID, made_id: UUID) -> ContactMade:
    """One of them, opened, or 404."""
    row = ContactMade.objects.filter(case_id=case_id, pk=made_id).first()
    if row is None:
        raise Http404
    vault.unseal(actor.ring, [row])
    return row


def _record(actor: Actor, person: Person, verb: str, row: UUID) -> None:
    ledger.record(actor=actor, verb=verb, subjects=[person.ledger_alias], compartments=["contact"], object_id=row)
