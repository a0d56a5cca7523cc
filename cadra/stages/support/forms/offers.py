"""Forms of offering: which services, how each was explained, what she decided and why."""

from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cadra.foundation.kernel.clock import today
from cadra.foundation.kernel.pack import pack
from cadra.foundation.shell.forms import (
    Checkboxes,
    GovukDateField,
    LineField,
    Radios,
    Select,
    SubmissionMixin,
    WordsField,
)
from cadra.stages.support.actions import Decision, NewOffer
from cadra.stages.support.forms.common import CHOOSE, ahead, date_of, services
from cadra.stages.support.models import Children, DecisionOnOffer, Goal, Understood

NOT_ASKED = ("", _("Not asked"))
MOST = 6  # services offered in one go: more can't be explained in one talk
WITH_REASONS = (
    DecisionOnOffer.PARTLY,
    DecisionOnOffer.NOT_NOW,
    DecisionOnOffer.DECLINED,
    DecisionOnOffer.NOT_OFFERED,
)
NEEDS_REASON = (DecisionOnOffer.DECLINED, DecisionOnOffer.NOT_OFFERED)
#: What can be written on an offer. Excluded comes only by way of an exclusion.
HERS = [choice for choice in DecisionOnOffer.choices if choice[0] != DecisionOnOffer.EXCLUDED]
DECISION_HINTS: dict[str, Any] = {
    DecisionOnOffer.PARTLY: _("She takes a part of it. Say in her words which part."),
    DecisionOnOffer.NOT_NOW: _("She needs time, or it is not the moment. You come back on a day she agrees to."),
    DecisionOnOffer.DECLINED: _("Her right. It touches no other service, and the door stays open."),
    DecisionOnOffer.NOT_OFFERED: _("There was nothing to offer: no place, no money, not in this area."),
}


