"""Template tags of the component kit."""

import datetime
from functools import lru_cache
from typing import Any
from uuid import uuid4

from django import template
from django.forms import BaseForm
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timesince import timesince
from django.utils.translation import get_language

from cadra.foundation.shell import prose as proses
from cadra.foundation.shell.forms.renderer import GovukBoundField

register = template.Library()
UNITS = (datetime.timedelta(days=1), datetime.timedelta(hours=1), datetime.timedelta(minutes=1))
MONTHS_BEGIN = datetime.timedelta(days=28)  # from then on the words depend on the months that lie between
SOME_DAY = datetime.datetime(2001, 1, 1)


@register.filter
def top_fields(form: BaseForm) -> list[GovukBoundField]:
    """The visible fields of a form, without those that open under an answer of another field."""
    opened = {
        name
        for field in form.fields.values()
        for names in getattr(field.widget, "reveal", {}).values()
        for name in names
    }
    return [field for field in _fields(form) if not field.is_hidden and field.name not in opened]


@register.filter
def error_links(form: BaseForm) -> list[dict[str, str]]:
    """What is wrong in a form, in its order: text, and the id to go to ("" when it is about the whole)."""
    links = [{"text": str(text), "target": ""} for text in form.non_field_errors()]
    for field in _fields(form):
        target = "" if field.is_hidden else field.error_target
        links += [{"text": f"{field.label} – {text}", "target": target} for text in field.problems]
    return links


def _fields(form: BaseForm) -> list[GovukBoundField]:
    """The fields as our renderer binds them; another renderer's form is a mistake of the developer."""
    return [field for field in form if isinstance(field, GovukBoundField)]


@register.simple_tag
def unique_id(name: str) -> str:
    """An id that no other element of the page has."""
    return f"{name}-{uuid4().hex[:8]}"


@register.filter
def entry(mapping: Any, key: Any) -> Any:
    """The value under a key of a mapping, or an empty text."""
    return mapping.get(key, "") if mapping else ""


@register.simple_tag
def bar_width(value: float, largest: float) -> int:
    """Length of a bar in hundredths of the longest."""
    return round(100 * value / largest) if largest else 0


@register.filter
def prose(text: Any) -> list[proses.Block]:
    """A longer text of the country pack, in paragraphs and points."""
    return proses.blocks(str(text))


@register.filter
def column(head: list[Any], index: int) -> Any:
    """The words over a table's column."""
    try:
        cell = head[index]
    except IndexError:
        return ""
    return cell["text"] if isinstance(cell, dict) else cell


@register.simple_tag
def clock_state(due: datetime.datetime | datetime.date, done_at: Any = None) -> str:
    """How a deadline stands: done, late (done after it), overdue, soon (within a day) or due."""
    if done_at:
        return "late" if _instant(done_at) > _instant(due) else "done"
    left = _instant(due) - timezone.now()
    if left < datetime.timedelta(0):
        return "overdue"
    return "soon" if left < datetime.timedelta(days=1) else "due"


@register.filter
def distance(moment: datetime.datetime | datetime.date) -> str:
    """How far a moment is from now, in words, whichever side it lies on."""
    instant, now = _instant(moment), timezone.now()
    between = abs(instant - now)
    if between >= MONTHS_BEGIN:
        return timesince(min(instant, now), max(instant, now), depth=1)
    unit = next((one for one in UNITS if between >= one), UNITS[-1])
    return _lasting(between // unit * unit, get_language())


@lru_cache(maxsize=1000)
def _lasting(time: datetime.timedelta, language: str | None) -> str:
    return timesince(SOME_DAY, SOME_DAY + time, depth=1)


@register.filter
def moment(value: datetime.datetime | datetime.date) -> str:
    """A date, or a date and time, in the page's language and the country's zone."""
    if isinstance(value, datetime.datetime):
        return _in_words(timezone.localtime(value).replace(tzinfo=None, second=0, microsecond=0), get_language())
    return _in_words(value, get_language())


@lru_cache(maxsize=10_000)
def _in_words(value: datetime.datetime | datetime.date, language: str | None) -> str:
    """Kept: a page of a heavy file says sixty of them, mostly the same ones as the page before."""
    with_time = isinstance(value, datetime.datetime)
    return date_format(value, "DATETIME_FORMAT" if with_time else "DATE_FORMAT")


def _instant(value: datetime.datetime | datetime.date) -> datetime.datetime:
    """A moment to compare: a day without time lasts until its end."""
    if isinstance(value, datetime.datetime):
        return value
    return timezone.make_aware(datetime.datetime.combine(value, datetime.time.max))
