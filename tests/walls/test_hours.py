"""An hour that does not exist is told, never moved: the night the clocks go forward skips one."""

import datetime as dt
from typing import Any

import pytest
from django import forms
from django.urls import get_resolver

from cadra.foundation.catalogue.forms import ServiceForm
from cadra.foundation.kernel import clock
from cadra.foundation.shell.forms import GovukDateField, GovukTimeField
from cadra.foundation.shell.gallery import Specimen
from cadra.record.interpreting.forms import RequestForm, TimeForm
from cadra.record.tasks.forms import PutOffForm, TaskForm
from cadra.stages.identification.forms.pair import InterviewForm
from cadra.steering.mechanism.forms.record import ContactForm

# Forms with a day and an hour of it; the hours of the others are of every day.
OF_A_DAY: dict[type[Any], tuple[str, str]] = {
    InterviewForm: ("held_on", "held_time"),
    TimeForm: ("day", "time"),
    RequestForm: ("day", "time"),
    TaskForm: ("due_on", "due_time"),
    PutOffForm: ("on", "time"),
}
SPRING, AUTUMN = dt.date(2027, 3, 28), dt.date(2027, 10, 31)


def told(form: type[Any], day: dt.date, hour: str) -> str:
    """What the form says about this hour of this day."""
    day_name, time_name = OF_A_DAY[form]
    before = f"{form.prefix}-" if form.prefix else ""
    typed = {f"{before}{day_name}_{part}": str(getattr(day, part)) for part in ("day", "month", "year")}
    filled = form({**typed, f"{before}{time_name}": hour})
    filled.is_valid()
    assert day_name not in filled.errors, filled.errors
    return " ".join(filled.errors.get(time_name, []))


@pytest.mark.parametrize("form", OF_A_DAY, ids=lambda form: form.__name__)
def test_an_hour_the_clocks_skip_is_said_not_moved(form: type[Any], monkeypatch: Any) -> None:
    spring = dt.date(2026, 3, 29) if form is InterviewForm else SPRING
    assert "this hour does not exist" in told(form, spring, "02:30")
    for hour in ("01:59", "03:00"):
        assert "this hour does not exist" not in told(form, spring, hour)


def test_an_hour_shown_twice_is_the_first() -> None:
    assert clock.shows(AUTUMN, dt.time(2, 30))
    assert clock.at(AUTUMN, dt.time(2, 30)) == dt.datetime(2027, 10, 31, 0, 30, tzinfo=dt.UTC)
    assert not clock.shows(SPRING, dt.time(2, 30))


def test_no_other_form_takes_a_day_and_an_hour() -> None:
    assert get_resolver().url_patterns  # every form is loaded
    known, found = list(forms.Form.__subclasses__()), set()
    while known:
        form = known.pop()
        known += form.__subclasses__()
        kinds = {type(field) for field in form.base_fields.values()}
        if {GovukDateField, GovukTimeField} <= kinds and form.__module__.startswith("cadra."):
            found.add(form)
    others = {form for form in found if not issubclass(form, tuple(OF_A_DAY))}
    assert others <= {Specimen, ContactForm, ServiceForm}  # the gallery, and hours of every day
    assert set(OF_A_DAY) <= found
