"""The reader who subtracts: every table that agrees with what is shown and with the rules of suppression.py.

Independent of the code it judges: it searches all whole numbers, cell by cell. For small tables only.
"""

from collections.abc import Iterator, Mapping
from itertools import product

from cadra.steering.monitoring.suppression import FEW, HIDDEN, Figures, Pair, Shown

Range = tuple[int, int]


def line_range(word: Shown, minimum: int, total: int) -> Range:
    """The numbers that a cell of a line can stand for."""
    if isinstance(word, int):
        return word, word
    return (1, minimum - 1) if word == FEW else (minimum, total)


def inner_range(word: Shown, minimum: int, total: int, *, thin: bool, blank: bool) -> Range:
    """The same inside a cross; `thin`: the group is too small to be broken down; `blank`: nothing is said of it."""
    if isinstance(word, int):
        return word, word
    return (0, minimum - 1) if thin else (0, total) if blank else line_range(word, minimum, total)


def sums(ranges: list[Range], total: int) -> Iterator[list[int]]:
    """Every choice of one number from each range that adds up to `total`."""
    if not ranges:
        if total == 0:
            yield []
        return
    (low, high), rest = ranges[0], ranges[1:]
    least, most = sum(r[0] for r in rest), sum(r[1] for r in rest)
    for value in range(max(low, total - most), min(high, total - least) + 1):
        for others in sums(rest, total - value):
            yield [value, *others]


class Reader:
    """What can be concluded from one set of figures about lines `axes` with the codes given."""

    def __init__(self, figures: Figures, minimum: int, codes: Mapping[str, list[str]]) -> None:
        assert isinstance(figures.total, int)
        self.figures, self.minimum, self.total, self.codes = figures, minimum, figures.total, codes
        self.open = {axis: line for axis, line in figures.lines.items() if line is not None}

    def lines(self, axis: str) -> list[dict[str, int]]:
        """All lines that could stand behind one that is shown."""
        line, codes = self.open[axis], self.codes[axis]
        ranges = [line_range(line.get(code, 0), self.minimum, self.total) for code in codes]
        return [dict(zip(codes, values, strict=True)) for values in sums(ranges, self.total)]

    def inner(self, pair: Pair) -> dict[Pair, Range]:
        cross = self.figures.crosses[pair]
        assert cross is not None
        blank = {row for row in self.codes[pair[0]] if {cross.get((row, c), 0) for c in self.open[pair[1]]} == {HIDDEN}}
        few = [{code for code in self.codes[axis] if self.open[axis].get(code) == FEW} for axis in pair]
        return {
            (row, column): inner_range(
                cross.get((row, column), 0),
                self.minimum,
                self.total,
                thin=row in few[0] or column in few[1],
                blank=row in blank,
            )
            for row, column in product(self.codes[pair[0]], self.codes[pair[1]])
        }

    def fits(self, pair: Pair, rows: Mapping[str, int], columns: Mapping[str, int], fixed: dict[Pair, Range]) -> bool:
        """Is there a cross with these edges, each cell within its range?"""
        names = list(columns)

        def fill(left: list[str], room: list[int]) -> bool:
            if not left:
                return not any(room)
            row = left[0]
            ranges = [(fixed[row, c][0], min(fixed[row, c][1], space)) for c, space in zip(names, room, strict=True)]
            if any(low > high for low, high in ranges):
                return False
            return any(
                fill(left[1:], [space - value for space, value in zip(room, values, strict=True)])
                for values in sums(ranges, rows[row])
            )

        return fill(list(rows), [columns[name] for name in names])

    def worlds(self) -> Iterator[dict[str, dict[str, int]]]:
        """Edges that could be true together, given every open cross."""
        axes = list(self.open)
        crosses = [pair for pair, cross in self.figures.crosses.items() if cross is not None]
        inner = {pair: self.inner(pair) for pair in crosses}
        for choice in product(*(self.lines(axis) for axis in axes)):
            edges = dict(zip(axes, choice, strict=True))
            if all(self.fits(pair, edges[pair[0]], edges[pair[1]], inner[pair]) for pair in crosses):
                yield edges

    def known_edges(self) -> list[tuple[str, str]]:
        """Cells of lines that are not shown and yet have one possible number."""
        unsure = {
            (axis, code): set[int]()
            for axis, line in self.open.items()
            for code, word in line.items()
            if not isinstance(word, int)
        }
        for edges in self.worlds() if unsure else ():
            for axis, code in unsure:
                unsure[axis, code].add(edges[axis][code])
            if all(len(values) > 1 for values in unsure.values()):
                return []
        return [place for place, values in unsure.items() if len(values) < 2]

    def known_cells(self) -> list[tuple[Pair, Pair]]:
        """Cells of crosses that are not shown and yet have one possible number."""
        return [
            (pair, place)
            for pair, cross in self.figures.crosses.items()
            if cross is not None
            for place, word in cross.items()
            if not isinstance(word, int) and not self._unsure(pair, place)
        ]

    def _unsure(self, pair: Pair, place: Pair) -> bool:
        """Can this cell hold two numbers? (Other crosses only narrow the edges, which `known_edges` judges.)"""
        inner, found = self.inner(pair), 0
        low, high = inner[place]
        for value in range(low, high + 1):
            fixed = {**inner, place: (value, value)}
            edges = product(self.lines(pair[0]), self.lines(pair[1]))
            found += any(self.fits(pair, rows, columns, fixed) for rows, columns in edges)
            if found == 2:
                return True
        return False
