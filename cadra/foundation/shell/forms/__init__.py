"""Forms in the GOV.UK manner. Import everything from here; see the shell's README."""

from .answers import AnswerField, ChoiceAnswerField, YesNoField
from .choices import Checkboxes, Radios, Select
from .dates import GovukDateField, GovukMonthField, GovukTimeField, check_hour
from .renderer import GovukBoundField, GovukRenderer
from .submission import SubmissionMixin, again
from .words import LineField, WordsField

__all__ = [
    "AnswerField",
    "Checkboxes",
    "ChoiceAnswerField",
    "GovukBoundField",
    "GovukDateField",
    "GovukMonthField",
    "GovukRenderer",
    "GovukTimeField",
    "LineField",
    "Radios",
    "Select",
    "SubmissionMixin",
    "WordsField",
    "YesNoField",
    "again",
    "check_hour",
]
