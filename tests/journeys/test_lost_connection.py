"""A connection lost in the middle of a form loses nothing: the page stays, says so, and sends when it can again."""

from typing import Any

import pytest
from playwright.sync_api import Page, Route

from tests.browser import axe, person_at

pytestmark = pytest.mark.journey

SAID = {"en": "What you typed is still here", "sq": "Ajo që shkruat është ende këtu"}
NAME = "Nora New"


def begun(browser: Any, site: str, house: Any, language: str = "en") -> Page:
    """A form half written."""
    page: Page = person_at(browser, site, house, "ina", language=language, phone=True)
    page.clock.install()
    page.goto("/institution/invite/")
    page.set_default_timeout(15_000)
    page.fill("[name=name]", NAME)
    page.fill("[name=email]", "nora@cadra.example")
    page.locator("[name=roles]").first.check()
    return page


def send(page: Page) -> None:
    page.clock.fast_forward(2_000)  # a second press within a second is no press (double click)
    page.locator("main form button[type=submit]").click()


def stayed(page: Page, language: str = "en") -> None:
    """The page is as it was, and says what happened."""
    note = page.get_by_text(SAID[language])
    note.wait_for(state="visible")
    assert note.evaluate("note => note === document.activeElement")
    assert page.url.endswith("/institution/invite/")
    assert (page.input_value("[name=name]"), page.input_value("[name=email]")) == (NAME, "nora@cadra.example")
    kept = page.evaluate("() => JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])")
    assert "nora" not in kept.lower()


@pytest.fixture(params=["no network", "no server"])
def cut(request: pytest.FixtureRequest) -> Any:
    """How the connection goes, and how it comes back."""

    def goes(page: Page) -> None:
        if request.param == "no network":
            page.context.set_offline(True)
        else:
            page.context.route("**", _lost)
            page.clock.fast_forward(60_000)

    def comes(page: Page) -> None:
        page.context.set_offline(False)
        page.context.unroute("**")

    return goes, comes


def _lost(route: Route) -> None:
    route.abort("connectionreset")


@pytest.mark.parametrize("language", ["en", "sq"])
def test_what_was_typed_stays_and_is_sent_later(browser: Any, site: str, house: Any, cut: Any, language: str) -> None:
    goes, comes = cut
    page = begun(browser, site, house, language)
    goes(page)
    send(page)
    stayed(page, language)
    assert axe(page) == []
    send(page)
    stayed(page, language)
    comes(page)
    send(page)
    page.locator("code.cadra-code").wait_for()
    assert NAME in page.inner_text("main")
    assert house.sql("SELECT count(*) FROM network_invitation") == [(1,)]
    page.context.close()


def test_a_form_written_slowly_is_sent_once_when_there_is_a_connection(browser: Any, site: str, house: Any) -> None:
    page = begun(browser, site, house)
    page.clock.fast_forward(60_000)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.method))
    send(page)
    page.locator("code.cadra-code").wait_for()
    assert asked.count("HEAD") == 1
    assert asked.count("POST") == 1
    page.context.close()
