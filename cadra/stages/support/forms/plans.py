"""Forms of the plan: a goal with its steps, her agreement, one step more."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy as _

from cadra.foundation.shell.forms import GovukDateField, LineField, Select, SubmissionMixin, WordsField
from cadra.stages.support.forms.common import CHOOSE, ahead, form_field, services
from cadra.stages.support.merging import Content

BLANK_STEPS = 2  # empty rows shown under the steps there are
MOST_STEPS = 40
SALT = "plan as shown"


class GoalForm(SubmissionMixin):
    """A goal in her own words. `version` is that of the goal as it was shown."""

    words = WordsField(
        label=_("What does she want to reach? Her own words"),
        help_text=_("Write what she said, as she said it: “I want to sleep without a light”."),
        error_messages={"required": _("Write the goal in her words")},
        max_length=600,
    )
    service = forms.ChoiceField(label=_("Service that can help with it"), required=False, widget=Select())
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)
    shown = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["service"].choices = [CHOOSE, *services()]  # type: ignore[attr-defined]

    def was_shown(self) -> Content | None:
        """What the page said when it was drawn, as we signed it ourselves."""
        try:
            return Content.of_json(signing.loads(self.cleaned_data["shown"], salt=SALT))
        except (signing.BadSignature, KeyError, TypeError):
            return None


def to_show(content: Content) -> str:
    """What the page says now, to come back with the form: nobody can make it say something else."""
    return signing.dumps(content.as_json(), salt=SALT, compress=True)


class StepForm(forms.Form):
    """One step of a goal: what, who, by when."""

    id = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)
    what = LineField(label=_("What"), required=False, max_length=200, widget=forms.TextInput(attrs={"no_optional": 1}))
    who = LineField(label=_("Who"), required=False, max_length=80, widget=forms.TextInput(attrs={"no_optional": 1}))
    by = GovukDateField(label=_("By when"), required=False)
    service = forms.ChoiceField(
        label=_("Service"),
        required=False,
        widget=Select(attrs={"no_optional": 1}),
        choices=lambda: [CHOOSE, *services()],
    )
    whose = forms.ChoiceField(label=_("Whose task is it?"), required=False, widget=Select(attrs={"no_optional": 1}))

    def __init__(self, *args: Any, people: Sequence[tuple[str, str]] = (), carrier: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.carrier = carrier
        choices: Any = self.fields["whose"]
        former = str(self.initial.get("whose") or "")
        left = [(former, _("Somebody who no longer sees it"))] if former and former not in dict(people) else []
        choices.choices = [("", _("Whoever carries the file")), *people, *left]

    @property
    def more_is_chosen(self) -> bool:
        """Is a service chosen, or somebody else than the file's carrier, so that the fold stands open?"""
        whose = self["whose"].value() or self.carrier
        return bool(self["service"].value() or whose != self.carrier or self["service"].errors or self["whose"].errors)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not values.get("what") and (values.get("who") or values.get("by")):
            self.add_error("what", _("Say what the step is"))
        return values

    def value(self) -> dict[str, str]:
        """The step in the shape that is kept."""
        by: dt.date | None = self.cleaned_data.get("by")
        return {
            "id": self.cleaned_data.get("id", ""),
            "what": self.cleaned_data.get("what", ""),
            "who": self.cleaned_data.get("who", ""),
            "by": by.isoformat() if by else "",
            "service": self.cleaned_data.get("service", ""),
            "for": self.cleaned_data.get("whose", ""),
        }


class Steps(forms.BaseFormSet):
    """The steps of a goal. Rows without words are left out."""

    def values(self) -> list[dict[str, str]]:
        """Steps in the shape that is kept."""
        return [form.value() for form in self.forms if form.cleaned_data.get("what")]


def steps_formset(
    data: Any = None,
    *,
    steps: Sequence[dict[str, str]] = (),
    more: int = 0,
    people: Sequence[tuple[str, str]] = (),
    carrier: object = "",
) -> Any:
    """The rows of steps: those there are and a few empty ones. `more`: add so many to what was typed. `people`: whose
    task a step may be, usually the `carrier`'s."""
    kind = forms.formset_factory(
        StepForm, formset=Steps, extra=0 if data else BLANK_STEPS, max_num=MOST_STEPS, validate_max=True
    )
    if data is not None and more:
        data = data.copy()
        data["steps-TOTAL_FORMS"] = str(min(int(data.get("steps-TOTAL_FORMS") or 0) + more, MOST_STEPS))
    initial = [
        {**step, "by": dt.date.fromisoformat(step["by"]) if step["by"] else None, "whose": step.get("for", "")}
        for step in steps
    ]
    return kind(data, initial=initial, prefix="steps", form_kwargs={"people": people, "carrier": str(carrier or "")})


class AgreeForm(SubmissionMixin):
    """She agreed to the plan as it stands."""

    agreed_on = GovukDateField(label=_("When did she agree?"), past=True)
    form = form_field(_("In which form?"))
    her_words = WordsField(label=_("What did she say about it?"), required=False, max_length=600)
    review_on = ahead(_("When do you look at it again together?"), usual="plan_review")
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class DoForm(forms.Form):
    """A button of the board: a step done or dropped, a goal reached, dropped or wanted again."""

    do = forms.ChoiceField(choices=[(verb, verb) for verb in ("finish_step", "drop_step", "reach", "drop", "reopen")])
    step = forms.CharField(required=False, max_length=40)
