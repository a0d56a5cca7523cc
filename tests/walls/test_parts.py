"""A part that is closed shows nowhere: not as words, not as a number, not by searching, not in a message (A4).

Its words are looked for on every page by tests/walls/test_addresses.py, in every row and field by test_policies.py.
"""

import difflib
import re
from typing import Any

import pytest
from django.core import mail

from cadra.foundation.outbox.sending import send_due
from cadra.record.people.models import Person
from tests import world as worlds
from tests.walls import relations
from tests.walls.relations import NOTHING, WITHOUT_CONSENT
from tests.walls.test_addresses import ENDING, places
from tests.walls.test_searching import masked
from tests.world import PARTS, WORDS, World

pytestmark = [pytest.mark.usefixtures("quiet"), pytest.mark.once]

READERS = {**WITHOUT_CONSENT, "petrit": relations.GRANTED["petrit"], "sara": NOTHING, "zana": NOTHING}
# What a look leaves behind is shown here: the second look differs from the first whatever is in the file.
SHOWS_LOOKS = {"mechanism:seen", "access:account"}
# Names of what a page is searched or narrowed by.
ASKED_BY = ("q", "words", "text", "reference", "worker", "service", "area", "state", "stage", "kind")
# Drawn anew each time: ids, how long ago, and the signed words a form was shown with.
DRAWN = re.compile(rb'notice-[0-9a-f]{8}|changed (?:just now|[^<,]* ago)|name="shown" value="[^"]*"')


@pytest.fixture
def world(house: Any) -> World:
    made = worlds.build(house)
    relations.take_back_every_yes(house, made)
    return made


def pages_of(house: Any, client: Any, world: World) -> dict[str, Any]:
    """Her pages, each time with an empty trail: among the latest events her own looks would push out others."""
    house.sql("TRUNCATE ledger_entry")
    return {
        name: (response.status_code, DRAWN.sub(b"", masked(response)[2]))
        for name, path, _ in places(world)
        if name not in SHOWS_LOOKS | ENDING and not (response := client.get(path)).streaming
    }


def is_a_page(response: Any) -> bool:
    return response.status_code == 200 and not response.streaming


def told(before: tuple[int, bytes], after: tuple[int, bytes]) -> list[str]:
    """The lines in which two pages differ."""
    lines = (page.decode().splitlines() for _status, page in (before, after))
    return [line[:300] for line in difflib.unified_diff(*lines, n=0, lineterm="")]


@pytest.mark.parametrize("name", [name for name in READERS if name != "rea"])
def test_no_page_counts_what_is_in_a_closed_part(house: Any, world: World, name: str) -> None:
    """Three notes more in each part that is closed to her: every page of hers stays the same to the byte."""
    client = house.client(name)
    pages_of(house, client, world)  # a first look may leave its mark
    before = pages_of(house, client, world)
    closed = [part for part in PARTS if part not in READERS[name]]
    with house.as_("rea") as rea:
        for number in range(3):
            worlds.write_notes(rea, Person.objects.get(pk=world.case_id), dict.fromkeys(closed, f"More {number}"))
    after = pages_of(house, client, world)
    assert {page: told(before[page], after[page]) for page in before if before[page] != after[page]} == {}
    if READERS[name] & set(PARTS) and name != "kleo":
        with house.as_("rea") as rea:
            open_part = sorted(READERS[name] & set(PARTS))[0]
            worlds.write_notes(rea, Person.objects.get(pk=world.case_id), {open_part: "One she may read"})
        assert pages_of(house, client, world) != after, "a note that is open to her does show"


@pytest.mark.parametrize("name", ["marta", "petrit", "zana"])
def test_searching_for_a_word_of_a_closed_part_finds_what_nonsense_finds(house: Any, world: World, name: str) -> None:
    client = house.client(name)
    lists = [path for _name, path, of_a_file in places(world) if not of_a_file and is_a_page(client.get(path))]
    lists += [f"/files/{world.case_id}/notes/", f"/files/{world.case_id}/refusals/"]
    words = [word for word, parts in WORDS.items() if not parts & READERS[name]]
    assert len(lists) > 5
    found = []
    for path in lists:
        for word in words[:6]:
            nonsense = "Q" + word[1:]
            answers = [masked(client.get(path, dict.fromkeys(ASKED_BY, asked))) for asked in (word, nonsense)]
            seen, usual = (repr(one).replace(asked, "") for one, asked in zip(answers, (word, nonsense), strict=True))
            found += [(path, word)] if seen != usual else []
    assert found == []


def test_no_message_carries_a_word_of_hers(house: Any, world: World) -> None:
    """What waits to be sent, and what is sent: the whole story through."""
    waiting = str(house.sql("SELECT m::text FROM outbox_message m"))
    send_due()
    sent = b"".join(message.message().as_bytes() for message in mail.outbox)
    assert len(mail.outbox) > 3
    assert [word for word in WORDS if word in waiting or word.encode() in sent] == []
    reference = house.sql("SELECT reference FROM cases_case WHERE case_id = %s", [world.case_id])[0][0]
    assert reference.encode() not in sent


def test_the_ledger_holds_no_word_of_hers(house: Any, world: World) -> None:
    assert [word for word in WORDS if word in str(house.sql("SELECT e::text FROM ledger_entry e"))] == []
