"""Cells of tables and deadlines, drawn without a template: a list shows two hundred of them."""

from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from cadra.foundation.shell.templatetags.shell import clock_state, column, distance, moment

register = template.Library()

HEADING = '<th scope="row" class="govuk-table__header">{}</th>'
CELL = '<td class="govuk-table__cell"{}>{}</td>'
CLOCK = (
    '<p class="cadra-clock cadra-clock--{}">{}<span class="cadra-clock__state">{}</span>'
    ' <span class="cadra-journey__time"><time datetime="{}">{}</time></span></p>'
)
NUMERIC = '<td class="govuk-table__cell govuk-table__cell--numeric"{}>{}</td>'


@register.simple_tag
def cells(row: list[Any], head: list[Any], scroll: bool = False) -> str:
    """The cells of one row: texts, or mappings of text and, optionally, url, tag (colour), numeric, hint; or of due."""
    return format_html_join("", "{}", ((_cell(cell, head, index, scroll),) for index, cell in enumerate(row)))


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


def _cell(cell: Any, head: list[Any], index: int, scroll: bool) -> str:
    said = cell if isinstance(cell, dict) else {"text": cell}
    words = _words(said)
    if index == 0:
        return format_html(HEADING, words)
    label = "" if scroll else format_html(' data-label="{}"', column(head, index))
    return format_html(NUMERIC if said.get("numeric") else CELL, label, words)


def _words(said: dict[str, Any]) -> str:
    if "due" in said:
        return clock(said["due"]) if said["due"] else format_html("{}", _("None"))
    text, tag = said.get("text", ""), said.get("tag")
    if said.get("url"):
        shown = format_html('<a class="govuk-link" href="{}">{}</a>', said["url"], text)
    elif tag:
        shown = format_html('<strong class="govuk-tag govuk-tag--{}">{}</strong>', tag, text)
    else:
        shown = format_html("{}", text)
    hint = said.get("hint")
    return format_html('{}<span class="cadra-matrix__until">{}</span>', shown, hint) if hint else shown
