"""She says not now, and comes back after four months: the day brings the offer back, and nothing was overwritten."""

from typing import Any

import pytest
from playwright.sync_api import Page

from cadra.foundation.kernel.clock import month_later, today
from cadra.foundation.kernel.pack import pack
from cadra.stages.support.tests.scene import make_file
from cadra.steering.mechanism.escalation import escalate
from tests.browser import person_at
from tests.journeys import story
from tests.journeys.examiner import Examiner
from tests.journeys.test_first_signal_to_help import messages
from tests.journeys.time import pass_days

pytestmark = pytest.mark.journey
MONTHS = 4
THEN, NOW = "Jo tani. Kam frikë se e merr vesh vëllai.", "Tani po. Dua të fle natën."
SERVICE = "psychological"


@pytest.mark.parametrize(("language", "phone"), [("sq", True), ("en", False)])
def test_not_now_is_asked_again_on_her_day(house: Any, browser: Any, site: str, language: str, phone: bool) -> None:
    look = Examiner()
    file = f"/files/{make_file(house).person.pk}/"
    house.sql("UPDATE cases_case SET stage_due_at = NULL")  # the only date of the file will be hers

    def marta_comes() -> Page:
        return person_at(browser, site, house, "marta", language=language, phone=phone)

    marta = marta_comes()
    days = (month_later(today(), MONTHS) - today()).days
    not_now(marta, file, look, month_later(today(), MONTHS))
    offer = offer_on(marta, file)
    was = house.sql("SELECT offered_at, explained_on, understood, explained FROM support_offer")
    marta.goto("/")
    assert marta.locator(f"main a[href='{offer}']").count() == 0, "it is work before its day"

    marta.context.close()
    pass_days(house, days)
    marta = marta_comes()
    marta.goto("/")
    look(marta, "the day has come")
    pass_days(house, 1)
    escalate()
    assert messages(house, "marta"), "the day is over and nobody told her"
    line = marta.locator(f"main a[href='{offer}']")
    assert str(pack().offer_ways["through_trusted"].text[language]) in line.inner_text()
    with marta.expect_navigation():
        line.click()
    look(marta, "offered before")
    assert THEN in marta.inner_text("main")
    story.press(marta, "a[href$='/decide/']")
    story.choose(marta, "decision", "accepted")
    story.write(marta, "words", NOW)
    look(marta, "she decides anew")
    story.press(marta, "form[method=post] button[type=submit]")
    look(marta, "both answers")
    both = marta.inner_text("main")
    fear = str(pack().difficulties["fear"].text[language])
    assert all(words in both for words in (THEN, NOW, fear))

    story.press(marta, "a[href*='/refer/']")
    story.press(marta, "a:has-text('Clinic of the Lake')")
    story.ask(marta, as_="counsellor", asks="Një bisedë në javë.", shares={"contact": "yes"})
    [(sent, service)] = house.sql("SELECT offer_id::text, service FROM support_servicereferral")
    assert (offer.split("/")[-2], SERVICE) == (sent, service)
    marta.goto("/")
    assert marta.locator(f"main a[href='{offer}']").count() == 0, "what she accepted is offered again"
    decided = house.sql(
        "SELECT decision, hard, offer_again_on IS NOT NULL FROM support_offerdecision ORDER BY decided_at"
    )
    assert decided == [("not_now", ["time", "fear"], True), ("accepted", [], False)]
    pass_days(house, -days - 1)
    assert house.sql("SELECT offered_at, explained_on, understood, explained FROM support_offer") == was
    assert look.wrong == []


def not_now(page: Page, file: str, look: Examiner, day: Any) -> None:
    """It was explained; she needs time, is afraid, and says when and how to ask again."""
    page.goto(f"{file}offers/new/?service={SERVICE}")
    story.choose(page, f"{SERVICE}-explained_forms", "spoken")
    story.pick(page, f"{SERVICE}-explained_language", "sq")
    story.choose(page, f"{SERVICE}-understood", "yes")
    story.choose(page, f"{SERVICE}-decision", "not_now")
    story.unfold(page, f'[name="{SERVICE}-hard"]')
    story.choose(page, f"{SERVICE}-hard", "time", "fear")
    story.write(page, f"{SERVICE}-words", THEN)
    story.day(page, f"{SERVICE}-offer_again_on", day)
    story.pick(page, f"{SERVICE}-again_way", "through_trusted")
    look(page, "not now")
    story.press(page, "form[method=post] button[type=submit]")


def offer_on(page: Page, file: str) -> str:
    """The path of the only offer."""
    page.goto(f"{file}offers/")
    found: str = page.get_attribute("main ul.govuk-list--spaced a", "href") or ""
    return found
