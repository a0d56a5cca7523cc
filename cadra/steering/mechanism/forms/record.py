"""Identity, profile and safe contact: edited with a version, so that two editors never overwrite each other."""

import datetime as dt
from abc import abstractmethod
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.dateparse import parse_date
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from cadra.foundation.kernel.answers import Answer
from cadra.foundation.kernel.pack import pack
from cadra.foundation.shell.forms import (
    Checkboxes,
    ChoiceAnswerField,
    GovukDateField,
    GovukTimeField,
    Radios,
    Select,
    YesNoField,
)
from cadra.steering.mechanism.words import CHANNEL_KINDS, DOCUMENT_KINDS, IDENTITY_PURPOSES

SEXES = [("female", _("Woman or girl")), ("male", _("Man or boy")), ("other", _("Other"))]
LONG = 300
NOTHING_CHOSEN = ("", _("Choose"))


def _text(label: Any, *, most: int = LONG, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, required=False, **more)


class PurposeForm(forms.Form):
    """Why identity is looked at."""

    purpose = forms.ChoiceField(
        label=_("Why do you need to see who she is?"),
        choices=list(IDENTITY_PURPOSES.items()),
        widget=Radios(attrs={"page_heading": True, "size": "l"}),
        help_text=_("Your answer and every look are recorded. She can ask who saw it and why."),
    )


class Quiet(forms.Form):
    """Nothing in it is compulsory: the page says so once, not every label."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["no_optional"] = True


class Versioned(Quiet):
    """Carries the version that was shown when the form was drawn."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, initial=0)

    @abstractmethod
    def values(self) -> dict[str, Any]:
        """The sealed values as the record keeps them."""

    @property
    def shown_version(self) -> int:
        """The version the editor saw."""
        return self.cleaned_data.get("version") or 0


class NameForm(Quiet):
    """One name she has or uses."""

    given = _text(_("Given names"))
    family = _text(_("Family name"))
    note = _text(_("Where this name is used"), most=120)


class DocumentForm(Quiet):
    """One document."""

    kind = forms.ChoiceField(
        label=_("Kind"), choices=[NOTHING_CHOSEN, *DOCUMENT_KINDS.items()], required=False, widget=Select
    )
    number = _text(_("Number"), most=60, widget=forms.TextInput(attrs={"chars": 20}))
    country = forms.ChoiceField(label=_("Issued by"), required=False, widget=Select)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = [NOTHING_CHOSEN, *((one.code, str(one)) for one in pack().countries)]  # type: ignore[attr-defined]


class ChannelForm(Quiet):
    """One way to reach her."""

    kind = forms.ChoiceField(
        label=_("How"), choices=[NOTHING_CHOSEN, *CHANNEL_KINDS.items()], required=False, widget=Select
    )
    value = _text(_("Number, address or person"), most=120)
    safe = YesNoField(label=_("Is it safe?"), required=False, ways=(Answer.UNKNOWN, Answer.NOT_ASKED))


NameFormSet = forms.formset_factory(NameForm, extra=1, max_num=8, absolute_max=12)
DocumentFormSet = forms.formset_factory(DocumentForm, extra=1, max_num=8, absolute_max=12)
ChannelFormSet = forms.formset_factory(ChannelForm, extra=1, max_num=8, absolute_max=12)


class IdentityForm(Versioned):
    """Birth; names and documents are rows of their own."""

    born = GovukDateField(label=_("Date of birth"), help_text=_("For example, 27 3 2007"), required=False, past=True)
    birth_year = forms.IntegerField(
        label=_("Year of birth, if only the year is known"),
        required=False,
        min_value=1900,
        max_value=2100,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "chars": 4}),
    )
    birth_place = _text(_("Place of birth"))

    def values(self) -> dict[str, Any]:
        day = self.cleaned_data.get("born")
        year = day.year if day else self.cleaned_data.get("birth_year")
        place = self.cleaned_data.get("birth_place", "")
        return {"birth": {"date": day.isoformat() if day else None, "year": year, "place": place}}

    @staticmethod
    def initial_of(plain: Mapping[str, Any]) -> dict[str, Any]:
        """The form's start from the record."""
        birth = plain.get("birth") or {}
        day = parse_date(birth["date"]) if birth.get("date") else None
        return {"born": day, "birth_year": None if day else birth.get("year"), "birth_place": birth.get("place", "")}


