"""From an empty, prepared copy to the first people who work in it, as a country would begin."""

import re
import time
from pathlib import Path

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Browser, Page

from cadra.config.runtime import ports
from cadra.config.tests.test_whole_copy import cadra, eventually_well, health, read_until

WORDS = "five words nobody would guess"
SAID = {
    "name": "Autoriteti i Provës",
    "phone": "+355 00 000 001",
    "desk": "Sporteli i mbërritjes",
    "administrator": "Arta Provë",
    "email": "arta@authority.example",
    "language": "en",
}


def options() -> list[str]:
    return [word for name, value in SAID.items() for word in (f"--{name}", value)]


def typed(data: Path, *words: str, **settings: str) -> tuple[int, str]:
    running = cadra(data, *words, **settings)
    told = running.communicate(timeout=60)[0]
    return running.returncode, told


def test_a_house_is_begun_once_and_its_people_come_in_one_by_one(data: Path, browser: Browser) -> None:
    assert typed(data, "found", *options())[0] == 1  # nothing is prepared yet
    assert "Prepared." in typed(data, "prepare")[1]
    with ports.reserve("127.0.0.1", 28700) as held:
        port = ports.port_of(held)
    site = f"http://localhost:{port}"
    code, told = typed(data, "found", *options(), CADRA_BASE_URL=site)
    assert code == 0, told
    first = re.search(rf"{site}/invitation/[\w-]+/", told).group()  # type: ignore[union-attr]
    copy = cadra(data, "serve", "--port", str(port), CADRA_BASE_URL=site)
    try:
        read_until(copy, "Ctrl-C")
        assert eventually_well(port), health(port)
        assert "no administrator yet" in typed(data, "doctor", CADRA_BASE_URL=site)[1]
        code, told = typed(data, "found", *options(), CADRA_BASE_URL=site)  # the link was lost: a new one, beside it
        assert code == 0, told
        link = re.search(rf"{site}/invitation/[\w-]+/", told).group()  # type: ignore[union-attr]
        arta = browser.new_context(base_url=site).new_page()
        arta.set_default_timeout(15_000)
        assert arta.goto(first).status == 404  # type: ignore[union-attr]
        come_in(arta, link, SAID["email"])
        other = browser.new_context(base_url=site).new_page()
        come_in(other, adds_an_institution(arta), "besa@clinic.example")
        assert "Klinika e Provës" in other.inner_text("h1")
        assert "somebody administers it" in typed(data, "doctor", CADRA_BASE_URL=site)[1]
    finally:
        copy.terminate()
        copy.communicate()


def come_in(page: Page, link: str, email: str) -> None:
    """An invitation, a password, a second factor, the undertaking: the pages of somebody who works here."""
    page.goto(link)
    for field in ("password", "again"):
        page.fill(f"[name={field}]", WORDS)
    page.click("main button[type=submit]")
    page.fill("[name=login]", email)
    page.fill("[name=password]", WORDS)
    page.click("main button[type=submit]")
    page.click("main a[href*=totp]")
    page.fill("[name=password]", WORDS)
    page.click("main button[type=submit]")
    shown = hotp_value(page.inner_text("main strong"), int(time.time()) // 30)
    page.fill("[name=code]", str(format_hotp_value(shown)))
    page.click("main button[type=submit]")
    page.goto("/")
    page.check("[name=agree]")
    page.click("main button[type=submit]")
    page.locator("main").get_by_role("link", name="My institution").click()


def adds_an_institution(arta: Page) -> str:
    """The link for the administrator of an institution that Arta adds."""
    arta.get_by_role("link", name="Institutions of the mechanism").click()
    arta.get_by_role("button", name="Add an institution").click()
    arta.fill("[name=name]", "Klinika e Provës")
    arta.select_option("[name=kind]", "health")
    arta.check("[name=serves_whole_country]")
    arta.get_by_role("button", name="Save").click()
    arta.fill("[name=name]", "Besa Provë")
    arta.fill("[name=email]", "besa@clinic.example")
    arta.select_option("main [name=language]", "en")
    arta.get_by_role("button", name="Make the invitation").click()
    return arta.inner_text("main code").strip()
