"""Small cells are not shown, and nothing that is shown gives them back.

A *tally* counts one kind of thing (persons, referrals …) along several lines (by sex, by area …) and crosses two
lines at most. A cell about fewer than `minimum` persons is marked FEW. Because totals are shown, further cells are
HIDDEN, until for every cell not shown there is a *move*: a way to add one here and take one there that changes no
number on the page and contradicts no word of it. Whoever subtracts then always finds at least two answers.

- On a line a move is a pair of cells. It must also fit into every open cross of that line, since a cross adds up
  to its lines: there it takes the same pair at one place of the other line.
- Inside a cross a move is a rectangle: its lines, and so all other tables, stay as they are.
- A group of fewer than `minimum` is not broken down at all: its zeros would say where everybody in it is.
- Where no move exists, a row of a cross is left blank; a line, or a cross of blank rows, is closed (None).

The reader is taken to know these rules. Source: the hypercube method for tables (Repsilber), with words as bounds.
Not covered: comparing today's page with yesterday's (README).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

FEW = "few"
HIDDEN = "hidden"
T = TypeVar("T")
#: What a reader gets for one cell: the number, FEW, or HIDDEN.
Shown = int | str
Pair = tuple[str, str]
#: With 2 the word "fewer than 2, not none" would itself be the number.
SMALLEST_MINIMUM = 3


class Count(NamedTuple):
    """How many things are in a cell, and about how many persons they are."""

    n: int = 0
    persons: int = 0


@dataclass
class Tally:
    """Counts before protection. A cell that is absent is empty.

    `once`: nobody is in it twice, so fewer than five persons are also fewer than five things.
    """

    total: Count = Count()
    lines: dict[str, dict[str, Count]] = field(default_factory=dict)
    crosses: dict[Pair, dict[Pair, Count]] = field(default_factory=dict)
    once: bool = True


@dataclass
class Figures:
    """What may be shown. Absent cells are 0; a line or cross that is None is closed."""

    total: Shown = 0
    lines: dict[str, dict[str, Shown] | None] = field(default_factory=dict)
    crosses: dict[Pair, dict[Pair, Shown] | None] = field(default_factory=dict)


class _Cell:
    """One cell while we decide: its number, the numbers its word allows, and whether it is shown."""

    __slots__ = ("few", "high", "low", "n", "shown")

    def __init__(self, n: int, low: int, high: int | None, *, shown: bool, few: bool = False) -> None:
        self.n, self.low, self.high, self.shown, self.few = n, low, high, shown, few

    def can(self, step: int) -> bool:
        """May the number change by `step` without contradicting the word in its place?"""
        changed = self.n + step
        return self.low <= changed and (self.high is None or changed <= self.high)

    @property
    def price(self) -> int:
        """What the reader loses if it is not shown."""
        return self.n if self.shown else 0

    @property
    def word(self) -> Shown:
        return self.n if self.shown else FEW if self.few else HIDDEN


def protect(tally: Tally, minimum: int) -> Figures:
    """What of a tally may be shown when a cell must be about `minimum` persons (or about nobody)."""
    minimum = max(minimum, SMALLEST_MINIMUM)
    if 0 < tally.total.persons < minimum:
        return Figures(FEW, dict.fromkeys(tally.lines), dict.fromkeys(tally.crosses))
    lines = {axis: _Line(counts, minimum, tally.once) for axis, counts in tally.lines.items()}
    figures = Figures(tally.total.n, {axis: line.shown() for axis, line in lines.items()})
    for (first, second), counts in tally.crosses.items():
        cross = _Cross(counts, lines[first], lines[second], minimum, tally.once)
        figures.crosses[first, second] = cross.shown()
    return figures


class _Line:
    """One line of cells under a total that is shown."""

    def __init__(self, counts: Mapping[str, Count], minimum: int, once: bool) -> None:
        self.cells = {code: _cell(count, minimum, once) for code, count in counts.items() if count.n}
        self.moves: list[Pair] = []
        self.is_open = self._cover()

    def _cover(self) -> bool:
        moved: set[str] = set()
        for code in [code for code, cell in self.cells.items() if not cell.shown]:
            if code in moved:
                continue
            pair = _cheapest(self._pairs(code))
            if pair is None:
                return False
            self.moves.append(pair)
            moved.update(pair)
            for one in pair:
                self.cells[one].shown = False
        return True

    def _pairs(self, code: str) -> Iterable[tuple[int, Pair]]:
        """(price, (where one is added, where one is taken))."""
        cell = self.cells[code]
        for other, partner in self.cells.items():
            if other == code:
                continue
            if cell.can(1) and partner.can(-1):
                yield partner.price, (code, other)
            elif cell.can(-1) and partner.can(1):
                yield partner.price, (other, code)

    def shown(self) -> dict[str, Shown] | None:
        return {code: cell.word for code, cell in self.cells.items()} if self.is_open else None


class _Cross:
    """Two lines crossed. Both are shown above it and decided before it.

    Where no move is found for a cell its row is left blank (no number, no word, no zero), which makes room; then all
    is decided again. A cross of blank rows only is closed.
    """

    def __init__(self, counts: Mapping[Pair, Count], rows: _Line, columns: _Line, minimum: int, once: bool) -> None:
        self.counts, self.minimum, self.once = counts, minimum, once
        self.rows, self.columns = rows, columns
        self.blank: set[str] = set()
        self.cells: dict[Pair, _Cell] = {}
        self.covered: set[Pair] = set()
        self.is_open = rows.is_open and columns.is_open and self._decide()

    def _decide(self) -> bool:
        while len(self.blank) < len(self.rows.cells):
            self._begin()
            stuck = self._host() or self._cover()
            if stuck is None:
                return True
            self.blank.add(stuck if stuck not in self.blank else self._smallest())
        return not self.rows.cells

    def _begin(self) -> None:
        self.covered = set()
        self.cells = {
            (row, column): _cell(
                self.counts.get((row, column), Count()),
                self.minimum,
                self.once,
                thin=few.few or self.columns.cells[column].few,
                blank=row in self.blank and not few.few,
            )
            for row, few in self.rows.cells.items()
            for column in self.columns.cells
        }

    def _smallest(self) -> str:
        """The row whose numbers would be missed least."""
        return min((row for row in self.rows.cells if row not in self.blank), key=lambda row: self.rows.cells[row].n)

    def _host(self) -> str | None:
        """Every move of a line takes place here too; the row in which it finds no room, if any."""
        for plus, minus in self.rows.moves:
            if not self._take(_cheapest(self._hosts([((plus, c), (minus, c)) for c in self.columns.cells]))):
                return plus if plus not in self.blank else minus
        for plus, minus in self.columns.moves:
            if not self._take(_cheapest(self._hosts([((r, plus), (r, minus)) for r in self.rows.cells]))):
                return self._smallest()
        return None

    def _hosts(self, pairs: list[tuple[Pair, Pair]]) -> Iterable[tuple[int, tuple[Pair, ...]]]:
        for plus, minus in pairs:
            added, taken = self.cells[plus], self.cells[minus]
            if added.can(1) and taken.can(-1):
                yield added.price + taken.price, (plus, minus)

    def _cover(self) -> str | None:
        """Every cell not shown is a corner of a rectangle of cells not shown; the row of the first that is not."""
        for place in [place for place, cell in self.cells.items() if not cell.shown]:
            if place not in self.covered and not self._take(_cheapest(self._rectangles(*place))):
                return place[0]
        return None

    def _rectangles(self, row: str, column: str) -> Iterable[tuple[int, tuple[Pair, ...]]]:
        cells = self.cells
        own = cells[row, column]
        for step in (1, -1):
            if not own.can(step):
                continue
            beside = [c for c in self.columns.cells if c != column and cells[row, c].can(-step)]
            below = [r for r in self.rows.cells if r != row and cells[r, column].can(-step)]
            for r in below:
                for c in beside:
                    if (across := cells[r, c]).can(step):
                        price = across.price + cells[row, c].price + cells[r, column].price
                        yield price, ((row, column), (row, c), (r, column), (r, c))

    def _take(self, places: tuple[Pair, ...] | None) -> bool:
        if places is None:
            return False
        for place in places:
            self.cells[place].shown = False
        self.covered.update(places)
        return True

    def shown(self) -> dict[Pair, Shown] | None:
        if not self.is_open:
            return None
        return {place: cell.word for place, cell in self.cells.items() if cell.word != 0}


def _cell(count: Count, minimum: int, once: bool, *, thin: bool = False, blank: bool = False) -> _Cell:
    """`thin`: it belongs to a group too small to be broken down. `blank`: nothing is said about it."""
    most = minimum - 1 if once else None
    if blank and not thin:
        return _Cell(count.n, 0, None, shown=False)
    if thin:
        return _Cell(count.n, 0, most, shown=False)
    if not count.n:
        return _Cell(0, 0, 0, shown=True)
    if count.persons < minimum:
        return _Cell(count.n, 1, most, shown=False, few=True)
    return _Cell(count.n, minimum, None, shown=True)


def _cheapest(found: Iterable[tuple[int, T]]) -> T | None:
    """The choice with the lowest price; the first that costs nothing ends the search."""
    best: tuple[int, T] | None = None
    for price, choice in found:
        if price == 0:
            return choice
        if best is None or price < best[0]:
            best = price, choice
    return best[1] if best else None
