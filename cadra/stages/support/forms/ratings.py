"""What she thinks of a service: a few plain questions of the pack, each with "not asked"."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cadra.foundation.kernel.clock import today
from cadra.foundation.kernel.pack import pack
from cadra.foundation.shell.forms import GovukDateField, Radios, SubmissionMixin, WordsField
from cadra.stages.support.forms.common import form_field
from cadra.stages.support.models import Rated


class RateForm(SubmissionMixin):
    """One question after the other; none is compulsory, and "not asked" is what stands there first."""

    asked_on = GovukDateField(label=_("When did you ask her?"), past=True, initial=today)
    form = form_field(_("How did she answer?"))
    words = WordsField(label=_("In her words"), required=False, max_length=600)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in pack().rating_questions:
            self.fields[f"answer_{one.code}"] = forms.ChoiceField(
                label=str(one),
                help_text=str(one.hint or ""),
                choices=Rated.choices,
                initial=Rated.NOT_ASKED,
                required=False,
                widget=Radios({"no_optional": True}, small=True),
            )

    @property
    def questions(self) -> list[forms.BoundField]:
        """The questions, as fields."""
        return [self[f"answer_{one.code}"] for one in pack().rating_questions]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not self.errors and all(answer == Rated.NOT_ASKED for answer in self.answers().values()):
            self.add_error(self.questions[0].name, gettext("Choose an answer to at least one question she was asked"))
        return values

    def answers(self) -> dict[str, str]:
        """Question → answer; what was left empty was not asked."""
        return {
            one.code: self.cleaned_data.get(f"answer_{one.code}") or Rated.NOT_ASKED.value
            for one in pack().rating_questions
        }

    def value(self) -> dict[str, Any]:
        """The rating in the shape of the action."""
        values = self.cleaned_data
        told = {name: values[name] for name in ("asked_on", "form", "words", "submission")}
        return {"answers": self.answers(), **told}
