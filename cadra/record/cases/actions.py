"""Opening, moving and carrying a file; writing notes."""

import datetime as dt
from collections.abc import Iterable
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.db.models import Max

from cadra.foundation import vault
from cadra.foundation.access.actor import Actor
from cadra.foundation.kernel.acts import act
from cadra.foundation.kernel.clock import deadline, now
from cadra.foundation.kernel.pack import pack
from cadra.foundation.ledger import actions as ledger
from cadra.record.cases.models import (
    Case,
    Episode,
    Note,
    Stage,
    StageInterval,
    Status,
    TeamMember,
    first_step_due,
)
from cadra.record.people.actions import ChangedMeanwhile
from cadra.record.people.models import Person


@act
def open_case(*, actor: Actor, person: Person, first_contact_at: dt.datetime, **coded: Any) -> Case:
    """The file begins, in identification; `coded` are the coded fields of `Case`."""
    case = Case.objects.create(
        case_id=person.pk, reference=person.reference, first_contact_at=first_contact_at, **coded
    )
    StageInterval.objects.create(case_id=person.pk, stage=Stage.IDENTIFICATION, entered_at=case.opened_at)
    ledger.record(actor=actor, verb="opened_case", subjects=[person.ledger_alias], object_id=case.pk)
    return case


@act
def add_episode(*, actor: Actor, person: Person, **values: Any) -> Episode:
    """A further time of trafficking (or the first), numbered within the file."""
    last = Episode.objects.filter(case_id=person.pk).aggregate(last=Max("number"))["last"] or 0
    row = Episode.objects.create(case_id=person.pk, number=last + 1, **values)
    touch(case_id=person.pk)
    ledger.record(actor=actor, verb="added_episode", subjects=[person.ledger_alias], object_id=row.pk)
    return row


@act
def move(*, actor: Actor, person: Person, stage: Stage, reason: str = "") -> None:
    """Move the file to a stage; the interval it leaves is closed at the same instant. Called by `mechanism`.

    `reason`: code of the pack's `stage_reasons`, where the move has one.
    """
    case = Case.objects.select_for_update().get(case_id=person.pk)
    if case.stage == stage:
        return
    moment = now()
    values: dict[str, Any] = {"stage": stage, "last_event_at": moment, "closed_at": None}
    if stage == Stage.CLOSED:
        values |= {"closed_at": moment, "in_danger": False}
    elif case.stage == Stage.CLOSED:
        values["stage_due_at"] = first_step_due()
    if stage != Stage.CLOSED:  # nothing is written to a closed file: opening comes first, closing last
        Case.objects.filter(pk=case.pk).update(**values)
    StageInterval.objects.filter(case_id=person.pk, left_at=None).update(left_at=moment)
    StageInterval.objects.create(
        case_id=person.pk, stage=stage, entered_at=moment, reason=reason, moved_by=actor.user_id
    )
    if stage == Stage.CLOSED:
        Case.objects.filter(pk=case.pk).update(**values)
    ledger.record(
        actor=actor, verb=f"moved_to_{stage}", subjects=[person.ledger_alias], purpose=reason, object_id=case.pk
    )


@act
def set_status(*, actor: Actor, person: Person, status: Status) -> None:
    """Her standing in identification changes; her right to help does not."""
    values: dict[str, Any] = {"status": status, "last_event_at": now()}
    if status == Status.IDENTIFIED:
        values["identified_at"] = now()
    Case.objects.filter(case_id=person.pk).update(**values)
    ledger.record(actor=actor, verb=f"status_{status}", subjects=[person.ledger_alias])


@act
def set_holder(*, actor: Actor, person: Person, holder: int, manager_id: UUID | None) -> None:
    """Which institution has custody, and who carries the file there; by when the next of them must act."""
    due = deadline(now(), pack().limit("needs_assessment")) if manager_id else first_step_due()
    Case.objects.filter(case_id=person.pk).update(
        holder=holder, manager_id=manager_id, stage_due_at=due, last_event_at=now()
    )
    ledger.record(actor=actor, verb="custody", subjects=[person.ledger_alias])


@act
def carry_on(*, actor: Actor, person: Person, first: bool) -> None:
    """The actor carries the file from now on; `first`: nobody did, so the first steps are counted from today."""
    values: dict[str, Any] = {"manager_id": actor.user_id, "last_event_at": now()}
    if first:
        values["stage_due_at"] = deadline(now(), pack().limit("needs_assessment"))
    Case.objects.filter(case_id=person.pk).update(**values)
    ledger.record(actor=actor, verb="carries_now", subjects=[person.ledger_alias])


@act
def join_team(*, actor: Actor, person: Person, user_id: UUID, institution_id: UUID, role: str) -> TeamMember:
    """Someone becomes part of her team."""
    row, _ = TeamMember.objects.get_or_create(
        case_id=person.pk, user_id=user_id, role=role, until=None, defaults={"institution_id": institution_id}
    )
    ledger.record(actor=actor, verb="joined_team", subjects=[person.ledger_alias], object_id=row.pk)
    return row


@act
def leave_team(*, actor: Actor, person: Person, user_ids: Iterable[UUID], roles: Iterable[str] = ()) -> None:
    """Their task with her is over (in these roles, or in all); that they were there stays."""
    members = TeamMember.objects.filter(case_id=person.pk, user_id__in=set(user_ids), until=None)
    wanted = {str(role) for role in roles}
    left = (members.filter(role__in=wanted) if wanted else members).update(until=now())
    if left:
        ledger.record(actor=actor, verb="left_team", subjects=[person.ledger_alias])


@act
def recode(*, actor: Actor, person: Person, **coded: Any) -> None:
    """Coded values of the file changed (danger, forms, area …): lists and figures read them."""
    Case.objects.filter(case_id=person.pk).update(**coded, last_event_at=now())
    ledger.record(actor=actor, verb="recoded", subjects=[person.ledger_alias])


@act
def note_first_help(*, actor: Actor, person: Person, at: dt.datetime) -> None:
    """The first concrete help reached her (mission S9); only the first counts."""
    Case.objects.filter(case_id=person.pk, first_help_at=None).update(first_help_at=at)


def touch(*, case_id: UUID) -> None:
    """Something happened: the file moves up in lists."""
    Case.objects.filter(case_id=case_id).update(last_event_at=now())


@act
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


@act
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
