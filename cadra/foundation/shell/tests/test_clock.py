"""A deadline says in words how it stands."""

import datetime

import pytest
import time_machine
from django.template.loader import render_to_string

NOW = datetime.datetime(2026, 11, 22, 12, 0, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)


@pytest.mark.parametrize(
    ("due", "done_at", "words"),
    [
        (NOW + 3 * DAY, None, "Due in 3\xa0days"),
        (NOW + DAY / 4, None, "Due in 6\xa0hours"),
        (NOW - 2 * DAY, None, "Overdue by 2\xa0days"),
        (NOW - DAY, NOW - 2 * DAY, "Done"),
        (NOW - 2 * DAY, NOW - DAY, "Done late"),
        (NOW.date(), None, "Due in"),
        (NOW.date() - DAY, None, "Overdue by"),
    ],
)
def test_a_deadline_says_how_it_stands(due: datetime.datetime, done_at: object, words: str) -> None:
    with time_machine.travel(NOW, tick=False):
        html = render_to_string("components/clock.html", {"due": due, "done_at": done_at})
    assert words in html


def test_a_day_without_hours_lasts_until_its_end() -> None:
    with time_machine.travel(NOW, tick=False):
        assert "cadra-clock--soon" in render_to_string("components/clock.html", {"due": NOW.date()})
