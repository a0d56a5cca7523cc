"""Ways a question can stand answered. "Not asked", "unknown" and "declined" are never the same as "no"."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Answer(StrEnum):
    """The answer kept for a yes-or-no question."""

    YES = "yes"
    NO = "no"
    NOT_ASKED = "not_asked"
    UNKNOWN = "unknown"
    DECLINED = "declined"

    @property
    def label(self):
        """Words of the answer, translated."""
        return LABELS[self]

    @property
    def known(self) -> bool:
        """Whether the question was really answered: yes or no."""
        return self in (Answer.YES, Answer.NO)

    @classmethod
    def choices(cls) -> list[tuple[str, object]]:
        """(value, label) pairs for a form field."""
        return [(answer.value, answer.label) for answer in cls]


LABELS = {
    Answer.YES: _("Yes"),
    Answer.NO: _("No"),
    Answer.NOT_ASKED: _("Not asked"),
    Answer.UNKNOWN: _("Not known"),
    Answer.DECLINED: _("Prefers not to say"),
}

#: The ways a value other than yes or no can be missing (a date, a language, a place).
WITHOUT_VALUE = (Answer.NOT_ASKED, Answer.UNKNOWN, Answer.DECLINED)
