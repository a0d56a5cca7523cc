"""What the list of files shows, and finding one by reference."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cadra.foundation.kernel.pack import pack
from cadra.foundation.kernel.references import WrongReference, parse
from cadra.foundation.network.models import User
from cadra.foundation.shell.forms import Select
from cadra.steering.mechanism.words import STAGES


class FilterForm(forms.Form):
    """Choices of the filter; nothing is compulsory."""

    stage = forms.ChoiceField(label=_("Stage"), required=False, widget=Select(attrs={"no_optional": True}))
    status = forms.ChoiceField(label=_("Status"), required=False, widget=Select(attrs={"no_optional": True}))
    worker = forms.ChoiceField(label=_("Carried by"), required=False, widget=Select(attrs={"no_optional": True}))
    mine = forms.BooleanField(label=_("Only files I carry"), required=False)
    overdue = forms.BooleanField(label=_("Only with an overdue date"), required=False)

    def __init__(self, data: Any, colleagues: list[User]) -> None:
        super().__init__(data)
        any_of = [("", _("All"))]
        self.fields["stage"].choices = [*any_of, *STAGES.items()]  # type: ignore[attr-defined]
        self.fields["status"].choices = [*any_of, *((one.code, one.short) for one in pack().statuses)]  # type: ignore[attr-defined]
        self.fields["worker"].choices = [  # type: ignore[attr-defined]
            *any_of,
            ("none", _("Nobody yet")),
            *((str(one.pk), one.name) for one in colleagues),
        ]


class FindForm(forms.Form):
    """A reference as someone says it: any case, spaces, dashes."""

    reference = forms.CharField(
        label=_("Find a file by its reference"),
        max_length=40,
        widget=forms.TextInput(attrs={"chars": 20, "autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_reference(self) -> str:
        try:
            return parse(self.cleaned_data["reference"])
        except WrongReference:
            raise forms.ValidationError(
                _("This is not a reference: a character is missing or mistyped. Compare it letter by letter.")
            ) from None
