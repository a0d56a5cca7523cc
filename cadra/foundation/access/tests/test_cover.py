"""A desk answers for another from a first day to a last: it sees and is told in these days, and on no other."""

import datetime as dt
import re
from typing import Any

import pytest
from django.db import connection

from cadra.foundation.access import signin
from cadra.foundation.kernel.clock import at, today
from cadra.foundation.kernel.pack import pack
from cadra.foundation.network.queries import desk_people
from cadra.foundation.vault.keeper import keeper
from tests import cast
from tests import world as worlds

DAY = dt.timedelta(days=1)
SOMEONE = """
WITH made AS (
    INSERT INTO network_user (id, password, email, name, phone, institution_id, sex, languages, language, is_active,
        created_at)
    SELECT gen_random_uuid(), '', %(first)s || '@cadra.example', %(first)s, '', institution_id, '', '{}', 'en', true,
        now() FROM network_user WHERE email = 'kleo@cadra.example' RETURNING id),
signed AS (
    INSERT INTO network_undertaking (id, user_id, version, language, signed_at)
    SELECT gen_random_uuid(), id, %(version)s, 'en', now() FROM made)
INSERT INTO network_roleholding (id, user_id, role, since)
    SELECT gen_random_uuid(), id, %(role)s, now() FROM made RETURNING user_id
"""
NIGHT = """
INSERT INTO network_desk (id, institution_id, name, services, phone, hours, is_open)
    SELECT gen_random_uuid(), institution_id, 'Night desk', '{}', '', '', true FROM network_desk
    WHERE name = 'Reception' RETURNING id
"""
SEAT = "INSERT INTO network_deskmember (id, desk_id, user_id) VALUES (gen_random_uuid(), %s, %s)"


@pytest.fixture
def world(house: Any) -> Any:
    """A file of which a part was sent to the reception of Kleo's clinic (before the clinic has a second desk)."""
    return worlds.build(house)


@pytest.fixture
def night(house: Any) -> Any:
    """Nora answers at the night desk of Kleo's clinic; Agron administers the clinic. Returns the night desk's id."""
    for first, role in (("nora", "service_professional"), ("agron", "institution_admin")):
        house.sql(SOMEONE, {"first": first, "role": role, "version": pack().code_of_conduct.version})
    house.people = cast.people()
    desk = house.sql(NIGHT)[0][0]
    house.sql(SEAT, [desk, house.user("nora").pk])
    return desk


def reception(house: Any) -> Any:
    return house.sql("SELECT id FROM network_desk WHERE name = 'Reception'")[0][0]


def request_of(world: Any) -> Any:
    return world.argument("support", "referral_id")


def form(cover: Any, first: Any = "", last: Any = "") -> dict[str, str]:
    told = {"name": "Reception", "hours": "8–16", "is_open": "on"}
    return {**told, "cover": str(cover), "cover_from": str(first), "cover_until": str(last)}


def say(house: Any, cover: Any, first: Any = "", last: Any = "") -> Any:
    """The administrator says who covers the reception."""
    client, page = house.client("agron"), f"/institution/desks/{reception(house)}/"
    (seen,) = re.findall(r'name="seen" value="([^"]+)"', client.get(page).content.decode())
    return client.post(page, {**form(cover, first, last), "seen": seen})


def days(house: Any, cover: Any, first: dt.date, last: dt.date) -> None:
    """As `say`, also for days that have passed."""
    moved = "UPDATE network_desk SET cover_id = %s, cover_from = %s, cover_until = %s WHERE name = 'Reception'"
    house.sql(moved, [cover, first, last])


DAYS = [(0, 0, True), (-7, 0, True), (0, 7, True), (1, 7, False), (-7, -1, False)]


@pytest.mark.parametrize(("first", "last", "open_today"), DAYS)
def test_whoever_covers_reads_what_the_desk_was_sent_in_these_days_only(
    house: Any, world: Any, night: Any, first: int, last: int, open_today: bool
) -> None:
    page = f"/requests/{request_of(world)}/"
    assert house.client("nora").get(page).status_code == 404
    days(house, night, today() + first * DAY, today() + last * DAY)
    assert house.client("nora").get(page).status_code == (200 if open_today else 404)
    with house.as_("nora") as nora:
        assert bool(nora.ring.keys([(world.case_id, "core")])) is open_today, "and the keeper says the same"
        seen = "SELECT count(*) FROM support_servicereferral WHERE id = %s"
        with connection.cursor() as cursor:
            cursor.execute(seen, [request_of(world)])
            assert cursor.fetchone() == (int(open_today),), "and the database"
    told = {person.name for person in desk_people(house.user("kleo").desk_places.get().desk)}
    assert told == ({"Kleo Clinic", "nora"} if open_today else {"Kleo Clinic"})
    late = {name for (name,) in house.sql(LATE)}
    assert ("nora" in late) is open_today


