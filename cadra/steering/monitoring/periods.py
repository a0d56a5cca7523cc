"""Years and quarters on the country's clock, and what a page was asked to show."""

import datetime as dt
from dataclasses import dataclass

from cadra.foundation.kernel import clock

QUARTERS = ("1", "2", "3", "4")
#: Dates before are mistakes of typing, not years to offer.
FIRST_YEAR = 2000


@dataclass(frozen=True)
class Frame:
    """What is shown: a year, and of it one quarter or one area or everything. Never a quarter of an area."""

    year: int
    axis: str = ""
    code: str = ""


def halves(moment: dt.datetime, how_many: int) -> list[tuple[dt.date, dt.date]]:
    """The last halves of a year that are over, newest first: (first day, first day after)."""
    day = clock.local_date(moment)
    end = dt.date(day.year, 7 if day.month > 6 else 1, 1)
    found = []
    for _number in range(how_many):
        start = dt.date(end.year - (end.month == 1), 7 if end.month == 1 else 1, 1)
        found.append((start, end))
        end = start
    return found


def quarters(year: int) -> list[dt.datetime]:
    """The five instants between which the quarters of a year lie: its first, …, the first of the next year."""
    days = [*(dt.date(year, month, 1) for month in (1, 4, 7, 10)), dt.date(year + 1, 1, 1)]
    return [clock.at(day) for day in days]


def years(first: int, last: int) -> list[dt.datetime]:
    """The first instants of these years and of the one after."""
    return [clock.at(dt.date(year, 1, 1)) for year in range(first, last + 2)]
