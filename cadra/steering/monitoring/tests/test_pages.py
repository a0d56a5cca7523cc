"""Who sees figures, what stands there when there is nothing, and that nobody's identity ever does."""

from typing import Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cadra.steering.monitoring import snapshots

PAGES = ["figures", "times", "help", "not_helped", "ratings", "compare"]
READERS = ["mona", "rea", "sara"]
STRANGERS = ["ada", "petrit", "marta", "kleo", "ina", "sys", "dita", "lule"]
YEAR = "2025"


def looks(house: Any) -> list[tuple[Any, ...]]:
    return house.sql("SELECT verb, subjects, compartments, purpose FROM ledger_entry WHERE verb = 'looked_at_figures'")


@pytest.mark.parametrize("name", READERS)
def test_those_who_follow_the_mechanism_see_it(house: Any, name: str) -> None:
    client = house.client(name)
    seen = {page: client.get(reverse(f"monitoring:{page}")).status_code for page in PAGES}
    judged = seen.pop("ratings")  # as it grows day by day, one answer after another
    assert set(seen.values()) == {200}
    assert judged == (404 if name == "sara" else 200)
    assert ("/figures/ratings/" in client.get("/figures/").content.decode()) is (judged == 200)


def test_a_committee_secretary_sees_it(house: Any) -> None:
    house.sql("UPDATE network_roleholding SET role = 'committee_secretary' WHERE role = 'monitor'")
    assert house.client("mona").get(reverse("monitoring:figures")).status_code == 200


def test_for_everybody_else_there_is_no_such_page(house: Any) -> None:
    addresses = [reverse(f"monitoring:{page}") for page in PAGES]
    addresses.append(reverse("monitoring:numbers", args=["persons"]))
    for name in STRANGERS:
        client = house.client(name)
        assert {client.get(address).status_code for address in addresses} == {404}, name
    assert looks(house) == []


def test_somebody_not_signed_in_is_sent_to_sign_in(house: Any) -> None:
    assert house.client().get(reverse("monitoring:figures")).status_code == 302


def test_nothing_counted_yet_says_when_figures_appear(house: Any) -> None:
    client = house.client("mona")
    for page in PAGES:
        html = client.get(reverse(f"monitoring:{page}")).content.decode()
        assert " appear here when " in html
        assert "cadra-bar" not in html


def test_each_look_is_in_the_ledger_about_nobody(house: Any) -> None:
    client = house.client("mona")
    for page in PAGES:
        client.get(reverse(f"monitoring:{page}"))
    assert looks(house) == [("looked_at_figures", [], [], "")] * len(PAGES)


@pytest.mark.parametrize("page", PAGES)
def test_every_page_draws_bars_first_and_the_table_behind(crowd: Any, page: str) -> None:
    client = crowd.client("mona")
    for frame in ({}, {"quarter": "2"}, {"area": "AL-01"}):
        html = client.get(reverse(f"monitoring:{page}"), {"year": YEAR, **frame}).content.decode()
        assert 0 < html.index("cadra-bar") < html.index("<table")
        assert html.count("<details") > html.count("<table") > 0


@pytest.mark.parametrize("page", PAGES)
def test_a_page_asks_the_database_at_most_twelve_times(crowd: Any, page: str) -> None:
    client, address = crowd.client("mona"), reverse(f"monitoring:{page}")
    client.get(address)
    with (
        CaptureQueriesContext(connections["default"]) as app,
        CaptureQueriesContext(connections["gate"]) as gate,
        CaptureQueriesContext(connections["stats"]) as stats,
    ):
        client.get(address, {"year": YEAR})
    asked = [*app.captured_queries, *gate.captured_queries, *stats.captured_queries]
    own = [one["sql"] for one in asked if not one["sql"].startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"))]
    assert len(own) <= 12, own


def test_a_quarter_of_an_area_is_refused_with_the_reason(crowd: Any) -> None:
    asked = {"year": YEAR, "quarter": "1", "area": "AL-01"}
    html = crowd.client("mona").get(reverse("monitoring:figures"), asked).content.decode()
    assert "Choose a quarter or an area, not both." in html
    assert "2025, whole country" in html


WRONG = ({"year": "1870"}, {"year": "९९९९"}, {"year": "x"}, {"quarter": "5"}, {"area": "Tirana'--"}, {"by": "name"})


@pytest.mark.parametrize("page", PAGES)
def test_a_wrong_address_shows_the_figures_all_the_same(house: Any, page: str) -> None:
    client = house.client("mona")
    for asked in WRONG:
        assert client.get(reverse(f"monitoring:{page}"), asked).status_code == 200, asked


def test_albanian_pages_open(crowd: Any, settings: Any) -> None:
    client = crowd.client("mona")
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "sq"
    html = client.get(reverse("monitoring:figures"), {"year": YEAR}).content.decode()
    assert '<html lang="sq"' in html
    assert "Qarku Berat" in html


def test_while_the_worker_counts_for_the_first_time_the_page_says_so(crowd: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(snapshots, "COUNT_AT_ONCE", 10)
    html = crowd.client("mona").get(reverse("monitoring:figures")).content.decode()
    assert "being counted for the first time" in html