LATE = """
SELECT u.name FROM network_desk d CROSS JOIN LATERAL authz.at_desk(d.principal) AS w
JOIN network_user u ON u.id = w WHERE d.name = 'Reception'
"""


@pytest.mark.parametrize(("first", "last", "change"), [(0, 0, 1), (-3, 0, 1), (1, 5, 1), (0, 90, None), (-9, -2, None)])
def test_a_session_lasts_no_longer_than_what_it_answers_for(
    house: Any, night: Any, monkeypatch: Any, first: int, last: int, change: int | None
) -> None:
    """In PostgreSQL, which checks it for every row, and at the keeper."""
    until: list[float] = []
    real = keeper().open_session
    monkeypatch.setattr(keeper(), "open_session", lambda *told: (until.append(told[-1]), real(*told)))
    days(house, night, today() + first * DAY, today() + last * DAY)
    house.sign_in("nora")
    kept = house.sql("SELECT expires_at FROM access_session WHERE user_id = %s", [house.user("nora").pk])[0][0]
    assert until == [kept.timestamp()]
    if change is not None:
        assert kept <= at(today() + change * DAY)
    house.sign_in("kleo")
    assert until[1] > kept.timestamp() - 1, "whoever covers nothing is not shortened"


def test_principals_hold_until_the_next_change_even_late_in_the_evening(house: Any, night: Any) -> None:
    nora, limit = house.user("nora"), dt.timedelta(days=30)
    for first, last, change in ((0, 2, 3), (2, 5, 2)):
        days(house, night, today() + first * DAY, today() + last * DAY)
        end = at(today()) + limit
        assert signin._within_cover(nora, end) == at(today() + change * DAY)


def test_a_cover_taken_away_is_gone_at_once(house: Any, world: Any, night: Any) -> None:
    assert say(house, night, today(), today() + DAY).url == "/institution/"
    nora = house.client("nora")
    assert nora.get(f"/requests/{request_of(world)}/").status_code == 200
    say(house, "")
    assert nora.get(f"/requests/{request_of(world)}/").status_code == 302, "signed out"
    assert house.client("nora").get(f"/requests/{request_of(world)}/").status_code == 404
    ledger = house.sql("SELECT verb FROM ledger_entry WHERE verb IN ('set_cover', 'ended_cover') ORDER BY id")
    assert ledger == [("set_cover",), ("ended_cover",)]


def test_a_cover_that_is_over_stands_in_nobodys_way(house: Any, night: Any) -> None:
    last = today() - 2 * DAY
    days(house, night, last - 7 * DAY, last)
    nora = house.client("nora")
    page = house.client("agron").get(f"/institution/desks/{reception(house)}/").content.decode()
    assert str(last) not in page, "it is not asked for again"
    assert say(house, "").url == "/institution/"
    assert nora.get("/directory/").status_code == 200, "and nobody is signed out for it"
    assert house.sql("SELECT count(*) FROM ledger_entry WHERE verb = 'ended_cover'") == [(0,)]


def test_it_stands_where_people_look_who_answers(house: Any, night: Any) -> None:
    say(house, night, today(), today() + DAY)
    clinic = house.user("kleo").institution_id
    assert "“Night desk” answers for this desk" in house.client("agron").get("/institution/").content.decode()
    assert "“Night desk” answers for this desk" in house.client("ada").get(f"/directory/{clinic}/").content.decode()
    assert "Your desk “Night desk” answers for “Reception” too" in house.client("nora").get("/me/").content.decode()


WRONG = {
    "no days": ("", ""),
    "no last day": (0, ""),
    "the last before the first": (3, 1),
    "all in the past": (-3, -1),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_days_that_make_no_cover_are_refused_in_words(house: Any, night: Any, wrong: str) -> None:
    first, last = (today() + number * DAY if number != "" else "" for number in WRONG[wrong])
    page = say(house, night, first, last)
    assert page.status_code == 200 and b"govuk-error-summary" in page.content
    assert house.sql("SELECT count(*) FROM network_desk WHERE cover_id IS NOT NULL") == [(0,)]


def test_a_desk_covers_neither_itself_nor_another_house(house: Any, night: Any) -> None:
    elsewhere = house.sql("SELECT id FROM network_desk WHERE name = 'Intake desk'")[0][0]
    for cover in (elsewhere, reception(house)):
        assert say(house, cover, today(), today() + DAY).status_code == 200
    assert house.sql("SELECT count(*) FROM network_desk WHERE cover_id IS NOT NULL") == [(0,)]
