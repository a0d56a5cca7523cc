"""Reads the CSV and TOML files of a pack into validated rows, remembering the line of each."""

import csv
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from cadra.foundation.kernel.pack.errors import Problem, plain
from cadra.foundation.kernel.pack.text import Text

M = TypeVar("M", bound=BaseModel)
Place = tuple[str, int]


@dataclass
class Reader:
    """Reads one pack folder; collects problems instead of stopping at the first."""

    folder: Path
    languages: tuple[str, ...] = ()
    problems: list[Problem] = field(default_factory=list)
    places: dict[int, Place] = field(default_factory=dict)

    def name(self, path: Path) -> str:
        """How the file is called in messages: `countries/xx/file.csv` whatever the machine."""
        inside = self.folder.parent.parent
        return str(path.relative_to(inside)) if path.is_relative_to(inside) else path.name

    def wrong(self, path: Path, line: int, message: str) -> None:
        """Note one problem."""
        self.problems.append(Problem(self.name(path), line, message))

    def note(self, file: str, line: int, message: str) -> None:
        """Note one problem in a file already named by `place`."""
        self.problems.append(Problem(file, line, message))

    def wrong_key(self, file: str, place: tuple[str | int, ...], message: str) -> None:
        """Note one problem at a key of a TOML file."""
        path = self.folder / file
        self.wrong(path, nearest(toml_lines(path.read_text(encoding="utf-8-sig")), place), message)

    def knows(self, row: BaseModel) -> bool:
        """Whether the line of this row is known."""
        return id(row) in self.places

    def place(self, row: BaseModel) -> Place:
        """(file, line) a row was read from."""
        return self.places[id(row)]

    def rows(self, file: str | Path, model: type[M], *, partial: bool = False) -> list[M]:
        """All rows of a CSV file as `model`. With `partial`, columns may be left out."""
        path = self.folder / file
        found: list[M] = []
        for line, cells in self._cells(path, model, partial=partial):
            row = self._validated(path, model, cells, lambda _, line=line: line)
            if row is not None:
                found.append(row)
                self.places[id(row)] = (self.name(path), line)
        return found

    def raw(self, file: str | Path, model: type[BaseModel]) -> list[tuple[int, dict[str, Any]]]:
        """(line, cells) of a CSV file that may leave columns of `model` out, not yet validated."""
        return list(self._cells(self.folder / file, model, partial=True))

    def validated(self, file: str | Path, line: int, model: type[M], cells: dict[str, Any]) -> M | None:
        """One row from cells that were completed by hand."""
        path = self.folder / file
        row = self._validated(path, model, cells, lambda _: line)
        if row is not None:
            self.places[id(row)] = (self.name(path), line)
        return row

    def toml(self, file: str, model: type[M]) -> M | None:
        """A TOML file as `model`; the line in messages is that of the key."""
        path = self.folder / file
        content = self._text(path)
        if content is None:
            return None
        try:
            data = tomllib.loads(content)
        except tomllib.TOMLDecodeError as error:
            at = re.search(r"at line (\d+)", str(error))
            self.wrong(path, int(at.group(1)) if at else 0, "this is not valid TOML. Check quotes and brackets.")
            return None
        lines = toml_lines(content)
        row = self._validated(path, model, data, lambda place: nearest(lines, place))
        if row is not None:
            self.places[id(row)] = (self.name(path), 0)
        return row

    def markdown(self, stem: str, version: str) -> Text | None:
        """A text kept in one Markdown file per language: `<stem>.<version>.<language>.md`."""
        values: dict[str, str] = {}
        for language in self.languages:
            content = self._text(self.folder / f"{stem}.{version}.{language}.md")
            if content is not None:
                values[language] = content.strip()
        return Text(values) if len(values) == len(self.languages) else None

    def _text(self, path: Path) -> str | None:
        try:
            return path.read_text(encoding="utf-8-sig")
        except FileNotFoundError:
            self.wrong(path, 0, "this file is missing.")
        except UnicodeDecodeError:
            self.wrong(path, 0, "this file is not UTF-8 text. Save it as UTF-8.")
        return None

    def _cells(self, path: Path, model: type[BaseModel], *, partial: bool) -> Iterator[tuple[int, dict[str, Any]]]:
        content = self._text(path)
        if content is None:
            return
        reader = csv.reader(content.splitlines(keepends=True), strict=True)
        try:
            header = next(reader, [])
            targets = self._targets(path, header, model, partial=partial)
            if targets is None:
                return
            line = reader.line_num + 1
            for cells in reader:
                start, line = line, reader.line_num + 1
                if not any(cell.strip() for cell in cells):
                    continue
                if len(cells) != len(header):
                    self.wrong(path, start, f"this row has {len(cells)} cells, the first line names {len(header)}.")
                    continue
                yield start, _folded(targets, cells)
        except csv.Error:
            self.wrong(path, reader.line_num, "this row is not valid CSV. Check the quotation marks.")

    def _targets(
        self, path: Path, header: list[str], model: type[BaseModel], *, partial: bool
    ) -> list[tuple[str, str]] | None:
        """For each column (field, language); None after noting a wrong header."""
        expected: dict[str, tuple[str, str]] = {}
        required: set[str] = set()
        for name, info in model.model_fields.items():
            column = info.alias or name
            spoken = {f"{column}_{language}": (column, language) for language in self.languages}
            columns = spoken if name in texts(model) else {column: (column, "")}
            expected |= columns
            if info.is_required():
                required |= set(columns)
        before = len(self.problems)
        for column in header:
            if column not in expected:
                self.wrong(path, 1, f"the column '{column}' is not known here. Known: {', '.join(expected)}.")
        for column in sorted(required - set(header)) if not partial else ():
            self.wrong(path, 1, f"the column '{column}' is missing.")
        if len(set(header)) != len(header):
            self.wrong(path, 1, "a column is named twice.")
        return [expected[column] for column in header] if len(self.problems) == before else None

    def _validated(self, path: Path, model: type[M], data: dict[str, Any], line_of: Any) -> M | None:
        try:
            return model.model_validate(data, context={"languages": self.languages})
        except ValidationError as error:
            for place, sentence in plain(error):
                self.wrong(path, line_of(place), sentence)
        return None


