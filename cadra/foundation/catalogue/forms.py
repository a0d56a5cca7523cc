"""Searching the catalogue, and saying what one's own services are."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cadra.foundation.catalogue.models import Access, Cost, Group, Service, Status, Way
from cadra.foundation.catalogue.queries import DOMAIN, Wanted
from cadra.foundation.catalogue.telling import TellsAPlace, Told
from cadra.foundation.catalogue.words import place_in
from cadra.foundation.kernel.pack import pack
from cadra.foundation.network.models import Desk
from cadra.foundation.shell.forms import (
    Checkboxes,
    GovukDateField,
    GovukTimeField,
    Radios,
    Select,
    SubmissionMixin,
)

MOST_PLACES = 999
QUIET = {"no_optional": 1}
Choices = list[tuple[str, Any]]


class SearchForm(forms.Form):
    """What is looked for. A GET form: its fields stand in the address."""

    need = forms.ChoiceField(label=_("What is needed?"), required=False, widget=Select(attrs=QUIET))
    area = forms.ChoiceField(label=_("Near"), required=False, widget=Select(attrs=QUIET))
    language = forms.ChoiceField(label=_("Speaks"), required=False, widget=Select(attrs=QUIET))
    group = forms.ChoiceField(label=_("For"), required=False, widget=Select(attrs=QUIET))
    words = forms.CharField(
        label=_("Words"), required=False, max_length=100, widget=forms.TextInput(attrs={**QUIET, "counter": False})
    )
    also = forms.MultipleChoiceField(label=_("Only those"), required=False, widget=Checkboxes(QUIET, small=True))

    institution = forms.UUIDField(required=False, widget=forms.HiddenInput)

    ALSO = (
        ("tonight", _("Answering at night, with a free place")),
        ("now", _("Open now")),
        ("children", _("Children welcome")),
        ("wheelchair", _("Wheelchair gets in")),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["need"].choices = [("", gettext("Any")), *needs()]
        fields["area"].choices = [("", gettext("Anywhere")), *areas()]
        fields["language"].choices = [("", gettext("Any")), *pack().languages.choices()]
        fields["group"].choices = [("", gettext("Anyone")), *Group.choices]
        fields["also"].choices = self.ALSO

    def value(self) -> Wanted:
        """What to look for; a wrong choice looks for nothing in particular."""
        self.is_valid()
        said = {name: self.cleaned_data.get(name, "") for name in ("need", "area", "language", "group", "words")}
        also = self.cleaned_data.get("also") or []
        home = self.cleaned_data.get("institution")
        return Wanted(
            **said,
            tonight="tonight" in also,
            now="now" in also,
            children="children" in also,
            wheelchair="wheelchair" in also,
            institution=home,
        )

    def chosen(self) -> list[tuple[str, str, str]]:
        """(field, value, words) of everything that was asked for."""
        self.is_valid()
        found = []
        for name in ("need", "area", "language", "group", "also"):
            said = self.cleaned_data.get(name) or []
            labels = dict(_flat(self.fields[name].choices))  # type: ignore[attr-defined]
            found += [(name, one, str(labels[one])) for one in ([said] if isinstance(said, str) else said)]
        words = self.cleaned_data.get("words")
        return [*found, *([("words", words, f"“{words}”")] if words else [])]


def _flat(choices: Choices) -> Choices:
    """Without their groups. A whole region or domain goes by the name of its group."""
    flat: Choices = []
    for value, label in choices:
        if isinstance(label, list):
            flat += [(code, value if code.startswith(DOMAIN) or _is_region(code) else name) for code, name in label]
        else:
            flat.append((value, label))
    return flat


def _is_region(code: str) -> bool:
    area = pack().areas.get(code)
    return area is not None and area.kind == "region"


def needs() -> Choices:
    """Services of the pack under the domains of life they serve, each domain also as a whole; the rest at the end."""
    found: Choices = []
    for domain in pack().domains:
        kinds = [one for one in pack().services if domain.code in one.domains]
        if kinds:
            whole = (f"{DOMAIN}{domain.code}", gettext("All of it: %(domain)s") % {"domain": domain})
            found.append((str(domain), [whole, *((one.code, one.text) for one in kinds)]))
    others = [(one.code, one.text) for one in pack().services if not one.domains]
    return [*found, *([(gettext("Other"), others)] if others else [])]


def areas() -> Choices:
    """Regions with their municipalities."""
    return [
        (
            str(region),
            [
                (region.code, gettext("The whole of it")),
                *((one.code, one.text) for one in pack().municipalities(region.code)),
            ],
        )
        for region in pack().regions()
    ]


class ServiceForm(SubmissionMixin):
    """What a provider says of one service."""

    kind = forms.ChoiceField(label=_("Which service?"), widget=Select())
    desk = forms.ModelChoiceField(label=_("Which desk answers for it?"), queryset=Desk.objects.none(), empty_label=None)
    status = forms.ChoiceField(label=_("Is it offered now?"), choices=Status.choices, widget=Radios())
    serves = forms.MultipleChoiceField(
        label=_("Whom does it take?"),
        choices=Group.choices,
        widget=Checkboxes(),
        help_text=_("Help never depends on a status or on working with the police, so nothing asks for it here."),
    )
    along = forms.MultipleChoiceField(
        label=_("Who else is welcome?"),
        required=False,
        widget=Checkboxes(QUIET),
        choices=(
            ("children_welcome", _("Her or his children")),
            ("families", _("Families together")),
            ("foreigners", _("Foreigners")),
        ),
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages spoken without an interpreter"),
        required=False,
        widget=Checkboxes(QUIET, small=True, columns=True),
    )
    access = forms.MultipleChoiceField(
        label=_("Accessibility"), required=False, choices=Access.choices, widget=Checkboxes(QUIET)
    )
    cost = forms.ChoiceField(label=_("What does it cost her?"), choices=Cost.choices, widget=Radios())
    ways = forms.MultipleChoiceField(label=_("How is help given?"), choices=Way.choices, widget=Checkboxes())
    whole_country = forms.ChoiceField(
        label=_("Which area does it serve?"),
        choices=(("yes", _("The whole country")), ("no", _("These areas only"))),
        widget=Radios(reveal={"no": "areas"}),
    )
    areas = forms.MultipleChoiceField(
        label=_("Areas"), required=False, widget=Checkboxes(QUIET, small=True, columns=True)
    )
    answers = forms.ChoiceField(
        label=_("When is it open?"),
        choices=(("always", _("Day and night")), ("hours", _("On certain days and hours"))),
        widget=Radios(reveal={"hours": "days"}),
    )
    days = forms.TypedMultipleChoiceField(
        label=_("Days"),
        required=False,
        coerce=int,
        choices=[(day + 1, name) for day, name in WEEKDAYS.items()],
        widget=Checkboxes(QUIET, small=True, columns=True),
    )
    opens = GovukTimeField(label=_("On these days it opens at"), required=False)
    closes = GovukTimeField(label=_("and closes at"), required=False)
    at_night = forms.BooleanField(label=_("Someone answers at night, too"), required=False)
    capacity = forms.IntegerField(
        label=_("How many places are there?"),
        required=False,
        min_value=1,
        max_value=MOST_PLACES,
        widget=forms.TextInput(attrs={"chars": 3, "inputmode": "numeric"}),
        help_text=_("Beds, chairs, hours a week. Leave it empty when places are not counted."),
    )
    licence_number = forms.CharField(label=_("Number of the licence"), required=False, max_length=60)
    licence_until = GovukDateField(label=_("The licence is valid until"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, required=False)

    def __init__(self, *args: Any, desks: list[Desk], service: Service | None = None, **kwargs: Any) -> None:
        self.service = service
        self.shelter = any(desk.institution.is_shelter for desk in desks)
        kwargs["initial"] = {**(_initial(service) if service else FRESH), **(kwargs.pop("initial", None) or {})}
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["kind"].choices = [("", gettext("Choose")), *pack().services.choices()]
        fields["languages"].choices = pack().languages.choices()
        fields["areas"].choices = self._areas()
        if not fields["areas"].choices:  # a shelter of which not even a region may be told
            fields["whole_country"].choices = fields["whole_country"].choices[:1]
        for code, name in settings.LANGUAGES:
            fields[f"words_{code}"] = forms.CharField(
                label=gettext("Describe it in a few words: %(language)s") % {"language": gettext(str(name))},
                required=False,
                max_length=600,
                widget=forms.Textarea(attrs={"rows": 3, "lang": code}),
                help_text=gettext("Never where a shelter is.") if self.shelter else "",
                initial=(service.words if service else {}).get(code, ""),
            )
        if service is None and len(desks) > 1:
            fields["desk"].queryset = Desk.objects.filter(pk__in=[desk.pk for desk in desks])
        else:
            del fields["desk"]
        self.order_fields([*list(fields)[:3], *(name for name in fields if name.startswith("words_"))])

    def _areas(self) -> Choices:
        """Of a shelter only what may be told of one."""
        every = [*pack().regions(), *pack().municipalities()]
        if self.shelter:
            told = set(pack().shelter_areas(area.code for area in every))
            every = [area for area in every if area.code in told]
        return [(area.code, area.text) for area in every]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("whole_country") == "no" and not values.get("areas"):
            self.add_error("areas", gettext("Choose at least one area"))
        if values.get("answers") == "hours":
            if not values.get("days"):
                self.add_error("days", gettext("Choose the days"))
            for name in ("opens", "closes"):
                if values.get(name) is None and name not in self.errors:
                    self.add_error(name, gettext("Write the time"))
        if self.shelter:
            for name in [*(f"words_{code}" for code, _name in settings.LANGUAGES), "licence_number"]:
                if place := place_in(values.get(name) or ""):
                    self.add_error(name, str(TellsAPlace(place)))
        return values

    def told(self) -> Told:
        """What was said, in the shape of the action."""
        values = self.cleaned_data
        by_hours, along = values["answers"] == "hours", values["along"]
        return Told(
            kind=values["kind"],
            status=values["status"],
            words={code: values[f"words_{code}"].strip() for code, _name in settings.LANGUAGES},
            serves=values["serves"],
            children_welcome="children_welcome" in along,
            families="families" in along,
            foreigners="foreigners" in along,
            languages=values["languages"],
            access=values["access"],
            cost=values["cost"],
            ways=values["ways"],
            areas=values["areas"] if values["whole_country"] == "no" else [],
            whole_country=values["whole_country"] == "yes",
            day_and_night=not by_hours,
            at_night=values["at_night"],
            days=values["days"] if by_hours else [],
            opens=values["opens"] if by_hours else None,
            closes=values["closes"] if by_hours else None,
            capacity=values["capacity"],
            licence_number=values["licence_number"],
            licence_until=values["licence_until"],
        )


class PlacesForm(forms.Form):
    """A tap, or a number: so many places are free. `seen`: what the page showed."""

    free = forms.IntegerField(min_value=0, max_value=MOST_PLACES)
    seen = forms.IntegerField(min_value=0, max_value=MOST_PLACES, required=False)
    back = forms.ChoiceField(choices=(("own", ""), ("desk", "")), required=False)


FRESH: dict[str, Any] = {
    "status": Status.OPEN,
    "serves": [Group.WOMEN, Group.GIRLS],
    "along": ["foreigners"],
    "cost": Cost.FREE,
    "ways": [Way.IN_PERSON],
}


def _initial(service: Service) -> dict[str, Any]:
    along = [name for name in ("children_welcome", "families", "foreigners") if getattr(service, name)]
    same = ("kind", "status", "serves", "languages", "access", "cost", "ways", "areas", "days", "opens", "closes",
            "at_night", "capacity", "licence_number", "licence_until", "version")  # fmt: skip
    return {
        **{name: getattr(service, name) for name in same},
        "along": along,
        "whole_country": "yes" if service.whole_country else "no",
        "answers": "always" if service.day_and_night else "hours",
    }
