"""Forms of the needs assessment: who depends on her, when it was held, one domain, the day to ask again."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cadra.foundation.kernel.answers import Answer
from cadra.foundation.kernel.clock import today
from cadra.foundation.kernel.pack.questions import Need
from cadra.foundation.shell.forms import (
    ChoiceAnswerField,
    GovukDateField,
    LineField,
    Radios,
    SubmissionMixin,
    WordsField,
)
from cadra.stages.support.forms.common import ahead
from cadra.stages.support.models import HeldHow, NeedAnswer

ANSWERS = {
    "need": (NeedAnswer.NOW, NeedAnswer.LATER, NeedAnswer.NO),
    "fact": (NeedAnswer.YES, NeedAnswer.NO),
}
WORDS = ("strengths", "wishes", "notes")


class DependantForm(SubmissionMixin):
    """Somebody who depends on her."""

    called = LineField(
        label=_("What is this person called?"),
        help_text=_("The name used at home is enough."),
        max_length=60,
        error_messages={"required": _("Write a name, be it invented")},
    )
    relation = LineField(label=_("What is this person to her?"), max_length=80, required=False)
    age = LineField(label=_("Age, or about how old"), max_length=30, required=False)

    def words(self) -> dict[str, str]:
        """The shape that is kept."""
        return {name: self.cleaned_data[name] for name in ("called", "relation", "age")}


class BeginForm(SubmissionMixin):
    """When the conversation was, and how: a form filled on paper is entered with its own day."""

    held_on = GovukDateField(
        label=_("When was it, or is it today?"),
        help_text=_("For a form filled on paper: the day it was filled."),
        past=True,
        initial=today,
    )
    held_how = forms.ChoiceField(
        label=_("How?"), choices=HeldHow.choices, initial=HeldHow.TOGETHER.value, widget=Radios()
    )


class DomainForm(SubmissionMixin):
    """The questions of one domain, her strengths and wishes. Nothing is asked for a number."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def __init__(self, *args: Any, questions: Sequence[Need], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = questions
        for need in questions:
            self.fields[f"q_{need.code}"] = _question(need)
        for name, label, hint in (
            ("strengths", _("What goes well, what she can do herself"), _("Strengths come before needs.")),
            ("wishes", _("What she wishes, in her words"), _("This becomes the goal, word for word.")),
            ("notes", _("What else matters here"), ""),
        ):
            self.fields[name] = WordsField(label=label, help_text=hint, required=False, max_length=600, rows=2)
            self.fields[name].widget.attrs["no_optional"] = True

    def answers(self) -> dict[str, str]:
        """Code of the question → answer."""
        return {need.code: self.cleaned_data[f"q_{need.code}"] or NeedAnswer.NOT_ASKED.value for need in self.questions}

    def words(self) -> dict[str, str]:
        """What was said beside the answers."""
        return {name: self.cleaned_data[name] for name in WORDS}

    @staticmethod
    def initial_of(row: Any) -> dict[str, Any]:
        """The form's start from what is kept."""
        if row is None:
            return {"version": 0}
        answers = {f"q_{code}": answer for code, answer in (row.plain.get("answers") or {}).items()}
        return {"version": row.version, **answers, **(row.plain.get("words") or {})}


class FinishForm(SubmissionMixin):
    """It is whole; when it is asked again."""

    next_on = ahead(_("When do you ask again?"), usual="needs_review")


class WantForm(forms.Form):
    """The button that takes a need into the plan."""

    domain = forms.SlugField(max_length=40)
    question = forms.SlugField(max_length=40)


def _question(need: Need) -> ChoiceAnswerField:
    missing = (Answer.UNKNOWN, Answer.DECLINED, Answer.NOT_ASKED)
    field = ChoiceAnswerField(
        widget=Radios(inline=True, small=True),
        ways=missing,
        label=need.text,
        help_text=str(need.hint) if need.hint else "",
        choices=[(one.value, one.label) for one in ANSWERS[need.kind]],
        required=False,
        initial=NeedAnswer.NOT_ASKED.value,
    )
    field.widget.attrs["no_optional"] = True
    return field
