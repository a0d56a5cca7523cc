"""Asking for an interpreter, assigning one, and what became of it. PostgreSQL judges whom nobody may assign."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.db import DatabaseError, connection, transaction
from django.http import Http404
from django.utils.translation import gettext as _

from cadra.foundation import vault
from cadra.foundation.access.actor import Actor
from cadra.foundation.access.queries import my_grants
from cadra.foundation.kernel.acts import act, once
from cadra.foundation.kernel.addresses import reverse
from cadra.foundation.kernel.clock import deadline, now
from cadra.foundation.kernel.pack import pack
from cadra.foundation.ledger import actions as ledger
from cadra.foundation.network.actions import note_untrained
from cadra.foundation.outbox import actions as outbox
from cadra.record.cases.models import Case, Stage
from cadra.record.interpreting import policy
from cadra.record.interpreting.models import (
    OPEN,
    STANDING,
    Answer,
    Assignment,
    Interpreter,
    Kind,
    Request,
    State,
    may_follow,
)
from cadra.record.interpreting.queries.requests import one_suggestion, untrained
from cadra.record.people.models import Person


class NotNow(Exception):
    """The request does not stand where this can be done; `str()` is a sentence for a person."""

    def __init__(self, words: Any = None) -> None:
        super().__init__(words or _("This can’t be done now: the request stands differently. Look at it again."))


class NotThisOne(NotNow):
    """This interpreter may not be assigned; why is not told."""

    def __init__(self) -> None:
        super().__init__(_("This interpreter can’t be assigned for this person. Choose somebody else."))


class ChangedMeanwhile(NotNow):
    """Somebody else saved the entry since it was shown."""

    def __init__(self) -> None:
        super().__init__(_("Someone changed this meanwhile. Look at it as it is now, and save again."))


@dataclass(frozen=True)
class Wanted:
    """What is wanted, for when, how long; `number`: of the interview."""

    kind: str
    language: str
    way: str
    starts_at: dt.datetime
    minutes: int
    sex: str = ""
    number: int | None = None
    dialect: str = ""
    place: str = ""
    area: str = ""
    more: str = ""


@act
def ask(*, actor: Actor, person: Person, wanted: Wanted, submission: UUID) -> Request:
    """Ask for an interpreter; whoever asks answers for it until it is over. The same form sent twice is one request."""
    _must_ask(actor, person.pk)
    once(submission)
    known = Request.objects.filter(submission=submission, case_id=person.pk).first()
    if known is not None:
        vault.unseal(actor.ring, [known])
        return known
    find_by = deadline(now(), pack().limit("interpreter_find"))
    row = Request(
        id=uuid4(),
        case_id=person.pk,
        submission=submission,
        kind=wanted.kind,
        number=wanted.number if wanted.kind == Kind.INTERVIEW else None,
        language=wanted.language,
        sex=wanted.sex,
        way=wanted.way,
        starts_at=wanted.starts_at,
        minutes=wanted.minutes,
        asked_by=actor.user_id,
        find_by=find_by,
        next_due_at=min(find_by, wanted.starts_at),
    )
    words = {"dialect": wanted.dialect, "place": wanted.place, "area": wanted.area, "more": wanted.more}
    vault.seal(actor.ring, row, words=words)
    row.save(force_insert=True)
    _told(actor, person, "asked_for_interpreter", row)
    return row


@act
def assign(
    *,
    actor: Actor,
    person: Person,
    request: Request,
    interpreter: UUID,
    conflicts: Sequence[str],
    submission: UUID,
) -> Assignment:
    """Ask this interpreter. With any of `conflicts` (pack codes) nobody is assigned, and that is kept.

    `NotThisOne` when she fears her or him, or no undertaking is in force; 404 when not on the list at all.
    """
    row = _locked(actor, person, request)
    known = Assignment.objects.filter(submission=submission, request=row).first()
    if known is not None:
        return known
    if row.state != State.WAITING:
        raise NotNow
    chosen: Interpreter = one_suggestion(row, interpreter).interpreter
    new = Assignment(
        case_id=person.pk,
        submission=submission,
        request=row,
        interpreter=chosen,
        conflicts=sorted({code for code in conflicts if code in pack().conflicts}),
        assigned_by=actor.user_id,
        answer_by=deadline(now(), pack().limit("interpreter_answer")),
    )
    if new.conflicts:
        new.state, new.ended_at = Answer.CONFLICT, now()
    try:
        with transaction.atomic():
            new.save(force_insert=True)
    except DatabaseError as refused:
        raise NotThisOne from refused
    _told(actor, person, "interpreter_conflict" if new.conflicts else "assigned_interpreter", new)
    if not new.conflicts:
        _tell_interpreter(actor, chosen, "waiting")
        note_untrained(actor=actor, missing=untrained(person, chosen), reason="")
    return new


@act
def answer(*, actor: Actor, person: Person, request: Request, said: str) -> Assignment:
    """What whoever is asked said on the telephone, or what became of it. Said twice is said once."""
    row = _locked(actor, person, request)
    held = Assignment.objects.select_related("interpreter").filter(request=row).order_by("-assigned_at", "-id")
    standing = held.filter(state__in=STANDING).first()
    if standing is None:
        last = held.first()
        if last is not None and last.state == said:
            return last
        raise NotNow
    if standing.state == said:
        return standing
    if said not in may_follow(standing.state):
        raise NotNow
    standing.state, standing.answered_at, standing.answered_by = said, now(), actor.user_id
    standing.save(update_fields=["state", "answered_at", "answered_by"])
    standing.refresh_from_db(fields=["state"])
    _told(actor, person, f"interpreter_{standing.state}", standing)
    if said == Answer.TAKEN_BACK:
        _tell_interpreter(actor, standing.interpreter, "changed")
    return standing


@act
def move(*, actor: Actor, person: Person, request: Request, starts_at: dt.datetime, minutes: int) -> Request:
    """Another time, as long as nobody is asked: whoever comes has said yes to a time."""
    row = _locked(actor, person, request)
    if row.state != State.WAITING:
        raise NotNow(_("Take the interpreter off first: she or he said yes to the former time."))
    find_by = deadline(now(), pack().limit("interpreter_find"))
    row.starts_at, row.minutes, row.find_by = starts_at, minutes, find_by
    row.next_due_at = min(find_by, starts_at)
    row.asked_by = actor.user_id
    row.save(update_fields=["starts_at", "minutes", "find_by", "next_due_at", "asked_by"])
    _told(actor, person, "moved_interpreter", row)
    return row


@act
def drop(*, actor: Actor, person: Person, request: Request) -> Request:
    """No interpreter is needed any more. Whoever was asked is taken off and told that it is off."""
    row = _locked(actor, person, request)
    if row.state == State.DROPPED:
        return row
    if row.state not in OPEN:
        raise NotNow
    _drop(actor, row)
    _told(actor, person, "dropped_interpreter", row)
    return row


@act
def drop_all(*, actor: Actor, person: Person) -> int:
    """The file is being closed: nothing is asked for it any more. The caller's verb is in the ledger, too."""
    rows = list(Request.objects.select_for_update().filter(case_id=person.pk, state__in=OPEN))
    for row in rows:
        _drop(actor, row)
    if rows:
        _told(actor, person, "dropped_interpreter", rows[0])
    return len(rows)


