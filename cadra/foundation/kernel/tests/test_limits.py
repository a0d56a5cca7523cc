"""A time limit is the one in force that day, and an installation may set its own."""

import datetime as dt

import pytest

from cadra.foundation.kernel.pack import PackError

HEAD = "code,value,unit,starts,ends,verified,source,note_en,note_fr"


def test_the_limit_in_force_on_the_day_applies(zz):
    assert zz.limit("acknowledge", on=dt.date(2024, 12, 31)).value == 9
    assert zz.limit("acknowledge", on=dt.date(2025, 1, 1)).value == 7
    assert [limit.value for limit in zz.limits.versions("acknowledge")] == [9, 7]


def test_a_day_without_a_limit_says_so(zz):
    with pytest.raises(LookupError, match="no 'acknowledge' in force on 1999-12-31"):
        zz.limit("acknowledge", on=dt.date(1999, 12, 31))


def test_without_a_day_it_is_today_in_the_country(zz, time_machine):
    time_machine.move_to(dt.datetime(2024, 12, 31, 10, 30, tzinfo=dt.UTC))  # already the next day there
    assert zz.today() == dt.date(2025, 1, 1)
    assert zz.limit("acknowledge").value == 7


def test_an_installation_sets_its_own_limits(spoiled, tmp_path):
    own = tmp_path / "own.csv"
    own.write_text(f"{HEAD}\nacknowledge,90,minutes,2000-01-01,,yes,Order 12,,\n", encoding="utf-8")
    country = spoiled.load(str(own))
    limit = country.limit("acknowledge", on=dt.date(2010, 1, 1))
    assert (limit.value, limit.unit, limit.source) == (90, "minutes", "Order 12")
    assert limit.text["fr"] == "Acknowledge (délai)"
    assert len(country.limits.versions("acknowledge")) == 1
    assert country.limit("first_contact").value == 5


def test_a_mistake_in_the_own_limits_names_that_file(spoiled, tmp_path):
    own = tmp_path / "own.csv"
    own.write_text(
        f"{HEAD}\nacknowlege,2,hours,2000-01-01,,yes,x,,\nassign,soon,hours,2000-01-01,,yes,x,,\n",
        encoding="utf-8",
    )
    with pytest.raises(PackError) as caught:
        spoiled.load(str(own))
    assert [str(problem) for problem in caught.value.problems] == [
        "own.csv, line 2: 'acknowlege' is not a time limit of this pack.",
        "own.csv, line 3: 'soon' in 'value' is not a whole number.",
    ]
