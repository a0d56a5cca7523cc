"""The file page and My work with a keyboard, on paper, on one screen and on a telephone, empty and full."""

import datetime as dt
from typing import Any

import pytest

from cadra.foundation.kernel.clock import today
from cadra.record.cases import actions as cases
from cadra.record.people.models import Person
from cadra.stages.support import actions as support
from cadra.steering.mechanism import actions
from cadra.steering.mechanism.queries.opened import opened
from cadra.steering.mechanism.tests.building import give_custody
from tests.browser import DESKTOP, axe, person_at
from tests.world import build

LONG = "Donaudampfschifffahrtsgesellschaftskapitaenswitwenrentenauszahlungsstelle"
#: What must be seen without scrolling on a desk, by the ids of their headings.
AT_ONCE = ("next", "who", "plan", "events", "identification")


@pytest.fixture
def empty(house: Any, file: Person) -> Person:
    give_custody(house, file)
    with house.as_("marta") as marta:
        actions.take_custody(actor=marta, file=opened(marta, file.pk)[0])
    return file


@pytest.fixture
def full(house: Any) -> Any:
    world = build(house)
    with house.as_("marta") as marta:
        person = Person.objects.get(pk=world.case_id)
        for number in range(40):
            cases.write_note(actor=marta, person=person, compartment="support", text=f"{LONG} {number} " * 5)
        for number in range(8):
            by = (today() + dt.timedelta(days=number)).isoformat()
            steps = [{"what": f"Ring {LONG}", "who": "Marta", "by": by}]
            support.add_goal(actor=marta, person=person, words=f"I want {LONG} " * 4, steps=steps)
        for said in ("accepted", "partly", "declined", "not_now") * 3:
            offer = support.NewOffer(service="medical", decision=support.Decision(said))
            support.offer(actor=marta, person=person, offers=[offer])
    return world.case_id


@pytest.mark.parametrize("language", ["en", "sq"])
def test_what_matters_stands_on_one_screen_of_a_desk(
    house: Any, site: str, browser: Any, full: Any, language: str
) -> None:
    page = person_at(browser, site, house, "marta", language=language)
    page.goto(f"/files/{full}/")
    low = {one: page.locator(f"#{one}").evaluate("e => e.getBoundingClientRect().bottom") for one in AT_ONCE}
    assert max(low.values()) < DESKTOP["height"], low
    assert page.locator(".cadra-file .cadra-clock").count() >= 3
    assert axe(page) == []


@pytest.mark.parametrize("language", ["en", "sq"])
def test_nothing_is_wider_than_a_telephone(
    house: Any, site: str, browser: Any, full: Any, empty: Person, language: str
) -> None:
    page = person_at(browser, site, house, "marta", language=language, phone=True)
    for case_id in (full, empty.pk):
        for path in ("", "stage/", "stage/close/", "notes/"):
            page.goto(f"/files/{case_id}/{path}")
            assert page.evaluate("document.documentElement.scrollWidth") <= 360, path


def test_an_empty_file_says_what_to_do_next(house: Any, site: str, browser: Any, empty: Person) -> None:
    page = person_at(browser, site, house, "marta")
    page.goto(f"/files/{empty.pk}/")
    assert page.get_by_text("There is no plan yet. Begin with one goal, in her own words.").is_visible()
    assert page.get_by_text("A first plan with her").is_visible()
    assert page.get_by_text("Marta Manager").first.is_visible()
    for path in ("", "stage/", "stage/close/"):
        page.goto(f"/files/{empty.pk}/{path}")
        assert axe(page) == [], path


@pytest.mark.parametrize("path", ["/", "file"])
def test_the_keyboard_goes_through_the_page_in_the_order_it_is_read(
    house: Any, site: str, browser: Any, full: Any, path: str
) -> None:
    page = person_at(browser, site, house, "marta")
    page.goto(f"/files/{full}/" if path == "file" else path)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main-content"
    page.keyboard.press("Enter")
    places = []
    for _ in range(60):
        page.keyboard.press("Tab")
        found = page.evaluate(
            "() => { const e = document.activeElement; if (!e || e === document.body) return null;"
            " const s = getComputedStyle(e); const all = [...document.querySelectorAll('*')];"
            " return {at: all.indexOf(e), inside: !!e.closest('main'),"
            " seen: s.outlineStyle !== 'none' || s.boxShadow !== 'none' || s.backgroundColor !== 'rgba(0, 0, 0, 0)'}; }"
        )
        if found is None or not found["inside"]:
            break
        places.append(found)
    assert len(places) >= 3
    assert [one["at"] for one in places] == sorted(one["at"] for one in places)
    assert all(one["seen"] for one in places)


def test_the_file_prints_without_the_service_around_it(house: Any, site: str, browser: Any, full: Any) -> None:
    page = person_at(browser, site, house, "marta")
    page.goto(f"/files/{full}/")
    page.emulate_media(media="print")
    for gone in (".cadra-header", ".govuk-service-navigation", ".moj-sub-navigation", ".cadra-footer", ".govuk-button"):
        assert not any(one.is_visible() for one in page.locator(gone).all()), gone
    for kept in (".cadra-identity", "#next", "#plan", "#events"):
        assert page.locator(kept).is_visible(), kept
    assert page.locator(".cadra-matrix").is_visible()  # a closed fold prints its words
    assert page.pdf().startswith(b"%PDF")
