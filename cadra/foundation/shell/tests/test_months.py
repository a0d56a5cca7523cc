"""Dates as each language writes them."""

import datetime as dt

import pytest
from django.utils import translation

from cadra.foundation.shell.formats.months import MONTHS
from cadra.foundation.shell.templatetags.shell import moment


@pytest.mark.parametrize("month", range(1, 13))
def test_albanian_writes_months_small_and_english_tall(month: int) -> None:
    day = dt.date(2026, month, 5)
    with translation.override("sq"):
        said = moment(day)
        assert said == said.lower() and said.startswith("5 ") and said.endswith(" 2026")
    with translation.override("en"):
        assert moment(day) == f"5 {MONTHS[month - 1]} 2026"
