"""Searching the directory for someone she fears."""

from django import forms
from django.utils.translation import gettext_lazy as _


class SearchForm(forms.Form):
    """Part of a name of a person, a desk or an institution of the mechanism."""

    words = forms.CharField(
        label=_("Whom does she fear?"),
        help_text=_("Part of the name of a professional, an interpreter, a desk or an institution."),
        max_length=60,
        min_length=2,
        widget=forms.TextInput(attrs={"chars": 20, "autocomplete": "off"}),
    )
