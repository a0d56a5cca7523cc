"""A lost second factor locks nobody out for ever: one administrator asks, another confirms, she sets up a new one."""

import re
import time
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.db.utils import Error

from cadra.foundation.access.tests.signing import after_password, give_code, is_in, with_app, with_recovery_codes
from cadra.foundation.vault.keeper import KeeperRefused, keeper
from tests.cast import PASSWORD, join

PAGE = "/institution/second-factors/"
REFUSED = ("23514", "42501")


@pytest.fixture
def two(house: Any) -> Any:
    """The shelter has two administrators, Ina and Iris; the authority one, Ana."""
    join(house, "iris", beside="ina")
    join(house, "ana", beside="rea")
    give_role(house, "ana")
    return house


def give_role(house: Any, name: str) -> None:
    house.sql(
        "INSERT INTO network_roleholding (id, user_id, role, since)"
        " VALUES (gen_random_uuid(), %s, 'institution_admin', now())",
        [house.user(name).pk],
    )


def ask(house: Any, by: str, of: str) -> Any:
    return house.client(by).post(PAGE, {"email": house.user(of).email})


def reset_of(house: Any, name: str) -> Any:
    rows = house.sql("SELECT id FROM access_factorreset WHERE user_id = %s AND ended_at IS NULL", [house.user(name).pk])
    return rows[0][0] if rows else None


def confirm(house: Any, by: str, of: str) -> Any:
    return house.client(by).post(f"{PAGE}{reset_of(house, of)}/confirm/")


def link_in(page: Any) -> str:
    found = re.search(rb"/second-factor/[\w-]+/", page.content)
    assert found, page.content
    return found.group().decode()


def factors(house: Any, name: str) -> int:
    return int(house.sql("SELECT count(*) FROM mfa_authenticator WHERE user_id = %s", [house.user(name).pk])[0][0])


def kinds_told(house: Any, name: str) -> list[str]:
    rows = house.sql("SELECT kind FROM outbox_message WHERE recipient = %s ORDER BY created_at", [house.user(name).pk])
    return [kind for (kind,) in rows]


def verbs(house: Any) -> list[str]:
    wanted = "SELECT verb FROM ledger_entry WHERE verb LIKE '%%factor%%' ORDER BY at, id"
    return [verb for (verb,) in house.sql(wanted)]


