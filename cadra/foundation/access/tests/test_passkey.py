"""A passkey signs in alone, verified by the device, also while someone guesses at the password (security.md C2)."""

from typing import Any

import pytest

from cadra.foundation.access.tests.signing import after_password
from tests.browser import person_at
from tests.cast import PASSWORD

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def here(settings: Any) -> None:
    """The site of these tests is http://localhost, which no copy in service is."""
    settings.ALLOWED_HOSTS = ["localhost", "testserver"]
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True


@pytest.mark.journey
def test_whoever_holds_a_passkey_signs_in_while_her_password_is_guessed_at(
    house: Any, here: None, browser: Any, site: str
) -> None:
    page = person_at(browser, site, house, "ada")
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    number = device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})["authenticatorId"]

    page.goto("/account/2fa/webauthn/add/")
    page.fill("input[type=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.fill("input[name=name]", "Telephone")
    page.click("#mfa_webauthn_add")
    page.wait_for_url("**/recovery-codes/**")
    assert house.sql("SELECT count(*) FROM mfa_authenticator WHERE type = 'webauthn'") == [(1,)]

    for guess in range(20):
        form = {"login": house.user("ada").email, "password": f"guess {guess}"}
        house.client().post("/account/login/", form, REMOTE_ADDR=f"10.0.1.{guess}")
    page.context.clear_cookies()
    page.goto("/account/login/")
    page.click("#passkey_login")
    page.wait_for_url(f"{site}/")
    assert page.goto("/directory/").status == 200  # type: ignore[union-attr]

    # A key that doesn't ask who holds it is not enough alone.
    device.send("WebAuthn.setUserVerified", {"authenticatorId": number, "isUserVerified": False})
    page.context.clear_cookies()
    page.goto("/account/login/")
    page.click("#passkey_login")
    page.wait_for_timeout(1500)
    page.goto("/directory/")
    assert "/account/login/" in page.url


def test_a_password_does_not_replace_the_passkey(house: Any, here: None) -> None:
    owner = "INSERT INTO mfa_authenticator (user_id, type, data, created_at) VALUES (%s, 'webauthn', %s, now())"
    house.sql(owner, [house.user("ada").pk, '{"name": "Telephone", "credential": {}}'])
    client = after_password(house, "ada")
    assert client.get("/directory/").status_code == 302
    assert client.session.get("_auth_user_id") is None
