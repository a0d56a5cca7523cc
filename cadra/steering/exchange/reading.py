"""One row of a sheet as values of the standard: what stays exactly as written, and what can't be taken in.

An original value is text, number, yes/no, `{"day": "1990-01-31"}` or `{"moment": "1990-01-31T08:00:00"}`: JSON,
sealed as it is, so that the export gives back what came in.
"""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from openpyxl.utils import get_column_letter

from cadra.foundation.kernel.pack import pack
from cadra.steering.exchange import standard
from cadra.steering.exchange.columns import NUMBER_COLUMN, Columns
from cadra.steering.exchange.standard import Field
from cadra.steering.exchange.workbook import Cells, Fault, Formula, Sheet

EARLIEST = dt.date(1900, 1, 1)
YEARS_AHEAD = 20
PLANNED = ("spl_PlannedEndDate",)
LONGEST = 32_767
NUMBERS = {"vic_AgeWhenTrafficked": (0, 120), "prs_NumberOfChildren": (0, 40)}
LATITUDE, LONGITUDE = (-90, 90), (-180, 180)
DECIDES = ("vic_TraffickingStatus",)
YES, NO = ("true", "1", "yes", "y"), ("false", "0", "no", "n")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?")
_DOTS = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4})")

Originals = dict[str, Any]


@dataclass(frozen=True)
class Problem:
    """Something to put right: `code` is a key of `words.PROBLEMS`; `row` and `column` as Excel shows them."""

    code: str
    row: int
    column: str
    field: str = ""
    value: str = ""


@dataclass
class Row:
    """One person's row. `strange`: (field, text) of values the standard does not know; they are kept as words."""

    number: int
    originals: Originals
    problems: list[Problem] = field(default_factory=list)
    strange: list[tuple[str, str]] = field(default_factory=list)
    unread: list[int] = field(default_factory=list)

    @property
    def has_name(self) -> bool:
        """Whether the row says who she is, so that the same row twice is the same person."""
        return any(self.originals.get(name) for name in ("prs_FirstName", "prs_SecondName", "prs_IdentityNumber"))


