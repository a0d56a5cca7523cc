"""Forms that keep her safe: what threatens, the plan, the card she carries, what happened, the next look."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from cadra.foundation.kernel.answers import Answer
from cadra.foundation.kernel.pack import pack
from cadra.foundation.kernel.pack.questions import Protection
from cadra.foundation.shell.forms import (
    GovukDateField,
    LineField,
    Radios,
    Select,
    SubmissionMixin,
    WordsField,
    YesNoField,
)
from cadra.stages.support.forms.common import ahead
from cadra.stages.support.queries.safety import betrays, only_number

MISSING = (Answer.UNKNOWN, Answer.DECLINED, Answer.NOT_ASKED)
QUIET = {"no_optional": 1}


def _line(label: Any, most: int, **more: Any) -> LineField:
    return LineField(label=label, max_length=most, required=False, widget=forms.TextInput(attrs=QUIET), **more)


class AnewForm(SubmissionMixin):
    """What is written anew each time. `version`: the one that was shown, or 0."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def seen(self) -> dict[str, Any]:
        """Which form this is, and what it was written over."""
        return {"version": self.cleaned_data["version"] or 0, "submission": self.cleaned_data["submission"]}


class RiskForm(AnewForm):
    """What threatens her: yes or no, or why there is no answer. Nothing is added up."""

    def __init__(self, *args: Any, questions: Sequence[Protection], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = questions
        for one in questions:
            self.fields[f"q_{one.code}"] = YesNoField(
                label=one.text,
                help_text=str(one.hint) if one.hint else "",
                required=False,
                initial=Answer.NOT_ASKED.value,
                ways=MISSING,
                widget=Radios(inline=True, small=True, attrs=QUIET),
            )
        self.fields["words"] = WordsField(
            label=_("How she sees the danger herself"),
            help_text=_("She knows it best. Her words weigh more than the answers below."),
            required=False,
            max_length=1000,
        )
        self.fields["words"].widget.attrs.update(QUIET)

    def value(self, sources: Any) -> dict[str, Any]:
        """All of it in the shape of the action, with the rows of `sources`."""
        said = {one.code: str(self.cleaned_data[f"q_{one.code}"] or Answer.NOT_ASKED) for one in self.questions}
        named = kept(sources, "words", "principal")
        return {**self.seen(), "answers": said, "sources": named, "words": self.cleaned_data["words"]}

    @staticmethod
    def initial_of(row: Any) -> dict[str, Any]:
        """The form's start from what is kept."""
        if row is None:
            return {"version": 0}
        answers = {f"q_{code}": answer for code, answer in (row.plain.get("answers") or {}).items()}
        return {"version": row.version, "words": row.plain.get("words") or "", **answers}


class SourceForm(forms.Form):
    """Somebody or something that threatens her."""

    words = _line(_("Who or what threatens her"), 200)
    principal = forms.TypedChoiceField(
        label=_("On the list of those who may not see the file"),
        required=False,
        coerce=int,
        empty_value=None,
        widget=Select(attrs=QUIET),
    )

    def __init__(self, *args: Any, feared: Mapping[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["principal"].choices = [("", _("No")), *feared.items()]  # type: ignore[attr-defined]


class SafetyPlanForm(AnewForm):
    """What she does when danger comes, in her words; what stands on the card she carries, and none of `houses`."""

    def __init__(self, *args: Any, parts: Sequence[Protection], houses: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parts, self.houses = parts, houses
        for one in parts:
            hint = str(one.hint) if one.hint else ""
            self.fields[f"p_{one.code}"] = WordsField(label=one.text, help_text=hint, required=False, max_length=1000)
            self.fields[f"p_{one.code}"].widget.attrs.update(QUIET)
        self.fields["code_word"] = _line(
            _("Code word"), 60, help_text=_("What she says or writes when she can’t speak freely. Never printed.")
        )
        self.fields["card"] = WordsField(
            label=_("What stands on the card she carries"),
            help_text=_("A few words only she understands. No name of a service, an institution or a place."),
            required=False,
            max_length=300,
        )
        self.fields["card"].widget.attrs.update(QUIET)

    def clean_card(self) -> str:
        return innocent(self.cleaned_data["card"], self.houses)

    def value(self, people: Any) -> dict[str, Any]:
        """All of it in the shape of the action, with the rows of `people`; parts left empty are none."""
        said = {one.code: words for one in self.parts if (words := self.cleaned_data[f"p_{one.code}"])}
        told = {name: self.cleaned_data[name] for name in ("code_word", "card")}
        return {**self.seen(), "parts": said, "people": kept(people, "name", "phone"), **told}

    @staticmethod
    def initial_of(row: Any) -> dict[str, Any]:
        """The form's start from what is kept."""
        if row is None:
            return {"version": 0}
        parts = {f"p_{code}": words for code, words in (row.plain.get("parts") or {}).items()}
        told = {name: row.plain.get(name) or "" for name in ("code_word", "card")}
        return {"version": row.version, **told, **parts}


class HelperForm(forms.Form):
    """Somebody she can ring."""

    name = _line(_("Name"), 80)
    phone = _line(_("Number"), 40)
    on_card = _line(_("What stands for the name on the card"), 30, help_text=_("Left empty: not on the card."))

    def __init__(self, *args: Any, houses: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.houses = houses

    def clean_on_card(self) -> str:
        return innocent(self.cleaned_data["on_card"], self.houses)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        phone = values.get("phone") or ""
        if values.get("on_card") and phone != only_number(phone):
            self.add_error("phone", _("Write only the number: it stands on the card"))
        elif values.get("on_card") and not phone:
            self.add_error("phone", _("Write the number that stands beside it on the card"))
        return values


def innocent(words: str, houses: Iterable[str]) -> str:
    """The words, when nothing in them tells a stranger what this is."""
    word = betrays(words, houses) if words else ""
    if word:
        raise forms.ValidationError(
            _now("“%(word)s” tells a stranger what this is. Write it so that only she understands") % {"word": word}
        )
    return words


def helpers(data: Any = None, people: Sequence[Mapping[str, str]] = (), *, houses: Iterable[str]) -> Any:
    """The rows of people she can ring, and two empty ones."""
    kind = forms.formset_factory(HelperForm, extra=0 if data else 2, max_num=10, absolute_max=12)
    return kind(data, initial=[dict(one) for one in people], prefix="people", form_kwargs={"houses": houses})


def threats(data: Any = None, sources: Sequence[Mapping[str, Any]] = (), *, feared: Mapping[int, str]) -> Any:
    """The rows of what threatens her, and two empty ones."""
    kind = forms.formset_factory(SourceForm, extra=0 if data else 2, max_num=10, absolute_max=12)
    return kind(data, initial=[dict(one) for one in sources], prefix="sources", form_kwargs={"feared": feared})


def kept(formset: Any, *needed: str) -> list[dict[str, Any]]:
    """The rows in which one of these is filled."""
    return [row for form in formset if (row := form.cleaned_data) and any(row.get(name) for name in needed)]


class IncidentForm(SubmissionMixin):
    """Something that happened."""

    kind = forms.ChoiceField(label=_("What happened?"), widget=Radios())
    happened_on = GovukDateField(label=_("When?"), past=True)
    what = WordsField(
        label=_("In a few words"),
        help_text=_("Do not write where she is: that is kept with how to reach her."),
        max_length=1000,
        error_messages={"required": _("Write what happened")},
    )
    done = WordsField(label=_("What was done"), max_length=1000, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = pack().safety_events.where(incident=True)
        self.fields["kind"].choices = [(one.code, one.text) for one in kinds]  # type: ignore[attr-defined]
        self.fields["kind"].widget.hints = {one.code: str(one.hint) for one in kinds if one.hint}  # type: ignore[attr-defined]


class EventForm(SubmissionMixin):
    """Something that comes, or has changed, for which the plan is looked at again."""

    event = forms.ChoiceField(label=_("What comes, or has changed?"), widget=Radios())
    due_on = ahead(_("Look at the plan again by"), usual="safety_review_event")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["event"].choices = [(one.code, one.text) for one in pack().safety_events]  # type: ignore[attr-defined]


class ReviewForm(SubmissionMixin):
    """It was looked at together."""

    next_on = ahead(_("When do you look at it again?"), usual="safety_review")
