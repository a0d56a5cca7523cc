"""The numbers of a page as a table for other programs: one line for each figure, hidden ones included as hidden."""

import csv
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from cadra.steering.monitoring.charts import Chart


class _Echo:
    """A file that hands each line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def lines(charts: Iterable[Chart], about: str) -> Iterator[str]:
    """CSV line by line: what it is about, table, line, column, the number, and as it is read on the page.

    Begins with a byte order mark, without which spreadsheets misread Albanian letters.
    """
    writer: Any = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow([_("About"), _("Table"), _("Line"), _("Column"), _("Number"), _("As shown")])
    for chart in charts:
        for row in chart.rows:
            for column, cell in zip(chart.columns[1:], row.cells, strict=True):
                number = "" if cell.number is None else cell.number
                yield writer.writerow([about, chart.title, row.label, column, number, cell.text])
