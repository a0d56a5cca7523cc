"""Forms of money: a line, a cost, a second person's word."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cadra.foundation.kernel.clock import today
from cadra.foundation.kernel.pack import pack
from cadra.foundation.shell.forms import GovukDateField, LineField, Radios, Select, SubmissionMixin, WordsField
from cadra.stages.support.forms.common import CHOOSE, services
from cadra.steering.budget import money
from cadra.steering.budget.actions import Cost
from cadra.steering.budget.models import Way


class MoneyField(forms.Field):
    """A sum typed as people type it; the value is whole hundredths."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.TextInput(attrs={"chars": 10, "inputmode": "decimal"}), **kwargs)

    def to_python(self, value: Any) -> int | None:
        typed = str(value or "").strip()
        if not typed:
            return None
        amount = money.read(typed)
        if not amount:
            raise forms.ValidationError(
                gettext("Write a sum, for example 1,250.50, at most two digits after the point")
            )
        return amount


class LineForm(SubmissionMixin):
    """Money of a programme from a funder for a period."""

    programme = LineField(label=_("Programme"), help_text=_("As it stands in your accounts."))
    funder = LineField(label=_("Funder"))
    amount = MoneyField(label=_("How much is there?"))
    starts = GovukDateField(label=_("From"))
    ends = GovukDateField(label=_("Until"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"].help_text = gettext("In %(currency)s.") % {"currency": pack().currency}

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("starts") and values.get("ends") and values["ends"] < values["starts"]:
            self.add_error("ends", gettext("It ends before it starts"))
        return values


class CostForm(SubmissionMixin):
    """What one thing cost. `things`, `lines`, `people`: (id, wording) pairs."""

    thing = forms.ChoiceField(label=_("What was it for?"), widget=Select())
    line = forms.ChoiceField(label=_("Which money?"), widget=Select())
    amount = MoneyField(label=_("How much did it cost?"))
    on = GovukDateField(label=_("When?"), past=True)
    way = forms.ChoiceField(label=_("How was it paid?"), choices=Way.choices, widget=Radios())
    giver = forms.ChoiceField(label=_("Who hands the cash over?"), required=False, widget=Select())
    witness = forms.ChoiceField(label=_("Who stands beside?"), required=False, widget=Select())
    words = WordsField(label=_("A few words"), required=False, max_length=600)

    def __init__(
        self,
        *args: Any,
        things: list[tuple[str, str]],
        lines: list[tuple[str, str]],
        people: list[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        initial = {"on": today(), "way": Way.TRANSFER, **(kwargs.pop("initial", None) or {})}
        super().__init__(*args, **{**kwargs, "initial": initial})
        fields: Any = self.fields
        fields["thing"].choices = [CHOOSE, *things]
        fields["line"].choices = [CHOOSE, *lines]
        for name in ("giver", "witness"):
            fields[name].choices = [CHOOSE, *people]
            fields[name].widget.attrs["no_optional"] = True
        fields["amount"].help_text = gettext("In %(currency)s.") % {"currency": pack().currency}
        fields["giver"].help_text = gettext("For cash only.")
        fields["witness"].help_text = gettext("For cash only: another colleague than the one who hands it over.")

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("way") == Way.CASH:
            for name in ("giver", "witness"):
                if not values.get(name) and name not in self.errors:
                    self.add_error(name, gettext("Choose a colleague: no cash without two people"))
            if values.get("giver") and values.get("giver") == values.get("witness"):
                self.add_error("witness", gettext("Choose somebody else than the one who hands it over"))
        return values

    def value(self) -> Cost:
        """The cost in the shape of the action."""
        values = self.cleaned_data
        return Cost(
            line=values["line"],
            amount=values["amount"],
            way=values["way"],
            on=values["on"],
            giver=values["giver"] or None,
            witness=values["witness"] or None,
            words=values["words"],
        )


class DecisionForm(forms.Form):
    """A second person's word on an entry. `short`: the line has not enough left."""

    answer = forms.ChoiceField(label=_("What do you decide?"), widget=Radios())
    reason = forms.ChoiceField(
        label=_("Why is it approved although the line has not enough left?"), required=False, widget=Radios(small=True)
    )

    def __init__(self, *args: Any, short: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["answer"].choices = [("approve", gettext("Approve it")), ("refuse", gettext("Refuse it"))]
        if short:
            fields["answer"].widget = Radios(reveal={"approve": "reason"})
            fields["answer"].widget.choices = fields["answer"].choices
            fields["reason"].choices = pack().override_reasons.choices()
            fields["reason"].widget.hints = {one.code: one.hint for one in pack().override_reasons if one.hint}
            fields["reason"].widget.attrs["no_optional"] = True
        else:
            del fields["reason"]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if "reason" in self.fields and values.get("answer") == "approve" and not values.get("reason"):
            self.add_error("reason", gettext("Choose why: the balance goes below nothing"))
        return values


class BackForm(forms.Form):
    """The button that takes an entry back."""


class NoFundsForm(SubmissionMixin):
    """What she needs and nobody can pay for."""

    service = forms.ChoiceField(label=_("What does she need that there is no money for?"), widget=Select())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["service"].choices = [CHOOSE, *services()]  # type: ignore[attr-defined]
