"""Forms of the roster and of requests."""

import datetime as dt
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cadra.foundation.catalogue.forms import areas
from cadra.foundation.kernel.clock import at, deadline, local, now, today
from cadra.foundation.kernel.pack import pack
from cadra.foundation.network.models import User
from cadra.foundation.shell.forms import (
    Checkboxes,
    GovukDateField,
    GovukTimeField,
    Radios,
    Select,
    SubmissionMixin,
    check_hour,
)
from cadra.record.interpreting.actions import Told
from cadra.record.interpreting.actions.asking import Wanted as Asked
from cadra.record.interpreting.models import Interpreter, Kind, Request, Sex, Way, Work
from cadra.record.interpreting.queries.roster import Wanted

TONGUES = 4
QUIET: dict[str, Any] = {"no_optional": 1}
LINE: dict[str, Any] = {**QUIET, "counter": False}
NO_PREFERENCE = [("", _("No preference"))]


class SearchForm(forms.Form):
    """What is looked for in the roster. A GET form."""

    language = forms.ChoiceField(label=_("Language"), required=False, widget=Select(attrs=QUIET))
    dialect = forms.CharField(label=_("Dialect"), required=False, max_length=60, widget=forms.TextInput(attrs=LINE))
    sex = forms.ChoiceField(label=_("A woman or a man"), required=False, widget=Select(attrs=QUIET))
    area = forms.ChoiceField(label=_("Comes to"), required=False, widget=Select(attrs=QUIET))
    also = forms.MultipleChoiceField(label=_("Only those"), required=False, widget=Checkboxes(QUIET, small=True))

    ALSO = (
        ("tonight", _("Can be rung at night")),
        ("distance", _("By telephone or online")),
        ("bound", _("With an undertaking in force")),
    )

    def __init__(self, *args: Any, keeps: bool = False, **kwargs: Any) -> None:
        """`keeps`: may also ask for those who left the roster."""
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["language"].choices = [("", gettext("Any")), *pack().languages.choices()]
        fields["sex"].choices = [("", gettext("Anyone")), *Sex.choices]
        fields["area"].choices = [("", gettext("Anywhere")), *areas()]
        fields["also"].choices = [*self.ALSO, *([("left", gettext("Those who left the roster"))] if keeps else [])]

    def value(self) -> Wanted:
        """What to look for; a wrong choice looks for nothing in particular."""
        self.is_valid()
        get, also = self.cleaned_data.get, self.cleaned_data.get("also") or []
        return Wanted(
            language=get("language", ""),
            dialect=get("dialect", ""),
            sex=get("sex", ""),
            area=get("area", ""),
            **{name: name in also for name in ("tonight", "distance", "bound", "left")},
        )

    def chosen(self) -> list[tuple[str, str, str]]:
        """(field, value, words) of everything that was asked for."""
        self.is_valid()
        get = self.cleaned_data.get
        labels = {"language": pack().languages.label, "sex": lambda code: str(Sex(code).label)}
        found = [(name, get(name), word(get(name))) for name, word in labels.items() if get(name)]
        area = str(get("area") or "")
        found += [("area", area, pack().place_label(area))] if area else []
        found += [("dialect", get("dialect"), f"“{get('dialect')}”")] if get("dialect") else []
        words = dict(self.fields["also"].choices)  # type: ignore[attr-defined]
        return [*found, *(("also", one, str(words[one])) for one in get("also") or [])]


