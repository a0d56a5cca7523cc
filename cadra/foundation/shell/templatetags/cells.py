"""Cells of tables and deadlines, drawn without a template: a list shows two hundred of them."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.translation import gettext as _

from cadra.foundation.shell.templatetags.shell import clock_state, column, distance, moment

register = template.Library()

HEADING = '<th scope="row" class="govuk-table__header">'
CLOCK = (
    '<p class="cadra-clock cadra-clock--{}">{}<span class="cadra-clock__state">{}</span>'
    ' <span class="cadra-journey__time"><time datetime="{}">{}</time></span></p>'
)
CELL = '<td class="govuk-table__cell">'
NUMERIC = '<td class="govuk-table__cell govuk-table__cell--numeric">'
LABELLED = {
    CELL: '<td class="govuk-table__cell" data-label="{}">',
    NUMERIC: '<td class="govuk-table__cell govuk-table__cell--numeric" data-label="{}">',
}
LINK = '<a class="govuk-link" href="{}">{}</a>'
TAG = '<strong class="govuk-tag govuk-tag--{}">{}</strong>'
HINT = '<span class="cadra-matrix__until">{}</span>'


@register.simple_tag
def cells(row: list[Any], head: list[Any], scroll: bool = False) -> str:
    """The cells of one row: texts, or mappings of text and, optionally, url, tag (colour), numeric, hint; or of due."""
    pattern, values = "", []
    for index, cell in enumerate(row):
        said = cell if isinstance(cell, dict) else {"text": cell}
        (opening, *label), (words, said_there) = _opening(said, head, index, scroll), _words(said)
        pattern += opening + words + ("</td>" if index else "</th>")
        values += [*label, *said_there]
    return format_html(pattern, *values)


@register.simple_tag
def clock(due: Any, done_at: Any = None, label: Any = "", url: str = "") -> str:
    """A deadline in words; parameters as in components/clock.html."""
    state = clock_state(due, done_at)
    lead = format_html('<a class="govuk-link" href="{}">{}</a>', url, label) if label and url else label
    shown = done_at or due
    return format_html(
        CLOCK,
        state,
        format_html("{}: ", lead) if label else "",
        _standing(state, due),
        shown.isoformat(),
        moment(shown),
    )


def _standing(state: str, due: Any) -> str:
    if state == "done":
        return _("Done")
    if state == "late":
        return _("Done late")
    words = _("Overdue by %(time)s") if state == "overdue" else _("Due in %(time)s")
    return words % {"time": distance(due)}


def _opening(said: dict[str, Any], head: list[Any], index: int, scroll: bool) -> list[Any]:
    """The pattern that opens a cell, and what goes into it."""
    if index == 0:
        return [HEADING]
    cell = NUMERIC if said.get("numeric") else CELL
    return [cell] if scroll else [LABELLED[cell], column(head, index)]


def _words(said: dict[str, Any]) -> tuple[str, list[Any]]:
    """The pattern of what a cell says, and what goes into it."""
    if "due" in said:
        return "{}", [clock(said["due"]) if said["due"] else _("None")]
    text, tag, url, hint = said.get("text", ""), said.get("tag"), said.get("url"), said.get("hint")
    pattern, values = "{}", [text]
    if url:
        pattern, values = LINK, [url, text]
    elif tag:
        pattern, values = TAG, [tag, text]
    return (pattern + HINT, [*values, hint]) if hint else (pattern, values)