class NotADate(ValueError):
    """Text that is no date, or one that could be two. `code` as in `Problem`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read_rows(sheet: Sheet, columns: Columns) -> Iterator[Row]:
    """Each row below the head that says something besides its number."""
    for number, cells in sheet.rows():
        if number >= columns.first_row and any(column != NUMBER_COLUMN or column in columns.fields for column in cells):
            row = read_row(number, cells, columns)
            if row.originals or row.problems or row.unread:
                yield row


def read_row(number: int, cells: Cells, columns: Columns) -> Row:
    """The values of one row, its problems, and which unknown columns hold something."""
    row = Row(number, {})
    for column, value in cells.items():
        if isinstance(value, str) and not value.strip():
            continue
        one = columns.fields.get(column)
        if one is not None:
            _take(row, get_column_letter(column), one, value)
        elif column in columns.ticks:
            _tick(row, *columns.ticks[column], value)
        elif column in columns.unknown or column != NUMBER_COLUMN:
            row.unread.append(column)
    return row


def _take(row: Row, letter: str, one: Field, value: Any) -> None:
    try:
        original = _original(one, value)
    except _Wrong as wrong:
        row.problems.append(Problem(wrong.code, row.number, letter, one.id, _short(value)))
        return
    row.originals[one.id] = original
    if one.coded or one.kind == "check":
        strange = [] if one.kind == "check" and truth(original) is not None else _strange(one, original)
        if strange and one.id in DECIDES:
            row.problems.append(Problem("unknown_status", row.number, letter, one.id, _short(value)))
            return
        row.strange += [(one.id, text[:100]) for text in strange]


def _tick(row: Row, one: Field, code: str, value: Any) -> None:
    if truth(value) is True:
        before = row.originals.get(one.id)
        row.originals[one.id] = f"{before};{code}" if before else code


class _Wrong(Exception):
    def __init__(self, code: str) -> None:
        self.code = code


def _original(one: Field, value: Any) -> Any:
    if isinstance(value, Formula):
        raise _Wrong("formula")
    if isinstance(value, Fault):
        raise _Wrong("excel_error")
    if isinstance(value, str) and len(value) > LONGEST:
        raise _Wrong("too_long")
    if one.kind == "date":
        return _checked_date(one, value)
    if one.kind in ("number", "place"):
        _check_number(one, value)
    if isinstance(value, dt.datetime):
        return {"day": value.date().isoformat()} if value.time() == dt.time() else {"moment": value.isoformat()}
    if isinstance(value, dt.time | dt.timedelta):
        return str(value)
    return value


def _checked_date(one: Field, value: Any) -> Any:
    try:
        day = as_date(value)
    except NotADate as problem:
        raise _Wrong(problem.code) from None
    today = pack().today()
    last = today.replace(year=today.year + YEARS_AHEAD, day=1) if one.id in PLANNED else today
    if day < EARLIEST:
        raise _Wrong("too_early")
    if day > last:
        raise _Wrong("too_late" if one.id in PLANNED else "in_future")
    if isinstance(value, dt.datetime):
        return {"day": day.isoformat()} if value.time() == dt.time() else {"moment": value.isoformat()}
    return value


def as_date(value: Any) -> dt.date:
    """A date from a cell or an original value. Text: 1990-01-31, 31.1.1990; 31/1/1990 unless it could be two dates."""
    if isinstance(value, dict):
        return dt.date.fromisoformat(str(value.get("day") or value.get("moment"))[:10])
    if isinstance(value, dt.datetime):
        return value.date()
    text = str(value).strip()
    if found := _ISO.fullmatch(text):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    if found := _DOTS.fullmatch(text):
        first, second, year = (int(part) for part in found.groups())
        if "/" in text and first <= 12 and second <= 12 and first != second:
            raise NotADate("ambiguous_date")
        return _day(year, second, first) if second <= 12 else _day(year, first, second)
    raise NotADate("not_a_date")


def _day(year: int, month: int, day: int) -> dt.date:
    try:
        return dt.date(year, month, day)
    except ValueError:
        raise NotADate("not_a_date") from None


def _check_number(one: Field, value: Any) -> None:
    try:
        number = float(str(value).strip().replace(",", "."))
    except ValueError:
        raise _Wrong("not_a_number") from None
    lowest, highest = NUMBERS.get(one.id, LATITUDE if one.id.endswith("Latitude") else LONGITUDE)
    if isinstance(value, bool) or not lowest <= number <= highest:
        raise _Wrong("number_out_of_range")
    if one.id in NUMBERS and not number.is_integer():
        raise _Wrong("not_a_number")


def _strange(one: Field, original: Any) -> list[str]:
    if one.kind == "check":
        return [text_of(original)]
    return standard.codes_in(one, text_of(original))[1]


def truth(value: Any) -> bool | None:
    """Yes or no, as a cell may say it; None for anything else."""
    if isinstance(value, bool):
        return value
    text = standard.plain(value)
    return True if text in YES else False if text in NO else None


def text_of(original: Any) -> str:
    """An original value as words."""
    if isinstance(original, dict):
        return str(original.get("day") or original.get("moment") or "")
    if isinstance(original, bool):
        return "TRUE" if original else "FALSE"
    return str(original)


def cell_of(original: Any) -> Any:
    """An original value as a cell of the export."""
    if isinstance(original, dict):
        if "day" in original:
            return dt.date.fromisoformat(original["day"])
        return dt.datetime.fromisoformat(original["moment"])
    return original


def _short(value: Any) -> str:
    """What stands in the cell, so that it can be found; never a formula's inside."""
    if isinstance(value, Formula):
        return ""
    if isinstance(value, Fault):
        return value.text[:40]
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    return str(value)[:60]
