"""What the pages show of runs and reports, as rows for the shell's components."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cadra.foundation.kernel.addresses import reverse
from cadra.foundation.kernel.pack import pack
from cadra.foundation.shell.templatetags.shell import moment
from cadra.steering.exchange.columns import meant
from cadra.steering.exchange.models import Kind, Run, State
from cadra.steering.exchange.report import Report
from cadra.steering.exchange.words import STATES, field_words, place_words, problem_words


def title_of(run: Run) -> str:
    """The heading of a run's page."""
    if run.kind == Kind.EXPORT:
        return {
            State.ASKED: _("Export: confirm a second time"),
            State.WORKING: _("The export is being made"),
            State.DONE: _("The export is ready") if run.size else _("The export is gone"),
            State.FAILED: _("The export did not work"),
        }.get(State(run.state), _("The export was thrown away"))
    return {
        State.CHECKING: _("The spreadsheet is being checked"),
        State.CHECKED: _("Check before you import"),
        State.WRONG: _("The spreadsheet needs changes"),
        State.WORKING: _("The import is under way"),
        State.DONE: _("The import is done"),
        State.FAILED: _("The import did not work"),
    }.get(State(run.state), _("The spreadsheet was thrown away"))


def run_rows(runs: Sequence[Run]) -> list[list[Any]]:
    """Lines of the list of runs."""
    kinds = {Kind.IMPORT: _("Import"), Kind.EXPORT: _("Export")}
    return [
        [
            {"text": moment(run.started_at), "url": reverse("exchange:run", args=[run.pk])},
            kinds[Kind(run.kind)],
            {"text": STATES[State(run.state)][0], "tag": STATES[State(run.state)][1]},
            {"text": str(run.added if run.kind == Kind.IMPORT else run.rows), "numeric": True},
        ]
        for run in runs
    ]


def figures(run: Run, report: Report | None) -> list[dict[str, Any]]:
    """The counts of a run, line by line."""
    if run.kind == Kind.EXPORT:
        rows: list[dict[str, Any]] = [{"key": _("Files"), "value": str(run.rows)}]
        return rows + ([{"key": _("Size"), "value": _size(run.size)}] if run.size else [])
    if run.state not in (State.CHECKED, State.WRONG, State.DONE):
        return []
    rows = [
        {"key": _("Rows with people"), "value": str(run.rows)},
        {
            "key": _("New files") if run.state == State.DONE else _("New files it would make"),
            "value": str(run.added),
        },
        {
            "key": _("Here already"),
            "value": str(run.known),
            "hint": _("The same row was imported before, or stands twice in the sheet. It changes nothing."),
        },
    ]
    if report:
        rows.append({"key": _("Columns understood"), "value": str(report.columns)})
        rows += [{"key": pack().statuses.label(code), "value": str(count)} for code, count in report.by_status.items()]
        if report.other_sheets:
            rows.append({"key": _("Sheets not read"), "lines": report.other_sheets})
    return rows


@dataclass(frozen=True)
class Table:
    """A table as `components/table.html` draws it, with a heading and a sentence above."""

    title: str
    text: str
    head: list[Any]
    rows: list[list[Any]]


def tables(report: Report) -> list[Table]:
    """What checking found, most pressing first."""
    more = report.problem_count - len(report.problems)
    found = [
        Table(
            ngettext("%(n)s thing to put right", "%(n)s things to put right", report.problem_count)
            % {"n": report.problem_count},
            _("Nothing is imported until all are right. Correct them in your spreadsheet and choose it again.")
            + (
                " " + ngettext("%(n)s more is not shown.", "%(n)s more are not shown.", more) % {"n": more}
                if more
                else ""
            ),
            [_("Where"), _("What stands there"), _("What is wrong")],
            [[place_words(one), one.value or "–", problem_words(one)] for one in report.problems],
        ),
        Table(
            _("Columns whose name and label disagree"),
            _("IOM's own spreadsheet has the address columns so. Look which of the two the content follows."),
            [_("Column"), _("Name in the first row"), _("Label in the second row"), _numeric(_("Cells filled"))],
            [[column, name, field_words(label), _numeric(cells)] for column, name, label, cells in report.conflicts],
        ),
        Table(
            _("Columns that are not part of the standard"),
            _("They are left out. What stands in them is not imported."),
            [_("Column"), _("Header"), _("Perhaps meant"), _numeric(_("Cells filled"))],
            [
                [column, header or _("without a name"), meant(header) or "–", _numeric(cells)]
                for column, header, cells in report.unread
            ],
        ),
        Table(
            _("Values the standard does not know"),
            _("They are kept as words, exactly as they stand, and counted nowhere."),
            [_("Column"), _("Value"), _numeric(_("How often")), _numeric(_("First in row"))],
            [[field_words(name), text, _numeric(count), _numeric(row)] for name, text, count, row in report.strange],
        ),
        Table(
            _("The first files it would make"),
            _("Under the reference each would have. Names are not shown here."),
            [
                _("Reference"),
                _("Status"),
                _("Forms of exploitation"),
                _("Age group"),
            ],
            [_first_row(one) for one in report.first] if not report.problem_count else [],
        ),
        Table(
            _("Headers with a slip"),
            _("They are read as meant."),
            [_("Column"), _("Read as"), _("Field")],
            [[column, field_words(name), name] for column, name in report.slips],
        ),
    ]
    return [table for table in found if table.rows]


def _first_row(one: dict[str, Any]) -> list[Any]:
    forms = ", ".join(pack().forms_of_exploitation.label(code) for code in one["forms"])
    status = pack().statuses.label(one["status"])
    return [
        {"text": one["reference"], "hint": _("row %(n)s") % {"n": one["row"]}},
        status,
        forms or "–",
        one["age_group"] or "–",
    ]


def _numeric(value: object) -> dict[str, Any]:
    return {"text": str(value), "numeric": True}


def _size(size: int) -> str:
    return _("%(size)s kB") % {"size": max(1, round(size / 1000))}
