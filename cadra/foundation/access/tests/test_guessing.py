"""Guessing is slowed down, wherever it comes from, and tells nothing; whoever holds a passkey still comes in (C2)."""

import functools
import re
import time
from typing import Any

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher

from cadra.foundation.access import throttle
from cadra.foundation.access.backend import WithInstitution
from cadra.foundation.access.tests.signing import after_password, forget_attempts, give_code, is_in, with_app
from tests.cast import PASSWORD

GUESSES = 60  # once five are counted, each further one only reads the counter
UNKNOWN = "nobody.at.all@cadra.example"


def passes(house: Any, *, password: str, email: str, address: str = "127.0.0.1") -> bool:
    """Does this password lead to the second factor?"""
    client = house.client()
    client.post("/account/login/", {"login": email, "password": password}, REMOTE_ADDR=address)
    return bool(client.get("/account/2fa/authenticate/").status_code == 200)


def tried(house: Any, email: str, password: str, address: str = "127.0.0.1") -> Any:
    return house.client().post("/account/login/", {"login": email, "password": password}, REMOTE_ADDR=address)


def test_guesses_from_many_addresses_reach_five_in_five_minutes_and_no_account(house: Any, monkeypatch: Any) -> None:
    """How often the password is really compared is counted."""
    with_app(house, "ada")
    email, compared = house.user("ada").email, []
    real = WithInstitution.authenticate
    monkeypatch.setattr(WithInstitution, "authenticate", lambda *a, **k: compared.append(1) or real(*a, **k))
    client = house.client()
    for number in range(GUESSES):
        form = {"login": email, "password": f"guess number {number}"}
        answer = client.post("/account/login/", form, REMOTE_ADDR=f"10.0.0.{number % 50}")
        assert answer.status_code in (200, 429)
    assert len(compared) <= 5
    assert not is_in(client)


def test_the_right_password_is_not_taken_either_while_its_account_is_guessed_at(house: Any) -> None:
    with_app(house, "ada")
    email = house.user("ada").email
    for number in range(6):
        tried(house, email, "wrong", address=f"10.0.1.{number}")
    assert not passes(house, password=PASSWORD, email=email, address="10.0.2.1")
    forget_attempts(house)
    assert passes(house, password=PASSWORD, email=email, address="10.0.2.1"), "a delay, not a lock"


def test_another_account_is_not_delayed(house: Any) -> None:
    with_app(house, "besim")
    for number in range(6):
        tried(house, house.user("ada").email, "wrong", address=f"10.0.1.{number}")
    assert passes(house, password=PASSWORD, email=house.user("besim").email, address="10.0.2.1")


@pytest.mark.parametrize("digits", [6, 8])
def test_codes_are_guessed_at_five_times_in_five_minutes(house: Any, digits: int) -> None:
    app = with_app(house, "ada")
    client = after_password(house, "ada")
    for number in range(8):
        guess = f"{number:0{digits}d}"
        assert not give_code(client, guess)
    page = client.post("/account/2fa/authenticate/", {"code": app(time.time())})
    assert page.status_code == 200, "the right one isn't taken either"
    forget_attempts(house)
    assert give_code(client, app(time.time()))


def test_guesses_at_a_code_do_not_count_anew_with_every_session(house: Any) -> None:
    app = with_app(house, "ada")
    for number in range(6):
        give_code(after_password(house, "ada"), f"{number:06d}")
    assert not give_code(after_password(house, "ada"), app(time.time()))


def test_no_other_accounts_guesses_push_a_counter_out(house: Any) -> None:
    """Django would cull at 300 entries, which whoever guesses at many addresses could bring about."""
    email = house.user("ada").email
    for number in range(6):
        tried(house, email, "wrong", address=f"10.0.1.{number}")
    fill = (
        "INSERT INTO access_throttle SELECT ':1:filler' || n, 'gASVAgAAAAAAAABdlC4=', now() + interval '1 hour'"
        " FROM generate_series(1, 5000) n"
    )
    house.sql(fill)
    for number in range(6):
        tried(house, f"someone{number}@cadra.example", "wrong", address=f"10.0.4.{number}")
    with_app(house, "ada")
    assert not passes(house, password=PASSWORD, email=email, address="10.0.2.1")


def test_counters_whose_time_has_passed_are_thrown_away(house: Any) -> None:
    tried(house, house.user("ada").email, "wrong")
    counters = "SELECT count(*) FROM access_throttle"
    before = house.sql(counters)[0][0]
    assert before > 0
    throttle.sweep()
    assert house.sql(counters) == [(before,)]
    house.sql("UPDATE access_throttle SET expires = now() - interval '1 second'")
    throttle.sweep()
    assert house.sql(counters) == [(0,)]


def words(page: Any) -> bytes:
    """A page without what differs each time."""
    return re.sub(rb'name="csrfmiddlewaretoken" value="[^"]+"|nonce="[^"]+"', b"", page.content)


def test_an_unknown_address_and_a_wrong_password_get_the_same_answer(house: Any) -> None:
    known = tried(house, house.user("ada").email, "a wrong password that is long")
    unknown = tried(house, UNKNOWN, "a wrong password that is long")
    assert known.status_code == unknown.status_code == 200
    assert words(known).replace(house.user("ada").email.encode(), b"") == words(unknown).replace(UNKNOWN.encode(), b"")


def test_a_closed_account_answers_as_an_unknown_one(house: Any) -> None:
    house.sql("UPDATE network_user SET is_active = false WHERE email = %s", [house.user("ada").email])
    closed = tried(house, house.user("ada").email, "a wrong password that is long")
    unknown = tried(house, UNKNOWN, "a wrong password that is long")
    assert words(closed).replace(house.user("ada").email.encode(), b"") == words(unknown).replace(UNKNOWN.encode(), b"")


@pytest.mark.parametrize("who", ["known", "closed", "unknown", "without a password"])
def test_every_address_costs_one_hash_of_a_password(house: Any, who: str, monkeypatch: Any) -> None:
    """The hash is what takes time: without it an unknown address would answer at once, and so be told apart."""
    email = UNKNOWN if who == "unknown" else house.user("ada").email
    change = {"closed": "is_active = false", "without a password": "password = ''"}.get(who)
    if change:
        house.sql(f"UPDATE network_user SET {change} WHERE email = %s", [email])
    hashed: list[str] = []
    for name in ("encode", "verify"):
        real = getattr(Argon2PasswordHasher, name)
        counted = functools.partialmethod(_counted, real, hashed)
        monkeypatch.setattr(Argon2PasswordHasher, name, counted)
    tried(house, email, "a wrong password that is long")
    assert len(hashed) == 1


def _counted(hasher: Any, real: Any, hashed: list[str], *arguments: Any) -> Any:
    hashed.append(real.__name__)
    return real(hasher, *arguments)
