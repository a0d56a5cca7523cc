"""Writing a note into a part of the file, and correcting one's own."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cadra.foundation.kernel.compartments import Compartment
from cadra.foundation.shell.forms import Radios, SubmissionMixin

MOST = 8000


class NoteForm(SubmissionMixin, forms.Form):
    """Words, and the part of the file whose readers see them."""

    text = forms.CharField(
        label=_("What is worth keeping?"),
        help_text=_("Write what was said and done, not what you think of her."),
        max_length=MOST,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    part = forms.ChoiceField(label=_("Which part of the file does it belong to?"))

    def __init__(self, data: Any, parts: Sequence[Compartment]) -> None:
        super().__init__(data)
        field = self.fields["part"]
        field.widget = Radios(
            hints={str(part): part.explanation for part in parts},
            attrs={"why": _("Only those to whom that part is open can read the note.")},
        )
        field.choices = [(str(part), part.label) for part in parts]  # type: ignore[attr-defined]


class CorrectionForm(forms.Form):
    """One's own note, corrected; `version` is the one that was shown."""

    text = forms.CharField(label=_("Note"), max_length=MOST, widget=forms.Textarea(attrs={"rows": 10}))
    version = forms.IntegerField(widget=forms.HiddenInput)
