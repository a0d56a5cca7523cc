"""Nothing of her history is cut off: what does not fit on a page stands behind "Earlier ones", each once."""

import re
from typing import Any
from uuid import uuid4

import pytest

from cadra.foundation.kernel.clock import DAY, today
from cadra.stages.support import actions
from cadra.stages.support.queries import plans, safety
from cadra.stages.support.tests.posted import OFFER
from cadra.stages.support.tests.scene import Scene

WORDS = [f"word{number}" for number in range(5)]


@pytest.fixture(autouse=True)
def two_on_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plans, "CHANGES", 2)
    monkeypatch.setattr(safety, "INCIDENTS", 2)


def walked(house: Any, address: str, wanted: str) -> list[list[str]]:
    """What a pattern finds on each page, from the first to the last."""
    client, found, link = house.client("marta"), [], address
    while link:
        answer = client.get(link)
        assert answer.status_code == 200
        shown = answer.content.decode()
        found.append(re.findall(wanted, shown.split("<main")[1]))
        older = re.search(r'href="\?after=([^"#]+)[^"]*">Earlier ones', shown)
        link = f"{address}?after={older[1]}" if older else ""
    return found


def test_every_change_of_the_plan_can_be_reached(scene: Scene, house: Any) -> None:
    goal = scene.goal(WORDS[0], steps=[])
    for version, words in enumerate([*WORDS[1:], "last"], start=1):
        with house.as_("marta") as marta:
            actions.change_goal(actor=marta, person=scene.person, goal=goal, version=version, words=words, steps=[])
    pages = walked(house, scene.url("plan_history"), r"word\d")
    assert [sorted(set(page), reverse=True) for page in pages] == [
        ["word4", "word3"],
        ["word2", "word1"],
        ["word0"],
    ]


def test_every_offer_can_be_reached(scene: Scene, house: Any) -> None:
    for _time in WORDS:
        typed = {**OFFER, "submission": str(uuid4())}
        assert house.client("marta").post(scene.url("offer_new"), typed).status_code == 302
    pages = walked(house, scene.url("offers"), r'/offers/([0-9a-f-]{36})/"')
    assert [len(page) for page in pages] == [2, 2, 1]
    assert len({one for page in pages for one in page}) == 5


def test_everything_that_happened_can_be_reached(scene: Scene, house: Any) -> None:
    for days, words in enumerate(WORDS):
        with house.as_("marta") as marta:
            actions.note_incident(
                actor=marta,
                person=scene.person,
                kind="threat",
                happened_on=today() - (days // 2) * DAY,
                what=words,
                done="",
                submission=uuid4(),
            )
    pages = walked(house, scene.url("safety"), r"word\d")
    assert [len(page) for page in pages] == [2, 2, 1]
    assert sorted(one for page in pages for one in page) == WORDS


@pytest.mark.parametrize("page", ["plan_history", "offers", "safety"])
def test_a_place_nobody_was_given_is_not_found(scene: Scene, house: Any, page: str) -> None:
    assert house.client("marta").get(f"{scene.url(page)}?after=made-up").status_code == 404
