"""The screens of a first referral that record what was seen, explained and agreed."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cadra.foundation.kernel.answers import Answer
from cadra.foundation.kernel.compartments import Compartment
from cadra.foundation.kernel.pack import pack
from cadra.foundation.kernel.pack.models import Explanation, Indicator, IndicatorGroup, Recipient
from cadra.foundation.shell.forms import Checkboxes, GovukDateField, Radios, Select, YesNoField
from cadra.record.consent.models import Answer as Agreement
from cadra.record.consent.models import Form as Manner
from cadra.stages.identification.forms.intake import CHOOSE, LineField, ScreenForm, WordsField

SIGN_ANSWERS = (
    (Answer.YES.value, _("Yes")),
    (Answer.NO.value, _("No")),
    (Answer.UNKNOWN.value, _("Not known")),
    (Answer.NOT_ASKED.value, _("Not asked")),
)


@dataclass(frozen=True)
class Sign:
    """One indicator with its answer."""

    indicator: Indicator
    name: str
    answer: str


@dataclass(frozen=True)
class SignGroup:
    """A group of indicators; `open`: unfolded, because its form of exploitation was chosen."""

    group: IndicatorGroup
    signs: list[Sign]
    open: bool

    @property
    def answered(self) -> int:
        return sum(sign.answer != Answer.NOT_ASKED for sign in self.signs)


class IndicatorsForm(ScreenForm):
    """Signs, by form of exploitation. Unless touched, a sign is not asked: never no."""

    forms_seen = forms.MultipleChoiceField(
        label=_("What might it be about?"),
        help_text=_("Choose all that may fit. Their signs are then shown first."),
        choices=lambda: pack().forms_of_exploitation.choices(),
        required=False,
        widget=Checkboxes(attrs={"no_optional": True}, small=True),
    )
    notes = WordsField(label=_("Anything else you saw or heard"), help_text=_("In your words or, better, in hers."))

    PREFIX = "sign-"

    @classmethod
    def initial_of(cls, kept: Mapping[str, Any]) -> dict[str, Any]:
        signs = {f"{cls.PREFIX}{code}": answer for code, answer in (kept.get("signs") or {}).items()}
        return {"forms_seen": kept.get("forms"), "notes": kept.get("notes"), **signs}

    def _answer(self, code: str) -> str:
        """As typed; a sign that was not on the page (the other age) keeps its answer."""
        name = f"{self.PREFIX}{code}"
        given = self.data.get(name, self.initial.get(name)) if self.is_bound else self.initial.get(name)
        return given if given in {value for value, _label in SIGN_ANSWERS} else Answer.NOT_ASKED.value

    @property
    def answers(self) -> tuple[tuple[str, Any], ...]:
        return SIGN_ANSWERS

    @property
    def groups(self) -> list[SignGroup]:
        """The groups for her: those of the chosen forms first and unfolded."""
        chosen = set(self["forms_seen"].value() or ())
        found = [
            SignGroup(
                group,
                [Sign(sign, f"{self.PREFIX}{sign.code}", self._answer(sign.code)) for sign in signs],
                group.form in chosen,
            )
            for group, signs in pack().indicators_for(child=self.child)
        ]
        return sorted(found, key=lambda one: not one.open)

    def values(self) -> dict[str, Any]:
        signs = {code: self._answer(code) for code in pack().indicators.codes}
        return {
            "forms": self._get("forms_seen", []),
            "signs": {code: answer for code, answer in signs.items() if answer != Answer.NOT_ASKED},
            "notes": self._get("notes"),
        }


def _told_languages() -> list[tuple[str, Any]]:
    return [CHOOSE, *pack().languages.choices()]


class ExplanationsForm(ScreenForm):
    """The five explanations: which were given, how, in which language, and what she asked."""

    given = forms.MultipleChoiceField(choices=lambda: pack().explanations.choices(), required=False, widget=Checkboxes)
    form = forms.ChoiceField(
        label=_("How was it explained?"),
        choices=lambda: pack().information_forms.choices(),
        required=False,
        widget=Radios(attrs={"no_optional": True}),
    )
    language = forms.ChoiceField(
        label=_("In which language?"),
        choices=_told_languages,
        required=False,
        widget=Select(attrs={"no_optional": True}),
    )
    interpreter = YesNoField(
        label=_("With an interpreter?"), required=False, ways=(), widget=Radios(attrs={"no_optional": True})
    )
    asked = WordsField(label=_("What she asked"), help_text=_("Her questions, and what was answered."))

    @property
    def explanations(self) -> list[tuple[Explanation, str, str, bool]]:
        """(explanation, words to say, its check question, given) for each of them."""
        given = set(self["given"].value() or ())
        return [
            (one, str(one.child_body if self.child else one.body), str(one.check), one.code in given)
            for one in pack().explanations
        ]

    def clean(self) -> None:
        """Once something was explained: how, and in which language."""
        super().clean()
        if not self.cleaned_data.get("given"):
            return
        for name, words in (("form", _("Choose how it was explained")), ("language", _("Choose the language"))):
            if not self.cleaned_data.get(name) and name not in self.errors:
                self.add_error(name, forms.ValidationError(words, code="required"))

    def values(self) -> dict[str, Any]:
        return {
            "given": self._get("given", []),
            "form": self._get("form"),
            "language": self._get("language"),
            "interpreter": str(self._get("interpreter") or Answer.NOT_ASKED),
            "asked": self._get("asked"),
        }


AGREEMENTS = (
    (Agreement.GIVEN.value, _("Yes")),
    (Agreement.LIMITED.value, _("Only some")),
    (Agreement.REFUSED.value, _("No")),
    (Agreement.NOT_YET.value, _("Not yet")),
)
MANNERS = (
    (Manner.SPOKEN.value, _("Spoken")),
    (Manner.WRITTEN.value, _("Written")),
    (Manner.GESTURE.value, _("By a gesture")),
)


@dataclass(frozen=True)
class Asked:
    """One recipient she is asked about: the bound answer and the bound parts."""

    recipient: Recipient
    answer: Any
    parts: Any


class ConsentForm(ScreenForm):
    """Her answer about each recipient, part by part. Nothing is chosen beforehand, nothing is bundled."""

    form = forms.ChoiceField(
        label=_("How did she answer?"),
        choices=MANNERS,
        required=False,
        widget=Radios(attrs={"no_optional": True}),
    )
    witness = LineField(
        label=_("Witness"),
        help_text=_("Name of someone who was there. Needed when she answered by a gesture."),
        required=False,
        max_length=100,
    )
    hard = WordsField(
        label=_("What makes it hard to decide"), help_text=_("If she is not ready to decide."), max_length=500, rows=3
    )
    ask_again_on = GovukDateField(
        label=_("When to ask again"),
        help_text=_("If she is not ready to decide. Leave it empty for the usual time."),
        required=False,
        future=True,
    )

    def __init__(self, *args: Any, explained: bool = True, **kwargs: Any) -> None:
        self.explained = explained
        super().__init__(*args, **kwargs)
        for one in pack().recipients_at_intake():
            self.fields[f"answer-{one.code}"] = forms.ChoiceField(
                label=str(one), help_text=str(one.hint or ""), choices=AGREEMENTS, required=False, widget=Radios
            )
            self.fields[f"parts-{one.code}"] = forms.MultipleChoiceField(
                label=_("What they may know"),
                choices=pack().data_categories.choices(*one.may_receive),
                required=False,
                widget=Checkboxes(attrs={"no_optional": True}, small=True),
            )
        self.order_fields([name for name in self.fields if name.startswith(("answer-", "parts-"))])

    @classmethod
    def initial_of(cls, kept: Mapping[str, Any]) -> dict[str, Any]:
        day = kept.get("ask_again_on")
        shown: dict[str, Any] = {
            "form": kept.get("form"),
            "witness": kept.get("witness"),
            "hard": kept.get("hard"),
            "ask_again_on": dt.date.fromisoformat(day) if day else None,
        }
        for code, said in (kept.get("answers") or {}).items():
            shown[f"answer-{code}"] = said.get("answer")
            shown[f"parts-{code}"] = said.get("compartments")
        return shown

    @property
    def recipients(self) -> list[Asked]:
        return [
            Asked(one, self[f"answer-{one.code}"], self[f"parts-{one.code}"]) for one in pack().recipients_at_intake()
        ]

    def clean(self) -> None:
        """A yes says to what; an answer says how it was given; nobody agrees to what was not explained."""
        super().clean()
        answered = [one for one in pack().recipients_at_intake() if self.cleaned_data.get(f"answer-{one.code}")]
        agreed = [one for one in answered if self._shares(one.code)]
        for one in agreed:
            if not self.cleaned_data.get(f"parts-{one.code}"):
                words = _("%(who)s: choose at least one. If she shares nothing, choose “No” or “Not yet”")
                self.add_error(f"parts-{one.code}", words % {"who": one})
        if agreed and not self.explained:
            self.add_error(
                None,
                _("She can agree only to what was explained to her. Explain everything first, or choose “Not yet”"),
            )
        manner = self.cleaned_data.get("form")
        if answered and not manner and "form" not in self.errors:
            self.add_error("form", forms.ValidationError(_("Choose how she answered"), code="required"))
        if manner == Manner.GESTURE and not self.cleaned_data.get("witness") and "witness" not in self.errors:
            self.add_error(
                "witness",
                forms.ValidationError(_("Write who was there when she answered by a gesture"), code="required"),
            )

    def _shares(self, code: str) -> bool:
        return self.cleaned_data.get(f"answer-{code}") in (Agreement.GIVEN, Agreement.LIMITED)

    def _said(self, recipient: Recipient) -> dict[str, Any]:
        """Yes to everything asked is given, yes to less is limited; whatever was not a yes shares nothing."""
        answer = self.cleaned_data.get(f"answer-{recipient.code}") or ""
        if not self._shares(recipient.code):
            return {"answer": answer, "compartments": []}
        parts = list(self.cleaned_data.get(f"parts-{recipient.code}") or [])
        whole = set(parts) == set(map(str, recipient.may_receive))
        return {"answer": str(Agreement.GIVEN if whole else Agreement.LIMITED), "compartments": parts}

    def values(self) -> dict[str, Any]:
        said = {one.code: self._said(one) for one in pack().recipients_at_intake()}
        day = self.cleaned_data.get("ask_again_on")
        return {
            "answers": {code: answer for code, answer in said.items() if answer["answer"]},
            "form": self._get("form"),
            "witness": self._get("witness"),
            "hard": self._get("hard"),
            "ask_again_on": day.isoformat() if day else "",
        }


#: Goes with every yes (mission C2): she is told so on the page.
ALWAYS = Compartment.CORE
