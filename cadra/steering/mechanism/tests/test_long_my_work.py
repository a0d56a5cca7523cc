"""*My work* of somebody for whom much waits: the first of each group, the others a click away, danger always whole."""

import datetime as dt
from typing import Any

import pytest

from cadra.foundation.kernel.clock import now
from cadra.foundation.kernel.work import WorkItem
from cadra.record.tasks.tests.scene import own_task
from cadra.steering.mechanism.queries.home import Home, grouped
from cadra.steering.mechanism.views.home import FIRST, groups


def items(count: int, *, urgent: bool = False, days: int = 3) -> list[WorkItem]:
    due = now() + dt.timedelta(days=days)
    return [WorkItem("file", f"Title {n}", f"/files/{days}/{n}/", "", due_at=due, urgent=urgent) for n in range(count)]


@pytest.mark.parametrize(("whole", "shown"), [("", FIRST), ("overdue", FIRST), ("next", 14)])
def test_a_long_group_shows_its_first_until_one_asks_for_all(house: Any, whole: str, shown: int) -> None:
    [group] = groups(Home(grouped(items(14))), whole=whole)
    assert (len(group["items"]), group["count"]) == (shown, 14)


def test_danger_is_never_shortened(house: Any) -> None:
    [danger, overdue] = groups(Home(grouped([*items(14, urgent=True), *items(14, days=-3)])), whole="")
    assert (len(danger["items"]), len(overdue["items"])) == (14, FIRST)


def test_the_page_says_how_many_there_are_and_shows_them(house: Any) -> None:
    for number in range(FIRST + 1):
        own_task(house, what=f"Errand {number:02}", to="marta")
    client = house.client("marta")
    short, whole = (client.get(path).content.decode() for path in ("/", "/?all=next"))
    assert short.count("Errand ") == FIRST
    assert f"Show all {FIRST + 1}" in short
    assert whole.count("Errand ") == FIRST + 1
    assert "Show all" not in whole
