"""With very many files the worker counts, and pages show the same figures from what it kept."""

from typing import Any

import pytest

from cadra.steering.monitoring import counting, snapshots
from cadra.steering.monitoring.subjects import SUBJECTS


@pytest.fixture
def many(crowd: Any, monkeypatch: Any) -> Any:
    """So many files that a page does not count for itself."""
    monkeypatch.setattr(snapshots, "COUNT_AT_ONCE", 10)
    return crowd


def test_what_is_kept_is_what_would_be_counted(many: Any) -> None:
    assert snapshots.refresh() == len(snapshots.count_years().figures)
    kept = snapshots.ask(2025, tuple(SUBJECTS))
    assert kept.years == snapshots.count_years()
    for name in SUBJECTS:
        counted = snapshots.count_subject(name, 2025)
        assert kept.subjects is not None
        assert kept.subjects[name].figures == counted.figures
        assert kept.subjects[name].waits.keys() == counted.waits.keys()


def test_a_page_about_very_many_files_counts_nothing(many: Any, monkeypatch: Any) -> None:
    snapshots.refresh()
    monkeypatch.setattr(counting, "count", lambda *_: pytest.fail("the page counted"))
    assert many.client("mona").get("/figures/").status_code == 200


def test_an_unknown_year_is_the_newest(many: Any) -> None:
    snapshots.refresh()
    newest = snapshots.ask(None, ("persons",))
    assert snapshots.ask(1999, ("persons",)).subjects == newest.subjects
    assert snapshots.ask(0, ("persons",)).subjects == newest.subjects


def test_past_years_are_counted_again_only_after_a_day(many: Any) -> None:
    first = snapshots.refresh()
    assert (first > 1, snapshots.refresh()) == (True, 1)


def test_nothing_small_is_kept(many: Any) -> None:
    snapshots.refresh()
    numbers = many.sql(
        "SELECT DISTINCT cell.value #>> '{}' FROM monitoring_snapshot s,"
        " jsonb_each(s.content -> 'subjects' -> 'persons' -> 'lines') line, jsonb_each(line.value) cell"
        " WHERE jsonb_typeof(cell.value) = 'number' AND (cell.value)::int BETWEEN 1 AND 4"
    )
    assert numbers == []


def test_the_worker_does_nothing_while_pages_count_for_themselves(crowd: Any) -> None:
    assert snapshots.refresh() == 0
    assert crowd.sql("SELECT count(*) FROM monitoring_snapshot") == [(0,)]
