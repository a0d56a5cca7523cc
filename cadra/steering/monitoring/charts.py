"""Figures as charts: the same rows are drawn as bars, as the table behind them, and as lines of the download."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from cadra.steering.monitoring import words
from cadra.steering.monitoring.suppression import Shown


@dataclass(frozen=True)
class Cell:
    """One figure: what is read, and the number (None where it is not shown)."""

    text: str
    number: float | None = None


@dataclass(frozen=True)
class Row:
    """One line of a chart. `cells` stand under the columns of the chart; the first one is the bar."""

    label: str
    cells: tuple[Cell, ...]
    drawn: bool = True


@dataclass(frozen=True)
class Chart:
    """One chart. `columns`: heads of the table, the first over the labels. `closed`: why nothing is shown."""

    key: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...] = ()
    note: str = ""
    closed: str = ""
    wide: bool = False
    lead: tuple[str, ...] = field(default=())

    @property
    def bars(self) -> list[dict[str, Any]]:
        """What the bars need; empty lines are left to the table."""
        return [
            {"label": row.label, "value": row.cells[0].number or 0, "figure": row.cells[0].text}
            for row in self.rows
            if row.drawn
        ]

    @property
    def largest(self) -> float:
        return max((row.cells[0].number or 0 for row in self.rows if row.drawn), default=0)

    @property
    def head(self) -> list[Any]:
        """Heads for the table component."""
        return [self.columns[0], *({"text": name, "numeric": True} for name in self.columns[1:])]

    @property
    def table(self) -> list[list[Any]]:
        """Rows for the table component."""
        return [[row.label, *({"text": cell.text, "numeric": True} for cell in row.cells)] for row in self.rows]


def counted(cell: Shown, minimum: int) -> Cell:
    """A cell of a count."""
    return Cell(words.shown(cell, minimum), cell if isinstance(cell, int) else None)


def share(cell: Shown, total: Shown) -> Cell:
    """A part of a whole in per cent; nothing when either is not shown."""
    if not isinstance(cell, int) or not isinstance(total, int) or not total:
        return Cell("")
    percent = 100 * cell / total
    return Cell(number_format(percent, decimal_pos=0) + " %", round(percent, 1))


def line_chart(
    axis: str,
    line: dict[str, Shown] | None,
    total: Shown,
    minimum: int,
    *,
    heading: str = "",
    unit: str = "",
    note: str = "",
    key: str = "",
) -> Chart:
    """A chart along one line, with each cell's share of the whole where the whole may be known."""
    heading = heading or words.title(axis)
    shares = isinstance(total, int)
    columns = (words.title(axis), unit or _("Persons"), *((_("Share"),) if shares else ()))
    if line is None:
        return Chart(key or axis, heading, columns, note=note, closed=too_few(minimum))
    rows = _rows(words.codes(axis), line, total, minimum)
    return Chart(key or axis, heading, columns, tuple(rows), note=note)


def _rows(codes: Iterable[tuple[str, str]], line: dict[str, Shown], total: Shown, minimum: int) -> Iterable[Row]:
    for code, label in codes:
        cell = line.get(code, 0)
        shares = (share(cell, total),) if isinstance(total, int) else ()
        yield Row(label, (counted(cell, minimum), *shares), drawn=cell != 0)


def too_few(minimum: int) -> str:
    """Why a chart is empty."""
    return _(
        "Too few people: this would be about fewer than %(minimum)s of them, or let someone work it out. A whole year "
        "or the whole country may have enough."
    ) % {"minimum": minimum}


def cross_chart(
    key: str,
    heading: str,
    rows: tuple[str, dict[str, Shown] | None],
    columns: tuple[str, dict[str, Shown] | None],
    cross: dict[tuple[str, str], Shown] | None,
    minimum: int,
    *,
    long: bool = False,
) -> Chart:
    """Two lines crossed: bars of the rows' totals, the whole behind them. `long`: so many rows that bars without a
    number are left out."""
    row_axis, row_line = rows
    column_axis, column_line = columns
    if row_line is None or column_line is None or cross is None:
        return Chart(key, heading, (words.title(row_axis),), closed=too_few(minimum), wide=True)
    across = [(code, label) for code, label in words.codes(column_axis) if column_line.get(code, 0) != 0]
    found = []
    for code, label in words.codes(row_axis):
        total = row_line.get(code, 0)
        if total == 0:
            continue
        cells = (counted(total, minimum), *(counted(cross.get((code, one), 0), minimum) for one, _label in across))
        found.append(Row(label, cells, drawn=isinstance(total, int) or not long))
    note = (
        _("Lines about fewer than %(minimum)s persons stand in the table only.") % {"minimum": minimum} if long else ""
    )
    heads = (words.title(row_axis), _("All"), *(label for _code, label in across))
    return Chart(key, heading, heads, tuple(found), wide=True, note=note)
