"""Many rows in one statement are the same rows, with the same walls."""

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from cadra.foundation import vault
from cadra.foundation.access.writing import insert_many
from cadra.record.cases.models import Case, Note
from cadra.record.people import actions as people
from cadra.record.people.models import Person

NOON = dt.datetime(2026, 3, 29, 12, 30, 15, 123456, dt.UTC)


def notes(actor: Any, person: Person, *texts: str) -> list[Note]:
    """Sealed, not saved."""
    rows = [
        Note(
            id=uuid4(),
            case_id=person.pk,
            compartment_of_row="story",
            written_by=actor.user_id,
            institution_id=actor.institution_id,
            written_at=NOON,
            visible_to=[999_999],
        )
        for _ in texts
    ]
    vault.seal_many(actor.ring, [(row, {"text": text}) for row, text in zip(rows, texts, strict=True)])
    return rows


def test_they_are_read_back_as_they_were(house: Any) -> None:
    with house.as_("zana") as zana:
        person = people.open_file(actor=zana)
        case = Case(case_id=person.pk, reference=person.reference, forms=["a", 'b "c" {d}'], closed_at=None)
        insert_many([case])
        insert_many(notes(zana, person, "First", "Ü 🌸 \\x00 'quoted'"))
        found = list(Note.objects.all())
        assert {row.plain["text"] for row in vault.unseal(zana.ring, found)} == {"First", "Ü 🌸 \\x00 'quoted'"}
        assert {row.written_at for row in found} == {NOON}
        same = Case.objects.get()
        assert (same.pk, same.forms, same.closed_at, same.opened_at) == (case.pk, case.forms, None, case.opened_at)
        insert_many([])


def test_who_sees_them_is_said_by_postgresql_alone(house: Any) -> None:
    with house.as_("zana") as zana:
        person = people.open_file(actor=zana)
        insert_many(notes(zana, person, "First"))
    assert house.sql("SELECT visible_to FROM cases_note") == [([house.user("zana").principal],)]


def test_a_row_of_a_file_one_does_not_see_is_refused(house: Any) -> None:
    with house.as_("zana") as zana:
        person = people.open_file(actor=zana)
        rows = notes(zana, person, "First")
    with pytest.raises(ProgrammingError, match="row-level security"), house.as_("marta"), transaction.atomic():
        insert_many(rows)
    assert house.sql("SELECT count(*) FROM cases_note") == [(0,)]


def test_one_wrong_row_leaves_none(house: Any) -> None:
    with house.as_("zana") as zana:
        person = people.open_file(actor=zana)
        first, second = notes(zana, person, "First", "Second")
        second.pk = first.pk
        with pytest.raises(IntegrityError), transaction.atomic():
            insert_many([first, second])
        assert not Note.objects.exists()
