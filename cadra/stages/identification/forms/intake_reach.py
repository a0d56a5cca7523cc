"""The screens of a first referral about places: how and where she may be reached, and where she was met."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cadra.foundation.kernel.answers import Answer
from cadra.foundation.kernel.pack import pack
from cadra.foundation.shell.forms import Select, YesNoField
from cadra.stages.identification.forms.intake import CHOOSE, UNKNOWN, LineField, ScreenForm, WordsField


class TelephoneInput(forms.TextInput):
    """A box that brings up the telephone's number keys."""

    input_type = "tel"


def _places() -> list[tuple[Any, Any]]:
    return [CHOOSE, *_by_region()]


def _by_region() -> list[tuple[Any, Any]]:
    country = pack()
    groups = [
        (str(region), [(area.code, area.text) for area in country.municipalities(region.code)])
        for region in country.regions()
    ]
    alone = [(area.code, area.text) for area in country.municipalities() if not area.parent]
    return [*((name, areas) for name, areas in groups if areas), *alone]


class ContactForm(ScreenForm):
    """How, when, by which name and through whom she may be reached; what must never be said. All of it optional."""

    phone = LineField(
        label=_("Telephone number"),
        required=False,
        max_length=40,
        widget=TelephoneInput(attrs={"chars": 20, "autocomplete": "off"}),
    )
    phone_safe = YesNoField(label=_("Is it safe to ring this number?"), required=False)
    leave_message = YesNoField(label=_("May a message be left?"), required=False)
    email = forms.EmailField(
        label=_("Email address"),
        required=False,
        error_messages={"invalid": _("Write the whole address, for example name@example.org")},
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    through = LineField(
        label=_("Through someone she trusts"),
        help_text=_("Who, and how to reach that person."),
        required=False,
        max_length=200,
    )
    name_to_use = LineField(
        label=_("Ask for her by this name"),
        help_text=_("And what to say you are ringing about, if someone else answers."),
        required=False,
        max_length=200,
    )
    hours = LineField(label=_("Safe days and hours"), required=False, max_length=200)
    who_else = LineField(label=_("Who else uses this telephone or reads the messages"), required=False, max_length=200)
    never_say = WordsField(label=_("What must never be said, written or left"), max_length=500, rows=3)
    place = forms.ChoiceField(
        label=_("Where she is now"),
        help_text=_("Municipality. Sealed apart: only those who must reach her see it."),
        choices=_places,
        required=False,
        widget=Select,
    )
    address = LineField(label=_("Address, or how to find it"), required=False, max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in self.fields.values():
            one.widget.attrs["no_optional"] = True  # the page says it once, for all of them

    @classmethod
    def initial_of(cls, kept: Mapping[str, Any]) -> dict[str, Any]:
        channels = {channel["kind"]: channel for channel in kept.get("channels") or []}
        rules, whereabouts = kept.get("rules") or {}, kept.get("whereabouts") or {}
        return {
            "phone": channels.get("phone", {}).get("value"),
            "phone_safe": channels.get("phone", {}).get("safe"),
            "email": channels.get("email", {}).get("value"),
            "through": channels.get("through", {}).get("value"),
            **{name: rules.get(name) for name in ("hours", "name_to_use", "who_else", "leave_message", "never_say")},
            "place": whereabouts.get("place"),
            "address": whereabouts.get("address"),
        }

    def values(self) -> dict[str, Any]:
        safe = str(self._get("phone_safe") or Answer.NOT_ASKED)
        channels = [
            {"kind": kind, "value": self._get(kind), "safe": safe if kind == "phone" else Answer.NOT_ASKED.value}
            for kind in ("phone", "email", "through")
            if self._get(kind)
        ]
        rules = {name: self._get(name) for name in ("hours", "name_to_use", "who_else", "never_say")}
        leave = str(self._get("leave_message") or "")
        where = {"place": self._get("place"), "address": self._get("address")}
        return {
            "channels": channels,
            "rules": {**rules, "leave_message": leave or Answer.NOT_ASKED.value}
            if any(rules.values()) or leave
            else {},
            "whereabouts": where if any(where.values()) else {},
        }


def _entries() -> list[tuple[str, Any]]:
    return [CHOOSE, *pack().entry_points.choices()]


def _crossings() -> list[tuple[str, Any]]:
    return [CHOOSE, *((area.code, area.text) for area in pack().crossings()), UNKNOWN]


def _municipalities() -> list[tuple[Any, Any]]:
    return [CHOOSE, *_by_region(), UNKNOWN]


def _abroad() -> list[tuple[str, Any]]:
    return [CHOOSE, *pack().countries.choices(), UNKNOWN]


class EntrySelect(Select):
    """The entry points; each option says which place it asks for, so that style can hide the others."""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        entry = pack().entry_points.get(str(value))
        if entry is not None:
            option["attrs"]["data-place"] = entry.place
        return option


class PlaceForm(ScreenForm):
    """Where she came into view, and how."""

    entry_point = forms.ChoiceField(
        label=_("How did she come into view?"),
        choices=_entries,
        error_messages={"required": _("Choose how she came into view")},
        widget=EntrySelect,
    )
    crossing = forms.ChoiceField(
        label=_("Border point, airport or port"), choices=_crossings, required=False, widget=Select
    )
    municipality = forms.ChoiceField(label=_("Municipality"), choices=_municipalities, required=False, widget=Select)
    abroad = forms.ChoiceField(label=_("Country abroad"), choices=_abroad, required=False, widget=Select)
    how_found = WordsField(
        label=_("What happened, in a few words"),
        help_text=_("What you saw and what she said. No names of others."),
    )

    PLACES = ("crossing", "municipality", "abroad")
    MISSING = {
        "crossing": _("Choose the border point, airport or port"),
        "municipality": _("Choose the municipality"),
        "abroad": _("Choose the country"),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.PLACES:
            self.fields[name].widget.attrs["no_optional"] = True

    @classmethod
    def initial_of(cls, kept: Mapping[str, Any]) -> dict[str, Any]:
        area, entry = kept.get("area") or "", pack().entry_points.get(kept.get("entry_point"))
        shown: dict[str, Any] = {"entry_point": kept.get("entry_point"), "how_found": kept.get("how_found")}
        if area in pack().areas:
            shown["crossing" if pack().areas[area].crossing else "municipality"] = area
        elif area in pack().countries:
            shown["abroad"] = area
        elif entry and entry.place != "any":
            shown[entry.place] = Answer.UNKNOWN.value
        return shown

    def clean(self) -> None:
        """The place the entry point asks for; with one that asks for none, at most one place."""
        super().clean()
        entry = pack().entry_points.get(self.cleaned_data.get("entry_point"))
        if entry is None:
            return
        if entry.place != "any":
            if not self.cleaned_data.get(entry.place):
                self.add_error(entry.place, forms.ValidationError(self.MISSING[entry.place], code="required"))
            return
        named = [name for name in self.PLACES if self.cleaned_data.get(name)]
        for name in named[1:]:
            self.add_error(name, _("Choose one place only. Clear this one or the other"))

    def values(self) -> dict[str, Any]:
        entry = pack().entry_points.get(self.cleaned_data.get("entry_point"))
        asked = (entry.place,) if entry and entry.place != "any" else self.PLACES
        area = next((value for name in asked if (value := self.cleaned_data.get(name))), "")
        return {
            "entry_point": entry.code if entry else "",
            "area": "" if area == Answer.UNKNOWN else area,
            "how_found": self._get("how_found"),
        }
