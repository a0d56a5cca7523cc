"""What ends sessions ends them everywhere at once: in the web, in PostgreSQL, at the keeper (security.md C5, C7)."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.backends.base import UpdateError

from cadra.foundation.access.sessions import SessionStore
from cadra.foundation.access.tests.signing import after_password, give_code, is_in, with_app
from cadra.foundation.access.tests.test_second_factor import NEW_PASSWORD, set_up
from cadra.foundation.access.tests.test_sessions import knows
from cadra.foundation.network.queries import principals_of, roles_of
from tests.cast import PASSWORD


def token_of(client: Any) -> str:
    return str(client.cookies[settings.SESSION_COOKIE_NAME].value)


def genuine(house: Any, token: str, name: str) -> bool:
    """Does PostgreSQL take this token for a living session of this user?"""
    principals = principals_of(house.user(name), roles_of(house.user(name)))
    asked = "SELECT authz.enter(%s, %s), authz.context_is_genuine()"
    return bool(house.sql(asked, [token, principals], alias="default")[0][1])


def everywhere(house: Any, client: Any, token: str, name: str) -> tuple[bool, bool, bool]:
    """Is this session open on the web, in PostgreSQL, at the keeper?"""
    return is_in(client), genuine(house, token, name), knows(token)


def close_account(house: Any) -> None:
    marta = house.user("marta")
    house.client("ina").post(f"/institution/colleagues/{marta.pk}/active/", {"active": "no"})


def take_role(house: Any) -> None:
    marta = house.user("marta")
    house.client("ina").post(f"/institution/colleagues/{marta.pk}/", {"roles": ["mentor"]})


def take_desk(house: Any) -> None:
    marta = house.user("marta")
    house.client("ina").post(f"/institution/colleagues/{marta.pk}/", {"roles": ["case_manager"]})


def change_password(house: Any) -> None:
    app = with_app(house, "marta", quietly=True)
    changing = after_password(house, "marta")
    assert give_code(changing, app(time.time()))
    words = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    changing.post("/account/reauthenticate/", {"password": PASSWORD})
    assert changing.post("/account/password/change/", words).status_code == 302
    assert is_in(changing), "the device she changed it on goes on"


def add_factor(house: Any) -> None:
    adding = house.client("marta")
    set_up(adding)
    assert is_in(adding)


def lock(house: Any) -> None:
    house.client("marta").post("/me/lock/")


def end_all_others(house: Any) -> None:
    house.client("marta").post("/me/end/", {"device": "others"})


@pytest.mark.parametrize(
    "end", [close_account, take_role, take_desk, change_password, add_factor, lock, end_all_others]
)
def test_all_sessions_end_everywhere_at_once(house: Any, end: Callable[[Any], None]) -> None:
    devices = [house.client("marta") for _ in range(3)]
    tokens = [token_of(device) for device in devices]
    for device, token in zip(devices, tokens, strict=True):
        assert everywhere(house, device, token, "marta") == (True, True, True)
    end(house)
    started = time.monotonic()
    for device, token in zip(devices, tokens, strict=True):
        assert everywhere(house, device, token, "marta") == (False, False, False)
    assert time.monotonic() - started < 5


def test_a_lost_factor_ends_the_sessions_too(house: Any) -> None:
    with_app(house, "marta")
    other = house.client("marta")
    assert is_in(other)
    removing = house.client("marta")
    removing.post("/account/reauthenticate/", {"password": PASSWORD})
    assert removing.post("/account/2fa/totp/deactivate/").status_code == 302
    assert everywhere(house, other, token_of(other), "marta") == (False, False, False)


def test_the_panic_lock_ends_every_device_within_two_seconds_this_one_too(house: Any) -> None:
    here, others = house.client("marta"), [house.client("marta") for _ in range(9)]
    assert all(map(is_in, (here, *others)))
    started = time.monotonic()
    answer = here.post("/me/lock/")
    assert (answer.status_code, answer.url) == (302, "/account/login/")
    assert house.sql("SELECT count(*) FROM access_session WHERE user_id = %s", [house.user("marta").pk]) == [(0,)]
    assert time.monotonic() - started < 2
    assert not any(map(is_in, (here, *others)))


def test_the_lock_of_one_leaves_others_alone(house: Any) -> None:
    ada = house.client("ada")
    house.client("marta").post("/me/lock/")
    assert is_in(ada)


def test_a_page_under_way_does_not_bring_an_ended_session_back(house: Any) -> None:
    token = house.sign_in("marta")
    slow = SessionStore(token)
    assert slow["_auth_user_id"]
    house.client("marta").post("/me/lock/")
    slow["message"] = "saved late"
    with pytest.raises(UpdateError):
        slow.save()
    client = house.client()
    client.cookies[settings.SESSION_COOKIE_NAME] = token
    assert not is_in(client)


def test_signing_out_ends_the_session_at_the_keeper_too(house: Any) -> None:
    client = house.client("marta")
    token = token_of(client)
    assert is_in(client)
    client.post("/account/logout/")
    assert not knows(token)


def test_ending_one_device_ends_that_one_everywhere_and_no_other(house: Any) -> None:
    here, stolen, third = (house.client("marta") for _ in range(3))
    token = token_of(stolen)
    key = SessionStore(token)
    key.load()
    assert key.row is not None
    here.post("/me/end/", {"device": bytes(key.row.pk).hex()})
    assert everywhere(house, stolen, token, "marta") == (False, False, False)
    assert is_in(here) and is_in(third)


def test_nobody_ends_a_device_of_someone_else(house: Any) -> None:
    hers = house.client("marta")
    key = SessionStore(token_of(hers))
    key.load()
    assert key.row is not None
    house.client("ada").post("/me/end/", {"device": bytes(key.row.pk).hex()})
    assert everywhere(house, hers, token_of(hers), "marta") == (True, True, True)


def test_a_closed_account_signs_in_nowhere(house: Any) -> None:
    app = with_app(house, "marta")
    half = after_password(house, "marta")
    close_account(house)
    assert not give_code(half, app(time.time()))
    assert not is_in(after_password(house, "marta"))
