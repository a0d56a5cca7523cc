"""Forms of reaching out to her: why, when her rule is against it; and what came of it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cadra.foundation.shell.forms import Radios, SubmissionMixin
from cadra.record.people.models import Result


class ReachForm(SubmissionMixin):
    """The step before a number is shown. `must_say_why`: her rule is against it."""

    why = forms.CharField(
        label=_("Why must it be now, and this way?"),
        help_text=_("Your reason is kept. She can be told who reached out to her, and why."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Give a reason, or wait for a safe time")},
    )

    def __init__(self, *args: Any, must_say_why: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not must_say_why:
            del self.fields["why"]


class ResultForm(SubmissionMixin):
    """What came of it."""

    result = forms.ChoiceField(
        label=_("What came of it?"),
        choices=[choice for choice in Result.choices if choice[0] != Result.BEGUN],
        widget=Radios(),
    )
    what = forms.CharField(
        label=_("What to know about it"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
