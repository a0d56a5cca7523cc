"""Forms of the identification pair. No question about blame, agreement to what was done, or needless detail."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cadra.foundation.kernel.answers import Answer
from cadra.foundation.kernel.clock import at, local, now, today
from cadra.foundation.kernel.pack import pack
from cadra.foundation.shell.forms import (
    Checkboxes,
    ChoiceAnswerField,
    GovukDateField,
    GovukMonthField,
    GovukTimeField,
    Radios,
    Select,
    SubmissionMixin,
    YesNoField,
    check_hour,
)
from cadra.record.cases.models import Status
from cadra.stages.identification.queries import pair as told

DRAFT = "draft"
SUSPECTS = 3
CHOOSE = [("", _("Choose"))]
SEXES = [("female", _("A woman")), ("male", _("A man"))]


def words(label: Any, *, most: int = 4000, rows: int = 4, help_text: Any = "", why: Any = "") -> forms.CharField:
    """Several lines of text, never compulsory."""
    attrs: dict[str, Any] = {"rows": rows, "no_optional": True, "counter": False}
    if why:
        attrs["why"] = why
    return forms.CharField(
        label=label, help_text=help_text, max_length=most, required=False, widget=forms.Textarea(attrs=attrs)
    )


@dataclass(frozen=True)
class Group:
    """A part of a long form: its title, a sentence, and its fields."""

    title: Any
    hint: Any
    fields: list[Any]


class InterviewForm(SubmissionMixin, forms.Form):
    """One conversation. Everything may stay open; what she does not want to tell is not asked twice."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, initial=0)
    held_on = GovukDateField(label=_("Day"), past=True)
    held_time = GovukTimeField(label=_("Time it began"), help_text=_("For example, 14:30"))
    place = forms.CharField(
        label=_("Place"),
        help_text=_("A room she finds safe. Not an address where she lives."),
        max_length=200,
        error_messages={"required": _("Write where you talked")},
    )
    private = YesNoField(label=_("Could nobody else hear or see her?"))
    interviewer_sex_chosen = ChoiceAnswerField(
        label=_("Who did she want to talk with?"),
        choices=[*SEXES, ("no_preference", _("No preference"))],
        ways=(Answer.NOT_ASKED, Answer.DECLINED),
    )
    interviewer_sex = forms.ChoiceField(
        label=_("Who led the conversation?"),
        choices=[*SEXES, ("both", _("A woman and a man"))],
        widget=Radios,
        error_messages={"required": _("Choose who led the conversation")},
    )
    interpreter = YesNoField(label=_("Was there an interpreter?"), ways=())
    language = forms.ChoiceField(
        label=_("Language of the conversation"),
        choices=lambda: [*CHOOSE, *pack().languages.choices()],
        widget=Select,
        error_messages={"required": _("Choose the language")},
    )
    support_person = forms.CharField(
        label=_("Support person"),
        help_text=_("Someone she chose to have beside her: who, in a few words. Empty if nobody."),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"no_optional": True}),
    )
    breaks = forms.IntegerField(
        label=_("Breaks"),
        help_text=_("How many. She may stop at any time."),
        min_value=0,
        max_value=50,
        required=False,
        widget=forms.TextInput(attrs={"chars": 2, "inputmode": "numeric", "no_optional": True}),
    )
    explained = forms.MultipleChoiceField(
        label=_("What was explained to her before"),
        choices=lambda: pack().explanations.choices(),
        required=False,
        widget=Checkboxes(attrs={"no_optional": True}),
    )
    account = words(
        _("Her account"),
        most=20000,
        rows=12,
        help_text=_("In her words as far as you can. Gaps and changes can come from trauma; write them as they are."),
    )
    kinds = forms.MultipleChoiceField(
        label=_("Forms of exploitation she spoke of"),
        choices=lambda: pack().forms_of_exploitation.choices(),
        required=False,
        widget=Checkboxes(attrs={"no_optional": True}, small=True),
    )
    recruitment = words(_("How it began"), help_text=_("How she was found, offered something or taken."))
    control = words(
        _("How she was kept under control"), help_text=_("Debts, threats, papers taken, being watched, violence, lies.")
    )
    route = words(_("Places and route"), help_text=_("Municipalities and countries, in order."))
    border = ChoiceAnswerField(
        label=_("Inside the country or across a border?"),
        choices=[
            ("domestic", _("Inside the country")),
            ("cross_border", _("Across a border")),
            ("both", _("Both")),
        ],
        required=False,
    )
    online = YesNoField(
        label=_("Did a part of it happen online?"),
        help_text=_("Being found, kept under control or offered to others."),
        required=False,
    )
    began = GovukMonthField(label=_("From"), help_text=_("As near as she knows"), past=True, required=False)
    ended = GovukMonthField(label=_("Until"), past=True, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for place in range(SUSPECTS):
            for name, field in suspect_fields(place).items():
                self.fields[f"suspect-{place}-{name}"] = field
        for name in ("border", "online", "began", "ended"):
            self.fields[name].widget.attrs["no_optional"] = True
        self.is_draft = self.is_bound and self.data.get("then") == DRAFT
        if self.is_draft:
            for field in self.fields.values():
                field.required = False

    @classmethod
    def initial_of(cls, held_at: dt.datetime, record: Mapping[str, Any], version: int) -> dict[str, Any]:
        """What to show, from what is kept."""
        facts = record.get("exploitation") or {}
        shown: dict[str, Any] = {**record, **facts, "version": version}
        shown |= {"held_on": local(held_at).date(), "held_time": local(held_at).time()}
        shown["kinds"] = facts.get("forms")
        shown |= {"began": _month(facts.get("began")), "ended": _month(facts.get("ended"))}
        for place, one in enumerate((facts.get("suspects") or [])[:SUSPECTS]):
            shown |= {f"suspect-{place}-{name}": value for name, value in one.items()}
        return shown

    @property
    def groups(self) -> list[Group]:
        """The form in its parts."""
        return [
            Group(_("When and where"), "", self._fields("held_on", "held_time", "place", "private")),
            Group(
                _("Who was there"),
                _("She chooses whom she talks with, and who sits beside her."),
                self._fields("interviewer_sex_chosen", "interviewer_sex", "interpreter", "language", "support_person"),
            ),
            Group(_("How it went"), "", self._fields("breaks", "explained")),
            Group(_("What she told"), _("Only what she wants to tell, and only once."), self._fields("account")),
            Group(
                _("Exploitation"),
                _("Fill in what she told by herself. Do not ask through the list."),
                self._fields("kinds", "recruitment", "control", "route", "border", "online", "began", "ended"),
            ),
        ]

    @property
    def suspects(self) -> list[list[Any]]:
        """The boxes about those suspected, three times."""
        return [self._fields(*(f"suspect-{place}-{name}" for name in suspect_fields(0))) for place in range(SUSPECTS)]

    def _fields(self, *names: str) -> list[Any]:
        return [self[name] for name in names]

    def clean(self) -> None:
        """The end is not before the beginning."""
        super().clean()
        began, ended = self.cleaned_data.get("began"), self.cleaned_data.get("ended")
        if began and ended and ended < began:
            self.add_error("ended", _("The end is before the beginning. Correct one of the two"))
        check_hour(self, "held_on", "held_time")

    def held_at(self) -> dt.datetime:
        """When it began; now, as long as a draft does not say."""
        day = self.cleaned_data.get("held_on") or today()
        hour = self.cleaned_data.get("held_time") or local(now()).time().replace(second=0, microsecond=0)
        return at(day, hour)

    def record(self) -> dict[str, Any]:
        """What to keep, in the shape of `models.Interview`."""
        get = self.cleaned_data.get
        facts = {name: get(name) or "" for name in ("recruitment", "control", "route")}
        return {
            **{name: get(name) or "" for name in ("place", "language", "support_person", "interviewer_sex", "account")},
            **{name: str(get(name) or "") for name in ("private", "interpreter", "interviewer_sex_chosen")},
            "breaks": get("breaks"),
            "explained": list(get("explained") or []),
            "exploitation": {
                **facts,
                "forms": list(get("kinds") or []),
                "border": str(get("border") or Answer.NOT_ASKED),
                "online": str(get("online") or Answer.NOT_ASKED),
                "began": _iso(get("began")),
                "ended": _iso(get("ended")),
                "suspects": [one for place in range(SUSPECTS) if (one := self._suspect(place))],
            },
        }

    def _suspect(self, place: int) -> dict[str, Any]:
        found = {name: self.cleaned_data.get(f"suspect-{place}-{name}") for name in suspect_fields(0)}
        return {name: value for name, value in found.items() if value}


def suspect_fields(place: int) -> dict[str, forms.Field]:
    """Boxes about one suspected person or group: number, sex, age group, relation. Nothing else is kept."""
    small = {"no_optional": True, "size": "s"}
    return {
        "number": forms.IntegerField(
            label=_("How many"),
            min_value=1,
            max_value=999,
            required=False,
            widget=forms.TextInput(attrs={**small, "chars": 3, "inputmode": "numeric"}),
        ),
        "sex": _select(_("Sex"), lambda: [("female", _("Woman")), ("male", _("Man"))]),
        "age": _select(_("Age group"), lambda: list(told.age_groups().items())),
        "relation": _select(_("Relation to her"), lambda: list(told.relations().items())),
    }


def _select(label: Any, choices: Any) -> forms.ChoiceField:
    widget = Select(attrs={"no_optional": True, "size": "s"})
    return forms.ChoiceField(
        label=label, choices=lambda: [("", _("Not known")), *choices()], required=False, widget=widget
    )


def _month(value: Any) -> dt.date | None:
    try:
        return dt.date.fromisoformat(f"{value}-01")
    except ValueError:
        return None


def _iso(day: dt.date | None) -> str:
    return f"{day:%Y-%m}" if day else ""


OUTCOMES = (Status.POTENTIAL, Status.IDENTIFIED, Status.NOT_IDENTIFIED)


class DecisionForm(SubmissionMixin, forms.Form):
    """What the pair decides, on which grounds, and why in words."""

    outcome = forms.ChoiceField(
        label=_("What do you decide?"),
        error_messages={"required": _("Choose what you decide")},
    )
    reasons = forms.CharField(
        label=_("Reasons in words"),
        help_text=_("So that she can understand and answer them. Her words count as much as papers."),
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 8, "counter": False}),
        error_messages={"required": _("Write the reasons")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        statuses = [pack().statuses[outcome] for outcome in OUTCOMES]
        outcome: Any = self.fields["outcome"]
        outcome.widget = Radios(
            hints={one.code: one.hint for one in statuses if one.hint},
            reveal={code: f"grounds-{code}" for code in OUTCOMES},
        )
        outcome.choices = [(one.code, one.text) for one in statuses]
        for one in statuses:
            self.fields[f"grounds-{one.code}"] = forms.MultipleChoiceField(
                label=_("Grounds: %(status)s") % {"status": one.short},
                choices=[(reason.code, reason.text) for reason in pack().reasons_for(one.code)],
                required=False,
                widget=Checkboxes(
                    hints={reason.code: reason.hint for reason in pack().reasons_for(one.code) if reason.hint},
                    attrs={"no_optional": True, "size": "s"},
                    small=True,
                ),
            )
        self.order_fields(["outcome", *(f"grounds-{code}" for code in OUTCOMES), "reasons"])

    def clean(self) -> None:
        super().clean()
        outcome = self.cleaned_data.get("outcome")
        if outcome and not self.cleaned_data.get(f"grounds-{outcome}"):
            self.add_error(f"grounds-{outcome}", _("Choose at least one ground for what you decide"))

    @property
    def grounds(self) -> list[str]:
        """Codes of the grounds for the outcome chosen."""
        return list(self.cleaned_data[f"grounds-{self.cleaned_data['outcome']}"])


class ReturnForm(forms.Form):
    """Not signed, and why."""

    words = forms.CharField(
        label=_("Why you do not sign it"),
        help_text=_("Your colleague reads this and can propose anew, or you talk again."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4, "counter": False}),
        error_messages={"required": _("Write why, so that your colleague can go on from there")},
    )


class TellForm(forms.Form):
    """She was told."""

    how = forms.BooleanField(label=_("I told her how she can have it looked at again"), required=False)

    def __init__(self, *args: Any, must: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if must:
            self.fields["how"].required = True
            self.fields["how"].error_messages["required"] = _(
                "Tell her first how she can have the decision looked at again, then tick the box"
            )
