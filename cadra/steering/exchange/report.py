"""What checking a sheet found, as counts and short lists; sealed with the run, worded when shown."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from itertools import islice
from typing import Any

from openpyxl.utils import get_column_letter

from cadra.foundation.kernel import references
from cadra.steering.exchange import mapping
from cadra.steering.exchange.columns import Columns, data_sheet
from cadra.steering.exchange.reading import Problem, Row, read_rows
from cadra.steering.exchange.telling import BATCH, Told, already_here
from cadra.steering.exchange.workbook import Sheet, Workbook

MOST_PROBLEMS = 200
MOST_STRANGE = 200
MOST_ROWS = 100_000
FIRST = 10


@dataclass
class Report:
    """`problems`: the first of `problem_count`; nothing is imported while there is one. `strange`: [field, text, how
    often, first row]; `unread`: [column, header, cells]; `first`: coded values of the first rows, each with the
    reference to be."""

    sheet: str = ""
    rows: int = 0
    new: int = 0
    known: int = 0
    problem_count: int = 0
    problems: list[Problem] = field(default_factory=list)
    strange: list[list[Any]] = field(default_factory=list)
    more_strange: int = 0
    unread: list[list[Any]] = field(default_factory=list)
    slips: list[list[str]] = field(default_factory=list)
    conflicts: list[list[Any]] = field(default_factory=list)
    other_sheets: list[str] = field(default_factory=list)
    columns: int = 0
    by_status: dict[str, int] = field(default_factory=dict)
    first: list[dict[str, Any]] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """For sealing."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "Report":
        """What `as_dict` gave."""
        return cls(**{**values, "problems": [Problem(**one) for one in values["problems"]]})


class TooManyRows(Exception):
    """More rows than one import takes in."""


class Checker:
    """Reads a sheet to its end and reports; what is kept while reading does not grow with the rows."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self.report = Report(
            sheet=columns.sheet,
            columns=len({one.id for one in columns.fields.values()} | {one.id for one, _ in columns.ticks.values()}),
            slips=[[get_column_letter(column), name] for column, name in columns.slips.items()],
            other_sheets=columns.other_sheets,
        )
        self._told = Told()
        self._seen: set[bytes] = set()
        self._strange: dict[tuple[str, str], list[int]] = {}
        self._unread: Counter[int] = Counter()
        self._conflict_cells: Counter[int] = Counter()
        self._statuses: Counter[str] = Counter()

    def run(self, sheet: Sheet, progress: Callable[[int], None] | None = None) -> Report:
        """Check every row."""
        for column, name in self.columns.twice:
            self._problem(Problem("twice", self.columns.first_row - 1, get_column_letter(column), name))
        rows: Iterator[Row] = read_rows(sheet, self.columns)
        while batch := list(islice(rows, BATCH)):
            self._check(batch)
            if progress:
                progress(self.report.rows)
        self._finish(sheet)
        return self.report

    def _check(self, batch: list[Row]) -> None:
        self.report.rows += len(batch)
        if self.report.rows > MOST_ROWS:
            raise TooManyRows
        for row in batch:
            for problem in row.problems:
                self._problem(problem)
            for name, text in row.strange:
                self._note_strange(name, text, row.number)
            self._unread.update(row.unread)
            self._conflict_cells.update(one.column for one in self.columns.conflicts if one.by_name in row.originals)
        self._tell_apart([row for row in batch if not row.problems])

    def _tell_apart(self, rows: list[Row]) -> None:
        marked = self._told.fingerprints(rows) if rows else []
        here = already_here(mark for _, mark in marked)
        for row, mark in marked:
            if mark in here or mark[:16] in self._seen:
                self.report.known += 1
                continue
            self._seen.add(mark[:16])
            self.report.new += 1
            person = mapping.person_of(row.originals)
            self._statuses[person.coded["status"]] += 1
            if len(self.report.first) < FIRST:
                self.report.first.append(
                    {
                        "row": row.number,
                        "reference": references.new(),
                        "status": person.coded["status"],
                        "sex": person.coded["sex"],
                        "age_group": person.coded["age_group"],
                        "forms": person.coded["forms"],
                    }
                )

    def _problem(self, problem: Problem) -> None:
        self.report.problem_count += 1
        if len(self.report.problems) < MOST_PROBLEMS:
            self.report.problems.append(problem)

    def _note_strange(self, name: str, text: str, row: int) -> None:
        if (name, text) in self._strange:
            self._strange[name, text][0] += 1
        elif len(self._strange) < MOST_STRANGE:
            self._strange[name, text] = [1, row]
        else:
            self.report.more_strange += 1

    def _finish(self, sheet: Sheet) -> None:
        for place in sheet.merged:
            self._problem(Problem("merged", self.columns.first_row, place))
        found = self.report
        found.strange = [[*key, *value] for key, value in self._strange.items()]
        headers = self.columns.unknown
        columns = sorted({*headers, *self._unread})
        found.unread = [[get_column_letter(c), headers.get(c, ""), self._unread[c]] for c in columns]
        found.conflicts = [
            [get_column_letter(one.column), one.by_name, one.by_label, self._conflict_cells[one.column]]
            for one in self.columns.conflicts
        ]
        if not any(cells for *_, cells in found.conflicts):
            found.conflicts = []
        found.by_status = dict(self._statuses)


def check(book: Workbook, *, by_labels: bool = False, progress: Callable[[int], None] | None = None) -> Report:
    """Check a workbook. Unreadable when it is none of ours; TooManyRows."""
    sheet, columns = data_sheet(book)
    return Checker(columns.by_labels() if by_labels else columns).run(sheet, progress)


def rows_of(book: Workbook, *, by_labels: bool) -> Iterator[Row]:
    """The rows of a checked workbook, to be imported."""
    sheet, columns = data_sheet(book)
    return read_rows(sheet, columns.by_labels() if by_labels else columns)
