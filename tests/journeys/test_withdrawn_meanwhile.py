"""Consent withdrawn while the clinic is writing: its words arrive nowhere, nothing of her is left there, and what was
given before stays counted."""

from typing import Any

import pytest

from cadra.stages.support import actions
from cadra.stages.support.tests.scene import make_file
from tests.browser import person_at
from tests.journeys import story
from tests.journeys.examiner import Examiner

pytestmark = pytest.mark.journey
BEFORE, MEANWHILE = "Vizita e parë shkoi mirë.", "Sot foli për herë të parë për vëllanë."
#: What the clinic has seen of her, in every language.
HERS = ("Lira", "69 000 0000", BEFORE, MEANWHILE)


@pytest.mark.parametrize(("language", "phone"), [("sq", True), ("en", False)])
def test_withdrawn_while_the_clinic_writes(house: Any, browser: Any, site: str, language: str, phone: bool) -> None:
    look = Examiner()
    scene = make_file(house)
    sent = scene.started()
    with house.as_("kleo") as kleo_acts:
        actions.deliver(actor=kleo_acts, referral=sent, words=BEFORE)
    marta, kleo = (person_at(browser, site, house, name, language=language, phone=phone) for name in ("marta", "kleo"))
    story.opens(kleo, "Lira", "going")
    request = kleo.url
    assert [words for words in HERS if words not in kleo.content()] == [MEANWHILE]
    kleo.fill("main form[action$='/give/'] [name=words]", MEANWHILE)

    story.marta_withdraws(marta, f"/files/{scene.person.pk}/referrals/{sent.pk}/", look)

    with kleo.expect_navigation() as arrived:
        kleo.locator("main form[action$='/give/'] button[type=submit]").click()
    assert arrived.value.status == 404
    look(kleo, "not found")
    read = kleo.inner_text("main")
    assert story.said_at(kleo, "What you just sent was not kept.") in read
    assert kleo.locator("main a[href='/']").count() == 1, "no way on"
    kept = house.sql("SELECT count(*) FROM support_delivery", alias="stats")
    assert kept == [(1,)], "what was given before is not counted, or what was sent after it is"
    assert house.sql("SELECT 1 FROM access_draft") == []

    kleo.go_back()
    left = [kleo.content()]
    lists = [f"/requests/?show={which}" for which in ("answer", "going", "done")]
    for path in ("/", *lists, "/files/", "/tasks/", request):
        kleo.goto(path)
        left.append(kleo.content())
    marked = (*HERS, sent.reference, str(scene.person.pk), scene.person.reference)
    assert [words for words in marked for page in left if words in page] == []
    with house.as_("kleo") as kleo_again:
        assert (
            kleo_again.ring.keys([(scene.person.pk, part) for part in ("core", "contact", "health", "support")]) == {}
        )

    marta.goto(f"/files/{scene.person.pk}/help/")
    assert BEFORE in marta.inner_text("main") and MEANWHILE not in marta.inner_text("main")
    assert look.wrong == []
