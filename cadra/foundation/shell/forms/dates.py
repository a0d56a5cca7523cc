"""Dates in three boxes, months in two, times in one: what was typed is kept, what is wrong is said."""

import datetime
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from cadra.foundation.kernel.clock import shows

from .composed import ComposedInput

Limit = datetime.date | Callable[[], datetime.date] | None

#: Without a limit of its own, a date lies within a life: 120 years back, 10 years ahead.
YEARS_BACK, YEARS_AHEAD = 120, 10

PART_LABELS = {"day": _("Day"), "month": _("Month"), "year": _("Year")}


class DatePartsInput(ComposedInput):
    """Boxes for the parts of a date; the value is a date, or the list of texts as typed."""

    template_name = "shell/forms/widgets/date.html"

    def __init__(self, parts: Sequence[str], attrs: dict[str, Any] | None = None) -> None:
        self.parts = tuple(parts)
        boxes: dict[str, forms.Widget | type[forms.Widget]] = {
            part: forms.TextInput(attrs={"inputmode": "numeric"}) for part in self.parts
        }
        super().__init__(boxes, attrs)

    def decompress(self, value: Any) -> list[str]:
        return [str(getattr(value, part)) if value else "" for part in self.parts]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        for part, box in zip(self.parts, context["widget"]["subwidgets"], strict=True):
            width = 4 if part == "year" else 2
            wrong = self.wrong_parts is not None and (not self.wrong_parts or part in self.wrong_parts)
            box["label"] = PART_LABELS[part]
            box["attrs"]["class"] = (
                f"govuk-input govuk-date-input__input govuk-input--width-{width}"
                f"{' govuk-input--error' if wrong else ''}"
            )
        return context


class _PartsField(forms.Field):
    """A field typed in parts. Errors carry `parts`: the names of the boxes that are wrong."""

    parts: ClassVar[tuple[str, ...]] = ()
    default_error_messages: ClassVar[dict[str, Any]] = {
        "required": _("Enter a date"),
        "day_missing": _("The date must include a day"),
        "month_missing": _("The date must include a month"),
        "year_missing": _("The date must include a year"),
        "not_numbers": _("Write the date in numbers, for example 27 3 2007"),
        "year_digits": _("The year must have 4 numbers, for example 2007"),
        "month_range": _("The month must be between 1 and 12"),
        "impossible": _("There is no such day in that month. Check the date"),
        "too_early": _("The date must be %(limit)s or later. Check the year"),
        "too_late": _("The date must be %(limit)s or earlier. Check the year"),
        "future": _("The date can't be in the future"),
        "past": _("The date can't be in the past"),
    }

    def __init__(
        self,
        *,
        earliest: Limit = None,
        latest: Limit = None,
        past: bool = False,
        future: bool = False,
        **kwargs: Any,
    ) -> None:
        """earliest, latest: limits, inclusive. past: today or before. future: today or after."""
        self.earliest, self.latest, self.past, self.future = earliest, latest, past, future
        kwargs.setdefault("widget", DatePartsInput(self.parts))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> datetime.date | None:
        if isinstance(value, datetime.date) or value is None:
            return value
        typed = {part: (text or "").strip() for part, text in zip(self.parts, value, strict=True)}
        if not any(typed.values()):
            return None
        for part, text in typed.items():
            if not text:
                raise self._wrong(f"{part}_missing", part)
        date = self._date(typed)
        self._within(date)
        return date

    def has_changed(self, initial: Any, data: Any) -> bool:
        before = self.widget.decompress(initial) if not isinstance(initial, list) else initial
        return [text or "" for text in before] != [text or "" for text in data or [""] * len(self.parts)]

    def _date(self, typed: dict[str, str]) -> datetime.date:
        year, month, day = self._number(typed, "year"), self._month(typed), 1
        if not 1000 <= year <= 9999:
            raise self._wrong("year_digits", "year")
        if not 1 <= month <= 12:
            raise self._wrong("month_range", "month")
        if "day" in typed:
            day = self._number(typed, "day")
        try:
            return datetime.date(year, month, day)
        except ValueError:
            raise self._wrong("impossible", "day") from None

    def _number(self, typed: dict[str, str], part: str) -> int:
        text = typed[part]
        if not text.isdecimal():
            raise self._wrong("not_numbers", part)
        return int(text) if len(text) <= 4 else 0  # too long for any part: refused by its range

    def _month(self, typed: dict[str, str]) -> int:
        """A month as a number or as its name, whole or its first three letters, in the page's language."""
        text = typed["month"].casefold()
        for number, name in MONTHS.items():
            if len(text) >= 3 and str(name).casefold().startswith(text):
                return number
        return self._number(typed, "month")

    def _within(self, date: datetime.date) -> None:
        today = timezone.localdate()
        if self.past and date > today:
            raise self._wrong("future", *self.parts)
        if self.future and date < self._floor(today):
            raise self._wrong("past", *self.parts)
        earliest = _resolve(self.earliest) or today.replace(year=today.year - YEARS_BACK, day=1)
        latest = _resolve(self.latest) or today.replace(year=today.year + YEARS_AHEAD, day=1)
        if date < earliest:
            raise self._wrong("too_early", "year", limit=date_format(earliest))
        if date > latest:
            raise self._wrong("too_late", "year", limit=date_format(latest))

    def _floor(self, today: datetime.date) -> datetime.date:
        return today

    def _wrong(self, code: str, *parts: str, **values: Any) -> ValidationError:
        return ValidationError(self.error_messages[code], code=code, params={"parts": parts, **values})


def _resolve(limit: Limit) -> datetime.date | None:
    return limit() if callable(limit) else limit


class GovukDateField(_PartsField):
    """A day: three boxes, a `datetime.date`."""

    parts = ("day", "month", "year")


class GovukMonthField(_PartsField):
    """A month of a year: two boxes, the `datetime.date` of its first day."""

    parts = ("month", "year")
    default_error_messages: ClassVar[dict[str, Any]] = {"required": _("Enter a month and a year")}

    def _floor(self, today: datetime.date) -> datetime.date:
        return today.replace(day=1)


class GovukTimeField(forms.Field):
    """A time of day in one box: 14:30, 14.30, 1430 or 2:30 pm; a `datetime.time`."""

    widget = forms.TextInput
    default_error_messages: ClassVar[dict[str, Any]] = {
        "required": _("Enter a time"),
        "invalid": _("Write the time in hours and minutes, for example 14:30"),
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"chars": 5}))
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        return value.strftime("%H:%M") if isinstance(value, datetime.time) else value

    def to_python(self, value: Any) -> datetime.time | None:
        if isinstance(value, datetime.time) or value in self.empty_values:
            return value or None
        text = str(value).strip().casefold().replace(".", ":").replace(" ", "")
        for pattern in ("%H:%M", "%H%M", "%I:%M%p", "%I%p"):
            try:
                return datetime.datetime.strptime(text, pattern).time()
            except ValueError:
                continue
        raise ValidationError(self.error_messages["invalid"], code="invalid")


def check_hour(form: forms.Form, day_name: str, time_name: str) -> None:
    """Say it when the hour typed does not exist on that day: the night the clocks go forward skips one."""
    day, hour = form.cleaned_data.get(day_name), form.cleaned_data.get(time_name)
    if day and hour and not shows(day, hour):
        form.add_error(time_name, _("That night the clocks go forward: this hour does not exist. Choose another"))
