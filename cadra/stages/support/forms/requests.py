"""Forms of the provider's desk: what is shown, the answer, how it ended."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cadra.foundation.kernel.pack import pack
from cadra.foundation.shell.forms import Radios, Select, WordsField
from cadra.stages.support.forms.common import ahead
from cadra.stages.support.models import ReferralState, Urgency

ANSWERS = (
    (ReferralState.ACCEPTED, _("We accept it")),
    (ReferralState.WAITING_LIST, _("We put it on the waiting list")),
    (ReferralState.REFUSED, _("We can’t take it")),
)


class DeskFilter(forms.Form):
    """What the desk's list shows. A GET form."""

    urgency = forms.ChoiceField(
        label=_("Urgency"),
        required=False,
        choices=[("", _("Any")), *Urgency.choices],
        widget=Select(attrs={"no_optional": 1}),
    )


class AnswerForm(forms.Form):
    """Accepted, waiting list or refused. `version` is that of the request as it was shown."""

    state = forms.ChoiceField(
        label=_("Your answer"),
        choices=ANSWERS,
        widget=Radios(
            reveal={
                ReferralState.ACCEPTED: "begins_on",
                ReferralState.WAITING_LIST: "look_again_on",
                ReferralState.REFUSED: "reason",
            }
        ),
    )
    begins_on = ahead(_("When does it begin?"), required=False)
    look_again_on = ahead(_("When will you know more?"), required=False)
    place = forms.IntegerField(
        label=_("Her place on the list"),
        required=False,
        min_value=1,
        max_value=9999,
        widget=forms.TextInput(attrs={"chars": 4, "inputmode": "numeric"}),
        help_text=_("Only for the waiting list, and if you keep one. The sender reads it."),
    )
    reason = forms.ChoiceField(label=_("Why can’t you take it?"), required=False, widget=Radios(small=True))
    words = WordsField(
        label=_("A few words for the sender"),
        required=False,
        max_length=600,
        help_text=_("When, whom to ask for, and where, but never where a shelter is. Or what would have to change."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reasons: Any = self.fields["reason"]
        reasons.choices = pack().referral_refusals.choices()
        reasons.widget.hints = {one.code: one.hint for one in pack().referral_refusals if one.hint}
        for name in ("begins_on", "look_again_on", "reason"):  # compulsory under the answer that opens them
            self.fields[name].widget.attrs["no_optional"] = True

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        state = values.get("state")
        if state == ReferralState.REFUSED and not values.get("reason"):
            self.add_error("reason", gettext("Choose why it is refused"))
        if state == ReferralState.ACCEPTED and not values.get("begins_on") and "begins_on" not in self.errors:
            self.add_error("begins_on", gettext("Say when it begins"))
        no_day = not values.get("look_again_on") and "look_again_on" not in self.errors
        if state == ReferralState.WAITING_LIST and no_day:
            self.add_error("look_again_on", gettext("Say when you will know more"))
        return values

    def value(self) -> dict[str, Any]:
        """The answer in the shape of the action."""
        values = self.cleaned_data
        days = {ReferralState.ACCEPTED: "begins_on", ReferralState.WAITING_LIST: "look_again_on"}
        refused = values["state"] == ReferralState.REFUSED
        return {
            "state": values["state"],
            "reason": values["reason"] if refused else "",
            "words": values["words"],
            "place": values["place"],
            "next_on": None if refused else values[days[ReferralState(values["state"])]],
            "version": values["version"],
        }


class StartForm(forms.Form):
    """The button that says help has begun."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class EndForm(forms.Form):
    """How it ended."""

    outcome = forms.ChoiceField(label=_("How did it end?"), widget=Radios())
    words = WordsField(label=_("A few words for the sender"), required=False, max_length=600)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        outcomes: Any = self.fields["outcome"]
        outcomes.choices = pack().service_outcomes.choices()
        outcomes.widget.hints = {one.code: one.hint for one in pack().service_outcomes if one.hint}
