"""Forms of an exclusion, one for each step."""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cadra.foundation.kernel.pack import pack
from cadra.foundation.shell.forms import Checkboxes, Radios, SubmissionMixin, WordsField
from cadra.stages.support.fairness import earliest_effect
from cadra.stages.support.forms.common import ahead

YES, NO = "yes", "no"


class NoticeForm(SubmissionMixin):
    """Notice that she may lose a service."""

    reasons = forms.MultipleChoiceField(label=_("Reasons"), widget=Checkboxes(small=True))
    happened = WordsField(label=_("What happened?"), max_length=2000, help_text=_("What was seen, not what was meant."))
    tried = WordsField(
        label=_("What was tried before?"),
        max_length=2000,
        help_text=_(
            "Talks, other rules, another room, another worker. Breaking a rule may be a question, not an answer."
        ),
    )
    takes_effect_on = ahead(_("From when, at the earliest?"), initial=earliest_effect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reasons: Any = self.fields["reasons"]
        reasons.choices = [(one.code, one.text) for one in pack().decline_reasons.where(family="system")]
        self.fields["takes_effect_on"].help_text = gettext("Not before %(date)s.") % {
            "date": date_format(earliest_effect(), "DATE_FORMAT")
        }

    def clean_takes_effect_on(self) -> dt.date | None:
        on: dt.date | None = self.cleaned_data.get("takes_effect_on")
        if on is not None and on < earliest_effect():
            raise forms.ValidationError(gettext("Choose a later day: she must have the time of the notice"))
        return on


class StepForm(SubmissionMixin):
    """A step of an exclusion: a choice, and why. `version`: that of the exclusion as it was shown."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class SecondForm(StepForm):
    """A second person agrees or stops it."""

    choice = forms.ChoiceField(
        label=_("What do you decide?"),
        choices=[(NO, _("It stops: she keeps the service")), (YES, _("I agree to the exclusion"))],
        widget=Radios(),
    )
    words = WordsField(label=_("Why?"), max_length=2000)
    field_order = ("choice", "words")


class ObjectionForm(StepForm):
    """What she says to it."""

    choice = forms.ChoiceField(
        label=_("Does she object?"),
        choices=[(YES, _("She objects")), (NO, _("She does not object"))],
        widget=Radios(),
    )
    words = WordsField(label=_("In her words"), required=False, max_length=2000)
    field_order = ("choice", "words")


class AnswerForm(StepForm):
    """A third person answers her objection."""

    choice = forms.ChoiceField(
        label=_("Is she right?"),
        choices=[(YES, _("Yes: the exclusion stops")), (NO, _("No: the exclusion stands"))],
        widget=Radios(),
    )
    words = WordsField(label=_("The answer, as it is told to her"), max_length=2000)
    field_order = ("choice", "words")


class HandOnForm(StepForm):
    """Who helps her afterwards."""

    choice = forms.ChoiceField(label=_("Who takes over?"), widget=Radios())
    field_order = ("choice",)

    def __init__(self, *args: Any, referrals: Sequence[tuple[UUID, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["choice"]
        choice.choices = [
            *((str(pk), words) for pk, words in referrals),
            ("authority", _("The Responsible Authority: it is told now")),
        ]