class EntryForm(SubmissionMixin):
    """What the roster says of someone."""

    name = forms.CharField(
        label=_("Name, or a name for the roster"),
        help_text=_("Whoever searches the roster reads it. A pseudonym will do."),
        max_length=120,
        widget=forms.TextInput(attrs={"counter": False}),
        error_messages={"required": _("Write the name")},
    )
    work = forms.ChoiceField(label=_("What does she or he do?"), choices=Work.choices, widget=Radios())
    sex = forms.ChoiceField(
        label=_("A woman or a man?"),
        help_text=_("Only as she or he says. People choose whom they want to speak through."),
        choices=[*Sex.choices, ("", _("Not said"))],
        required=False,
        widget=Radios(QUIET),
    )
    phone = forms.CharField(label=_("Telephone"), required=False, max_length=40, widget=forms.TextInput(attrs=QUIET))
    hours = forms.CharField(
        label=_("When can she or he be rung?"), required=False, max_length=120, widget=forms.TextInput(attrs=LINE)
    )
    also = forms.MultipleChoiceField(
        label=_("What else is true?"),
        required=False,
        widget=Checkboxes(QUIET),
        choices=(
            ("at_night", _("Can be rung at night")),
            ("at_distance", _("Interprets by telephone or online")),
            ("freelance", _("Works free-lance, not for our institution")),
        ),
    )
    whole_country = forms.ChoiceField(
        label=_("Where does she or he come to?"),
        choices=(("yes", _("The whole country")), ("no", _("These areas only"))),
        widget=Radios(reveal={"no": "areas"}),
    )
    areas = forms.MultipleChoiceField(
        label=_("Areas"), required=False, widget=Checkboxes(QUIET, small=True, columns=True)
    )
    user_id = forms.TypedChoiceField(
        label=_("Account in this service"),
        help_text=_("Whoever has one sees her own appointments there, and nothing of any file."),
        required=False,
        coerce=UUID,
        empty_value=None,
        widget=Select(attrs=QUIET),
    )
    is_active = forms.ChoiceField(
        label=_("On the roster now?"),
        choices=(("yes", _("Yes")), ("no", _("No: she or he is taken off everything open at once"))),
        widget=Radios(),
        initial="yes",
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, required=False)

    def __init__(self, *args: Any, accounts: list[User], row: Interpreter | None = None, **kwargs: Any) -> None:
        kwargs["initial"] = {
            **(_initial(row) if row else {"work": Work.INTERPRETER}),
            **(kwargs.pop("initial", None) or {}),
        }
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["areas"].choices = [(one.code, one.text) for one in [*pack().regions(), *pack().municipalities()]]
        fields["user_id"].choices = [("", gettext("None")), *((str(one.pk), one.name) for one in accounts)]
        if row is not None and row.user is not None and row.user not in accounts:
            fields["user_id"].choices.append((str(row.user_id), row.user.name))
        for place in range(TONGUES):
            fields[f"language-{place}"] = forms.ChoiceField(
                label=gettext("Language"),
                choices=[("", gettext("None") if place else gettext("Choose")), *pack().languages.choices()],
                required=place == 0,
                widget=Select(attrs=QUIET),
                error_messages={"required": gettext("Choose at least one language")},
            )
            fields[f"dialect-{place}"] = forms.CharField(
                label=gettext("Dialect"), required=False, max_length=60, widget=forms.TextInput(attrs=LINE)
            )
            fields[f"level-{place}"] = forms.ChoiceField(
                label=gettext("How well"),
                choices=[("", gettext("Not said")), *((one.code, one.text) for one in pack().language_levels)],
                required=False,
                widget=Select(attrs=QUIET),
            )
        if row is None:
            del fields["is_active"]

    @property
    def tongues(self) -> list[list[Any]]:
        """The boxes of each language."""
        return [[self[f"{name}-{place}"] for name in ("language", "dialect", "level")] for place in range(TONGUES)]

    @property
    def about(self) -> list[Any]:
        """The fields before the languages."""
        return [self[name] for name in ("name", "work", "sex")]

    @property
    def rest(self) -> list[Any]:
        """The fields after them."""
        names = ("phone", "hours", "also", "whole_country", "user_id", "is_active")
        return [self[name] for name in names if name in self.fields]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("whole_country") == "no" and not values.get("areas"):
            self.add_error("areas", gettext("Choose at least one area"))
        return values

    def told(self) -> Told:
        """What was said, in the shape of the action."""
        get, also = self.cleaned_data.get, self.cleaned_data.get("also") or []
        tongues = [
            {name: get(f"{name}-{place}") or "" for name in ("language", "dialect", "level")}
            for place in range(TONGUES)
        ]
        whole = get("whole_country") == "yes"
        return Told(
            name=self.cleaned_data["name"],
            work=self.cleaned_data["work"],
            sex=get("sex") or "",
            tongues=[one for one in tongues if one["language"]],
            areas=[] if whole else get("areas") or [],
            whole_country=whole,
            hours=get("hours") or "",
            phone=get("phone") or "",
            user_id=get("user_id"),
            is_active=get("is_active", "yes") == "yes",
            at_night="at_night" in also,
            at_distance="at_distance" in also,
            freelance="freelance" in also,
        )


def _initial(row: Interpreter) -> dict[str, Any]:
    same = ("name", "work", "sex", "phone", "hours", "areas", "version")
    shown: dict[str, Any] = {name: getattr(row, name) for name in same}
    shown |= {"whole_country": "yes" if row.whole_country else "no", "is_active": "yes" if row.is_active else "no"}
    shown |= {"also": [name for name in ("at_night", "at_distance", "freelance") if getattr(row, name)]}
    shown |= {"user_id": str(row.user_id or "")}
    for place, one in enumerate(row.tongues[:TONGUES]):
        shown |= {f"{name}-{place}": one.get(name, "") for name in ("language", "dialect", "level")}
    return shown


