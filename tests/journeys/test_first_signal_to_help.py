"""From a first signal at a border to help that arrived: one story, six colleagues, a real browser, two languages."""

import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.utils import encrypt
from playwright.sync_api import Page

from cadra.stages.identification.tests import story as earlier
from tests.browser import person_at
from tests.cast import PASSWORD
from tests.journeys import story
from tests.journeys.examiner import Examiner

pytestmark = pytest.mark.journey
PERIOD = 30  # seconds a one-time code holds


def with_codes(house: Any, name: str) -> Callable[[], str]:
    """Give this user an authenticator, sealed as always; returns what its app shows now."""
    seed = generate_totp_secret()
    row = Authenticator(user_id=house.user(name).pk, type=Authenticator.Type.TOTP, data={"secret": encrypt(seed)})
    row.save(using="owner")
    return lambda: str(format_hotp_value(hotp_value(seed, int(time.time()) // PERIOD)))


@pytest.mark.parametrize(("language", "phone", "known"), [("sq", True, True), ("en", False, False)])
def test_from_a_first_signal_to_help_that_arrived(
    house: Any, browser: Any, site: str, language: str, phone: bool, known: bool
) -> None:
    look = Examiner()

    def at(name: str | None) -> Page:
        page = person_at(browser, site, house, name, language=language, phone=phone)
        page.set_default_timeout(30_000)
        return page

    earlier.registered(house, by="besim", **story.EARLIER)
    code = with_codes(house, "ada")
    ada = at(None)
    story.sign_in(ada, house.user("ada").email, PASSWORD, code(), look)
    assert story.ada_refers(ada, look) == 8
    receipt = ada.url
    waiting = ada.inner_text("main")

    story.rea_receives(at("rea"), look, known=known)
    ada.goto(receipt)
    assert ada.inner_text("main") != waiting  # received, and nothing more: the file stays shut to her
    assert house.sql("SELECT count(*) FROM cases_episode") == [(2,)]
    ((case_id,),) = house.sql(f"SELECT id FROM people_person WHERE {in_file(house)}")
    assert ada.goto(f"/files/{case_id}/").status == 404  # type: ignore[union-attr]

    story.petrit_interviews(at("petrit"), look)
    story.sonila_signs(at("sonila"), look)
    assert house.sql("SELECT status FROM cases_case WHERE case_id = %s", [case_id]) == [("potential",)]

    marta = at("marta")
    file = story.marta_plans(marta, look)
    assert UUID(file.rstrip("/").rsplit("/", 1)[1]) == case_id
    story.marta_offers(marta, file, look)
    decided = house.sql("SELECT decision FROM support_offer ORDER BY decision")
    assert decided == [("accepted",), ("declined",), ("partly",)]
    referral = story.marta_refers(marta, file, look)

    kleo = at("kleo")
    request = story.kleo_accepts(kleo, look)
    read = kleo.inner_text("main")
    assert story.CALLED in read and story.PHONE[-4:] in read
    assert not any(words in read for words in (story.FAMILY, story.FOUND, story.GOAL))
    assert kleo.goto(f"/files/{case_id}/").status == 404  # type: ignore[union-attr]
    kleo.goto(request)
    before = len(messages(house, "marta"))
    story.kleo_helps(kleo, look)
    assert len(messages(house, "marta")) > before, "nobody told her case manager"
    assert story.GIVEN_WORDS in story.marta_learns(marta, referral, look)
    assert kleo.goto(request).status == 200  # type: ignore[union-attr]
    story.marta_withdraws(marta, referral, look)
    assert "Clinic of the Lake, Reception" in marta.inner_text("main")
    assert kleo.goto(request).status == 404  # type: ignore[union-attr]
    assert "Clinic of the Lake" in story.marta_reads_who_saw(marta, file, look)

    figures = story.mona_counts(at("mona"), look)
    assert not any(words in figures for words in (story.CALLED, story.GIVEN, story.FAMILY, "Shkëmbi"))
    assert look.wrong == []


def messages(house: Any, name: str) -> list[Any]:
    """What the mechanism has told this user so far."""
    return house.sql("SELECT kind FROM outbox_message WHERE recipient = %s", [house.user(name).pk])


def in_file(house: Any) -> str:
    """Which person the pair was named for."""
    ((case_id,),) = house.sql("SELECT case_id FROM identification_pair")
    return f"id = '{case_id}'"
