"""Whoever looks for help finds who gives it: by need, place, language, group, and tonight."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cadra.foundation.catalogue import openings, queries
from cadra.foundation.catalogue.models import Service
from cadra.foundation.catalogue.queries import Wanted
from cadra.foundation.catalogue.tests.offers import offer
from cadra.foundation.kernel.clock import at

MOST_QUERIES = 12


def found(house: Any, **wanted: Any) -> set[str]:
    with house.as_("ada"):
        return {row.kind for row in queries.search(Wanted(**wanted))[0]}


@pytest.fixture
def two(house: Any) -> Any:
    offer(house, "marta", words={"en": "A bed tonight, no questions."})
    offer(house, "kleo")
    return house


@pytest.mark.parametrize(
    ("wanted", "kinds"),
    [
        ({}, {"emergency_shelter", "medical"}),
        ({"need": "medical"}, {"medical"}),
        ({"need": "domain:accommodation"}, {"emergency_shelter"}),
        ({"need": "domain:legal_status"}, set()),
        ({"language": "rom"}, {"emergency_shelter"}),
        ({"group": "men"}, {"medical"}),
        ({"children": True}, {"emergency_shelter"}),
        ({"wheelchair": True}, {"medical"}),
        ({"area": "AL-06-korce"}, {"emergency_shelter", "medical"}),
        ({"area": "AL-12"}, {"emergency_shelter"}),
        ({"tonight": True}, {"emergency_shelter"}),
        ({"words": "strehim emergjent"}, {"emergency_shelter"}),
        ({"words": "QUESTIONS"}, {"emergency_shelter"}),
        ({"words": "clinic lake"}, {"medical"}),
        ({"words": "nowhere"}, set()),
    ],
)
def test_each_filter_leaves_what_answers_it(two: Any, wanted: dict[str, Any], kinds: set[str]) -> None:
    assert found(two, **wanted) == kinds


def test_a_full_shelter_is_not_found_for_tonight_and_stays_in_the_list(house: Any) -> None:
    row = offer(house, "marta")
    house.sql("UPDATE catalogue_service SET free_places = 0 WHERE id = %s", [row.pk])
    assert found(house, tonight=True) == set()
    page = house.client("ada").get("/services/").content.decode()
    assert "Full" in page


@pytest.mark.parametrize(
    ("days", "opens", "closes", "moment", "is_open"),
    [
        ([1], (8, 0), (16, 0), (2026, 11, 23, 12, 0), True),  # a Monday
        ([1], (8, 0), (16, 0), (2026, 11, 23, 16, 0), False),
        ([1], (8, 0), (16, 0), (2026, 11, 24, 12, 0), False),
        ([7], (20, 0), (2, 0), (2026, 11, 23, 1, 0), True),  # since Sunday evening
        ([7], (20, 0), (2, 0), (2026, 11, 22, 1, 0), False),
    ],
)
def test_open_now_says_the_same_in_a_search_and_on_a_page(
    house: Any, days: list[int], opens: tuple[int, int], closes: tuple[int, int], moment: Any, is_open: bool
) -> None:
    row = offer(house, "kleo", days=days, opens=dt.time(*opens), closes=dt.time(*closes))
    instant = at(dt.date(*moment[:3]), dt.time(*moment[3:]))
    assert openings.is_open(row, instant) is is_open
    with house.as_("ada"):
        assert Service.objects.filter(openings.open_now(instant)).exists() is is_open


def test_the_pages_follow_each_other_and_lose_nobody(house: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "PAGE", 2)
    for kind in ("medical", "psychological", "psychiatric", "addiction", "disability_support"):
        offer(house, "kleo", kind=kind)
    seen: list[str] = []
    older = ""
    with house.as_("ada"):
        for _page in range(3):
            rows, older = queries.search(Wanted(), after=older)
            seen += [row.kind for row in rows]
    assert older == ""
    assert sorted(seen) == sorted({"medical", "psychological", "psychiatric", "addiction", "disability_support"})


def test_what_was_looked_for_stands_in_the_address_and_a_wrong_address_finds_everything(two: Any) -> None:
    client = two.client("ada")
    page = client.get("/services/?need=medical&also=wheelchair").content.decode()
    assert "Clinic of the Lake" in page
    assert "House of the Oak" not in page
    assert client.get("/services/?need=nonsense&institution=7&also=x").status_code == 200
    assert client.get("/services/?after=nonsense").status_code == 404


def test_a_search_and_a_service_ask_few_questions(two: Any) -> None:
    client = two.client("ada")
    with two.as_("ada"):
        row = Service.objects.first()
    for path in ("/services/?need=medical", f"/services/{row.pk}/"):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(path).status_code == 200
        assert len(asked) <= MOST_QUERIES, path


def test_nothing_found_says_what_to_do(house: Any) -> None:
    client = house.client("ada")
    assert "No service is in the catalogue yet" in client.get("/services/").content.decode()
    assert "Take away one of the filters" in client.get("/services/?need=medical").content.decode()