class UndertakingForm(SubmissionMixin):
    """The undertaking of confidentiality was signed on paper."""

    version = forms.CharField(
        label=_("Which version?"), max_length=20, widget=forms.TextInput(attrs={"chars": 10, "counter": False})
    )
    signed_on = GovukDateField(label=_("Signed on"), past=True)
    until = GovukDateField(label=_("In force until"), future=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        ends = local(deadline(now(), pack().limit("interpreter_undertaking"))).date()
        shown = {"version": pack().code_of_conduct.version, "signed_on": today(), "until": ends}
        super().__init__(*args, **{**kwargs, "initial": {**shown, **(kwargs.get("initial") or {})}})

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("signed_on") and values.get("until") and values["until"] < values["signed_on"]:
            self.add_error("until", gettext("The last day can't be before the first day"))
        return values


class TimeForm(forms.Form):
    """When, and for how long."""

    day = GovukDateField(label=_("Which day?"), future=True)
    time = GovukTimeField(label=_("At what time?"), help_text=_("For example, 14:30"))
    minutes = forms.IntegerField(
        label=_("For how many minutes?"),
        min_value=5,
        max_value=600,
        initial=60,
        widget=forms.TextInput(attrs={"chars": 3, "inputmode": "numeric"}),
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        check_hour(self, "day", "time")
        if values.get("day") and values.get("time") and self.starts_at() <= now():
            self.add_error("time", gettext("This time is over. Choose a later one"))
        return values

    def starts_at(self) -> dt.datetime:
        """The instant it begins."""
        return at(self.cleaned_data["day"], self.cleaned_data["time"])


class RequestForm(SubmissionMixin, TimeForm):
    """What is wanted. Nothing of it but time, way, language and sex reaches an interpreter."""

    kind = forms.ChoiceField(label=_("What for?"), choices=Kind.choices, widget=Radios())
    language = forms.ChoiceField(
        label=_("Language"), widget=Select, error_messages={"required": _("Choose the language")}
    )
    dialect = forms.CharField(
        label=_("Dialect"),
        help_text=_("As she calls it, if it matters."),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"counter": False}),
    )
    sex = forms.ChoiceField(
        label=_("Whom does she want to speak through?"),
        help_text=_("Ask her. She may change her mind at any time."),
        choices=[*Sex.choices, *NO_PREFERENCE],
        required=False,
        widget=Radios(QUIET),
    )
    way = forms.ChoiceField(label=_("How?"), choices=Way.choices, widget=Radios())
    area = forms.ChoiceField(label=_("Where about?"), required=False, widget=Select())
    place = forms.CharField(
        label=_("Where exactly?"),
        help_text=_("For you and your colleagues: tell the interpreter by word of mouth only. Never a shelter."),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"counter": False}),
    )
    more = forms.CharField(
        label=_("What else matters?"), required=False, max_length=600, widget=forms.Textarea(attrs={"rows": 3})
    )
    number = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=999)
    field_order = ("kind", "language", "dialect", "sex", "way", "day", "time", "minutes", "area", "place", "more")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["language"].choices = [("", gettext("Choose")), *pack().languages.choices()]
        fields["area"].choices = [("", gettext("Not said")), *areas()]

    def wanted(self) -> Asked:
        """What was typed, for the action."""
        get = self.cleaned_data.get
        return Asked(
            kind=self.cleaned_data["kind"],
            language=self.cleaned_data["language"],
            way=self.cleaned_data["way"],
            starts_at=self.starts_at(),
            minutes=self.cleaned_data["minutes"],
            sex=get("sex") or "",
            number=get("number"),
            dialect=get("dialect") or "",
            place=get("place") or "",
            area=get("area") or "",
            more=get("more") or "",
        )


class MoveForm(TimeForm):
    """Another time."""

    prefix = "move"

    @classmethod
    def of(cls, request: Request) -> "MoveForm":
        """With the time it has now."""
        starts = local(request.starts_at)
        return cls(initial={"day": starts.date(), "time": starts.time(), "minutes": request.minutes})


NONE = "none"


class ConflictForm(SubmissionMixin):
    """Asked before each assignment: does anything stand between this interpreter and her?"""

    conflicts = forms.MultipleChoiceField(
        label=_("Is any of this so?"),
        help_text=_("Find it out without saying who she is: ask where the family is from, for whom she or he works."),
        error_messages={"required": _("Say what stands against it, or that none of it does")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["conflicts"]
        codes = pack().conflicts
        hints = {one.code: str(one.hint) for one in codes if one.hint}
        field.widget = Checkboxes(hints=hints, divider_before=NONE, exclusive=NONE)
        field.choices = [*((one.code, one.text) for one in codes), (NONE, gettext("None of it, as far as we know"))]

    def clean_conflicts(self) -> list[str]:
        said: list[str] = self.cleaned_data["conflicts"]
        if NONE in said and len(said) > 1:
            raise forms.ValidationError(gettext("Choose what stands against it, or “None of it”, not both"))
        return [one for one in said if one != NONE]
