"""A calendar learns days, hours and numbers — for as long as its address lives, and nothing besides."""

import datetime as dt
import re
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connections
from django.db.utils import ProgrammingError
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from cadra.foundation.kernel.clock import DAY, today
from cadra.foundation.kernel.pack import pack
from cadra.record.tasks import actions
from cadra.record.tasks.tests.scene import Scene, at, away, leave, own_task, task

SECRETS = ("Call the school", "Lira", "Canarya", "Oak", "House", "file")


def address(house: Any, name: str = "marta", language: str = "en") -> str:
    with house.as_(name) as actor:
        made = actions.make_address(actor=actor, label="my phone", language=language)
    return reverse("tasks:feed", args=[made.token])


def events(url: str) -> list[tuple[str, Any]]:
    answer = Client().get(url)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/calendar")
    assert not answer.cookies
    read = Calendar.from_ical(answer.content)
    return sorted((str(event["summary"]), event.decoded("dtstart")) for event in read.walk("VEVENT"))


def test_it_says_how_many_and_when_and_nothing_of_whom(scene: Scene, house: Any) -> None:
    url = address(house)
    for _twice in range(2):
        task(house, scene.person)
    own_task(house, due_on=today() + 4 * DAY)
    assert events(url) == [("Çadra: 1 task", today() + 4 * DAY), ("Çadra: 2 tasks", today() + 2 * DAY)]
    content = Client().get(url).content.decode()
    for secret in (*SECRETS, scene.person.reference, str(scene.person.pk), "Marta"):
        assert secret not in content, secret


@pytest.mark.parametrize("of_year", [2027, 2028])
def test_an_hour_is_the_same_on_the_clock_before_and_after_summer_time(house: Any, of_year: int) -> None:
    zone = ZoneInfo(pack().zone_name)
    changes = [
        day
        for day in (dt.date(of_year, 1, 1) + n * DAY for n in range(365))
        if dt.datetime.combine(day, dt.time(0), zone).utcoffset()
        != dt.datetime.combine(day + DAY, dt.time(0), zone).utcoffset()
    ]
    assert len(changes) == 2
    wanted = [day + n * DAY for day in changes for n in (-1, 0, 1)]
    for day in wanted:
        own_task(house, **at(day, 10))
    url = address(house)
    found = {start.astimezone(zone) for _title, start in _all(url, wanted)}
    assert found == {dt.datetime.combine(day, dt.time(10), zone) for day in wanted}


def _all(url: str, wanted: list[dt.date]) -> list[tuple[str, Any]]:
    found = []
    for day in wanted:
        with time_machine.travel(dt.datetime.combine(day, dt.time(9), dt.UTC), tick=True):
            found += [one for one in events(url) if one[1].date() == day]
    return found


def test_revoked_closed_and_unknown_are_the_same_404(house: Any) -> None:
    own_task(house)
    first, second = address(house), address(house)
    assert events(first)
    [(row_id,)] = house.sql("SELECT id FROM tasks_calendaraddress ORDER BY made_at LIMIT 1")
    assert house.client("sara").post(reverse("tasks:calendar_revoke", args=[row_id])).status_code == 404
    assert events(first)
    assert house.client("marta").post(reverse("tasks:calendar_revoke", args=[row_id])).status_code == 302
    unknown = Client().get(reverse("tasks:feed", args=["x" * 43]))
    revoked = Client().get(first)
    assert (revoked.status_code, unknown.status_code) == (404, 404)
    assert len(revoked.content) == len(unknown.content)
    assert events(second)
    leave(house, "marta")
    assert Client().get(second).status_code == 404


def test_the_address_is_shown_once_and_only_its_hash_is_kept(house: Any) -> None:
    client = house.client("marta")
    page = client.post(reverse("tasks:calendar"), {"label": "my phone"}).content.decode()
    [token] = set(re.findall(r"/calendar/([\w-]{43})\.ics", page))
    assert token not in client.get(reverse("tasks:calendar")).content.decode()
    [(kept,)] = house.sql("SELECT token_hash FROM tasks_calendaraddress")
    assert len(bytes(kept)) == 32
    assert token.encode() not in bytes(kept)
    assert Client().get(f"/calendar/{token}.ics").status_code == 200


def test_the_address_opens_nothing_else(house: Any) -> None:
    token = address(house).removeprefix("/calendar/").removesuffix(".ics")
    client = Client()
    client.cookies["cadra"] = token
    assert client.get("/tasks/").status_code == 302
    assert client.post(f"/calendar/{token}.ics").status_code == 405
    with connections["default"].cursor() as cursor, pytest.raises(ProgrammingError):
        cursor.execute("SELECT * FROM authz.calendar(%s, authz.today(), authz.today())", [b"x"])
    with connections["gate"].cursor() as cursor, pytest.raises(ProgrammingError):
        cursor.execute("SELECT * FROM tasks_task")


def test_asked_too_often_it_rests(house: Any) -> None:
    url, client = address(house), Client()
    answers = [client.get(url).status_code for _ in range(62)]
    assert answers[:60] == [200] * 60
    assert answers[60:] == [429, 429]


def test_who_covers_finds_the_days_of_who_is_away(scene: Scene, house: Any) -> None:
    task(house, scene.person)
    url = address(house, "sara")
    assert events(url) == []
    away(house, "marta", "sara")
    assert [title for title, _start in events(url)] == ["Çadra: 1 task"]


def test_in_albanian_it_says_no_more(house: Any) -> None:
    own_task(house)
    [(title, _start)] = events(address(house, language="sq"))
    assert title.startswith("Çadra: 1 ")
    assert len(title) < 20
