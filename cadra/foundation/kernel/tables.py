"""Tables that spreadsheets open: CSV as they read it, and what they would take for a formula."""

import csv
from collections.abc import Iterable, Iterator
from typing import Any

#: A cell that begins so would be run by a spreadsheet.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class _Echo:
    """A file that hands each line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def csv_lines(rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """CSV line by line, after a byte order mark, without which spreadsheets misread Albanian letters."""
    writer: Any = csv.writer(_Echo())
    yield "\ufeff"
    for row in rows:
        yield writer.writerow(row)
