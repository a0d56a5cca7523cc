"""Her answer about one recipient: never a default, never bundled, always after the explanations."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cadra.foundation.kernel.pack import pack
from cadra.foundation.kernel.pack.models import Recipient
from cadra.foundation.network.models import Desk, Institution
from cadra.foundation.shell.forms import Checkboxes, GovukDateField, Radios, Select, SubmissionMixin
from cadra.record.consent.models import Answer, Form
from cadra.steering.mechanism.words import ANSWERS, FORMS, part_said, part_word

AGREED = (Answer.GIVEN, Answer.LIMITED)


class RecipientForm(forms.Form):
    """The kind of recipient she is asked about."""

    kind = forms.ChoiceField(
        label=_("Whom do you ask her about?"),
        help_text=_("One at a time. Her answer about one says nothing about another."),
        widget=Radios(attrs={"page_heading": True, "size": "l"}),
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["kind"].choices = [(one.code, str(one)) for one in pack().recipients]  # type: ignore[attr-defined]


class ConsentForm(SubmissionMixin, forms.Form):
    """What was explained, what she was asked, what she said."""

    recipient = forms.TypedChoiceField(
        label=_("Which one?"),
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("Leave empty when it is not decided yet which one it will be."),
        widget=Select(attrs={"no_optional": True}),
    )
    purpose = forms.ChoiceField(label=_("What for?"), widget=Select)
    explained = forms.MultipleChoiceField(
        label=_("What did you explain to her?"),
        help_text=_("All of it is explained again whenever someone new joins."),
        widget=Checkboxes,
    )
    explained_form = forms.ChoiceField(label=_("How did you explain it?"), widget=Radios)
    language = forms.ChoiceField(label=_("In which language?"), widget=Select)
    interpreter = forms.ChoiceField(
        label=_("With an interpreter?"), choices=[("yes", _("Yes")), ("no", _("No"))], widget=Radios(inline=True)
    )
    asked = forms.CharField(
        label=_("What did she ask? What made it hard to decide?"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    asked_for = forms.MultipleChoiceField(
        label=_("Which parts did you ask about?"),
        help_text=_("The name she goes by, her languages and age go with every yes."),
        widget=Checkboxes,
    )
    answer = forms.ChoiceField(
        label=_("What did she say?"),
        choices=list(ANSWERS.items()),
        widget=Radios(
            reveal={Answer.LIMITED: "agreed", Answer.NOT_YET: "ask_again_on"},
            hints={
                Answer.REFUSED: _("A no takes no service away from her."),
                Answer.NOT_YET: _("She may take her time."),
            },
        ),
    )
    agreed = forms.MultipleChoiceField(label=_("Which parts did she agree to?"), required=False, widget=Checkboxes)
    ask_again_on = GovukDateField(label=_("When may you ask her again?"), required=False, future=True)
    form = forms.ChoiceField(label=_("How did she answer?"), choices=list(FORMS.items()), widget=Radios)
    witness = forms.CharField(
        label=_("Who was the witness?"),
        max_length=120,
        required=False,
        help_text=_("Needed when she answered aloud or by gesture."),
    )
    until = GovukDateField(label=_("Until when does her yes last?"), required=False, future=True)
    then = forms.ChoiceField(
        label=_("What happens now?"),
        choices=[
            ("record", _("Only write down her answer")),
            ("open", _("Open these parts of her file to them now")),
        ],
        widget=Radios(hints={"record": _("A referral to a service opens what it needs by itself, when it is sent.")}),
    )

    def __init__(
        self, data: Any, kind: Recipient, houses: list[tuple[Institution, list[Desk]]], parts: frozenset[str]
    ) -> None:
        super().__init__(data, initial={"purpose": kind.purpose})
        self.parts = parts
        term = pack().limit("consent_term")
        asked = [(str(part), part_word(part)) for part in kind.may_receive]
        self._choose("recipient", [("", ""), *_recipients(houses)])
        self._choose("purpose", [(one.code, str(one)) for one in pack().purposes])
        self._choose("explained", [(one.code, str(one)) for one in pack().explanations])
        self._choose("explained_form", [(one.code, str(one)) for one in pack().information_forms])
        self._choose("language", [("", ""), *((one.code, str(one)) for one in pack().languages)])
        self._choose("asked_for", asked)
        self._choose("agreed", asked)
        for name in ("asked_for", "agreed"):
            self.fields[name].widget.hints = {str(part): part_said(part) for part in kind.may_receive}  # type: ignore[attr-defined]
        self.fields["until"].help_text = _("Without a date it ends after this time: %(value)s %(unit)s.") % {
            "value": term.value,
            "unit": UNITS.get(term.unit, term.unit),
        }

    def _choose(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        answer = given.get("answer")
        missing = {one.code for one in pack().explanations} - set(given.get("explained") or [])
        if "explained" in given and missing:
            self.add_error("explained", _("Explain all of it before she answers, then tick each one"))
        if answer == Answer.LIMITED and not given.get("agreed"):
            self.add_error("agreed", _("Choose the parts she agreed to"))
        if answer == Answer.NOT_YET and not given.get("ask_again_on"):
            self.add_error("ask_again_on", _("Choose a day with her when you may ask again"))
        if given.get("form") in (Form.SPOKEN, Form.GESTURE) and not given.get("witness"):
            self.add_error("witness", _("Write who was there when she answered"))
        if given.get("then") == "open":
            self._check_opening(given)
        return given

    def _check_opening(self, given: dict[str, Any]) -> None:
        if given.get("answer") not in AGREED:
            self.add_error("then", _("Nothing can be opened: she did not agree"))
        elif given.get("recipient") is None:
            self.add_error("recipient", _("Choose which one it is opened to"))
        elif closed := [part_word(part) for part in self.compartments if part not in self.parts]:
            self.add_error(
                "then", _("You can't open what is not open to you: %(parts)s") % {"parts": ", ".join(closed)}
            )

    @property
    def asked_parts(self) -> list[str]:
        """Parts she was asked about."""
        return ["core", *self.cleaned_data.get("asked_for", [])]

    @property
    def compartments(self) -> list[str]:
        """Parts she agreed to, with the one that goes with every yes."""
        given = self.cleaned_data
        if given.get("answer") not in AGREED:
            return []
        chosen = given.get("agreed") if given["answer"] == Answer.LIMITED else given.get("asked_for")
        return ["core", *(part for part in chosen or [] if part in given.get("asked_for", []))]

    @property
    def with_interpreter(self) -> bool:
        """Whether an interpreter helped."""
        return bool(self.cleaned_data["interpreter"] == "yes")


UNITS = {"days": _("days"), "months": _("months"), "years": _("years")}


def _recipients(houses: list[tuple[Institution, list[Desk]]]) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = []
    for house, desks in houses:
        found.append((house.principal, house.name))
        found += [(desk.principal, f"{house.name}, {desk.name}") for desk in desks]
    return found
