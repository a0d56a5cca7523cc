"""Who saw the file, in words: people, institutions, parts and refused attempts; for whoever carries it."""

from typing import Any
from uuid import uuid4

from django.urls import reverse

from cadra.foundation.kernel.clock import now
from cadra.foundation.ledger.queries import TrailEntry
from cadra.steering.mechanism.events import NEUTRAL_ACT, NEUTRAL_LOOK, event, runs


def url(name: str, file: Any) -> str:
    return reverse(f"mechanism:{name}", args=[file.pk])


def entry(verb: str, outcome: str = "done") -> TrailEntry:
    return TrailEntry(uuid4(), now(), None, None, verb, [], "", outcome, None)


def test_a_refused_attempt_is_on_the_list(house: Any, carried: Any) -> None:
    house.client("zana").get(url("file", carried))
    page = house.client("marta").get(url("seen", carried)).content
    assert b"Zana Outsider" in page
    assert b"Tried to open the file and was refused" in page


def test_asking_for_a_file_that_does_not_exist_writes_the_same(house: Any, carried: Any) -> None:
    house.client("zana").get(reverse("mechanism:file", args=[uuid4()]))
    house.client("zana").get(url("file", carried))
    rows = house.sql("SELECT cardinality(subjects), verb FROM ledger_entry WHERE outcome = 'denied' ORDER BY 1")
    assert rows == [(0, "tried_to_open"), (1, "tried_to_open")]


def test_every_page_leaves_a_look_with_the_parts_it_showed(house: Any, carried: Any) -> None:
    client = house.client("marta")
    client.get(url("contact", carried))
    rows = house.sql("SELECT verb, compartments FROM ledger_entry WHERE verb LIKE 'looked%%' ORDER BY at DESC LIMIT 1")
    assert rows == [("looked_at_contact", ["contact", "core"])]


def test_the_list_is_for_whoever_carries_the_file(house: Any, carried: Any) -> None:
    for name in ("zana", "petrit", "ada", "mona", "dita"):
        assert house.client(name).get(url("seen", carried)).status_code == 404


def test_a_verb_nobody_put_into_words_is_told_neutrally() -> None:
    assert event(entry("did_something_new")).sentence == NEUTRAL_ACT
    assert event(entry("looked_at_something_new")).sentence == NEUTRAL_LOOK
    assert event(entry("opened_in_emergency", "denied")).denied


def test_the_same_look_several_times_in_a_row_is_told_once() -> None:
    looks = [event(entry(verb)) for verb in ("listed", "listed", "wrote_note", "wrote_note", "listed")]
    assert [len(group) for group in runs(looks)] == [2, 1, 1, 1]
