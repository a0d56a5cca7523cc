"""Choosing a spreadsheet, and the confirmations."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cadra.foundation.shell.forms import Radios, SubmissionMixin
from cadra.steering.exchange.words import UNREADABLE
from cadra.steering.exchange.workbook import Unreadable, look

BY_NAMES, BY_LABELS = "names", "labels"


class UploadForm(SubmissionMixin, forms.Form):
    """The spreadsheet. What is plainly no workbook is refused at once, in words."""

    spreadsheet = forms.FileField(
        label=gettext_lazy("Spreadsheet"),
        help_text=gettext_lazy("An Excel workbook (.xlsx) with the columns of IOM's standard, at most 25 MB."),
        error_messages={"empty": UNREADABLE["empty"]},
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
    )

    def clean_spreadsheet(self) -> Any:
        sent = self.cleaned_data["spreadsheet"]
        try:
            look(sent.file)
        except Unreadable as problem:
            raise forms.ValidationError(str(UNREADABLE[problem.code])) from None
        return sent


class ConfirmForm(forms.Form):
    """Import what was checked. Asks which row of the head is right when the two disagree."""

    head = forms.ChoiceField(
        label=gettext_lazy("Which is right for these columns?"),
        choices=[
            (BY_NAMES, gettext_lazy("The name in the first row")),
            (BY_LABELS, gettext_lazy("The label in the second row")),
        ],
        widget=Radios,
    )

    def __init__(self, *args: Any, disagree: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not disagree:
            del self.fields["head"]


class ExportForm(SubmissionMixin, forms.Form):
    """The first confirmation: what for, and that one knows what it is."""

    purpose = forms.ChoiceField(label=gettext_lazy("What for?"), choices=[])
    knows = forms.BooleanField(
        label=gettext_lazy("I know that the file will hold names and everything told, readable by whoever has it"),
        error_messages={"required": gettext_lazy("Tick the box when you have read this.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["purpose"].choices = [  # type: ignore[attr-defined]
            ("", _("Choose")),
            ("transfer", _("Handing the files to another system")),
            ("backup_copy", _("A copy under the authority's own lock")),
            ("request_by_law", _("A request the law makes us answer")),
        ]


class CountForm(forms.Form):
    """The second confirmation: the number of files, typed."""

    count = forms.IntegerField(label=gettext_lazy("How many files will be in it?"), min_value=0)

    def __init__(self, *args: Any, expected: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.expected = expected
        self.fields["count"].help_text = _("Type the number shown above, to confirm a second time.")
        self.fields["count"].widget.attrs["chars"] = 5

    def clean_count(self) -> int:
        given: int = self.cleaned_data["count"]
        if given != self.expected:
            raise forms.ValidationError(
                ngettext("It would be %(n)s file.", "It would be %(n)s files.", self.expected) % {"n": self.expected}
            )
        return given
