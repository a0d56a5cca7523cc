"""A first referral is begun, filled in and sent with the keyboard alone."""

from typing import Any

import pytest

from tests.browser import person_at
from tests.journeys import keyboard, story

pytestmark = pytest.mark.journey


def test_a_referral_needs_no_mouse(house: Any, browser: Any, site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for hand in keyboard.HANDS:
        monkeypatch.setattr(story, hand.__name__, hand)
    page = person_at(browser, site, house, "ada")
    page.set_default_timeout(30_000)
    assert story.ada_refers(page) == 8
    assert house.sql("SELECT state FROM identification_referral") == [("sent",)]
