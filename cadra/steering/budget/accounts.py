"""What accounting takes along: every entry of a year with its line. No file, no person, no words are in it."""

import io
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import chain
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook

from cadra.foundation.kernel.pack import pack
from cadra.foundation.kernel.tables import FORMULA, csv_lines
from cadra.steering.budget import money
from cadra.steering.budget.models import Entry, Line

#: Which column is the amount: a number in a workbook.
AMOUNT = 8


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
    """For any program."""
    return csv_lines(chain([head()], map(row, entries)))


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
