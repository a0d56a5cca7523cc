"""A one-time code opens once, in its time and a step around it, wherever it is sent (security.md C2)."""

import contextlib
import datetime as dt
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt
from django.db import connections, transaction

from cadra.foundation.access import codes
from cadra.foundation.access.tests.signing import (
    STEP,
    after_password,
    forget_attempts,
    give_code,
    with_app,
    with_recovery_codes,
)
from tests.cast import PASSWORD

NOON = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC).timestamp()  # the start of a step


def at(second: float) -> Any:
    """The clock stands this many seconds after noon."""
    return time_machine.travel(dt.datetime.fromtimestamp(NOON + second, dt.UTC), tick=False)


@pytest.mark.parametrize("typed", [-29.9, 0, 29.9, 30.1, 59.9])
def test_a_code_opens_in_its_step_and_in_the_one_before_and_after(house: Any, typed: float) -> None:
    app = with_app(house, "ada")
    with at(typed):
        assert give_code(after_password(house, "ada"), app(NOON))


@pytest.mark.parametrize("typed", [-30.1, 60.1])
def test_a_code_further_away_does_not_open(house: Any, typed: float) -> None:
    app = with_app(house, "ada")
    with at(typed):
        assert not give_code(after_password(house, "ada"), app(NOON))


@pytest.mark.parametrize("first", [-29.9, 0, 59.8])
def test_a_used_code_never_opens_again_in_any_session(house: Any, first: float) -> None:
    app = with_app(house, "ada")
    with at(first):
        same = after_password(house, "ada")
        assert give_code(same, app(NOON))
    for second in (first, 0.0, 29.9, 30.1, 59.9):
        with at(max(first, second)):
            forget_attempts(house)
            assert not give_code(after_password(house, "ada"), app(NOON))


def test_a_used_code_opens_none_of_a_thousand_times(house: Any) -> None:
    app = with_app(house, "ada")
    ada = house.user("ada").pk
    with at(0):
        assert codes.accepted(ada, app(NOON)) is not None
    opened = 0
    for tenth in range(-300, 700):
        with at(tenth / 10), contextlib.suppress(codes.AlreadyUsed):
            opened += codes.accepted(ada, app(NOON)) is not None
    assert opened == 0


def test_a_code_older_than_the_last_one_used_does_not_open(house: Any) -> None:
    app = with_app(house, "ada")
    with at(0):
        assert give_code(after_password(house, "ada"), app(NOON + STEP))  # her clock is a little ahead
        assert not give_code(after_password(house, "ada"), app(NOON))
        assert not give_code(after_password(house, "ada"), app(NOON - STEP))
    with at(STEP):
        assert give_code(after_password(house, "ada"), app(NOON + 2 * STEP))


def test_whoever_types_a_used_code_reads_to_wait_for_the_next(house: Any) -> None:
    app = with_app(house, "ada")
    with at(0):
        give_code(after_password(house, "ada"), app(NOON))
        page = after_password(house, "ada").post("/account/2fa/authenticate/", {"code": app(NOON)})
    assert b"Wait until your app shows the next one" in page.content


def test_a_code_is_used_up_for_every_process(house: Any) -> None:
    app = with_app(house, "ada")
    ada = house.user("ada").pk
    other = (
        "import django, sys; django.setup()\n"
        "from uuid import UUID\n"
        "from cadra.foundation.access import codes\n"
        "print(codes.spend(UUID(sys.argv[1]), int(sys.argv[2])))"
    )
    address = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{house.database}").geturl()
    here = {**os.environ, "DJANGO_SETTINGS_MODULE": "cadra.config.settings", "DATABASE_URL": address}
    said = subprocess.run(
        [sys.executable, "-c", other, str(ada), str(int(NOON) // STEP)], env=here, capture_output=True, text=True
    )
    assert said.stdout.strip() == "True", said.stderr
    with at(0):
        assert not give_code(after_password(house, "ada"), app(NOON))


def test_of_two_simultaneous_posts_of_one_code_one_signs_in(house: Any) -> None:
    app = with_app(house, "ada")
    with at(0):
        clients = [after_password(house, "ada") for _ in range(4)]
        ready = Barrier(len(clients))

        def post(client: Any) -> bool:
            ready.wait()
            try:
                return give_code(client, app(NOON))
            finally:
                connections.close_all()

        with ThreadPoolExecutor(len(clients)) as pool:
            assert sum(pool.map(post, clients)) == 1


def test_a_request_that_fails_later_does_not_give_the_code_back(house: Any) -> None:
    app = with_app(house, "ada")
    ada = house.user("ada").pk
    with at(0):
        with transaction.atomic():
            assert codes.accepted(ada, app(NOON)) is not None
            transaction.set_rollback(True)
        assert not give_code(after_password(house, "ada"), app(NOON))


def test_the_code_that_sets_up_an_app_signs_nobody_in(house: Any) -> None:
    with at(0):
        client = after_password(house, "ada")
        client.post("/account/reauthenticate/", {"password": PASSWORD})
        page = client.get("/account/2fa/totp/activate/")
        secret = page.context["form"].secret
        code = str(format_hotp_value(hotp_value(secret, int(NOON) // STEP)))
        client.post("/account/2fa/totp/activate/", {"code": code})
        row = Authenticator.objects.get(user=house.user("ada"), type="totp")
        assert decrypt(row.data["secret"]) == secret
        assert not give_code(after_password(house, "ada"), code)


def test_a_recovery_code_opens_once(house: Any) -> None:
    with_app(house, "ada")
    first, second, *_ = with_recovery_codes(house, "ada")
    assert give_code(after_password(house, "ada"), first)
    assert not give_code(after_password(house, "ada"), first)
    assert give_code(after_password(house, "ada"), second)


def test_of_two_simultaneous_posts_of_one_recovery_code_one_signs_in(house: Any) -> None:
    with_app(house, "ada")
    code = with_recovery_codes(house, "ada")[0]
    clients = [after_password(house, "ada") for _ in range(4)]
    ready = Barrier(len(clients))

    def post(client: Any) -> bool:
        ready.wait()
        try:
            return give_code(client, code)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(clients)) as pool:
        assert sum(pool.map(post, clients)) == 1
