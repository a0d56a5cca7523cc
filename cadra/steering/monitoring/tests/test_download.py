"""The numbers of a page as a file: the same figures, hidden in the same places, line by line."""

import csv
from typing import Any

import pytest
from django.urls import reverse

from cadra.foundation.shell.tests.pages import Page


def rows_of(house: Any, page: str, **asked: str) -> list[dict[str, str]]:
    answer = house.client("mona").get(reverse("monitoring:numbers", args=[page]), asked)
    assert answer.status_code == 200
    assert answer.streaming
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(text.splitlines()))


@pytest.mark.parametrize("page", ["persons", "times", "help", "not_helped", "compare"])
def test_it_has_every_cell_of_the_page_and_no_other(crowd: Any, page: str) -> None:
    address = reverse("monitoring:figures" if page == "persons" else f"monitoring:{page}")
    for asked in ({"year": "2025"}, {"year": "2024", "area": "AL-01"}):
        html = crowd.client("mona").get(address, asked).content.decode()
        cells = [cell.text for cell in Page(html).all("td")]
        assert [row["As shown"] for row in rows_of(crowd, page, **asked)] == cells


def test_a_figure_that_is_not_shown_has_no_number(crowd: Any) -> None:
    rows = rows_of(crowd, "persons", year="2025")
    hidden = [row for row in rows if row["As shown"] in ("fewer than 5", "not shown")]
    assert hidden
    assert {row["Number"] for row in hidden} == {""}


def test_no_number_is_about_fewer_than_five(crowd: Any) -> None:
    rows = [row for row in rows_of(crowd, "compare", year="2025", by="form") if row["Number"]]
    assert min(float(row["Number"]) for row in rows if row["Number"] != "0") >= 5


def test_taking_the_numbers_is_in_the_ledger(crowd: Any) -> None:
    rows_of(crowd, "help")
    assert crowd.sql("SELECT verb, subjects, purpose FROM ledger_entry WHERE purpose = 'download'") == [
        ("looked_at_figures", [], "download")
    ]


def test_there_are_numbers_of_known_pages_only(house: Any) -> None:
    assert house.client("mona").get(reverse("monitoring:numbers", args=["names"])).status_code == 404