class ServicesForm(forms.Form):
    """Which services are offered in this talk."""

    service = forms.MultipleChoiceField(
        label=_("Services"), widget=Checkboxes(small=True), error_messages={"required": _("Choose a service")}
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["service"].choices = services()  # type: ignore[attr-defined]

    def clean_service(self) -> list[str]:
        chosen: list[str] = self.cleaned_data["service"]
        if len(chosen) > MOST:
            raise forms.ValidationError(
                gettext("Choose at most %(most)s services at a time: she should understand each.") % {"most": MOST}
            )
        return chosen


class DecisionFields(forms.Form):
    """What she decided, why, in her words, and when to offer again."""

    decision = forms.ChoiceField(
        label=_("What did she decide?"), widget=Radios({"no_optional": True}, hints=DECISION_HINTS)
    )
    words = WordsField(label=_("In her words"), required=False, max_length=1000)
    family = WordsField(
        label=_("What she told about it"),
        required=False,
        max_length=600,
        rows=2,
        help_text=_("Only if she spoke of it."),
    )
    family_part = forms.ChoiceField(label=_("Her family’s part in the decision"), required=False, widget=Select())
    children = forms.ChoiceField(
        label=_("May her children come along?"), required=False, choices=[NOT_ASKED, *Children.choices], widget=Select()
    )
    hard = forms.MultipleChoiceField(
        label=_("What makes it hard to decide?"),
        required=False,
        widget=Checkboxes({"no_optional": True}, small=True),
    )
    offer_again_on = ahead(_("Offer it again on"), required=False)
    again_way = forms.ChoiceField(
        label=_("In which safe way?"),
        required=False,
        widget=Select(),
        help_text=_("Stands in My work on that day, so that whoever is there then does it as she asked."),
    )
    again = LineField(
        label=_("What to mind then"),
        required=False,
        max_length=300,
        help_text=_("The hour, the name to use, who must not be near."),
    )

    def __init__(self, *args: Any, undecided: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        none = [("", _("She has not decided yet"))] if undecided else []
        self.fields["decision"].choices = [*HERS, *none]  # type: ignore[attr-defined]
        self.fields["decision"].required = not undecided
        self.fields["family_part"].choices = [NOT_ASKED, *pack().family_parts.choices()]  # type: ignore[attr-defined]
        self.fields["hard"].choices = pack().difficulties.choices()  # type: ignore[attr-defined]
        self.fields["hard"].widget.hints = {one.code: one.hint for one in pack().difficulties if one.hint}  # type: ignore[attr-defined]
        self.fields["again_way"].choices = [CHOOSE, *pack().offer_ways.choices()]  # type: ignore[attr-defined]
        again = date_format(date_of("offer_again"), "DATE_FORMAT")
        self.fields["offer_again_on"].help_text = gettext(
            "Agree the day with her. Usual: %(date)s. Leave it empty if she asks not to be asked again."
        ) % {"date": again}
        for family, reasons in pack().reasons_by_family():
            self.fields[f"reasons_{family.code}"] = forms.MultipleChoiceField(
                label=str(family.text),
                help_text=str(family.hint or ""),
                required=False,
                choices=[(one.code, one.text) for one in reasons],
                widget=Checkboxes({"no_optional": True}, small=True, hints={one.code: one.response for one in reasons}),
            )

    @property
    def families(self) -> list[forms.BoundField]:
        """The three groups of reasons, as fields."""
        return [self[f"reasons_{family.code}"] for family in pack().decline_families]

    @property
    def has_reasons(self) -> bool:
        """Whether a reason is ticked (then the fold stands open)."""
        return any(field.value() for field in self.families)

    @property
    def has_hard(self) -> bool:
        """Whether what makes it hard is ticked, or asked for."""
        return bool(self["hard"].value() or self["hard"].errors)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        decision = values.get("decision")
        values["reasons"] = [
            code for family in pack().decline_families for code in values.get(f"reasons_{family.code}", ())
        ]
        if decision in NEEDS_REASON and not values["reasons"] and "decision" not in self.errors:
            self.add_error(f"reasons_{next(iter(pack().decline_families)).code}", gettext("Tick at least one reason"))
        no_day = not values.get("offer_again_on") and "offer_again_on" not in self.errors
        if decision == DecisionOnOffer.NOT_NOW and no_day:
            self.add_error("offer_again_on", gettext("Say when you offer it again: she said not now, not never"))
        if decision == DecisionOnOffer.NOT_NOW and not (values.get("hard") or values.get("words")):
            self.add_error("hard", gettext("Tick what makes it hard to decide, or write it in her words above"))
        if values.get("offer_again_on") and not values.get("again_way"):
            self.add_error("again_way", gettext("Say how to offer it again safely"))
        return values

    def decision_value(self) -> Decision | None:
        """What she decided, or None while she thinks about it."""
        values = self.cleaned_data
        if not values["decision"]:
            return None
        without = values["decision"] == DecisionOnOffer.ACCEPTED
        return Decision(
            decision=values["decision"],
            reasons=() if without else values["reasons"],
            words=values["words"],
            family=values["family"],
            family_part=values["family_part"],
            children=values["children"],
            hard=values["hard"] if values["decision"] == DecisionOnOffer.NOT_NOW else (),
            offer_again_on=None if without else values["offer_again_on"],
            again_way="" if without or not values["offer_again_on"] else values["again_way"],
            again="" if without or not values["offer_again_on"] else values["again"],
        )


class OfferForm(DecisionFields):
    """One service: how it was explained, and what she decided."""

    field_order = ("explained", "explained_on", "explained_forms", "explained_language", "reading_level", "understood")

    explained = WordsField(
        label=_("What was explained"),
        required=False,
        max_length=1000,
        help_text=_("Where, by whom, for how long, the rules, what it costs, what happens if she stops."),
    )
    explained_forms = forms.MultipleChoiceField(
        label=_("In which form?"),
        widget=Checkboxes(small=True),
        error_messages={"required": _("Say in which form it was explained")},
    )
    explained_on = GovukDateField(label=_("When was it explained?"), past=True, required=False)
    explained_language = forms.ChoiceField(label=_("In which language?"), widget=Select())
    reading_level = forms.ChoiceField(
        label=_("How hard is the text to read?"),
        required=False,
        widget=Select(),
        help_text=_("Of the leaflet or text she was given, if there was one."),
    )
    understood = forms.ChoiceField(label=_("Did she understand it?"), choices=Understood.choices, widget=Radios())
    service = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, undecided=True, **kwargs)
        self.fields["explained_forms"].choices = pack().information_forms.choices()  # type: ignore[attr-defined]
        self.fields["explained_language"].choices = [CHOOSE, *pack().languages.choices()]  # type: ignore[attr-defined]
        self.fields["reading_level"].choices = [("", gettext("Not known")), *pack().reading_levels.choices()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if values.get("decision") == DecisionOnOffer.NOT_OFFERED:
            # Nothing was open to her, so nothing was explained.
            for name in ("explained_forms", "explained_language", "understood"):
                self.errors.pop(name, None)
            values.setdefault("explained_forms", [])
            values.setdefault("explained_language", "")
            values.setdefault("understood", Understood.NOT_ASKED)
        return values

    def value(self, goal: Goal | None) -> NewOffer:
        """The offer in the shape of the action."""
        values = self.cleaned_data
        return NewOffer(
            service=values["service"],
            explained=values["explained"],
            explained_forms=values["explained_forms"],
            explained_language=values["explained_language"],
            understood=values["understood"],
            decision=self.decision_value(),
            goal=goal,
            explained_on=values.get("explained_on"),
            reading_level=values.get("reading_level", ""),
        )


class GoalOfOffer(SubmissionMixin):
    """Which goal the offered services serve."""

    goal = forms.ChoiceField(label=_("Which goal is it for?"), required=False, widget=Select())

    def __init__(self, *args: Any, goals: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["goal"].choices = [("", _("No goal in particular")), *goals]  # type: ignore[attr-defined]


class DecideForm(DecisionFields, SubmissionMixin):
    """A new decision about an offer made before. `version` is that of the offer as it was shown."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


def offer_forms(data: Any, chosen: list[str], language: str) -> list[OfferForm]:
    """One form for each chosen service, in the order of the pack."""
    return [
        OfferForm(data, prefix=code, initial={"service": code, "explained_language": language, "explained_on": today()})
        for code in pack().services.codes
        if code in chosen
    ]
