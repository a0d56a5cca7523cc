"""What a page of figures shows: a year, and of it a quarter or an area."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cadra.foundation.shell.forms import Select
from cadra.steering.monitoring import words
from cadra.steering.monitoring.periods import QUARTERS, Frame

#: Lines that can be compared between areas and quarters.
COMPARED = ("status", "sex", "age", "form", "entry", "help")


def _list(label: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, widget=Select(attrs={"no_optional": True}))


class YearForm(forms.Form):
    """One year."""

    year = _list(_("Year"))

    def __init__(self, data: Any, years: list[int]) -> None:
        super().__init__(data)
        self._offer("year", [(str(year), str(year)) for year in sorted(years, reverse=True)])

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]
        self.fields[name].error_messages["invalid_choice"] = _("Choose one from the list")

    def frame(self, year: int) -> Frame:
        """What to show of `year`; what was asked wrongly is left out."""
        return Frame(year)


class FrameForm(YearForm):
    """A year, and a quarter or an area of it."""

    quarter = _list(_("Quarter"))
    area = _list(_("Area"))

    def __init__(self, data: Any, years: list[int]) -> None:
        super().__init__(data, years)
        self._offer("quarter", [("", str(_("Whole year"))), *((code, words.quarter(code)) for code in QUARTERS)])
        self._offer("area", [("", str(_("Whole country"))), *words.codes("area")])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("quarter") and given.get("area"):
            self.add_error(
                "area",
                _(
                    "Choose a quarter or an area, not both. So few people are in one area in one quarter that figures "
                    "would point at someone."
                ),
            )
        return given

    def frame(self, year: int) -> Frame:
        given = self.cleaned_data if self.is_valid() else {}
        for axis in ("quarter", "area"):
            if given.get(axis):
                return Frame(year, axis, given[axis])
        return Frame(year)


class CompareForm(YearForm):
    """A year, and what is compared."""

    by = _list(_("Compare by"))

    def __init__(self, data: Any, years: list[int]) -> None:
        super().__init__(data, years)
        self._offer("by", [(axis, words.title(axis)) for axis in COMPARED])

    @property
    def axis(self) -> str:
        """The line to compare by, by default the first."""
        chosen = self.cleaned_data.get("by") if self.is_valid() else ""
        return chosen or COMPARED[0]


def wanted_year(data: Any) -> int | None:
    """The year in an address, before it is known which years there are."""
    given = data.get("year", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) == 4 else None
