"""Time is counted rightly also on the days the clock changes."""

import datetime as dt

import pytest

from cadra.foundation.kernel import clock
from cadra.foundation.kernel.pack import pack


def utc(*parts: int) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def in_albania(country):
    country("al")


def test_now_is_in_utc_and_today_is_the_country_s_day(time_machine):
    time_machine.move_to(utc(2026, 7, 1, 22, 30), tick=False)
    assert clock.now() == utc(2026, 7, 1, 22, 30)
    assert clock.today() == dt.date(2026, 7, 2)


def test_hours_pass_over_the_spring_change():
    before = utc(2026, 3, 28, 22, 0)  # 23:00 there
    after = clock.add_hours(before, 24)
    assert after - before == dt.timedelta(hours=24)
    assert clock.local(after).hour == 0  # midnight of the day after: one hour was skipped


def test_days_keep_the_hour_over_the_spring_change():
    before = utc(2026, 3, 28, 9, 0)  # 10:00 there
    after = clock.add_days(before, 1)
    assert clock.local(after).hour == 10
    assert after - before == dt.timedelta(hours=23)


def test_days_keep_the_hour_over_the_autumn_change():
    before = utc(2026, 10, 24, 8, 0)  # 10:00 there
    assert clock.add_days(before, 1) - before == dt.timedelta(hours=25)


def test_an_hour_that_does_not_exist_becomes_the_one_after():
    assert clock.local(clock.at(dt.date(2026, 3, 29), dt.time(2, 30))).time() == dt.time(3, 30)


def test_an_hour_shown_twice_is_the_first():
    assert clock.at(dt.date(2026, 10, 25), dt.time(2, 30)) == utc(2026, 10, 25, 0, 30)


@pytest.mark.parametrize(("day", "hours"), [((2026, 3, 29), 23), ((2026, 10, 25), 25), ((2026, 6, 1), 24)])
def test_a_day_has_the_hours_it_has(day, hours):
    first, next_first = clock.day_bounds(dt.date(*day))
    assert next_first - first == dt.timedelta(hours=hours)


def test_a_month_after_the_last_of_january_is_the_last_of_february():
    assert clock.month_later(dt.date(2026, 1, 31), 1) == dt.date(2026, 2, 28)
    assert clock.month_later(dt.date(2023, 11, 30), 3) == dt.date(2024, 2, 29)
    assert clock.local_date(clock.add_months(utc(2026, 1, 31, 12, 0), 13)) == dt.date(2027, 2, 28)


def test_working_days_skip_weekend_and_holidays():
    friday = clock.at(dt.date(2026, 11, 27), dt.time(9, 0))  # Saturday and Sunday are also holidays that year
    assert clock.local_date(clock.add_working_days(friday, 1)) == dt.date(2026, 11, 30)
    assert clock.local_date(clock.add_working_days(friday, 6)) == dt.date(2026, 12, 7)


def test_another_country_works_on_other_days(country):
    country("zz")
    assert not clock.is_working_day(dt.date(2026, 7, 3))  # its weekend is Friday
    assert clock.is_working_day(dt.date(2026, 7, 4))
    assert not clock.is_working_day(dt.date(2027, 2, 3))  # every year
    assert not clock.is_working_day(dt.date(2026, 7, 14))
    assert clock.is_working_day(dt.date(2027, 7, 14))  # that year only


@pytest.mark.parametrize(
    ("code", "end"),
    [
        ("identity_open", utc(2026, 3, 27, 9, 5)),
        ("break_glass", utc(2026, 3, 27, 11, 0)),
        ("needs_assessment", utc(2026, 4, 16, 8, 0)),
        ("assign", utc(2026, 3, 31, 8, 0)),
        ("recovery_reflection", utc(2026, 6, 27, 8, 0)),
        ("retention_file", utc(2036, 3, 27, 9, 0)),
    ],
)
def test_a_deadline_follows_the_unit_of_its_limit(code, end):
    assert clock.deadline(utc(2026, 3, 27, 9, 0), pack().limit(code, on=dt.date(2026, 3, 27))) == end
