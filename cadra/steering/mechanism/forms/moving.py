"""Why a file moves on, what she says to it, and the second look at its closing."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cadra.foundation.kernel.pack import pack
from cadra.foundation.shell.forms import Radios, SubmissionMixin
from cadra.record.cases.models import HerWord

MOST = 4000


class ReasonForm(forms.Form):
    """Why it moves, from the reasons of the country."""

    reason = forms.ChoiceField(label=_("Why?"))

    def __init__(self, data: Any, move: str) -> None:
        super().__init__(data)
        reasons = pack().reasons_to(move)
        field = self.fields["reason"]
        field.widget = Radios(hints={one.code: str(one.hint) for one in reasons if one.hint})
        field.choices = [(one.code, str(one)) for one in reasons]  # type: ignore[attr-defined]


class CloseForm(SubmissionMixin, ReasonForm):
    """A proposal to close: the reason, her word on it, why, and how she knows to come back."""

    her_word = forms.ChoiceField(label=_("What does she say to it?"), choices=HerWord.choices, widget=Radios)
    why = forms.CharField(
        label=_("Why now, in a few words"),
        help_text=_("The colleague who looks a second time reads this."),
        max_length=MOST,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    come_back = forms.CharField(
        label=_("How does she know that she can come back, and whom to ring?"),
        help_text=_("Say what she was told or given. If she could not be reached: what is ready for her."),
        max_length=MOST,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, data: Any) -> None:
        super().__init__(data, "closed")


class SecondLookForm(forms.Form):
    """What the second look says; `then` is the button that was pressed."""

    CLOSE, BACK = "close", "back"

    second = forms.CharField(
        label=_("What did you look at, and what do you think?"),
        help_text=_("Needed when it goes back. Kept with the closing."),
        required=False,
        max_length=MOST,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    then = forms.ChoiceField(choices=[(CLOSE, CLOSE), (BACK, BACK)], widget=forms.HiddenInput, required=False)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("then") == self.BACK and not given.get("second", "").strip():
            self.add_error("second", _("Say what speaks against closing, so that your colleague knows what is missing"))
        return given
