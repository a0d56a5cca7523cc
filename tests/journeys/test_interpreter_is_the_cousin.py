"""The interpreter is the trafficker's cousin: she says so, he is taken off at once, and somebody else comes."""

import datetime as dt
from typing import Any

import pytest
from playwright.sync_api import Page

from cadra.foundation.kernel.clock import DAY, today
from cadra.record.interpreting.tests import scene
from cadra.stages.identification.tests import story as earlier
from tests.browser import person_at
from tests.journeys.examiner import Examiner
from tests.journeys.story import choose, day, pick, press, write

pytestmark = pytest.mark.journey
COUSIN, OTHER = "Kushëriri Nazmi", "Besa e listës"


def asks(page: Page, case_id: Any, look: Examiner) -> str:
    """From the interview: Arabic, a woman, the day after tomorrow; returns the address of the request."""
    page.goto(f"/files/{case_id}/identification/interview/")
    press(page, "a[href$='/interpreters/new/?interview=1']")
    look(page, "ask")
    assert page.input_value("main select[name=language]") == "sq"  # as the file knows
    pick(page, "language", "ar")
    choose(page, "way", "phone")
    day(page, "day", today() + 2 * DAY)
    write(page, "time", dt.time(10).strftime("%H:%M"))
    press(page, "form[method=post] button[type=submit]")
    look(page, "suggested")
    return page.url


def assigns(page: Page, name: str, look: Examiner, conflict: str = "none") -> None:
    """Chooses one who is suggested, after asking what stands between them."""
    press(page, f"a:has-text('{name}')")
    look(page, "conflict")
    choose(page, "conflicts", conflict)
    press(page, "form[method=post] button[type=submit]")


def suggested(page: Page) -> set[str]:
    return {name for name in (COUSIN, OTHER) if page.locator(f"main section#who a:has-text('{name}')").count()}


@pytest.mark.parametrize(("language", "phone"), [("sq", True), ("en", False)])
def test_the_interpreter_is_the_traffickers_cousin(
    house: Any, browser: Any, site: str, language: str, phone: bool
) -> None:
    look = Examiner("color-contrast")
    case_id = earlier.assigned(house, interpreter={"needed": "yes", "language": "", "sex": ""})
    for name in (COUSIN, OTHER):
        scene.interpreter(house, name, sex="", at_distance=True)

    def at(name: str) -> Page:
        return person_at(browser, site, house, name, language=language, phone=phone)

    petrit, rea = at("petrit"), at("rea")
    request = asks(petrit, case_id, look)
    assert suggested(petrit) == {COUSIN, OTHER}
    assigns(petrit, COUSIN, look)
    press(petrit, "button[value=accepted]")
    look(petrit, "comes")
    petrit.goto(f"/files/{case_id}/identification/interview/")
    assert COUSIN in petrit.inner_text("main")

    # She sees the name and is frightened: the officer puts him on her list.
    rea.goto(f"/files/{case_id}/refusals/?words=Nazmi")
    look(rea, "search")
    press(rea, f"a:has-text('{COUSIN}')")
    press(rea, "form[method=post] button[type=submit]")
    look(rea, "refused")

    petrit.goto("/")
    press(petrit, f"a[href='{request.removeprefix(site)}']")
    look(petrit, "off")
    assert COUSIN in petrit.inner_text("main .govuk-warning-text")
    assert suggested(petrit) == {OTHER}
    assert petrit.goto(f"{request}assign/{entry(house, COUSIN)}/").status == 404  # type: ignore[union-attr]
    petrit.goto(request)
    assigns(petrit, OTHER, look)
    press(petrit, "button[value=accepted]")
    petrit.goto(f"/files/{case_id}/identification/interview/")
    words = petrit.inner_text("main")
    assert OTHER in words
    assert COUSIN not in words
    assert house.sql("SELECT state FROM interpreting_assignment ORDER BY assigned_at") == [("feared",), ("accepted",)]
    assert look.wrong == []


def entry(house: Any, name: str) -> Any:
    """The id of an entry of the roster."""
    return house.sql("SELECT id FROM interpreting_interpreter WHERE name = %s", [name])[0][0]
