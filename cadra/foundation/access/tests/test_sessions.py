"""Sessions end at their hour, and nothing in a copy of the database is a session (security.md C3, C4)."""

import datetime as dt
import hashlib
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.db import connection, transaction

from cadra.foundation.access.sessions import KEPT_AFTER, SessionStore
from cadra.foundation.access.tests.signing import is_in
from cadra.foundation.vault.keeper import KeeperRefused, keeper

MORNING = dt.datetime.now(dt.UTC).replace(microsecond=0)  # the keeper has its own clock, which tells the true time
ROLE = "INSERT INTO network_roleholding (id, user_id, role, since) VALUES (gen_random_uuid(), %s, %s, now())"


def at(**later: float) -> Any:
    return time_machine.travel(MORNING + dt.timedelta(**later), tick=False)


@pytest.mark.parametrize(("rested", "still"), [(14 * 60 + 59.9, True), (15 * 60, False)])
def test_a_session_rests_fifteen_minutes(house: Any, rested: float, still: bool) -> None:
    with at():
        client = house.client("ada")
        assert is_in(client)
    with at(seconds=rested):
        assert is_in(client) is still


def test_every_use_starts_the_rest_anew(house: Any) -> None:
    with at():
        client = house.client("ada")
    for minutes in (14, 28, 42):
        with at(minutes=minutes):
            assert is_in(client)
    with at(minutes=57):
        assert not is_in(client)


@pytest.mark.parametrize(("rested", "still"), [(29 * 60 + 59.9, True), (30 * 60, False)])
def test_a_session_of_the_helpline_rests_thirty(house: Any, rested: float, still: bool) -> None:
    house.sql(ROLE, [house.user("ada").pk, "helpline_operator"])
    with at():
        client = house.client("ada")
        assert is_in(client)
    with at(seconds=rested):
        assert is_in(client) is still


@pytest.mark.parametrize(("lasted", "still"), [(12 * 3600 - 0.1, True), (12 * 3600, False)])
def test_a_session_ends_after_twelve_hours_however_much_it_is_used(house: Any, lasted: float, still: bool) -> None:
    with at():
        client = house.client("ada")
    for minutes in range(10, 720, 10):
        with at(minutes=minutes):
            client.get("/help/")
            client.session.load()
    with at(seconds=lasted):
        assert is_in(client) is still


def test_a_new_token_for_the_same_sign_in_does_not_prolong_it(house: Any) -> None:
    with at():
        token = house.sign_in("ada")
    with at(minutes=10):
        store = SessionStore(token)
        store.load()
        store.cycle_key()
    (expires,) = house.sql("SELECT expires_at FROM access_session")[0]
    assert expires == MORNING + dt.timedelta(hours=12)


@pytest.mark.parametrize("limit", ["rests_until", "expires_at"])
def test_the_database_itself_ends_it_to_the_microsecond(house: Any, limit: str) -> None:
    """The clock is PostgreSQL's: the limit is set to its own moment, and one microsecond after it."""
    actor = house.actor("rea")
    genuine = "SELECT authz.context_is_genuine(), authz.me() IS NOT NULL"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT now(), authz.enter(%s, %s)", [actor.token, list(actor.principals)])
        moment = cursor.fetchone()[0]
        move = f"UPDATE access_session SET {limit} = %s WHERE user_id = %s"
        house.sql(move, [moment + dt.timedelta(microseconds=1), actor.user_id])
        cursor.execute(genuine)
        assert cursor.fetchone() == (True, True)
        house.sql(move, [moment, actor.user_id])
        cursor.execute(genuine)
        assert cursor.fetchone() == (False, False)


def test_the_database_counts_the_same_rest_as_the_web(house: Any) -> None:
    house.sign_in("ada")
    house.sql(ROLE, [house.user("besim").pk, "helpline_operator"])
    house.sign_in("besim")
    rests = "SELECT max(rests_until - seen_at) FROM access_session WHERE user_id = %s"
    minutes = [
        round(house.sql(rests, [house.user(name).pk])[0][0] / dt.timedelta(minutes=1)) for name in ("ada", "besim")
    ]
    assert minutes == [15, 30]


def test_the_keeper_ends_it_at_the_same_hour(house: Any) -> None:
    with at():
        client = house.client("rea")
        token = client.cookies[settings.SESSION_COOKIE_NAME].value
        assert knows(token)
    with at(minutes=15):
        assert not is_in(client)
    assert not knows(token)


def test_nothing_in_a_copy_of_the_database_is_a_token(house: Any) -> None:
    """Every value of the row, and what can be made of it in the open, is tried as a cookie."""
    token = house.sign_in("rea")
    row = house.sql("SELECT * FROM access_session WHERE user_id = %s", [house.user("rea").pk])[0]
    kept = [bytes(value) if isinstance(value, memoryview | bytes) else str(value).encode() for value in row]
    assert token.encode() not in b"\0".join(kept)
    assert hashlib.sha256(token.encode()).digest() in kept
    tried = 0
    for value in kept:
        for cookie in (value.hex(), value.decode("latin-1"), hashlib.sha256(value).hexdigest(), value.hex()[:43]):
            client = house.client()
            client.cookies[settings.SESSION_COOKIE_NAME] = cookie.replace("\n", "").replace("\r", "").replace("\0", "")
            assert not is_in(client)
            assert not knows(cookie)
            tried += 1
    assert tried > 40
    good = house.client()
    good.cookies[settings.SESSION_COOKIE_NAME] = token
    assert is_in(good)


def test_the_content_of_a_session_opens_with_its_token_alone(house: Any) -> None:
    ada, rea = house.sign_in("ada"), house.sign_in("rea")
    swap = "UPDATE access_session SET data = (SELECT data FROM access_session WHERE user_id = %s) WHERE user_id = %s"
    house.sql(swap, [house.user("rea").pk, house.user("ada").pk])
    client = house.client()
    client.cookies[settings.SESSION_COOKIE_NAME] = ada
    assert not is_in(client)
    assert rea != ada


def test_the_application_cannot_read_sessions(house: Any) -> None:
    house.sign_in("ada")
    asked = "SELECT has_table_privilege('cadra_app', 'access_session', 'SELECT')"
    assert house.sql(asked) == [(False,)]


def test_a_session_that_ran_out_is_emptied_and_later_gone(house: Any) -> None:
    with at():
        client = house.client("ada")
        is_in(client)
    with at(minutes=16):
        is_in(client)
        assert [bytes(data) for (data,) in house.sql("SELECT data FROM access_session")] == [b""]
    with at(hours=11):
        SessionStore.clear_expired()
        assert house.sql("SELECT count(*) FROM access_session") == [(1,)]
    with time_machine.travel(MORNING + dt.timedelta(hours=12, seconds=1) + KEPT_AFTER):
        SessionStore.clear_expired()
        assert house.sql("SELECT count(*) FROM access_session") == [(0,)]


def knows(token: str) -> bool:
    """Does the keeper know a session by this token?"""
    try:
        keeper().open_keys(token, [])
    except KeeperRefused:
        return False
    return True
