"""Keeping the roster: who is on it, what they speak, what they undertook."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from uuid import UUID

from django.http import Http404

from cadra.foundation.access.actor import Actor
from cadra.foundation.catalogue.words import fold
from cadra.foundation.kernel.acts import act, once
from cadra.foundation.kernel.pack import pack
from cadra.foundation.ledger import actions as ledger
from cadra.record.interpreting import policy
from cadra.record.interpreting.actions.asking import ChangedMeanwhile
from cadra.record.interpreting.models import Interpreter, Undertaking
from cadra.record.interpreting.queries.roster import colleagues


@dataclass(frozen=True)
class Told:
    """What the roster says of someone; shapes as in `models.Interpreter`. `user_id`: the account, if there is one."""

    name: str
    work: str
    tongues: Sequence[Mapping[str, str]]
    sex: str = ""
    areas: Sequence[str] = ()
    whole_country: bool = False
    at_distance: bool = False
    hours: str = ""
    at_night: bool = False
    phone: str = ""
    freelance: bool = False
    user_id: UUID | None = None
    is_active: bool = True


@act
def add(*, actor: Actor, told: Told, submission: UUID) -> Interpreter:
    """Put someone on the roster of the actor's institution; the same form sent twice is one entry."""
    if not policy.keeps_some(actor):
        raise Http404
    once(submission)
    known = Interpreter.objects.filter(submission=submission, institution_id=actor.institution_id).first()
    if known is not None:
        return known
    row = Interpreter(submission=submission, institution_id=actor.institution_id)
    _say(actor, row, told)
    row.save(force_insert=True)
    row.refresh_from_db(fields=["principal"])
    ledger.record(actor=actor, verb="added_interpreter", object_id=row.pk)
    return row


@act
def change(*, actor: Actor, interpreter: Interpreter, told: Told, version: int) -> Interpreter:
    """Say it anew. Whoever leaves the roster is taken off every open assignment by PostgreSQL."""
    row = Interpreter.objects.select_for_update().filter(pk=interpreter.pk).first()
    if row is None or not policy.may_keep(actor, row):
        raise Http404
    if row.version != version:
        raise ChangedMeanwhile
    _say(actor, row, told)
    row.version += 1
    row.save()
    ledger.record(actor=actor, verb="changed_interpreter", object_id=row.pk)
    return row


@act
def sign(
    *, actor: Actor, interpreter: Interpreter, version: str, signed_on: dt.date, until: dt.date, submission: UUID
) -> Undertaking:
    """Write down that the undertaking of confidentiality was signed on paper, on a day, until a day."""
    if not policy.may_keep(actor, interpreter):
        raise Http404
    once(submission)
    known = Undertaking.objects.filter(submission=submission, interpreter=interpreter).first()
    if known is not None:
        return known
    row = Undertaking.objects.create(
        submission=submission,
        interpreter=interpreter,
        version=version,
        signed_on=signed_on,
        until=until,
        recorded_by=actor.user_id,
    )
    ledger.record(actor=actor, verb="interpreter_undertook", object_id=interpreter.pk)
    return row


def _say(actor: Actor, row: Interpreter, told: Told) -> None:
    """What was said, onto the row. An account of another institution is nobody's to link."""
    linked = row.user_id
    if told.user_id is None or told.user_id in {one.pk for one in colleagues(actor, row)}:
        linked = told.user_id
    for name, value in {**asdict(told), "user_id": linked}.items():
        setattr(row, name, value)
    row.languages = list(dict.fromkeys(one["language"] for one in told.tongues))
    words = [f"{pack().languages.label(one['language'])} {one.get('dialect', '')}" for one in told.tongues]
    row.found_by = fold("; ".join(words))