@act
def answer_own(*, actor: Actor, assignment_id: UUID, comes: bool) -> None:
    """An interpreter with an account says yes or no herself; whoever asked is told. 404 when it is not hers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT authz.answer_appointment(%s, %s)", [assignment_id, comes])
        ((asker,),) = cursor.fetchall()
    if asker is None:
        raise Http404
    ledger.record(actor=actor, verb="answered_appointment", object_id=assignment_id)
    outbox.post(actor=actor, to=asker, kind="answered", link=reverse("mechanism:home"))


def _must_ask(actor: Actor, case_id: UUID) -> None:
    """404 unless the actor may ask for an interpreter for this file; `NotNow` when it is closed."""
    if not policy.may_ask(actor, my_grants(actor, case_id)):
        raise Http404
    if Case.objects.filter(case_id=case_id, stage=Stage.CLOSED).exists():
        raise NotNow(_("This file is closed and can only be read. Open it again first."))


def _locked(actor: Actor, person: Person, request: Request) -> Request:
    """The request as it is now, its words open, kept for this transaction."""
    _must_ask(actor, person.pk)
    row = Request.objects.select_for_update().filter(pk=request.pk, case_id=person.pk).first()
    if row is None:
        raise Http404
    vault.unseal(actor.ring, [row])
    return row


def _drop(actor: Actor, row: Request) -> None:
    row.state, row.next_due_at = State.DROPPED, None
    row.save(update_fields=["state", "next_due_at"])
    for one in Assignment.objects.select_related("interpreter").filter(request=row, state__in=STANDING):
        one.state = Answer.TAKEN_BACK
        one.save(update_fields=["state"])
        _tell_interpreter(actor, one.interpreter, "changed")


def _tell_interpreter(actor: Actor, interpreter: Interpreter, kind: str) -> None:
    """Neutral words to an interpreter with an account; the others are rung."""
    if interpreter.user_id is not None:
        outbox.post(actor=actor, to=interpreter.user_id, kind=kind, link=reverse("interpreting:appointments"))


def _told(actor: Actor, person: Person, verb: str, row: Request | Assignment) -> None:
    ledger.record(
        actor=actor, verb=verb, subjects=[person.ledger_alias], compartments=[row.sealed_under], object_id=row.pk
    )
