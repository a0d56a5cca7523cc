"""The first referral in a real browser: keyboard alone, no JavaScript, a telephone, both languages."""

from typing import Any

import pytest
from playwright.sync_api import Page

from cadra.stages.identification.queries.intake import SCREENS
from cadra.stages.identification.tests import intake, posted
from tests.browser import DESKTOP, PHONE, axe, person_at

LONG = "Shërbimipërndihmëndhembrojtjenepersonavenënjëqytettëvogël"


def pages(house: Any) -> list[str]:
    """Addresses of every page of the path: empty, and full of long words."""
    ada = house.client("ada")
    empty, full = posted.start(ada), posted.start(ada)
    posted.fill(ada, full, "safety", in_danger="yes", medical="yes")
    posted.fill(
        ada, full, "person", called=LONG, years="", basis="disputed", interpreter="yes", given=LONG, family=LONG
    )
    posted.fill(ada, full, "contact", {"phone": "069 000 0000", "phone_safe": "yes", "never_say": LONG * 3})
    posted.fill(ada, full, "place", how_found=LONG)
    posted.fill(ada, full, "indicators", {"forms_seen": ["forced_labour"], "sign-GEN12": "yes", "notes": LONG})
    posted.fill(ada, full, "explanations", posted.EXPLANATIONS, asked=LONG)
    agreed = {"answer-authority": "limited", "parts-authority": ["contact"], "answer-pair": "not_yet"}
    posted.fill(ada, full, "consent", {**agreed, "form": "gesture", "witness": LONG})
    stops = [posted.address(full, screen) + "now/" for screen in ("safety", "person", "indicators")]
    receipt = intake.send(house)
    screens = [posted.address(draft, screen) for draft in (empty, full) for screen in SCREENS]
    return [*screens, *stops, "/referrals/", f"/referrals/{full}/delete/", f"/receipts/{receipt.pk}/"]


def width(page: Page) -> int:
    found: int = page.evaluate("document.documentElement.scrollWidth")
    return found


def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(house: Any, browser: Any, site: str) -> None:
    """In the language with the longer words; English is walked with every page (tests/journeys)."""
    page = person_at(browser, site, house, "ada", language="sq", phone=True)
    found = []
    for address in pages(house):
        answer = page.goto(address)
        assert answer is not None and answer.status == 200
        found += [(address, problem) for problem in axe(page)]
        for screen in (PHONE, DESKTOP):
            page.set_viewport_size(screen)  # type: ignore[arg-type]
            if width(page) > screen["width"]:
                found.append((address, f"{width(page)} wide on {screen['width']}"))
    assert found == []


@pytest.mark.parametrize("screen", ["safety", "person", "place", "explanations", "consent"])
def test_axe_finds_nothing_where_something_is_wrong(house: Any, browser: Any, site: str, screen: str) -> None:
    page = person_at(browser, site, house, "ada", phone=True)
    wrong = {"explanations": "input[value=why]", "consent": "input[name=answer-health][value=given]"}
    page.goto(posted.address(posted.start(house.client("ada")), screen))
    if screen in wrong:
        page.check(wrong[screen], force=True)
    page.click("button[value=next]")
    page.wait_for_selector(".govuk-error-summary")
    assert page.title().startswith("Error:")
    assert axe(page) == []
    assert width(page) == 360


def walk(page: Page, choose: Any, write: Any, press: Any) -> None:
    """From the list to the receipt with the least there is to answer."""
    press(".cadra-big-button")
    for question in ("in_danger", "with_trafficker", "children"):
        choose(question, "no")
    choose("medical", "no")
    press("button[value=next]")
    write("called", "Mira")
    choose("sex", "female")
    write("years", "24")
    choose("basis", "stated")
    write("language", "Albanian")
    choose("interpreter", "no")
    press("button[value=next]")
    press("button[value=next]")
    write("entry_point", "Border point")
    write("crossing", "Kapshticë")
    press("button[value=next]")
    for _screen in ("indicators", "explanations", "consent"):
        press("button[value=next]")
    press("form[action$='/send/'] button")


def test_the_keyboard_alone_sends_a_referral(house: Any, browser: Any, site: str) -> None:
    page = person_at(browser, site, house, "ada", phone=True)
    page.goto("/referrals/")

    def reach(selector: str) -> None:
        for _ in range(200):
            if page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
            page.keyboard.press("Tab")
        raise AssertionError(f"the keyboard never reaches {selector}")

    def choose(name: str, value: str) -> None:
        reach(f"input[name={name}]")
        page.keyboard.press("Space")
        for _ in range(6):
            if page.locator(f"input[name={name}][value={value}]:checked").count():
                return
            page.keyboard.press("ArrowDown")
        raise AssertionError(f"{name} can't be answered with {value}")

    def write(name: str, words: str) -> None:
        reach(f"[name={name}]")
        page.keyboard.type(words)

    def press(selector: str) -> None:
        reach(selector)
        with page.expect_navigation():
            page.keyboard.press("Enter")

    walk(page, choose, write, press)
    assert "/receipts/" in page.url
    assert "Referral sent" in page.inner_text("h1")


def test_without_javascript_a_referral_is_sent(house: Any, browser: Any, site: str) -> None:
    context = browser.new_context(base_url=site, viewport=PHONE, java_script_enabled=False)
    context.add_cookies([{"name": "cadra", "value": house.sign_in("ada"), "url": site}])
    page = context.new_page()
    page.goto("/referrals/")

    def choose(name: str, value: str) -> None:
        page.check(f"input[name={name}][value={value}]", force=True)

    def write(name: str, words: str) -> None:
        if page.locator(f"select[name={name}]").count():
            page.select_option(f"select[name={name}]", label=words)
        else:
            page.fill(f"[name={name}]", words)

    walk(page, choose, write, page.click)
    assert "/receipts/" in page.url
    assert "Referral sent" in page.inner_text("h1")


def test_the_place_that_is_not_asked_for_is_hidden(house: Any, browser: Any, site: str) -> None:
    page = person_at(browser, site, house, "ada", phone=True)
    page.goto(posted.address(posted.start(house.client("ada")), "place"))
    assert page.is_visible("[name=municipality]")
    page.select_option("[name=entry_point]", "border")
    assert page.is_visible("[name=crossing]")
    assert not page.is_visible("[name=municipality]")
    page.select_option("[name=entry_point]", "other")
    assert page.is_visible("[name=municipality]")
