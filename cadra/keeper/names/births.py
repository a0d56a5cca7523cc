"""Births: how well two birth dates agree when one may be partly known, mistaken or swapped."""

import re
from dataclasses import dataclass
from typing import Any

import numpy as np

FIRST_YEAR = 1880
LAST_YEAR = 2135
SAME_DAY = 5.0
"""What the same day of the same month is worth in nats, beside the year."""
_WORTH = ((0.0, 0.4, 0.6, 0.8, 1.0), (-4.0, -0.5, 0.6, 1.8, 3.8))
"""Agreement → worth: a year given right, one off, with two digits swapped, two off, or quite another."""
_ISO = re.compile(r"^(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?$")
_NEAR = {0: 1.0, 1: 0.8, 2: 0.4}
_TYPING_SLIP = 0.6
"""Two digits swapped (1989 for 1998) or a decade off (1979 for 1989)."""


@dataclass(frozen=True)
class Birth:
    """A birth as far as it is known: zero where a part is not. `loose` when the year is an estimate."""

    year: int = 0
    month: int = 0
    day: int = 0
    loose: bool = False

    @property
    def monthday(self) -> int:
        """Month and day in one number (month × 32 + day); 0 when either is unknown."""
        return self.month * 32 + self.day if self.month and self.day else 0


def from_message(item: dict[str, Any]) -> Birth:
    """Read birth_date ('1999', '1999-04' or '1999-04-21'), else birth_year; birth_precision 'estimated',
    'about', 'year' or 'month' says how far to trust them."""
    precision = str(item.get("birth_precision") or "")
    found = _ISO.match(str(item.get("birth_date") or ""))
    year, month, day = (int(part or 0) for part in found.groups()) if found else (0, 0, 0)
    year = year or int(item.get("birth_year") or 0)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        year = 0
    if precision in ("estimated", "about", "year") or not 1 <= month <= 12:
        month = day = 0
    if precision == "month" or not 1 <= day <= 31:
        day = 0
    return Birth(year, month, day, loose=precision in ("estimated", "about"))


def agreement(asked: Birth, known: Birth) -> float | None:
    """How well two births agree, 0 to 1; None when one of them is unknown."""
    if not asked.year or not known.year:
        return None
    years = _years(asked.year, known.year, loose=asked.loose or known.loose)
    if not asked.monthday or not known.monthday:
        return years
    if asked.monthday == known.monthday:
        return max(years, 0.85 if years else 0.5)
    if (asked.month, asked.day) == (known.day, known.month):
        return 0.9 * years
    if asked.month == known.month or asked.day == known.day:
        return 0.85 * years
    return 0.6 * years


def words(asked: Birth, known: Birth) -> str:
    """'date', 'year', 'near', 'differs' or 'unknown': what agrees, for the person who judges."""
    value = agreement(asked, known)
    if value is None:
        return "unknown"
    if asked.monthday and asked == known:
        return "date"
    if value >= 0.99:
        return "year"
    return "near" if value >= 0.5 else "differs"


def worth(asked: Birth, known: Birth) -> float:
    """What two births are worth as evidence, in nats; 0 when one of them is unknown."""
    value = agreement(asked, known)
    if value is None:
        return 0.0
    same_day = SAME_DAY if asked.monthday and asked.monthday == known.monthday else 0.0
    return float(np.interp(value, *_WORTH)) + same_day


def worth_by_year(asked: Birth) -> np.ndarray:
    """Worth for every year from FIRST_YEAR - 1 (standing for unknown) to LAST_YEAR, float32."""
    table = np.zeros(LAST_YEAR - FIRST_YEAR + 2, dtype=np.float32)
    if asked.year:
        for place in range(1, len(table)):
            table[place] = np.interp(_years(asked.year, FIRST_YEAR + place - 1, loose=asked.loose), *_WORTH)
    return table


def place_of(year: int) -> int:
    """The place of a year in `worth_by_year`; 0 for an unknown year."""
    return year - FIRST_YEAR + 1 if year else 0


def _years(one: int, other: int, *, loose: bool) -> float:
    apart = abs(one - other)
    if loose:
        return max(0.0, 1.0 - apart * 0.1) if apart <= 5 else 0.0
    if apart in _NEAR:
        return _NEAR[apart]
    swapped = sorted(str(one)) == sorted(str(other)) and one // 100 == other // 100
    return _TYPING_SLIP if swapped or apart == 10 else 0.0
