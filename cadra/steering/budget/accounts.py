"""What accounting takes along: every entry of a year with its line. No file, no person, no words are in it."""

import csv
import io
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook

from cadra.foundation.kernel.pack import pack
from cadra.steering.budget import money
from cadra.steering.budget.models import Entry, Line

#: Which column is the amount: a number in a workbook.
AMOUNT = 8
#: A cell that begins so would be run as a formula by a spreadsheet.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class _Echo:
    """A file that hands each line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def head() -> list[str]:
    """Names of the columns."""
    return [
        _("Reference"),
        _("Day"),
        _("Programme"),
        _("Funder"),
        _("Line from"),
        _("Line until"),
        _("Service"),
        _("How it was paid"),
        _("Amount"),
        _("Currency"),
        _("State"),
        _("Reason of an overdraft"),
    ]


def row(entry: Entry) -> list[str]:
    """One entry as text; the amount with a point, as other programs read it."""
    line: Line = entry.line
    reason = pack().override_reasons.label(entry.reason) if entry.reason else ""
    cells = [
        entry.reference,
        entry.on.isoformat(),
        line.programme,
        line.funder,
        line.starts.isoformat(),
        line.ends.isoformat(),
        pack().services.label(entry.service),
        str(entry.get_way_display()),
        money.plain(entry.amount),
        entry.currency,
        str(entry.get_state_display()),
        reason,
    ]
    return [f"'{cell}" if cell.startswith(FORMULA) else cell for cell in cells]


def as_csv(entries: Iterable[Entry]) -> Iterator[str]:
    """Line by line, with a byte order mark, without which spreadsheets misread Albanian letters."""
    writer: Any = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow(head())
    for entry in entries:
        yield writer.writerow(row(entry))


def as_workbook(entries: Iterable[Entry]) -> bytes:
    """The same as a workbook."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Entries")[:31])
    sheet.append(head())
    for entry in entries:
        cells: list[Any] = row(entry)
        cells[AMOUNT] = Decimal(cells[AMOUNT])
        sheet.append(cells)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()