class ProfileForm(Versioned):
    """The name she goes by, languages, interpreter, sex, age, nationality."""

    called = _text(_("Name she wants to be called"), most=60, help_text=_("It may be invented."))
    languages = forms.MultipleChoiceField(
        label=_("Languages she speaks"), required=False, widget=Checkboxes(small=True, columns=True)
    )
    interpreter = YesNoField(
        label=_("Does she want an interpreter?"),
        required=False,
        ways=(Answer.NOT_ASKED, Answer.DECLINED),
        reveal={"yes": "interpreter_language"},
    )
    interpreter_language = forms.ChoiceField(label=_("Which language?"), required=False, widget=Select)
    interpreter_sex = forms.ChoiceField(
        label=_("The interpreter should be"),
        required=False,
        choices=[("any", _("No preference")), ("female", _("A woman")), ("male", _("A man"))],
        widget=Radios,
    )
    sex = ChoiceAnswerField(label=_("Sex"), choices=SEXES, required=False)
    age_years = forms.IntegerField(
        label=_("Age in years"),
        required=False,
        min_value=0,
        max_value=120,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "chars": 3}),
    )
    age_basis = forms.ChoiceField(label=_("How is the age known?"), required=False, widget=Radios)
    nationality = forms.ChoiceField(label=_("Nationality"), required=False, widget=Select)
    worker_sex = ChoiceAnswerField(
        label=_("Whom does she want to work with her?"),
        help_text=_("Asked once, and shown whenever somebody is named to work with her."),
        choices=[("female", _("A woman")), ("male", _("A man")), ("any", _("No preference"))],
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tongues = [(one.code, str(one)) for one in pack().languages]
        self.fields["languages"].choices = tongues  # type: ignore[attr-defined]
        self.fields["interpreter_language"].choices = [NOTHING_CHOSEN, *tongues]  # type: ignore[attr-defined]
        self.fields["age_basis"].choices = [(one.code, str(one)) for one in pack().age_bases]  # type: ignore[attr-defined]
        self.fields["nationality"].choices = [NOTHING_CHOSEN, *((one.code, str(one)) for one in pack().countries)]  # type: ignore[attr-defined]
        self.before: dict[str, Any] = dict(self.initial.get("before") or {})

    def values(self) -> dict[str, Any]:
        given = self.cleaned_data
        age = {
            **(self.before.get("age") or {}),
            "basis": given["age_basis"] or "stated",
            "years": given["age_years"],
        }
        others = [code for code in self.before.get("nationality") or [] if code][1:]
        return {
            "called": given["called"],
            "languages": given["languages"],
            "interpreter": {
                "needed": str(given["interpreter"] or Answer.NOT_ASKED),
                "language": given["interpreter_language"],
                "sex": given["interpreter_sex"] or "any",
            },
            "sex": str(given["sex"] or Answer.NOT_ASKED),
            "age": age,
            "nationality": [code for code in [given["nationality"], *others] if code],
            "worker_sex": str(given["worker_sex"] or Answer.NOT_ASKED),
        }

    @staticmethod
    def initial_of(plain: Mapping[str, Any]) -> dict[str, Any]:
        """The form's start from the record."""
        interpreter, age = plain.get("interpreter") or {}, plain.get("age") or {}
        return {
            "before": plain,
            "called": plain.get("called") or "",
            "languages": plain.get("languages") or [],
            "interpreter": interpreter.get("needed"),
            "interpreter_language": interpreter.get("language"),
            "interpreter_sex": interpreter.get("sex"),
            "sex": plain.get("sex"),
            "age_years": age.get("years"),
            "age_basis": age.get("basis"),
            "nationality": next(iter(plain.get("nationality") or []), ""),
            "worker_sex": plain.get("worker_sex"),
        }


class ContactForm(Versioned):
    """The rules of reaching her, and where she is; the ways are rows of their own."""

    days = forms.TypedMultipleChoiceField(
        label=_("On which days is it safe?"),
        choices=list(enumerate(WEEKDAYS.values(), start=1)),
        coerce=int,
        required=False,
        widget=Checkboxes(small=True, columns=True),
        help_text=_("None chosen: every day."),
    )
    from_hour = GovukTimeField(label=_("Safe from"), required=False)
    until_hour = GovukTimeField(label=_("Safe until"), required=False)
    hours = _text(_("When may she be reached? What else there is to know, in words"))
    name_to_use = _text(
        _("Which name must the caller use?"), help_text=_("For example, the name of a school or a friend.")
    )
    who_else = _text(_("Who else may answer the telephone or read messages?"))
    leave_message = YesNoField(label=_("May a message be left?"), required=False)
    never_say = forms.CharField(
        label=_("What must never be said or left?"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    place = forms.ChoiceField(label=_("Municipality where she is"), required=False, widget=Select)
    address = forms.CharField(
        label=_("Address"),
        max_length=500,
        required=False,
        widget=forms.Textarea(
            attrs={"rows": 2, "why": _("So that help can reach her. It is never opened in an emergency opening.")}
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = [(one.code, str(one)) for one in pack().municipalities()]
        self.fields["place"].choices = [NOTHING_CHOSEN, *places]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        hours = [given.get("from_hour"), given.get("until_hour")]
        if (given.get("days") or any(hours)) and not all(hours):
            self.add_error("until_hour" if hours[0] else "from_hour", _("Write from when and until when it is safe"))
        return given

    def _times(self) -> list[dict[str, Any]]:
        given = self.cleaned_data
        if not given["from_hour"]:
            return []
        told = {"from": f"{given['from_hour']:%H:%M}", "until": f"{given['until_hour']:%H:%M}"}
        return [{"days": given["days"], **told}]

    def values(self) -> dict[str, Any]:
        given = self.cleaned_data
        rules = {key: given[key] for key in ("hours", "name_to_use", "who_else", "never_say")}
        rules["times"] = self._times()
        return {
            "rules": {**rules, "leave_message": str(given["leave_message"] or Answer.NOT_ASKED)},
            "whereabouts": {"place": given["place"], "address": given["address"]},
        }

    @staticmethod
    def initial_of(plain: Mapping[str, Any]) -> dict[str, Any]:
        """The form's start from the record."""
        rules = plain.get("rules") or {}
        first = next(iter(rules.get("times") or []), None)
        times = {}
        if first is not None:
            hours = {f"{name}_hour": dt.time.fromisoformat(first[name]) for name in ("from", "until")}
            times = {"days": first.get("days") or [], **hours}
        return {**rules, **times, **(plain.get("whereabouts") or {})}


def filled(formset: Any, *keys: str) -> list[dict[str, Any]]:
    """The rows of a formset in which one of these fields is filled."""
    rows = [form.cleaned_data for form in formset if form.is_valid()]
    return [
        {key: str(value) if isinstance(value, Answer) else value for key, value in row.items()}
        for row in rows
        if any(row.get(key) for key in keys)
    ]
