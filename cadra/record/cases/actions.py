"""Opening, moving and carrying a file; writing notes."""

import datetime as dt
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.db.models import Max

from cadra.foundation import vault
from cadra.foundation.access.actor import Actor
from cadra.foundation.kernel.clock import now
from cadra.foundation.ledger import actions as ledger
from cadra.record.cases.models import Case, Episode, Note, Stage, StageInterval, Status, TeamMember
from cadra.record.people.actions import ChangedMeanwhile
from cadra.record.people.models import Person


@transaction.atomic
def open_case(*, actor: Actor, person: Person, first_contact_at: dt.datetime, **coded: Any) -> Case:
    """The file begins, in identification; `coded` are the coded fields of `Case`."""
    case = Case.objects.create(
        case_id=person.pk, reference=person.reference, first_contact_at=first_contact_at, **coded
    )
    StageInterval.objects.create(case_id=person.pk, stage=Stage.IDENTIFICATION, entered_at=case.opened_at)
    ledger.record(actor=actor, verb="opened_case", subjects=[person.ledger_alias], object_id=case.pk)
    return case


@transaction.atomic
def add_episode(*, actor: Actor, person: Person, **values: Any) -> Episode:
    """A further time of trafficking (or the first), numbered within the file."""
    last = Episode.objects.filter(case_id=person.pk).aggregate(last=Max("number"))["last"] or 0
    row = Episode.objects.create(case_id=person.pk, number=last + 1, **values)
    touch(case_id=person.pk)
    ledger.record(actor=actor, verb="added_episode", subjects=[person.ledger_alias], object_id=row.pk)
    return row


@transaction.atomic
def move(*, actor: Actor, person: Person, stage: Stage) -> None:
    """Move the file to a stage; the interval it leaves is closed at the same instant. Called by `mechanism`."""
    case = Case.objects.select_for_update().get(case_id=person.pk)
    if case.stage == stage:
        return
    moment = now()
    StageInterval.objects.filter(case_id=person.pk, left_at=None).update(left_at=moment)
    StageInterval.objects.create(case_id=person.pk, stage=stage, entered_at=moment)
    closed = moment if stage == Stage.CLOSED else None
    Case.objects.filter(pk=case.pk).update(stage=stage, last_event_at=moment, closed_at=closed)
    ledger.record(actor=actor, verb=f"moved_to_{stage}", subjects=[person.ledger_alias], object_id=case.pk)


@transaction.atomic
def set_status(*, actor: Actor, person: Person, status: Status) -> None:
    """Her standing in identification changes; her right to help does not."""
    values: dict[str, Any] = {"status": status, "last_event_at": now()}
    if status == Status.IDENTIFIED:
        values["identified_at"] = now()
    Case.objects.filter(case_id=person.pk).update(**values)
    ledger.record(actor=actor, verb=f"status_{status}", subjects=[person.ledger_alias])


@transaction.atomic
def set_holder(*, actor: Actor, person: Person, holder: int, manager_id: UUID | None) -> None:
    """Which institution has custody, and who carries the file there."""
    Case.objects.filter(case_id=person.pk).update(holder=holder, manager_id=manager_id, last_event_at=now())
    ledger.record(actor=actor, verb="custody", subjects=[person.ledger_alias])


@transaction.atomic
def join_team(*, actor: Actor, person: Person, user_id: UUID, institution_id: UUID, role: str) -> TeamMember:
    """Someone becomes part of her team."""
    row, _ = TeamMember.objects.get_or_create(
        case_id=person.pk, user_id=user_id, role=role, until=None, defaults={"institution_id": institution_id}
    )
    ledger.record(actor=actor, verb="joined_team", subjects=[person.ledger_alias], object_id=row.pk)
    return row


@transaction.atomic
def recode(*, actor: Actor, person: Person, **coded: Any) -> None:
    """Coded values of the file changed (danger, forms, area …): lists and figures read them."""
    Case.objects.filter(case_id=person.pk).update(**coded, last_event_at=now())
    ledger.record(actor=actor, verb="recoded", subjects=[person.ledger_alias])


@transaction.atomic
def note_first_help(*, actor: Actor, person: Person, at: dt.datetime) -> None:
    """The first concrete help reached her (mission S9); only the first counts."""
    Case.objects.filter(case_id=person.pk, first_help_at=None).update(first_help_at=at)


def touch(*, case_id: UUID, next_due_at: dt.datetime | None = None) -> None:
    """Something happened: the file moves up in lists. `next_due_at` replaces the next date when given."""
    values: dict[str, Any] = {"last_event_at": now()}
    if next_due_at is not None:
        values["next_due_at"] = next_due_at
    Case.objects.filter(case_id=case_id).update(**values)


@transaction.atomic
def write_note(*, actor: Actor, person: Person, compartment: str, text: str, note_id: UUID | None = None) -> Note:
    """Write words into one compartment of the file. The same `note_id` (a form's submission) twice is one note."""
    if note_id is not None and (same := Note.objects.filter(pk=note_id, written_by=actor.user_id).first()):
        return same
    row = Note(
        id=note_id or uuid4(),
        case_id=person.pk,
        compartment_of_row=compartment,
        written_by=actor.user_id,
        institution_id=actor.institution_id,
    )
    vault.seal(actor.ring, row, text=text)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:  # the same form, sent twice at once: the first is the one
        return Note.objects.get(pk=row.pk, written_by=actor.user_id)
    touch(case_id=person.pk)
    ledger.record(
        actor=actor,
        verb="wrote_note",
        subjects=[person.ledger_alias],
        compartments=[compartment],
        object_id=row.pk,
    )
    return row


@transaction.atomic
def change_note(*, actor: Actor, person: Person, note: Note, version: int, text: str) -> Note:
    """Correct one's own note. When it changed since it was shown, nothing is written and both texts survive."""
    row = Note.objects.select_for_update().get(pk=note.pk, written_by=actor.user_id)
    if row.version != version:
        vault.unseal(actor.ring, [row])
        raise ChangedMeanwhile(row)
    row.version += 1
    row.changed_at = now()
    vault.seal(actor.ring, row, text=text)
    row.save()
    ledger.record(
        actor=actor,
        verb="changed_note",
        subjects=[person.ledger_alias],
        compartments=[row.compartment_of_row],
        object_id=row.pk,
    )
    return row
