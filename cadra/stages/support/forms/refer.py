"""Forms of referring: find a desk, ask her part by part, choose the lines, take a request back, write down help."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cadra.foundation.catalogue.fitting import Needs
from cadra.foundation.kernel.answers import Answer as Said
from cadra.foundation.kernel.clock import at, deadline, local_date, now
from cadra.foundation.kernel.pack import pack
from cadra.foundation.kernel.pack.models import Recipient
from cadra.foundation.network.models import Desk
from cadra.foundation.shell.forms import (
    Checkboxes,
    GovukDateField,
    LineField,
    Radios,
    Select,
    SubmissionMixin,
    WordsField,
    YesNoField,
)
from cadra.record.consent.models import Answer
from cadra.stages.support.actions import Agreement
from cadra.stages.support.dates import limit_of
from cadra.stages.support.forms.common import CHOOSE, ahead, date_of, form_field, services
from cadra.stages.support.models import DeliveryKind, MoneyWay, Urgency
from cadra.stages.support.queries import providers

MUST_EXPLAIN = ("who", "form")  # who receives it, and in which form: repeated for every new institution
ANSWERS = (
    (Answer.GIVEN, _("Yes")),
    (Answer.NOT_YET, _("Not yet: she needs time")),
    (Answer.REFUSED, _("No")),
)

ALSO_COUNTS = (
    ("tonight", _("It must be tonight")),
    ("children", _("Children come along")),
    ("wheelchair", _("A wheelchair gets in")),
)


class FindForm(forms.Form):
    """Which desks are shown. A GET form."""

    service = forms.ChoiceField(label=_("Service"), required=False, widget=Select(attrs={"no_optional": 1}))
    area = forms.ChoiceField(label=_("Near"), required=False, widget=Select(attrs={"no_optional": 1}))
    words = LineField(
        label=_("Name of the institution"), required=False, widget=forms.TextInput(attrs={"no_optional": 1})
    )
    also = forms.MultipleChoiceField(
        label=_("What else counts?"), required=False, widget=Checkboxes({"no_optional": 1}, small=True, columns=True)
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["service"].choices = [("", _("Any")), *services()]  # type: ignore[attr-defined]
        regions = [
            (str(region), [(region.code, _("The whole of it")), *((one.code, one.text) for one in places)])
            for region in pack().regions()
            if (places := pack().municipalities(region.code)) or True
        ]
        self.fields["area"].choices = [("", _("Anywhere")), *regions]  # type: ignore[attr-defined]
        self.fields["also"].choices = ALSO_COUNTS  # type: ignore[attr-defined]

    def value(self) -> dict[str, str]:
        """What to look for; a wrong choice looks for nothing in particular."""
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in ("service", "area", "words")}

    def needs(self) -> Needs:
        """What else counts, beside what the file says of her."""
        self.is_valid()
        also = self.cleaned_data.get("also") or []
        return Needs(tonight="tonight" in also, children="children" in also, wheelchair="wheelchair" in also)


class ReferForm(SubmissionMixin):
    """What is asked of the desk, and what she agreed to, recipient and parts one by one, now."""

    service = forms.ChoiceField(label=_("Which service?"), widget=Select())
    capacity = forms.ChoiceField(label=_("As what do they help her?"), widget=Radios())
    urgency = forms.ChoiceField(label=_("How urgent is it?"), widget=Radios())
    asks = WordsField(
        label=_("What do you ask them for?"),
        max_length=1000,
        help_text=_("They read this. Write nothing here that she did not agree to share."),
    )
    explained = forms.MultipleChoiceField(
        label=_("What did you explain to her again?"),
        widget=Checkboxes({"no_optional": True}, small=True),
        required=False,
    )
    explained_form = forms.ChoiceField(label=_("In which form?"), widget=Select())
    explained_language = forms.ChoiceField(label=_("In which language?"), widget=Select())
    interpreter = YesNoField(label=_("Was there an interpreter?"), ways=())
    asked = WordsField(label=_("What did she ask?"), required=False, max_length=600, rows=2)
    answer = forms.ChoiceField(
        label=_("Does she agree that they are asked?"),
        choices=ANSWERS,
        widget=Radios(reveal={Answer.NOT_YET: "ask_again_on"}),
    )
    ask_again_on = ahead(_("When do you ask her again?"), required=False)
    form = form_field(_("How did she say so?"))
    witness = LineField(
        label=_("Who was there when she said so?"),
        required=False,
        help_text=_("Needed when it was spoken or by gesture. A colleague, the interpreter, someone she chose."),
    )
    until = GovukDateField(label=_("Until when may they see it?"), future=True)

    def __init__(self, *args: Any, desk: Desk, parts: frozenset[str], language: str = "", **kwargs: Any) -> None:
        self.desk, self.open_parts = desk, parts
        self.recipients = providers.capacities(desk)
        initial: dict[str, Any] = {
            "until": local_date(deadline(now(), pack().limit("consent_term"))),
            "explained_language": language,
            "urgency": Urgency.ORDINARY,
            "capacity": self.recipients[0].code if len(self.recipients) == 1 else "",
            **(kwargs.pop("initial", None) or {}),
        }
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        self._fill()

    def _fill(self) -> None:
        fields: Any = self.fields
        fields["ask_again_on"].widget.attrs["no_optional"] = True  # compulsory under "not yet"
        fields["service"].choices = [CHOOSE, *services()]
        fields["capacity"].choices = [(one.code, one.text) for one in self.recipients]
        fields["urgency"].choices = Urgency.choices
        fields["urgency"].widget.hints = {
            code: gettext("They answer within: %(limit)s") % {"limit": limit_words(limit_of("referral_answer", code))}
            for code in Urgency.values
        }
        fields["explained"].choices = pack().explanations.choices()
        fields["explained_form"].choices = [CHOOSE, *pack().information_forms.choices()]
        fields["explained_language"].choices = [CHOOSE, *pack().languages.choices()]
        fields["ask_again_on"].help_text = gettext("Usual: %(date)s.") % {
            "date": date_format(date_of("decide_later"), "DATE_FORMAT")
        }
        for part in self.askable:
            category = pack().data_categories[part]
            fields[f"part_{part}"] = YesNoField(
                label=category.text, help_text=category.hint or "", ways=(Said.NOT_ASKED,), required=False
            )
            fields[f"part_{part}"].widget.attrs["no_optional"] = True

    @property
    def askable(self) -> list[str]:
        """Parts any of the capacities may receive, among what the sender sees."""
        found: dict[str, None] = {}
        for recipient in self.recipients:
            found.update(dict.fromkeys(providers.may_receive(recipient, self.open_parts)))
        return list(found)

    @property
    def part_fields(self) -> list[forms.BoundField]:
        """One question for each part."""
        return [self[f"part_{part}"] for part in self.askable]

    @property
    def recipient(self) -> Recipient | None:
        """The capacity that was chosen."""
        return next((one for one in self.recipients if one.code == self.cleaned_data.get("capacity")), None)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        answer, agreed = values.get("answer"), self._said(Said.YES)
        if answer == Answer.GIVEN:
            missing = [code for code in MUST_EXPLAIN if code not in values.get("explained", ())]
            if missing:
                titles = ", ".join(str(pack().explanations[code]) for code in missing)
                self.add_error("explained", gettext("Explain this before you send: %(what)s") % {"what": titles})
        if answer == Answer.NOT_YET and not values.get("ask_again_on") and "ask_again_on" not in self.errors:
            self.add_error("ask_again_on", gettext("Say when you ask her again"))
        if values.get("form") in ("spoken", "gesture") and not values.get("witness"):
            self.add_error("witness", gettext("Write who was there when she said so"))
        recipient = self.recipient
        if recipient is not None:
            for part in set(agreed) - set(providers.may_receive(recipient, self.open_parts)):
                self.add_error(f"part_{part}", gettext("They may not receive this in that capacity. Choose no"))
        return values

    def _said(self, *answers: Said) -> list[str]:
        return [part for part in self.askable if self.cleaned_data.get(f"part_{part}") in answers]

    def typed(self) -> list[tuple[str, str]]:
        """(name, value) of everything typed here, to be carried unseen through the preview."""
        besides = {*LinesForm.base_fields, "csrfmiddlewaretoken", "then", "seen"}
        data: Any = self.data
        return [(name, value) for name, values in data.lists() if name not in besides for value in values]

    def envelope(self) -> dict[str, Any]:
        """What the sheet says besides her parts, for `queries.referrals.prepared`."""
        values = self.cleaned_data
        told = {name: values[name] for name in ("service", "urgency", "asks")}
        return {**told, "recipient": self.recipient, "until": at(values["until"])}

    @property
    def agrees(self) -> bool:
        """Whether something may be sent."""
        return bool(self.cleaned_data.get("answer") == Answer.GIVEN)

    def agreement(self) -> Agreement:
        """Her answer in the shape of the action; fewer parts than asked for is a limited yes."""
        values = self.cleaned_data
        asked_for, parts = self._said(Said.YES, Said.NO), self._said(Said.YES)
        answer = Answer(values["answer"])
        if answer == Answer.GIVEN and set(parts) < set(asked_for):
            answer = Answer.LIMITED
        return Agreement(
            answer=answer,
            asked_for=asked_for,
            parts=parts if self.agrees else [],
            form=values["form"],
            witness=values["witness"],
            until=at(values["until"]),
            ask_again_on=values["ask_again_on"] if answer == Answer.NOT_YET else None,
            explained=values["explained"],
            explained_form=values["explained_form"],
            explained_language=values["explained_language"],
            interpreter=values["interpreter"] == Said.YES,
            asked=values["asked"],
        )


class LinesForm(forms.Form):
    """Which lines are sent. `chosen` tells a first look (the usual lines) from an empty choice."""

    chosen = forms.BooleanField(widget=forms.HiddenInput, required=False, initial=True)
    lines = forms.MultipleChoiceField(
        label=_("What is sent"),
        required=False,
        widget=Checkboxes({"no_optional": True}, small=True),
        help_text=_("Leave out what they do not need for this. The name she goes by always goes along."),
    )

    def __init__(self, data: Any, *, choices: list[tuple[str, str]], usual: list[str]) -> None:
        first = data is None or not data.get("chosen")
        super().__init__({"chosen": "on", "lines": usual} if first else data)
        self.fields["lines"].choices = choices  # type: ignore[attr-defined]

    def keys(self) -> list[str]:
        """Keys of the lines to send."""
        self.is_valid()
        return list(self.cleaned_data.get("lines", []))


class CloseForm(forms.Form):
    """Take a request back, or put a finished one away."""

    words = LineField(label=_("Why? They can’t read this afterwards"), required=False, max_length=300)


class GiveForm(SubmissionMixin):
    """One thing given: what, how much, when, in person or not."""

    kind = forms.ChoiceField(
        label=_("What was given?"),
        choices=DeliveryKind.choices,
        widget=Radios(reveal={DeliveryKind.MONEY: ("way", "giver", "witness")}),
    )
    way = forms.ChoiceField(
        label=_("How was it given?"),
        required=False,
        choices=MoneyWay.choices,
        widget=Radios({"no_optional": True}, small=True),
    )
    giver = forms.ChoiceField(label=_("Who hands the cash over?"), required=False, widget=Select({"no_optional": True}))
    witness = forms.ChoiceField(label=_("Who stands beside?"), required=False, widget=Select({"no_optional": True}))
    amount = forms.DecimalField(
        label=_("How much?"),
        min_value=0,
        max_digits=9,
        decimal_places=2,
        initial=1,
        widget=forms.TextInput(attrs={"chars": 5, "inputmode": "decimal"}),
    )
    on = GovukDateField(label=_("When?"), past=True)
    distance = YesNoField(label=_("Was it at a distance, by telephone or online?"), ways=(), initial=Said.NO)
    words = WordsField(label=_("A few words"), required=False, max_length=600)

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        initial = {"on": local_date(now()), "kind": DeliveryKind.SESSION, **(kwargs.pop("initial", None) or {})}
        super().__init__(*args, **{**kwargs, "initial": initial})
        self.fields["amount"].help_text = gettext("Sessions, pieces or nights; for money the sum in %(currency)s.") % {
            "currency": pack().currency
        }
        for name in ("giver", "witness"):
            self.fields[name].choices = [CHOOSE, *people]  # type: ignore[attr-defined]
        self.fields["giver"].help_text = gettext("For cash only.")
        self.fields["witness"].help_text = gettext("For cash only: another colleague than the one who hands it over.")

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("kind") == DeliveryKind.MONEY:
            self._check_money(values)
        amount, kind = values.get("amount"), values.get("kind")
        if amount is not None and kind:
            if amount <= 0:
                self.add_error("amount", gettext("Write how much, more than nothing"))
            elif kind != DeliveryKind.MONEY and amount != amount.to_integral_value():
                self.add_error("amount", gettext("Write a whole number"))
        return values

    def _check_money(self, values: dict[str, Any]) -> None:
        if not values.get("way") and "way" not in self.errors:
            self.add_error("way", gettext("Say how the money was given"))
        if values.get("way") != MoneyWay.CASH:
            return
        for name in ("giver", "witness"):
            if not values.get(name) and name not in self.errors:
                self.add_error(name, gettext("Choose a colleague: no cash without two people"))
        if values.get("giver") and values.get("giver") == values.get("witness"):
            self.add_error("witness", gettext("Choose somebody else than the one who hands it over"))

    def value(self) -> dict[str, Any]:
        """What was given in the shape of the action; money in hundredths."""
        values = self.cleaned_data
        money = values["kind"] == DeliveryKind.MONEY
        return {
            "kind": values["kind"],
            "amount": int(values["amount"] * 100) if money else int(values["amount"]),
            "on": values["on"],
            "at_distance": values["distance"] == Said.YES,
            "words": values["words"],
            "way": values["way"] if money else "",
            "giver": UUID(values["giver"]) if money and values["giver"] else None,
            "witness": UUID(values["witness"]) if money and values["witness"] else None,
            "submission": values["submission"],
        }


class GiveOwnForm(GiveForm):
    """Help the holder gave itself."""

    field_order = ("service",)
    service = forms.ChoiceField(label=_("Which service?"), widget=Select())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["service"].choices = [CHOOSE, *services(pillars=(1, 2, 3, 4))]  # type: ignore[attr-defined]

    def value(self) -> dict[str, Any]:
        return {**super().value(), "service": self.cleaned_data["service"]}


def limit_words(code: str) -> str:
    """ "48 hours", as the pack says it."""
    limit = pack().limit(code)
    n = limit.value
    words = {
        "minutes": gettext("%(n)s minutes"),
        "hours": gettext("%(n)s hours"),
        "days": gettext("%(n)s days"),
        "working_days": gettext("%(n)s working days"),
        "months": gettext("%(n)s months"),
        "years": gettext("%(n)s years"),
    }
    return words[limit.unit] % {"n": n}
