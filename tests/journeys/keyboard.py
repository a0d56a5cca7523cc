"""The hands of tests/journeys/story.py without a mouse: whatever they do, they do with keys alone."""

import datetime as dt

from playwright.sync_api import Page

MOST_STOPS = 400  # a page of signs has some two hundred places to stop at
MOST_OPTIONS = 300


def reach(page: Page, selector: str) -> None:
    """Press Tab until this has the focus."""
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        if page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
            return
    raise AssertionError(f"The keyboard does not reach {selector} on {page.url}")


def choose(page: Page, name: str, *values: str) -> None:
    for value in values:
        target = f'main input[name="{name}"][value="{value}"]'
        if page.get_attribute(target, "type") == "checkbox":
            reach(page, target)
        else:
            reach(page, f'main input[name="{name}"]')
            for _ in range(MOST_OPTIONS):
                if page.evaluate("wanted => document.activeElement.matches(wanted)", target):
                    break
                page.keyboard.press("ArrowDown")
        if not page.is_checked(target):
            page.keyboard.press("Space")
        assert page.is_checked(target)


def write(page: Page, name: str, words: str) -> None:
    _type(page, f'main [name="{name}"]:not([type=hidden])', words)


def pick(page: Page, name: str, value: str) -> None:
    target = f'main select[name="{name}"]'
    reach(page, target)
    page.keyboard.press("Home")
    for _ in range(MOST_OPTIONS):
        if page.input_value(target) == value:
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"{value} is not in the list {name}")


def day(page: Page, name: str, date: dt.date) -> None:
    for place, part in enumerate((date.day, date.month, date.year)):
        _type(page, f"#id_{name}_{place}", str(part))


def press(page: Page, selector: str) -> None:
    reach(page, f"main {selector}")
    with page.expect_navigation():
        page.keyboard.press("Enter")


def unfold(page: Page, holding: str) -> None:
    fold = page.locator("main details", has=page.locator(holding)).last
    if fold.get_attribute("open") is None:
        fold.locator("summary").first.evaluate("summary => summary.setAttribute('data-wanted', '')")
        reach(page, "[data-wanted]")
        page.keyboard.press("Enter")


def _type(page: Page, selector: str, words: str) -> None:
    reach(page, selector)
    page.keyboard.press("Control+A")
    page.keyboard.type(words)


#: Everything the story's hands can do.
HANDS = (choose, write, pick, day, press, unfold)
