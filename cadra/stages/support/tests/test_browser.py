"""Support in a real browser: every page empty and full on a telephone and a desk, and the whole way without scripts."""

import datetime as dt
from typing import Any

import pytest
from playwright.sync_api import Page

from cadra.stages.support import actions
from cadra.stages.support.actions import Decision, NewOffer
from cadra.stages.support.tests.scene import Scene
from tests.browser import DESKTOP, PHONE, axe, person_at

pytestmark = pytest.mark.journey
LONG = "Shërbimipërndihmëndhembrojtjenepersonavenënjëqytettëvogël" * 3


def fill(scene: Scene, house: Any) -> tuple[list[str], list[str]]:
    """A file with everything in it; addresses for the case manager and for the provider."""
    goal = scene.goal(words=LONG)
    with house.as_("marta") as marta:
        who: dict[str, Any] = {"actor": marta, "person": scene.person}
        row = actions.finish_step(**who, goal=goal, step=goal.plain["steps"][1]["id"])
        actions.change_goal(**who, goal=row, version=row.version, words=LONG, steps=row.plain["steps"])
        actions.reach_goal(**who, goal=actions.add_goal(**who, words="Call my sister."))
        actions.agree_plan(**who, version=1, agreed_on=dt.date(2026, 1, 2), form="spoken", her_words=LONG)
        again = dt.date(2030, 1, 5)
        open_door = {"again_way": "through_trusted", "again": LONG, "family_part": "decides", "children": "yes"}
        said = Decision("declined", ["debt", "return_to_family"], LONG, LONG, again, **open_door)
        told = ["spoken", "leaflet"]
        made = actions.offer(
            **who,
            offers=[
                NewOffer("medical", LONG, told, "sq", "yes", Decision("accepted")),
                NewOffer("psychological", LONG, told, "sq", "partly", said),
            ],
        )
        actions.deliver_own(**who, service="basic_needs", kind="goods", amount=3, words=LONG)
    asked, begun, refused = scene.refer(asks=LONG, urgency="urgent"), scene.started(), scene.refer()
    house.client("kleo").get(f"/requests/{begun.pk}/")
    with house.as_("marta") as marta:
        said_of_it = {"answers": {"safe": "no", "helped": "partly"}, "words": LONG}
        actions.rate(actor=marta, person=scene.person, referral=begun, **said_of_it)
    with house.as_("kleo") as kleo:
        actions.deliver(actor=kleo, referral=begun, kind="money", way="transfer", amount=500000, words=LONG)
        actions.answer(actor=kleo, referral=refused, state="refused", reason="no_place", words=LONG)
    files = [scene.url(name) for name in ("plan", "plan_agree", "plan_print", "plan_history", "goal_new", "offers")]
    files += [scene.url("goal", goal.pk), scene.url("offer", made[1].pk), scene.url("offer_decide", made[1].pk)]
    files += [scene.url("offer_new"), f"{scene.url('offer_new')}?service=medical&service=education"]
    files += [scene.url("refer"), scene.url("refer_desk", scene.clinic.pk), scene.url("help"), scene.url("help_new")]
    files += [scene.url("referral", one.pk) for one in (asked, begun, refused)]
    files += [scene.url("referral_close", asked.pk), scene.url("referral_shown", begun.pk)]
    files += [scene.url("referral_rate", begun.pk)]
    desk = [f"/requests/{one.pk}/" for one in (asked, begun, refused)]
    return files, [*desk, *(f"/requests/?show={which}" for which in ("answer", "going", "done"))]


def wrong_on(page: Page, address: str) -> list[tuple[str, Any]]:
    """What axe finds there, and whether anything is wider than a telephone or a desk."""
    answer = page.goto(address)
    assert answer is not None and answer.status == 200, address
    found: list[tuple[str, Any]] = [(address, problem) for problem in axe(page)]
    for screen in (PHONE, DESKTOP):
        page.set_viewport_size(screen)  # type: ignore[arg-type]
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > screen["width"]:
            found.append((address, f"{wide} wide on {screen['width']}"))
    return found


