"""Dates and times as tired people type them."""

import datetime

import pytest
import time_machine
from django import forms
from django.utils import translation

from cadra.foundation.shell.forms import GovukDateField, GovukMonthField, GovukTimeField

TODAY = "2026-11-22 12:00:00"


def refusal(field: forms.Field, *typed: str) -> tuple[str, set[str]]:
    """The code of the error and the boxes it marks."""
    with time_machine.travel(TODAY, tick=False), pytest.raises(forms.ValidationError) as caught:
        field.clean(list(typed))
    (error,) = caught.value.error_list
    return error.code, set((error.params or {}).get("parts", ()))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (("27", "3", "2007"), datetime.date(2007, 3, 27)),
        ((" 01", "02 ", "2026"), datetime.date(2026, 2, 1)),
        (("29", "2", "2024"), datetime.date(2024, 2, 29)),
        (("5", "March", "1999"), datetime.date(1999, 3, 5)),
        (("5", "dec", "1999"), datetime.date(1999, 12, 5)),
        (("٥", "٣", "١٩٩٩"), datetime.date(1999, 3, 5)),
    ],
)
def test_a_date_is_understood(typed: tuple[str, ...], meant: datetime.date) -> None:
    with time_machine.travel(TODAY, tick=False):
        assert GovukDateField().clean(list(typed)) == meant


def test_a_month_is_understood_by_its_name_in_the_language_of_the_page() -> None:
    with translation.override("sq"):
        assert GovukDateField().clean(["5", "prill", "1999"]) == datetime.date(1999, 4, 5)


@pytest.mark.parametrize(
    ("typed", "code", "parts"),
    [
        (("", "3", "2007"), "day_missing", {"day"}),
        (("27", "", "2007"), "month_missing", {"month"}),
        (("27", "3", ""), "year_missing", {"year"}),
        (("27", "3", "07"), "year_digits", {"year"}),
        (("27", "3", "20077"), "year_digits", {"year"}),
        (("27", "13", "2007"), "month_range", {"month"}),
        (("27", "0", "2007"), "month_range", {"month"}),
        (("30", "2", "2024"), "impossible", {"day"}),
        (("31", "4", "2024"), "impossible", {"day"}),
        (("0", "4", "2024"), "impossible", {"day"}),
        (("29", "2", "2023"), "impossible", {"day"}),
        (("a", "3", "2007"), "not_numbers", {"day"}),
        (("-1", "3", "2007"), "not_numbers", {"day"}),
        (("1", "3", "²007"), "not_numbers", {"year"}),
        (("1", "1", "1870"), "too_early", {"year"}),
        (("1", "1", "2090"), "too_late", {"year"}),
        (("", "", ""), "required", set()),
    ],
)
def test_a_date_that_cannot_be_is_refused_with_its_reason(typed: tuple[str, ...], code: str, parts: set[str]) -> None:
    assert refusal(GovukDateField(), *typed) == (code, parts)


def test_past_and_future_include_today() -> None:
    today = ["22", "11", "2026"]
    with time_machine.travel(TODAY, tick=False):
        assert GovukDateField(past=True).clean(today) == GovukDateField(future=True).clean(today)
    assert refusal(GovukDateField(past=True), "23", "11", "2026")[0] == "future"
    assert refusal(GovukDateField(future=True), "21", "11", "2026")[0] == "past"


def test_limits_of_a_field_are_inclusive_and_may_be_counted_from_today() -> None:
    field = GovukDateField(earliest=datetime.date(2026, 1, 1), latest=lambda: datetime.date(2026, 1, 2))
    assert field.clean(["1", "1", "2026"]) and field.clean(["2", "1", "2026"])
    assert refusal(field, "31", "12", "2025")[0] == "too_early"
    assert refusal(field, "3", "1", "2026")[0] == "too_late"


def test_the_refusal_names_the_limit() -> None:
    with pytest.raises(forms.ValidationError) as caught:
        GovukDateField(latest=datetime.date(2026, 1, 2)).clean(["3", "1", "2026"])
    assert "2 January 2026" in caught.value.messages[0]


def test_a_date_of_twentyninth_february_does_not_break_the_limits() -> None:
    with time_machine.travel("2028-02-29 12:00:00", tick=False):
        assert GovukDateField().clean(["29", "2", "2028"])


def test_a_field_that_may_be_empty_is_none_and_a_kept_date_is_shown_in_its_boxes() -> None:
    field = GovukDateField(required=False)
    assert field.clean(["", "", ""]) is None
    assert field.widget.decompress(datetime.date(2007, 3, 27)) == ["27", "3", "2007"]
    assert not field.has_changed(datetime.date(2007, 3, 27), ["27", "3", "2007"])
    assert field.has_changed(datetime.date(2007, 3, 27), ["28", "3", "2007"])


def test_a_month_is_its_first_day() -> None:
    assert GovukMonthField().clean(["3", "2007"]) == datetime.date(2007, 3, 1)
    assert refusal(GovukMonthField(), "3", "")[0] == "year_missing"
    with time_machine.travel(TODAY, tick=False):
        assert GovukMonthField(future=True).clean(["11", "2026"])


@pytest.mark.parametrize("typed", ["14:30", "14.30", "1430", "2:30 pm", "2.30PM"])
def test_a_time_is_understood(typed: str) -> None:
    assert GovukTimeField().clean(typed) == datetime.time(14, 30)


@pytest.mark.parametrize("typed", ["25:00", "14:60", "noon", "14-30"])
def test_a_time_that_cannot_be_is_refused(typed: str) -> None:
    with pytest.raises(forms.ValidationError):
        GovukTimeField().clean(typed)
