"""What is said about a file that can't be read, a cell that can't be taken in, and a run that did not end well."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cadra.steering.exchange import standard
from cadra.steering.exchange.models import State
from cadra.steering.exchange.reading import EARLIEST, LONGEST, YEARS_AHEAD, Problem

UNREADABLE = {
    "empty": gettext_lazy("The file is empty. Choose the spreadsheet again."),
    "text": gettext_lazy(
        "This is a text file, perhaps CSV. Open it in your spreadsheet program and save it as an Excel "
        "workbook (.xlsx)."
    ),
    "not_excel": gettext_lazy("This is not an Excel workbook. Choose a file that ends in .xlsx."),
    "old_excel": gettext_lazy(
        "This is a workbook of an older kind (.xls or .xlsb). Open it and save it as an Excel workbook (.xlsx)."
    ),
    "open_document": gettext_lazy(
        "This is an OpenDocument spreadsheet (.ods). Open it and save it as an Excel workbook (.xlsx)."
    ),
    "encrypted": gettext_lazy(
        "The workbook is protected by a password. Open it, take the password off, save it and choose it again."
    ),
    "macros": gettext_lazy("The workbook holds macros (.xlsm). Save it as an Excel workbook without macros (.xlsx)."),
    "bomb": gettext_lazy(
        "The workbook would unpack to far more than a list of people needs. Copy the rows into an empty "
        "workbook and try again."
    ),
    "broken": gettext_lazy(
        "The workbook is damaged or not complete. Open it in your spreadsheet program, save it again and try once more."
    ),
    "no_fields": gettext_lazy(
        "No sheet has the columns of IOM's standard (HTCDS). The first row must hold names such as prs_FirstName."
    ),
    "two_sheets": gettext_lazy("Several sheets have the columns of the standard. Keep one sheet with all rows."),
    "too_many_rows": gettext_lazy(
        "There are more than 100,000 rows. Split the file and import the parts one after another."
    ),
}
PROBLEMS = {
    "not_a_date": gettext_lazy("This is not a date. Write it as 1990-01-31."),
    "ambiguous_date": gettext_lazy("This could be two different dates. Write it as 1990-01-31: year, month, day."),
    "too_early": gettext_lazy("The date is before {earliest}. Check the year."),
    "in_future": gettext_lazy("The date is in the future. Check the year."),
    "too_late": gettext_lazy("The date is more than {ahead} years ahead. Check the year."),
    "formula": gettext_lazy("The cell holds a formula. Copy the column and paste it as values."),
    "excel_error": gettext_lazy("The cell holds an error of the spreadsheet program."),
    "too_long": gettext_lazy("The text is longer than {longest} characters."),
    "not_a_number": gettext_lazy("This is not a whole number."),
    "number_out_of_range": gettext_lazy("The number is too small or too large for this field."),
    "unknown_status": gettext_lazy("The standard does not know this status. It must be one of: {statuses}."),
    "twice": gettext_lazy("The same field stands in two columns. Keep one of them."),
    "merged": gettext_lazy("Cells are merged here, so it is not clear to whom the content belongs. Undo the merging."),
}
FAILURES = {
    "keeper": gettext_lazy("The service that holds the keys did not answer."),
    "quota": gettext_lazy(
        "It would have opened more files in one day than is allowed. Split the work over several days, or ask "
        "whoever runs the service to raise the limit."
    ),
    "session": gettext_lazy("Your right to do this ended meanwhile, or you locked your account."),
    "broken": gettext_lazy("The file could not be read to its end."),
    "failed": gettext_lazy("Something went wrong on our side."),
    "desk": gettext_lazy("You do not answer at the desk that keeps the files of the Responsible Authority."),
}
STATES = {
    State.CHECKING: (gettext_lazy("Being checked"), "blue"),
    State.CHECKED: (gettext_lazy("Waits for you"), "yellow"),
    State.WRONG: (gettext_lazy("Needs changes"), "red"),
    State.ASKED: (gettext_lazy("Waits for you"), "yellow"),
    State.WORKING: (gettext_lazy("Under way"), "blue"),
    State.DONE: (gettext_lazy("Done"), "green"),
    State.FAILED: (gettext_lazy("Did not work"), "red"),
    State.DISCARDED: (gettext_lazy("Thrown away"), "grey"),
}


def problem_words(problem: Problem) -> str:
    """The sentence for a cell, in the reader's language."""
    return str(PROBLEMS[problem.code]).format(
        earliest=EARLIEST.isoformat(),
        ahead=YEARS_AHEAD,
        longest=LONGEST,
        statuses=", ".join(standard.fields()["vic_TraffickingStatus"].choices),
    )


def field_words(field_id: str) -> str:
    """A field as its column is labelled in the spreadsheet."""
    known = standard.fields().get(field_id)
    return known.label if known else field_id


def place_words(problem: Problem) -> str:
    """Row and column, as the spreadsheet program shows them."""
    values: dict[str, Any] = {"row": problem.row, "column": problem.column, "field": field_words(problem.field)}
    if not problem.field:
        return _("Cells %(column)s") % values
    return _("Row %(row)s, column %(column)s (%(field)s)") % values


def failure_words(code: str) -> str:
    """Why a run did not work, in a sentence; '' when it did."""
    return str(FAILURES.get(code) or UNREADABLE.get(code) or "")
