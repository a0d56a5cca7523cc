"""The case manager leaves: her files go to a colleague with a briefing for each, and none is ever without anybody."""

from typing import Any

import pytest

from cadra.foundation.kernel.roles import Role
from cadra.record.tasks.tests.scene import leave, task
from cadra.steering.mechanism.tests import hands
from tests.browser import person_at
from tests.journeys import story
from tests.journeys.examiner import Examiner

pytestmark = pytest.mark.journey
WORDS, WANTS = "Fle keq para seancave. Bisedoni në mëngjes.", "Të vazhdojë shëtitja e së enjtes."


@pytest.mark.parametrize(("language", "phone"), [("sq", True), ("en", False)])
def test_the_case_manager_leaves_and_nobody_is_alone(
    house: Any, browser: Any, site: str, language: str, phone: bool
) -> None:
    look = Examiner()
    hands.newcomer(house, "nora", "marta", Role.CASE_MANAGER, sex="male")
    files = [hands.taken(house, called=name, family=name) for name in ("Mira", "Elira")]
    hands.wish(house, files[0], "female")
    task(house, files[0])
    nora, marta = str(house.user("nora").pk), str(house.user("marta").pk)

    sara = person_at(browser, site, house, "sara", language=language, phone=phone)
    sara.goto("/caseload/")
    look(sara, "the caseload of the house")
    story.press(sara, f"a[href='/caseload/{marta}/']")
    look(sara, "her files")
    story.pick(sara, "everybody", nora)
    story.press(sara, "form button[type=submit]")
    look(sara, "somebody is chosen for each")
    for number, file in enumerate(files):
        sara.goto(f"/files/{file.pk}/hand-over/")
        story.write(sara, "words", WORDS)
        story.write(sara, "wants", WANTS)
        if number == 0:
            look(sara, "the briefing")
            story.press(sara, "button[name=then][value=save]")
            sara.goto(f"/caseload/{marta}/")
            story.press(sara, "form:has(input[name=then][value=send]) button")
            assert sara.locator(".govuk-error-summary, .moj-alert, .govuk-notification-banner").count()
            sara.goto(f"/files/{file.pk}/hand-over/")
            story.write(sara, "against", "E pyeta: e njeh dhe i beson.")
        story.press(sara, "button[name=then][value=save]")
    sara.goto(f"/caseload/{marta}/")
    story.press(sara, "form:has(input[name=then][value=send]) button")
    look(sara, "on their way")
    assert [hands.manager(house, file) for file in files] == ["marta", "marta"]
    assert [hands.answerers(house, file) for file in files] == [{"marta"}, {"marta"}]

    leave(house, "marta")
    sara.goto("/")
    look(sara, "her files wait for who leads")
    assert sara.locator(f"a[href='/caseload/{marta}/']").count() == 1

    next_one = person_at(browser, site, house, "nora", language=language, phone=not phone)
    next_one.goto("/")
    story.press(next_one, "a[href='/hand-overs/']")
    look(next_one, "files handed to me")
    assert WANTS in next_one.inner_text("main")
    story.press(next_one, f"a[href='/files/{files[0].pk}/hand-over/']")
    look(next_one, "a briefing")
    assert "Call the school" in next_one.inner_text("main")
    next_one.goto("/hand-overs/")
    story.press(next_one, "form button[type=submit]")
    look(next_one, "taken over")
    assert [hands.manager(house, file) for file in files] == ["nora", "nora"]
    next_one.goto(f"/files/{files[0].pk}/team/")
    look(next_one, "the team")
    sara.goto("/")
    assert sara.locator(f"a[href='/caseload/{marta}/']").count() == 0
    assert look.wrong == []
