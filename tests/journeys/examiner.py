"""Looks at a page as someone tired would meet it: with axe, on a narrow screen, with a thumb."""

from typing import Any

from playwright.sync_api import Page

from tests.browser import axe

THUMB = 44  # pixels of height, for whatever is pressed or filled in on a telephone
SMALL = """thumb => [...document.querySelectorAll(
    '.govuk-button, .govuk-input, .govuk-select, .govuk-back-link, .cadra-pill, header a, header button'
)].filter(part => part.checkVisibility() && part.getBoundingClientRect().height < thumb - .5
).map(part => `${part.className}: ${Math.round(part.getBoundingClientRect().height)}`)"""


class Examiner:
    """Looks at every page once: nothing for axe, nothing wider than the screen, nothing too small to press.

    `without`: rules of axe that another walk over the same pages keeps.
    """

    def __init__(self, *without: str) -> None:
        self.without = without
        self.seen: set[str] = set()
        self.wrong: list[tuple[str, Any]] = []

    def __call__(self, page: Page, name: str) -> None:
        if name in self.seen:
            return
        self.seen.add(name)
        self.wrong += [(name, problem) for problem in axe(page, *self.without)]
        wide, room = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        if wide > room:
            self.wrong.append((name, f"{wide} wide on {room}"))
        if room < 600:  # a telephone
            self.wrong += [(name, part) for part in page.evaluate(SMALL, THUMB)]
