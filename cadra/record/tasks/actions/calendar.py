"""Secret addresses for calendars: made, shown once, revoked."""

import secrets
from dataclasses import dataclass
from uuid import UUID

from django.http import Http404

from cadra.foundation.access.actor import Actor
from cadra.foundation.kernel.acts import act
from cadra.foundation.kernel.clock import now
from cadra.foundation.ledger import actions as ledger
from cadra.record.tasks.models import CalendarAddress
from cadra.record.tasks.tokens import hash_of

MOST = 10


class TooMany(Exception):
    """She has as many addresses as anybody needs."""


@dataclass(frozen=True)
class NewAddress:
    """An address just made; the token is known now and never again."""

    row: CalendarAddress
    token: str


@act
def make_address(*, actor: Actor, label: str, language: str) -> NewAddress:
    """A new address of the actor's own calendar (32 random bytes); `TooMany` when she has ten."""
    if CalendarAddress.objects.filter(user_id=actor.user_id, revoked_at=None).count() >= MOST:
        raise TooMany
    token = secrets.token_urlsafe(32)
    row = CalendarAddress.objects.create(
        user_id=actor.user_id, token_hash=hash_of(token), label=label, language=language
    )
    ledger.record(actor=actor, verb="made_calendar", object_id=row.pk)
    return NewAddress(row, token)


@act
def revoke_address(*, actor: Actor, address_id: UUID) -> None:
    """From now on it opens nothing. 404 for an address that is not hers; twice is once."""
    row = CalendarAddress.objects.filter(pk=address_id, user_id=actor.user_id).first()
    if row is None:
        raise Http404
    if row.revoked_at is None:
        CalendarAddress.objects.filter(pk=row.pk).update(revoked_at=now())
        ledger.record(actor=actor, verb="revoked_calendar", object_id=row.pk)
