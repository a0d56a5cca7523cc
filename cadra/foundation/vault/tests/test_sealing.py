"""Sealing and opening rows: one round trip, closed where there is no key, broken where it was moved."""

import time
import uuid

import pytest
from django.db import models

from cadra.foundation import vault
from cadra.foundation.vault import CLOSED, KeyRefused, Ring, SealBroken, SealedField


class Note(models.Model):
    """A row as the record keeps it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case_id = models.UUIDField()
    words = SealedField()
    place = SealedField()
    compartment = "story"

    class Meta:
        app_label = "vault_tests"


class Visit(Note):
    """Another table with the same columns, in the health compartment."""

    compartment = "health"

    class Meta:
        app_label = "vault_tests"
        db_table = "visit"


@pytest.fixture
def reader(client, author, case, sign_in) -> Ring:
    """A police officer with a grant for the story of the case."""
    grant = {"id": uuid.uuid4(), "case": case, "compartments": ["story"], "grantee": 200, "basis": "consent"}
    client.add_grants(author.token, [{**grant, "starts": time.time() - 1, "until": None}])
    return Ring(sign_in("officer", 2, 200), through=client)


VALUES = ["", "Arta", "Ђ" * 5000, ["a", {"b": 1}], {"date": "1999-04-21"}, None, False, 0]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: str(value)[:12])
def test_a_sealed_value_reads_as_it_was_written(author, case, value):
    note = Note(case_id=case)
    vault.seal(author, note, words=value)
    assert isinstance(note.words, bytes)
    assert b"Arta" not in note.words
    (again,) = vault.unseal(author, [Note(id=note.id, case_id=case, words=note.words)])
    assert again.plain == {"words": value, "place": None}


def test_sealing_also_lets_the_row_be_read_at_once(author, case):
    note = Note(case_id=case)
    vault.seal(author, note, words="first", place="Vlora")
    vault.seal(author, note, words="second")
    assert note.plain == {"words": "second", "place": "Vlora"}


def test_many_rows_cost_one_round_trip(author, case, client, monkeypatch):
    asked = []
    ask = client.ask
    monkeypatch.setattr(client, "ask", lambda op, **fields: asked.append(op) or ask(op, **fields))
    cases = [uuid.uuid4() for _ in range(30)]
    client.create_cases(author.token, cases)
    asked.clear()
    rows = [(kind(case_id=case), {"words": "w"}) for case in cases for kind in (Note, Visit)]
    vault.seal_many(author, rows)
    assert asked == ["open_keys"]
    vault.unseal(author, [row for row, _ in rows])
    assert asked == ["open_keys"]
    assert vault.unseal(Ring(author.token, through=client), [row for row, _ in rows])[0].plain["words"] == "w"
    assert asked == ["open_keys", "open_keys"]


def test_a_compartment_without_a_grant_reads_closed(author, reader, case):
    note, visit = Note(case_id=case), Visit(case_id=case)
    vault.seal_many(author, [(note, {"words": "told"}), (visit, {"words": "ill"})])
    vault.unseal(reader, [note, visit])
    assert note.plain["words"] == "told"
    assert visit.plain == {"words": CLOSED, "place": CLOSED}


def test_closed_is_empty_false_and_one():
    assert not CLOSED
    assert str(CLOSED) == f"{CLOSED}" == ""
    assert list(CLOSED) == []
    assert repr(CLOSED) == "CLOSED"


def test_nobody_opens_and_seals_nothing(author, case):
    note = Note(case_id=case)
    vault.seal(author, note, words="told")
    (read,) = vault.unseal(Ring(None), [note])
    assert read.plain["words"] is CLOSED
    with pytest.raises(KeyRefused):
        vault.seal(Ring(None), note, words="changed")


def test_a_reader_of_one_compartment_cannot_write_another(reader, case):
    with pytest.raises(KeyRefused):
        vault.seal(reader, Visit(case_id=case), words="changed")


def test_a_value_moved_to_another_row_column_table_or_case_is_rejected(author, case, client):
    other_case = uuid.uuid4()
    client.create_cases(author.token, [other_case])
    note = Note(case_id=case)
    vault.seal(author, note, words="told")
    moved = [
        Note(case_id=case, words=note.words),
        Note(id=note.id, case_id=case, place=note.words),
        Note(id=note.id, case_id=other_case, words=note.words),
        Visit(id=note.id, case_id=case, words=note.words),
    ]
    for row in moved:
        with pytest.raises(SealBroken):
            vault.unseal(author, [row])


def test_only_sealed_fields_are_sealed(author, case):
    with pytest.raises(TypeError):
        vault.seal(author, Note(case_id=case), case_id="x")


def test_a_ring_shows_no_key_and_no_token(author, case):
    author.keys([(case, "story")])
    assert repr(author) == str(author) == "<Ring>"


def test_a_field_left_out_of_the_query_is_not_fetched_for_opening(author, case):
    note = Note(case_id=case)
    vault.seal(author, note, words="told")
    values = [note.id, case, note.words]
    (read,) = vault.unseal(author, [Note.from_db("default", ["id", "case_id", "words"], values)])
    assert read.plain == {"words": "told"}


def test_a_sealed_column_cannot_be_searched():
    with pytest.raises(Exception, match="Unsupported lookup"):
        str(Note.objects.filter(words=b"x").query)
