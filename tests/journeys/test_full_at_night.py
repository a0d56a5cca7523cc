"""The night a shelter is full: one desk says no, the next is proposed with reasons and says yes; no place is shown."""

from typing import Any

import pytest
from playwright.sync_api import Page

from cadra.foundation.catalogue.tests.offers import offer
from cadra.foundation.kernel.clock import today
from cadra.foundation.kernel.pack import pack
from cadra.stages.support.tests.scene import make_file
from tests import cast
from tests.browser import person_at
from tests.journeys import story
from tests.journeys.examiner import Examiner

pytestmark = pytest.mark.journey
#: Where both shelters stand, as no page but a list to choose from may name it.
PLACE, NAMED = "AL-12-sarande", "Sarand"
BED = {"serves": ["women"], "languages": ["sq", "rom"], "capacity": 4}
WORDS = "Mund t’ju presim në orën 23. Pyesni për Hanën."
SHOWN = """() => {
    const main = document.querySelector("main").cloneNode(true);
    main.querySelectorAll("select").forEach(list => list.remove());
    return main.textContent;
}"""


class NoPlace(Examiner):
    """Looks at a page as always, and reads it for a place."""

    def __call__(self, page: Page, name: str) -> None:
        super().__call__(page, name)
        if NAMED in page.evaluate(SHOWN) or PLACE in page.evaluate(SHOWN):
            self.wrong.append((name, "tells where a shelter is"))


@pytest.mark.parametrize(("language", "phone"), [("sq", True), ("en", False)])
def test_the_night_a_shelter_is_full(house: Any, browser: Any, site: str, language: str, phone: bool) -> None:
    look = NoPlace()
    scene = make_file(house)
    cast.join(house, "hana", beside="zana", at="House of the Hill")
    for name in ("zana", "hana"):
        offer(house, name, **BED)
    house.sql("UPDATE network_institution SET municipality = %s, areas = %s WHERE is_shelter", [PLACE, [PLACE]])
    marta, zana, hana = (
        person_at(browser, site, house, name, language=language, phone=phone) for name in ("marta", "zana", "hana")
    )

    marta.goto(f"/files/{scene.person.pk}/refer/")
    story.pick(marta, "service", "emergency_shelter")
    story.choose(marta, "also", "tonight")
    story.press(marta, "form[method=get] button")
    look(marta, "who can help tonight")
    story.press(marta, "section[aria-labelledby=fitting] a:has-text('House of the River')")
    asks = "Një shtrat sonte, për të vetme."
    story.ask(marta, as_="shelter", asks=asks, shares={"identity": "no", "contact": "yes"}, urgent=True, look=look)
    first = marta.url
    assert story.said_at(marta, "Not opened by them yet.") in stands(marta, first, look, "sent")
    limit = pack().limit("referral_answer_urgent")
    [(patience,)] = house.sql("SELECT answer_due_at - sent_at FROM support_servicereferral")
    assert patience.total_seconds() == limit.value * 3600

    story.opens(zana, "Lira")
    look(zana, "asked at night")
    assert story.said_at(marta, "Not opened by them yet.") not in stands(marta, first, look, "opened")
    story.choose(zana, "state", "refused")
    story.choose(zana, "reason", "no_place")
    story.press(zana, "form[action$='/answer/'] button[type=submit]")
    look(zana, "refused")

    work(marta, first, "A provider refused: choose with her what now")
    no_place = str(pack().referral_refusals["no_place"].text[language])
    assert no_place in stands(marta, first, look, "refused by them")
    proposed = marta.inner_text("section[aria-labelledby=others]")
    assert "House of the Hill" in proposed and "House of the River" not in proposed
    assert story.said_at(marta, "day and night") in proposed
    story.press(marta, "section[aria-labelledby=others] a.govuk-button")
    assert marta.input_value("main [name=asks]") == asks
    assert not marta.is_checked("main input[name=part_contact][value=yes]"), "her yes for one desk is none for another"
    story.ask(marta, as_="shelter", asks=asks, shares={"identity": "no", "contact": "no"}, urgent=True, look=look)
    second = marta.url

    story.opens(hana, "Lira")
    story.choose(hana, "state", "accepted")
    story.day(hana, "begins_on", today())
    story.write(hana, "words", f"{WORDS} Jemi në {NAMED}ë, pas portit.")
    story.press(hana, "form[action$='/answer/'] button[type=submit]")
    assert house.sql("SELECT state FROM support_servicereferral WHERE id = %s", [second.split("/")[-2]]) == [("sent",)]
    assert f"{NAMED}ë" in hana.inner_text("[role=alert], [role=region]"), "it is not said what to take out"
    assert WORDS in hana.input_value("main [name=words]")
    story.write(hana, "words", WORDS)
    story.press(hana, "form[action$='/answer/'] button[type=submit]")
    look(hana, "accepted")

    told = stands(marta, second, look, "accepted by them")
    assert WORDS in told and str(pack().services["emergency_shelter"].text[language]) in told
    assert (
        len(
            house.sql(
                "SELECT 1 FROM outbox_message WHERE kind = 'answered' AND recipient = %s", [house.user("marta").pk]
            )
        )
        == 2
    )
    assert [row for (row,) in house.sql("SELECT state FROM support_servicereferral ORDER BY sent_at")] == [
        "refused",
        "accepted",
    ]
    assert look.wrong == []


def stands(page: Page, referral: str, look: Examiner, name: str) -> str:
    """What the sender reads of the referral now."""
    page.goto(referral)
    look(page, name)
    return page.inner_text("main")


def work(page: Page, referral: str, title: str) -> None:
    """It stands on My work, under these words, with a way to it."""
    page.goto("/")
    path = referral[referral.index("/files/") :]
    assert story.said_at(page, title) in page.locator(f"main a[href='{path}']").first.inner_text()
