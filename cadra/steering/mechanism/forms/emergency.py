"""Opening a file in an emergency, and reviewing such an opening."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cadra.foundation.shell.forms import Radios
from cadra.steering.mechanism.words import EMERGENCY_REASONS, FINDINGS


class EmergencyForm(forms.Form):
    """Which file and why. A mistyped reference is answered like any other that can't be opened."""

    reference = forms.CharField(
        label=_("Reference of the file"),
        max_length=40,
        widget=forms.TextInput(attrs={"chars": 20, "autocomplete": "off", "spellcheck": "false"}),
    )
    reason = forms.ChoiceField(
        label=_("What is the emergency?"), choices=list(EMERGENCY_REASONS.items()), widget=Radios
    )
    understood = forms.BooleanField(
        label=_("I know that this is recorded, that others are told at once, and that I will be asked about it")
    )


class ReviewForm(forms.Form):
    """What an emergency opening was."""

    finding = forms.ChoiceField(label=_("What did you find?"), choices=list(FINDINGS.items()), widget=Radios)