def set_up(client: Any) -> Any:
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    page = client.get("/account/2fa/totp/activate/")
    if page.context is None or "form" not in page.context:
        return page
    code = str(format_hotp_value(hotp_value(page.context["form"].secret, int(time.time()) // 30)))
    return client.post("/account/2fa/totp/activate/", {"code": code})


def test_two_administrators_give_a_locked_out_colleague_her_way_back(two: Any) -> None:
    with_app(two, "marta")
    with_recovery_codes(two, "marta")
    assert ask(two, "ina", "marta").status_code == 302
    assert factors(two, "marta") == 2, "asking alone takes nothing away"
    link = link_in(confirm(two, "iris", "marta"))
    assert factors(two, "marta") == 0
    client = two.client()
    to_password = client.get(link)
    assert to_password.status_code == 302
    client.post(to_password.url, {"login": two.user("marta").email, "password": PASSWORD})
    assert client.get(link).status_code == 200
    assert client.post(link).url == "/account/2fa/"
    assert set_up(client).status_code == 302
    assert is_in(client)
    assert verbs(two) == ["asked_factor_reset", "confirmed_factor_reset", "set_up_factor"]
    assert kinds_told(two, "marta")[:2] == ["account", "account"]
    assert kinds_told(two, "iris") == ["waiting"]
    assert after_password(two, "marta").get(link).status_code in (302, 404), "the link opens once"


def test_the_password_alone_sets_up_nothing_after_a_reset(two: Any) -> None:
    with_app(two, "marta")
    ask(two, "ina", "marta")
    confirm(two, "iris", "marta")
    thief = after_password(two, "marta")
    page = set_up(thief)
    assert b"Open your link" in page.content
    assert b"Open your link" in thief.get("/account/2fa/").content
    assert factors(two, "marta") == 0
    token = thief.cookies["cadra"].value
    with pytest.raises(Error) as refused:
        two.sql(
            "SELECT authz.enter(%s, '{}'); INSERT INTO mfa_authenticator (user_id, type, data, created_at)"
            f" VALUES ('{two.user('marta').pk}', 'totp', '{{}}', now())".replace("%s", f"'{token}'"),
            alias="default",
        )
    assert refused.value.__cause__.sqlstate in REFUSED  # type: ignore[union-attr]


def test_somebody_elses_link_and_one_too_late_open_nothing(two: Any) -> None:
    ask(two, "ina", "marta")
    link = link_in(confirm(two, "iris", "marta"))
    assert after_password(two, "kleo").get(link).status_code == 404
    two.sql("ALTER TABLE access_factorreset DISABLE TRIGGER reset_confirmed")
    two.sql("UPDATE access_factorreset SET link_until = now() - interval '1 second'")
    client = after_password(two, "marta")
    assert client.get(link).status_code == 404
    assert client.post(link).status_code == 404
    assert b"Open your link" in client.get("/account/2fa/").content


def test_a_confirmed_reset_ends_every_session_here_and_at_the_keeper(two: Any) -> None:
    client = two.client("marta")
    token = client.cookies["cadra"].value
    ask(two, "ina", "marta")
    assert is_in(client)
    confirm(two, "iris", "marta")
    assert not is_in(client)
    assert two.sql("SELECT count(*) FROM access_session WHERE user_id = %s", [two.user("marta").pk]) == [(0,)]
    with pytest.raises(KeeperRefused):
        keeper().open_keys(token, [])


@pytest.mark.parametrize("by", ["ina", "marta", "ana", "zana", "rea", "sara"])
def test_nobody_confirms_what_she_asked_for_or_what_is_not_hers(two: Any, by: str) -> None:
    with_app(two, "marta", quietly=True)
    ask(two, "ina", "marta")
    assert confirm(two, by, "marta").status_code in (302, 404)
    assert factors(two, "marta") == 1


def test_nobody_asks_or_confirms_for_herself(two: Any) -> None:
    assert ask(two, "ina", "ina").status_code == 200
    assert reset_of(two, "ina") is None
    ask(two, "iris", "ina")
    assert confirm(two, "ina", "ina").status_code == 404
    assert reset_of(two, "ina")


def test_where_there_is_one_administrator_one_of_the_authority_confirms(house: Any) -> None:
    join(house, "ana", beside="rea")
    give_role(house, "ana")
    ask(house, "ina", "marta")
    assert house.user("marta").name.encode() in house.client("ana").get(PAGE).content
    assert kinds_told(house, "ana") == ["waiting"]
    assert link_in(confirm(house, "ana", "marta"))


def test_a_sole_administrator_locked_out_is_let_in_by_two_of_the_authority(house: Any) -> None:
    for name in ("ana", "arta"):
        join(house, name, beside="rea")
        give_role(house, name)
    ask(house, "ana", "ina")
    assert confirm(house, "ana", "ina").status_code == 302
    assert link_in(confirm(house, "arta", "ina"))


def test_without_a_second_administrator_nothing_is_asked_and_it_is_said(house: Any) -> None:
    assert b"no second administrator" in ask(house, "ina", "marta").content
    assert reset_of(house, "marta") is None


@pytest.mark.parametrize("of", ["zana", "rea"])
def test_an_administrator_asks_for_nobody_of_another_institution(two: Any, of: str) -> None:
    assert ask(two, "ina", of).status_code == 200
    assert reset_of(two, of) is None


def test_only_who_may_confirm_sees_that_it_was_asked_for(two: Any) -> None:
    ask(two, "ina", "marta")
    seen = []
    for name in ("ina", "iris", "marta", "ana", "zana", "rea", "dita", "sys", "sara"):
        with two.as_(name):
            if two.sql("SELECT count(*) FROM access_factorreset", alias="default") == [(1,)]:
                seen.append(name)
    assert seen == ["ina", "iris", "marta"]
    for name in ("marta", "sara", "rea", "sys"):
        assert two.client(name).get(PAGE).status_code == 404


def test_she_is_told_and_stops_it_when_nothing_is_lost(two: Any) -> None:
    with_app(two, "marta", quietly=True)
    client = two.client("marta")
    ask(two, "ina", "marta")
    assert kinds_told(two, "marta") == ["account"]
    assert b"asked that your second factor be taken away" in client.get("/me/").content
    number = reset_of(two, "marta")
    assert client.post("/me/second-factor/stop/").url == "/me/"
    assert two.client("iris").post(f"{PAGE}{number}/confirm/").status_code == 404
    assert factors(two, "marta") == 1


def test_what_nobody_confirms_in_three_days_lapses_and_can_be_asked_again(two: Any) -> None:
    with_app(two, "marta", quietly=True)
    ask(two, "ina", "marta")
    assert ask(two, "iris", "marta").status_code == 200, "once at a time"
    two.sql("UPDATE access_factorreset SET expires_at = now() - interval '1 second'")
    assert confirm(two, "iris", "marta").status_code == 404
    assert factors(two, "marta") == 1
    assert ask(two, "iris", "marta").status_code == 302
    assert link_in(confirm(two, "ina", "marta"))


def test_a_lost_link_is_replaced_by_asking_again(two: Any) -> None:
    ask(two, "ina", "marta")
    first = link_in(confirm(two, "iris", "marta"))
    ask(two, "ina", "marta")
    client = after_password(two, "marta")
    assert client.get(first).status_code == 404
    assert b"Open your link" in set_up(client).content, "asking again lifts no guard"
    second = link_in(confirm(two, "iris", "marta"))
    client = after_password(two, "marta")
    client.post(second)
    assert set_up(client).status_code == 302
    again = after_password(two, "marta")
    assert not is_in(again)


@pytest.mark.parametrize("by", ["ina", "marta", "zana"])
@pytest.mark.parametrize("hand", ["her own", "another's"])
def test_postgresql_itself_refuses_a_wrong_hand(two: Any, by: str, hand: str) -> None:
    ask(two, "ina", "marta")
    statement = (
        "UPDATE access_factorreset SET confirmed_by_id = %s, confirmed_at = now(), link_hash = 'x', "
        "link_until = now() + interval '1 day' WHERE id = %s RETURNING 1"
    )
    values = [two.user(by if hand == "her own" else "iris").pk, reset_of(two, "marta")]
    refused = ""
    with two.as_(by):
        try:
            changed = two.sql(statement, values, alias="default")
        except Error as error:
            changed, refused = [], getattr(error.__cause__, "sqlstate", "")
    assert changed == []
    assert refused in (*REFUSED, "")
    assert two.sql("SELECT confirmed_at FROM access_factorreset") == [(None,)]


def test_the_old_codes_open_nothing_after_the_reset(two: Any) -> None:
    app = with_app(two, "marta")
    code = with_recovery_codes(two, "marta")[0]
    ask(two, "ina", "marta")
    confirm(two, "iris", "marta")
    assert not give_code(after_password(two, "marta"), app(time.time()))
    assert not give_code(after_password(two, "marta"), code)
