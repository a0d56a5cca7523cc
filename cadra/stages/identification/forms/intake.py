"""The first screens of a referral: what every screen has, safety, the person.

Each form turns what is kept into what is shown (`initial_of`) and what was typed into what is kept (`values`);
the shapes are those of `actions.intake.save_screen`.
"""

import datetime as dt
from abc import abstractmethod
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator, MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from cadra.foundation.kernel.answers import Answer
from cadra.foundation.kernel.clock import today
from cadra.foundation.kernel.pack import pack
from cadra.foundation.shell.forms import ChoiceAnswerField, GovukDateField, Radios, Select, SubmissionMixin, YesNoField

CHOOSE = ("", _("Choose"))
UNKNOWN = (Answer.UNKNOWN.value, _("Not known"))
SEXES = (("female", _("Woman or girl")), ("male", _("Man or boy")), ("other", _("Other")))
INTERPRETER_SEXES = (("female", _("A woman")), ("male", _("A man")), ("any", _("No preference")))
DOCUMENTS = (
    CHOOSE,
    ("passport", _("Passport")),
    ("id_card", _("Identity card")),
    ("residence", _("Residence permit")),
    ("birth_certificate", _("Birth certificate")),
    ("other", _("Another document")),
)
OLDEST = 120


class LineField(forms.CharField):
    """One line of text in any script; too long is said in words."""

    def __init__(self, *, max_length: int = 60, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)
        for validator in self.validators:
            if isinstance(validator, MaxLengthValidator):
                validator.message = _(
                    "This is too long: %(show_value)d characters. Shorten it to %(limit_value)d or fewer"
                )

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """No maxlength on the box: what is typed is kept and counted, never cut."""
        attrs = super().widget_attrs(widget)
        attrs.pop("maxlength", None)
        return attrs


class WordsField(LineField):
    """Several lines of text."""

    def __init__(self, *, max_length: int = 2000, rows: int = 4, **kwargs: Any) -> None:
        why = kwargs.pop("why", "")
        widget = forms.Textarea(attrs={"rows": rows, **({"why": why} if why else {})})
        super().__init__(max_length=max_length, required=False, widget=widget, **kwargs)


class StartForm(SubmissionMixin):
    """The button that begins a referral: pressed twice, it begins one."""


class ScreenForm(forms.Form):
    """A screen. `child`: she is treated as a child."""

    def __init__(self, *args: Any, child: bool = False, **kwargs: Any) -> None:
        self.child = child
        super().__init__(*args, **kwargs)

    @classmethod
    def initial_of(cls, kept: Mapping[str, Any]) -> dict[str, Any]:
        """What to show, from what is kept."""
        return dict(kept)

    @abstractmethod
    def values(self) -> dict[str, Any]:
        """What to keep, from what was typed; also of a form that is not complete."""

    @property
    def lacks_only(self) -> bool:
        """Whether nothing is wrong but that compulsory answers are missing: then it may be left half-done."""
        errors = [error for found in self.errors.as_data().values() for error in found]
        return bool(errors) and all(error.code == "required" for error in errors)

    def _get(self, name: str, otherwise: Any = "") -> Any:
        value = self.cleaned_data.get(name)
        return otherwise if value is None else value