def _folded(targets: list[tuple[str, str]], cells: list[str]) -> dict[str, Any]:
    """Cells by field; wording by language; empty cells left out so that defaults and 'missing' apply."""
    found: dict[str, Any] = {}
    for (name, language), cell in zip(targets, cells, strict=True):
        value = cell.strip()
        if not value:
            continue
        if language:
            found.setdefault(name, {})[language] = value
        else:
            found[name] = value
    return found


@cache
def texts(model: type[BaseModel]) -> frozenset[str]:
    """Names of the fields of `model` that hold wording."""
    return frozenset(
        name
        for name, info in model.model_fields.items()
        if info.annotation is Text or Text in get_args(info.annotation)
    )


_HEADER = re.compile(r"^\s*(\[\[?)\s*([\w.\-]+)\s*\]\]?")
_KEY = re.compile(r"^\s*([\w.\-]+)\s*=\s*(.*)$")


def toml_lines(content: str) -> dict[tuple[str | int, ...], int]:
    """Line of every table and key, by its path; enough for files written one key a line."""
    found: dict[tuple[str | int, ...], int] = {}
    counters: dict[tuple[str | int, ...], int] = {}
    here: tuple[str | int, ...] = ()
    quote = ""
    for number, line in enumerate(content.splitlines(), start=1):
        if quote:
            quote = "" if line.count(quote) % 2 else quote
            continue
        if header := _HEADER.match(line):
            here = _table(tuple(header.group(2).split(".")), header.group(1) == "[[", counters)
            found.setdefault(here, number)
        elif key := _KEY.match(line):
            path = here
            for part in key.group(1).split("."):
                path = (*path, part)
                found.setdefault(path, number)
            quote = next((mark for mark in ('"""', "'''") if key.group(2).count(mark) % 2), "")
    return found


def _table(parts: tuple[str, ...], listed: bool, counters: dict[tuple[str | int, ...], int]) -> tuple[str | int, ...]:
    """The path of a table header, with the number of the element for tables in lists."""
    path: tuple[str | int, ...] = ()
    for position, part in enumerate(parts):
        path = (*path, part)
        if listed and position == len(parts) - 1:
            counters[path] = counters.get(path, -1) + 1
        if path in counters:
            path = (*path, counters[path])
    return path


def nearest(lines: Mapping[tuple[str | int, ...], int], place: tuple[str | int, ...]) -> int:
    """The line of `place`, or of the closest table around it; 0 when nothing is known."""
    for length in range(len(place), 0, -1):
        if place[:length] in lines:
            return lines[place[:length]]
    return 0
