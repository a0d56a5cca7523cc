"""Adding documents, taking one along, removing one; the papers she lacks."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cadra.foundation.kernel.pack import pack
from cadra.foundation.kernel.pack.papers import DocumentKind
from cadra.foundation.shell.forms import GovukDateField, Radios, Select, SubmissionMixin
from cadra.record.documents.arriving import MOST_FILES, Arrival
from cadra.record.documents.models import OPEN, Paper, Progress
from cadra.steering.mechanism.document_words import NOT_KEPT

LONG = 200
ACCEPTED = ".pdf,.jpg,.jpeg,.png,.webp,.docx,application/pdf,image/jpeg,image/png,image/webp"


class FilesInput(forms.FileInput):
    """Several files at once; a phone offers its camera beside its files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Files that have arrived. Each that can't be kept says why; they are all of them kept, or none."""

    def clean(self, data: Any, initial: Any = None) -> list[Arrival]:
        arrivals = [one for one in data or [] if isinstance(one, Arrival)]
        wrong = [(number, one.problem) for number, one in enumerate(arrivals, start=1) if one.problem]
        if wrong:
            alone = len(arrivals) == 1
            raise forms.ValidationError([_told(number, problem, alone=alone) for number, problem in wrong])
        return arrivals


def _told(number: int, problem: str, *, alone: bool) -> str:
    sentence = str(NOT_KEPT[problem])
    return sentence if alone else _("File %(number)s: %(sentence)s") % {"number": number, "sentence": sentence}


class DocumentForm(SubmissionMixin, forms.Form):
    """Files of one kind, with what is said of them."""

    kind = forms.ChoiceField(label=gettext_lazy("What is it?"))
    files = FilesField(  # type: ignore[assignment]  # a form's own `files` is set before its fields are read
        label=gettext_lazy("Choose files"),
        required=False,
        help_text=gettext_lazy(
            "A photograph, PDF or Word document (DOCX), up to 25 MB each and ten at once. Where and with what it was "
            "made is taken out."
        ),
        widget=FilesInput(attrs={"multiple": True, "accept": ACCEPTED, "no_optional": True}),
    )
    camera = FilesField(
        label=gettext_lazy("Or photograph it now"),
        required=False,
        widget=FilesInput(
            attrs={"accept": "image/*", "capture": "environment", "multiple": False, "no_optional": True}
        ),
    )
    title = forms.CharField(
        label=gettext_lazy("Title"),
        help_text=gettext_lazy("A few words to find it by, for example: decision of the first hearing"),
        max_length=LONG,
        required=False,
    )
    dated = GovukDateField(label=gettext_lazy("Date on the paper"), required=False)
    paper = forms.ChoiceField(label=gettext_lazy("Is it a paper she lacked?"), required=False, widget=Select)

    def __init__(self, *args: Any, kinds: Sequence[DocumentKind], papers: Sequence[Paper], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.papers = {str(paper.pk): paper for paper in papers}
        field: Any = self.fields["kind"]
        field.widget = Radios(
            hints={kind.code: _hint(kind) for kind in kinds},
            attrs={"why": _("Each kind belongs to one part of the file; whoever that part is open to can see it.")},
        )
        field.choices = [(kind.code, str(kind)) for kind in kinds]
        if papers:
            chosen: Any = self.fields["paper"]
            chosen.choices = [("", _("No")), *((str(one.pk), paper_word(one.kind)) for one in papers)]
        else:
            del self.fields["paper"]

    def clean(self) -> dict[str, Any]:
        """Files from the one place or the other."""
        given = super().clean() or {}
        if "files" in self.errors or "camera" in self.errors:
            return given
        found = self.arrivals
        if not found:
            self.add_error("files", _("Choose a file or take a photograph"))
        elif len(found) > MOST_FILES:
            self.add_error("files", _("Send at most %(count)s files at once") % {"count": MOST_FILES})
        return given

    @property
    def arrivals(self) -> list[Arrival]:
        """All that arrived."""
        return [*self.cleaned_data.get("files", []), *self.cleaned_data.get("camera", [])]

    @property
    def paper_chosen(self) -> Paper | None:
        """The paper it is, if one."""
        return self.papers.get(self.cleaned_data.get("paper") or "")


def _hint(kind: DocumentKind) -> str:
    part = _("Part of the file: %(part)s.") % {"part": kind.part.label}
    return f"{kind.hint} {part}" if kind.hint else part


class ReasonForm(forms.Form):
    """Why a document is taken along, or removed."""

    reason = forms.ChoiceField(label="", widget=Radios)

    def __init__(self, *args: Any, use: str, label: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["reason"]
        reasons = pack().document_reasons.where(use=use)
        field.label = label
        field.choices = [(reason.code, str(reason)) for reason in reasons]
        field.widget.hints = {reason.code: str(reason.hint) for reason in reasons if reason.hint}


class PaperForm(SubmissionMixin, forms.Form):
    """How far a paper she lacks has come. An open one always has a day on which somebody looks again."""

    kind = forms.ChoiceField(label=gettext_lazy("Which paper does she lack?"), widget=Select)
    progress = forms.ChoiceField(label=gettext_lazy("How far is it?"), choices=Progress.choices, widget=Radios)
    applied_on = GovukDateField(label=gettext_lazy("Applied for on"), required=False, past=True)
    expected_on = GovukDateField(
        label=gettext_lazy("Expected, or to look again, on"),
        help_text=gettext_lazy("This day is a date of the file until the paper is there."),
        required=False,
    )
    ended_on = GovukDateField(label=gettext_lazy("Received or refused on"), required=False, past=True)
    note = forms.CharField(
        label=gettext_lazy("Note"),
        help_text=gettext_lazy("Which office, what is missing, what it costs, who goes with her"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, known: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if known:
            del self.fields["kind"]
            return
        field: Any = self.fields["kind"]
        field.choices = [("", _("Choose")), *((kind.code, str(kind)) for kind in pack().papers)]

    def clean(self) -> dict[str, Any]:
        """An open paper has its next day; one applied for says since when."""
        given = super().clean() or {}
        progress = given.get("progress")
        if progress in OPEN and "expected_on" not in self.errors and not given.get("expected_on"):
            self.add_error("expected_on", _("Write the day on which you look again"))
        if progress == Progress.APPLIED and "applied_on" not in self.errors and not given.get("applied_on"):
            self.add_error("applied_on", _("Write the day it was applied for"))
        return given


def paper_word(code: str) -> str:
    """The name of a paper."""
    return pack().papers.label(code)
