"""A password alone opens nothing but the setting up of a second factor, by whatever way it came (security.md C1)."""

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail
from django.urls import URLPattern, URLResolver, get_resolver

from cadra.foundation.access.tests.signing import after_password, give_code, is_in, with_app, with_recovery_codes
from cadra.foundation.outbox.sending import send_due
from tests.cast import PASSWORD

NEW_PASSWORD = "another horse battery staple umbrella"
# What a password alone may open, short enough to read aloud. Besides: pages open to everyone.
SETTING_UP = {
    "account_logout",
    "account_reauthenticate",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "access:factor_link",
}
FILLING = {
    "uuid": "00000000-0000-4000-8000-000000000000",
    "int": "1",
    "str": "nothing",
    "slug": "nothing",
    "path": "nothing",
}


def addresses() -> Iterator[tuple[str, str, bool]]:
    """(address, URL name, open to everyone) of every address there is."""

    def walk(patterns: Any, before: str, space: str) -> Iterator[tuple[str, str, bool]]:
        for entry in patterns:
            address = before + str(entry.pattern).removeprefix("^").removesuffix("$")
            if isinstance(entry, URLResolver):
                yield from walk(entry.url_patterns, address, f"{entry.namespace}:" if entry.namespace else space)
            elif isinstance(entry, URLPattern):
                filled = re.sub(r"<(\w+):\w+>", lambda kind: FILLING.get(kind[1], "nothing"), address)
                filled = re.sub(r"\(\?P<\w+>[^)]*\)", "nothing", filled)
                public = not getattr(entry.callback, "login_required", True)
                yield "/" + filled, space + (entry.name or ""), public

    return walk(get_resolver().url_patterns, "", "")


def test_a_password_alone_reaches_nothing_but_the_setting_up_of_a_second_factor(house: Any) -> None:
    client = after_password(house, "ada")
    known = list(addresses())
    assert len(known) > 100
    reached = set()
    for address, name, public in known:
        if name == "account_logout":
            continue
        for method in ("get", "post", "put", "delete"):
            answer = getattr(client, method)(address)
            if answer.status_code == 302 and answer.url == "/account/2fa/":
                continue
            if name in SETTING_UP or answer.status_code in (404, 405):
                continue
            assert public, f"{method} {address}: {answer.status_code}"
            reached.add(name)
    assert client.get("/account/2fa/").status_code == 200, "the session ended on the way"
    assert all(not space.startswith(("mechanism:", "access:", "support:", "identification:")) for space in reached)
    assert reached <= {"shell:help", "shell:language"}


def test_the_database_knows_a_password_alone_as_nobody(house: Any) -> None:
    client = after_password(house, "ada")
    assert client.get("/directory/").status_code == 302
    assert house.sql("SELECT principals FROM access_session WHERE user_id = %s", [house.user("ada").pk]) == [([],)]
    token = client.cookies["cadra"].value
    asked = "SELECT authz.enter(%s, '{}'), authz.me(), authz.context_is_genuine()"
    assert house.sql(asked, [token], alias="default")[0][1:] == (None, False)


def test_who_was_signed_in_by_password_alone_gains_nothing_from_a_factor_set_up_elsewhere(house: Any) -> None:
    thief, owner = after_password(house, "ada"), after_password(house, "ada")
    assert thief.get("/account/2fa/").status_code == 200
    set_up(owner)
    assert is_in(owner)
    assert not is_in(thief)
    assert thief.get("/account/2fa/").status_code == 302


def test_whoever_set_up_a_factor_goes_on_in_the_same_session(house: Any) -> None:
    client = after_password(house, "ada")
    set_up(client)
    assert is_in(client)


def test_a_password_reset_opens_nothing_without_the_second_factor(house: Any, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    app = with_app(house, "ada")
    client = house.client()
    client.post("/account/password/reset/", {"email": house.user("ada").email})
    send_due()
    link = re.search(r"/account/password/reset/key/\S+", str(mail.outbox[-1].body))
    assert link
    form = client.get(link.group(), follow=True)
    done = client.post(form.redirect_chain[-1][0], {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
    assert done.status_code == 302
    assert not is_in(client)
    again = after_password(house, "ada", NEW_PASSWORD)
    assert not is_in(again)
    assert give_code(again, app(time.time()))


def test_a_recovery_code_without_the_password_opens_nothing(house: Any) -> None:
    with_app(house, "ada")
    code = with_recovery_codes(house, "ada")[0]
    client = house.client()
    client.post("/account/2fa/authenticate/", {"code": code})
    assert not is_in(client)


def test_nothing_remembers_a_browser_past_the_second_factor(house: Any) -> None:
    app = with_app(house, "ada")
    client = after_password(house, "ada")
    assert give_code(client, app(time.time()))
    client.post("/account/logout/")
    client.post("/account/login/", {"login": house.user("ada").email, "password": PASSWORD, "remember": "on"})
    assert not is_in(client)


@pytest.mark.parametrize("given", ["", "000000", "999999999"])
def test_a_wrong_code_opens_nothing(house: Any, given: str) -> None:
    with_app(house, "ada")
    assert not give_code(after_password(house, "ada"), given)


def set_up(client: Any) -> None:
    """Set up an authenticator app, as its page leads."""
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    secret = client.get("/account/2fa/totp/activate/").context["form"].secret
    code = str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))
    assert client.post("/account/2fa/totp/activate/", {"code": code}).status_code == 302
