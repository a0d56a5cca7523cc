"""Time: kept in UTC, counted and shown in the country's zone, right also on the days the clock changes.

Minutes and hours are counted as they pass. Days, months, years and working days are counted on the
country's calendar and keep the hour of the day. Working days skip the pack's weekend and holidays.
"""

import calendar
import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.conf import settings
from django.utils import timezone

from cadra.foundation.kernel.pack import pack
from cadra.foundation.kernel.pack.models import Limit

DAY = dt.timedelta(days=1)
_pretended: ContextVar[dt.datetime | None] = ContextVar("pretended", default=None)


def now() -> dt.datetime:
    """This instant, aware, in UTC."""
    return _pretended.get() or timezone.now()


@contextmanager
def pretend(instant: dt.datetime) -> Iterator[None]:
    """Let `now` be another instant while an invented story is told. RuntimeError outside the demonstration.

    PostgreSQL, the keeper and the ledger keep their own, true time: nothing told later can look older there.
    """
    if not settings.DEMO:
        raise RuntimeError("Time is only ever invented in the demonstration.")
    former = _pretended.set(instant.astimezone(dt.UTC))
    try:
        yield
    finally:
        _pretended.reset(former)


def local(instant: dt.datetime) -> dt.datetime:
    """The instant on the country's clock."""
    return instant.astimezone(pack().zone)


def local_date(instant: dt.datetime) -> dt.date:
    """The day it is in the country at that instant."""
    return local(instant).date()


def today() -> dt.date:
    """The day it is in the country now."""
    return local_date(now())


def at(day: dt.date, hour: dt.time = dt.time.min) -> dt.datetime:
    """The instant, in UTC, at which the country's clock shows `hour` on `day`.

    An hour skipped in spring becomes the one after it; an hour shown twice in autumn is the first.
    """
    return dt.datetime.combine(day, hour.replace(tzinfo=None), tzinfo=pack().zone).astimezone(dt.UTC)


def shows(day: dt.date, hour: dt.time) -> bool:
    """Whether the country's clock shows `hour` on `day`: one hour a year is skipped when the clocks go forward."""
    return local(at(day, hour)).replace(tzinfo=None) == dt.datetime.combine(day, hour.replace(tzinfo=None))


def day_bounds(day: dt.date) -> tuple[dt.datetime, dt.datetime]:
    """The first instant of `day` in the country and the first of the day after: 23, 24 or 25 hours apart."""
    return at(day), at(day + DAY)


def add_hours(instant: dt.datetime, hours: float) -> dt.datetime:
    """That many hours later, as they pass."""
    return instant.astimezone(dt.UTC) + dt.timedelta(hours=hours)


def add_days(instant: dt.datetime, days: int) -> dt.datetime:
    """The same hour of the day, so many days later on the country's calendar."""
    start = local(instant)
    return at(start.date() + days * DAY, start.time())


def add_months(instant: dt.datetime, months: int) -> dt.datetime:
    """The same hour, so many months later; the last day of the month where that day does not exist."""
    start = local(instant)
    return at(month_later(start.date(), months), start.time())


def month_later(day: dt.date, months: int) -> dt.date:
    """The same day of the month, so many months later; the last day of the month where it does not exist."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def is_working_day(day: dt.date) -> bool:
    """Whether offices work on `day`: neither in the pack's weekend nor a holiday of the pack."""
    return day.isoweekday() not in pack().weekend and not pack().is_holiday(day)


def add_working_days(instant: dt.datetime, days: int) -> dt.datetime:
    """The same hour on the last of so many working days, counting from the day after."""
    start = local(instant)
    day = start.date()
    while days > 0:
        day += DAY
        days -= is_working_day(day)
    return at(day, start.time())


def deadline(start: dt.datetime, limit: Limit) -> dt.datetime:
    """When `limit` ends if it begins at `start`."""
    if limit.unit == "minutes":
        return add_hours(start, limit.value / 60)
    if limit.unit == "hours":
        return add_hours(start, limit.value)
    if limit.unit == "days":
        return add_days(start, limit.value)
    if limit.unit == "working_days":
        return add_working_days(start, limit.value)
    return add_months(start, limit.value * (12 if limit.unit == "years" else 1))