def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(
    scene: Scene, house: Any, browser: Any, site: str
) -> None:
    """In the language with the longer words; English is walked with every page (tests/journeys)."""
    files, desk = fill(scene, house)
    found = []
    for name, addresses in (("marta", files), ("kleo", desk)):
        page = person_at(browser, site, house, name, language="sq", phone=True)
        for address in addresses:
            found += wrong_on(page, address)
    assert found == []


def test_axe_finds_nothing_on_empty_pages_and_where_something_is_wrong(
    scene: Scene, house: Any, browser: Any, site: str
) -> None:
    page = person_at(browser, site, house, "marta", phone=True)
    found = []
    for name in ("plan", "offers", "help", "plan_history"):
        found += wrong_on(page, scene.url(name))
    for address in (scene.url("goal_new"), scene.url("refer_desk", scene.clinic.pk), scene.url("help_new")):
        page.goto(address)
        page.locator("main form button").first.click()
        page.wait_for_selector(".govuk-error-summary")
        found += [(address, problem) for problem in axe(page)]
    assert found == []


def test_from_a_goal_to_help_without_scripts(scene: Scene, house: Any, browser: Any, site: str) -> None:
    page = without_scripts(browser, site, house, "marta")
    page.goto(scene.url("plan"))
    page.get_by_role("button", name="Add a goal").click()
    page.get_by_label("What does she want to reach?").fill("I want to sleep.")
    page.get_by_label("What", exact=True).first.fill("See a doctor")
    page.get_by_role("button", name="Save the goal").click()
    page.get_by_role("button", name="Offer services").click()
    page.get_by_label("Health care and free health card").check()
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Spoken").check()
    page.get_by_label("Yes, said it back in own words").check()
    page.get_by_label("Accepted", exact=True).check()
    page.get_by_role("button", name="Keep offers and decisions").click()
    page.get_by_role("link", name="Health care and free health card").click()
    page.get_by_role("button", name="Refer to a provider").click()
    page.get_by_role("link", name="Clinic of the Lake").click()
    compose(page)
    page.get_by_role("button", name="See what they will read").click()
    assert "+355 69 000 0000" in page.locator(".cadra-sent").inner_text()
    page.get_by_role("button", name="Send").click()
    assert "Sent as" in page.locator("main").inner_text()

    desk = without_scripts(browser, site, house, "kleo")
    desk.goto("/requests/")
    desk.get_by_role("link", name="Lira").click()
    desk.get_by_label("We accept it").check()
    for part, value in (("Day", "1"), ("Month", "2"), ("Year", "2030")):
        desk.get_by_label(part).first.fill(value)
    desk.get_by_role("button", name="Send the answer").click()
    desk.get_by_role("button", name="Help has begun").click()
    desk.get_by_role("button", name="Write it down").click()
    assert "1 × Session or visit" in desk.locator("main").inner_text()
    page.reload()
    assert "Help has begun" in page.locator("main").inner_text()


def without_scripts(browser: Any, site: str, house: Any, name: str) -> Page:
    """A telephone whose browser runs no script, signed in."""
    context = browser.new_context(base_url=site, viewport=PHONE, java_script_enabled=False)
    cookies = (("cadra-language", "en"), ("cadra", house.sign_in(name)))
    context.add_cookies([{"name": key, "value": value, "url": site} for key, value in cookies])
    context.set_default_timeout(10_000)
    found: Page = context.new_page()
    return found


def compose(page: Page) -> None:
    """Ask her about the clinic and write down what she says."""
    page.get_by_label("A doctor or health centre").check()
    page.get_by_label("What do you ask them for?").fill("A check-up with a woman doctor.")
    for title in ("Who may use or receive it", "What is shared with others, and in which form"):
        page.get_by_label(title).check()
    page.get_by_label("In which form?").select_option("spoken")
    page.get_by_role("group", name="Was there an interpreter?").get_by_label("No").check()
    page.get_by_role("group", name="Does she agree that they are asked?").get_by_label("Yes").check()
    page.get_by_role("group", name="How to reach you safely").get_by_label("Yes").check()
    page.get_by_label("Written", exact=True).check()
