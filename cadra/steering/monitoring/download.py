"""The numbers of a page as a table for other programs: one line for each figure, hidden ones included as hidden."""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from cadra.foundation.kernel.tables import csv_lines
from cadra.steering.monitoring.charts import Chart


def lines(charts: Iterable[Chart], about: str) -> Iterator[str]:
    """CSV line by line: what it is about, table, line, column, the number, and as it is read on the page."""
    return csv_lines(_rows(charts, about))


def _rows(charts: Iterable[Chart], about: str) -> Iterator[list[object]]:
    yield [_("About"), _("Table"), _("Line"), _("Column"), _("Number"), _("As shown")]
    for chart in charts:
        for row in chart.rows:
            for column, cell in zip(chart.columns[1:], row.cells, strict=True):
                number = "" if cell.number is None else cell.number
                yield [about, chart.title, row.label, column, number, cell.text]