class SafetyForm(ScreenForm):
    """The next minutes: one answer to each question of the pack."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question in pack().safety_questions:
            self.fields[question.code] = YesNoField(label=str(question), help_text=str(question.hint or ""))

    @classmethod
    def initial_of(cls, kept: Mapping[str, Any]) -> dict[str, Any]:
        return dict(kept.get("answers", {}))

    def values(self) -> dict[str, Any]:
        given = {code: self.cleaned_data.get(code) for code in pack().safety_questions.codes}
        return {"answers": {code: str(answer) for code, answer in given.items() if answer}}


def _languages() -> list[tuple[str, Any]]:
    return [CHOOSE, *pack().languages.choices(), UNKNOWN]


def _more_languages() -> list[tuple[str, Any]]:
    return [("", _("None")), *pack().languages.choices()]


def _countries() -> list[tuple[str, Any]]:
    return [CHOOSE, *pack().countries.choices()]


class PersonForm(ScreenForm):
    """Who she is, as far as she says: a name she goes by is enough."""

    called = LineField(
        label=_("Name she goes by"),
        help_text=_("Any name she chooses; it may be invented. It is the name everyone will use."),
        error_messages={"required": _("Write the name she wants to be called by. Agree on one if she gives none")},
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "why": _("So that everyone can speak with her without using her real name.")}
        ),
    )
    sex = ChoiceAnswerField(label=_("Sex"), choices=SEXES, ways=(Answer.UNKNOWN, Answer.DECLINED))
    years = forms.IntegerField(
        label=_("Age in years"),
        help_text=_("Leave it empty if nobody knows. She is then treated as a child."),
        required=False,
        validators=[MinValueValidator(0), MaxValueValidator(OLDEST)],
        error_messages={"invalid": _("Write the age in numbers, for example 17")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "chars": 3, "autocomplete": "off"}),
    )
    basis = forms.ChoiceField(
        label=_("How is the age known?"),
        error_messages={"required": _("Choose how the age is known")},
        widget=Radios(attrs={"why": _("In doubt she is a child, until the opposite is shown.")}),
    )
    language = forms.ChoiceField(
        label=_("Language she speaks best"),
        choices=_languages,
        error_messages={"required": _("Choose a language, or “Not known”")},
        widget=Select,
    )
    second_language = forms.ChoiceField(
        label=_("Another language she speaks"), choices=_more_languages, required=False, widget=Select
    )
    interpreter = YesNoField(label=_("Does she want an interpreter?"))
    interpreter_sex = forms.ChoiceField(
        label=_("The interpreter should be"), choices=INTERPRETER_SEXES, required=False, widget=Radios
    )
    given = LineField(label=_("First names"), required=False, max_length=100)
    family = LineField(label=_("Family name"), required=False, max_length=100)
    other_name = LineField(
        label=_("Another name she has used"),
        help_text=_("A name before marriage, a name in another passport."),
        required=False,
        max_length=200,
    )
    birth_date = GovukDateField(
        label=_("Date of birth"), help_text=_("For example, 27 3 2007"), required=False, past=True
    )
    birth_place = LineField(label=_("Place of birth"), required=False, max_length=100)
    nationality = forms.ChoiceField(label=_("Nationality"), choices=_countries, required=False, widget=Select)
    document = forms.ChoiceField(label=_("Document"), choices=DOCUMENTS, required=False, widget=Select)
    document_number = LineField(label=_("Number of the document"), required=False, max_length=40)
    document_country = forms.ChoiceField(
        label=_("Country that gave the document"), choices=_countries, required=False, widget=Select
    )

    MAIN = ("called", "sex", "years", "basis", "language", "second_language", "interpreter", "interpreter_sex")
    PAPERS = (
        "given",
        "family",
        "other_name",
        "birth_date",
        "birth_place",
        "nationality",
        "document",
        "document_number",
        "document_country",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        basis = self.fields["basis"]
        basis.choices = pack().age_bases.choices()  # type: ignore[attr-defined]
        basis.widget.hints = {rule.code: rule.hint for rule in pack().age_bases if rule.hint}  # type: ignore[attr-defined]
        for name in self.PAPERS:
            self.fields[name].widget.attrs.setdefault("no_optional", True)
            self.fields[name].widget.attrs.setdefault("autocomplete", "off")

    @property
    def papers_open(self) -> bool:
        """Whether the fold with names and papers is open: something stands in it, or something is wrong."""
        return any(self[name].errors or self[name].value() not in (None, "", ["", "", ""]) for name in self.PAPERS)

    @classmethod
    def initial_of(cls, kept: Mapping[str, Any]) -> dict[str, Any]:
        names = kept.get("names") or []
        usual, other = (names + [{}, {}])[:2]
        birth, age = kept.get("birth") or {}, kept.get("age") or {}
        papers = (kept.get("documents") or [{}])[0]
        interpreter = kept.get("interpreter") or {}
        languages = kept.get("languages") or []
        known = kept.get("called") is not None
        return {
            "called": kept.get("called"),
            "sex": kept.get("sex"),
            "years": age.get("years"),
            "basis": age.get("basis"),
            "language": (languages or ([Answer.UNKNOWN.value] if known and kept.get("sex") else [""]))[0],
            "second_language": languages[1] if len(languages) > 1 else "",
            "interpreter": interpreter.get("needed"),
            "interpreter_sex": interpreter.get("sex"),
            "given": usual.get("given"),
            "family": usual.get("family"),
            "other_name": other.get("given"),
            "birth_date": dt.date.fromisoformat(birth["date"]) if birth.get("date") else None,
            "birth_place": birth.get("place"),
            "nationality": (kept.get("nationality") or [""])[0],
            "document": papers.get("kind"),
            "document_number": papers.get("number"),
            "document_country": papers.get("country"),
        }

    def clean(self) -> None:
        """Age and date of birth must tell the same, unless the age is in doubt."""
        super().clean()
        years, birth = self.cleaned_data.get("years"), self.cleaned_data.get("birth_date")
        basis = pack().age_bases.get(self.cleaned_data.get("basis"))
        if years is None or birth is None or (basis and basis.in_doubt):
            return
        if abs(_age(birth) - years) > 1:
            self.add_error(
                "years",
                _("The age and the date of birth do not agree. Correct one of them, or choose that the age is doubted"),
            )

    def values(self) -> dict[str, Any]:
        birth = self.cleaned_data.get("birth_date")
        years = self.cleaned_data.get("years")
        if years is None and birth:
            years = _age(birth)
        languages = [self._get("language"), self._get("second_language")]
        spoken = [code for code in dict.fromkeys(languages) if code in pack().languages]
        needed = str(self._get("interpreter", Answer.NOT_ASKED))
        return {
            "called": self._get("called"),
            "sex": self._get("sex"),
            "age": {"basis": self._get("basis"), "years": years, "birth_year": birth.year if birth else None},
            "languages": spoken,
            "interpreter": {
                "needed": needed,
                "language": spoken[0] if spoken else "",
                "sex": self._get("interpreter_sex") if needed == Answer.YES else "",
            },
            "nationality": _listed(self._get("nationality")),
            "names": self._names(),
            "birth": self._birth(birth),
            "documents": self._papers(),
        }

    def _names(self) -> list[dict[str, str]]:
        names = [
            {"given": self._get("given"), "family": self._get("family"), "note": ""},
            {"given": self._get("other_name"), "family": "", "note": "other"},
        ]
        return [name for name in names if name["given"] or name["family"]]

    def _birth(self, date: dt.date | None) -> dict[str, Any]:
        place = self._get("birth_place")
        if not date and not place:
            return {}
        return {"date": date.isoformat() if date else None, "year": date.year if date else None, "place": place}

    def _papers(self) -> list[dict[str, str]]:
        kind, number = self._get("document"), self._get("document_number")
        if not kind and not number:
            return []
        return [{"kind": kind or "other", "number": number, "country": self._get("document_country")}]


def _age(birth: dt.date) -> int:
    day = today()
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def _listed(value: str) -> list[str]:
    return [value] if value else []
