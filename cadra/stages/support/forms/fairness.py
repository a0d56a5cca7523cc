"""Forms of rules and restrictions: what was explained and answered, why something is restricted, what a review says."""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cadra.foundation.kernel.clock import today
from cadra.foundation.kernel.pack import pack
from cadra.foundation.shell.forms import GovukDateField, Radios, Select, SubmissionMixin, WordsField
from cadra.stages.support.actions import Explained, Looked, NewRestriction
from cadra.stages.support.fairness import latest_review
from cadra.stages.support.forms.common import CHOOSE, ahead
from cadra.stages.support.models import Assent, ReviewOutcome, RulesSaid, Understood


class HouseRulesForm(SubmissionMixin):
    """The rules of one's own institution, in every written language."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code in pack().written_languages:
            self.fields[code] = WordsField(
                label=pack().languages.label(code),
                max_length=6000,
                rows=14,
                help_text=_("One rule a line, numbered: 1. 2. 3. An empty line begins a new paragraph."),
            )

    def text(self) -> dict[str, str]:
        """Language → text."""
        return {code: self.cleaned_data[code] for code in pack().written_languages}


class RulesAnswerForm(SubmissionMixin):
    """How the rules were explained, and what she said. `number` and `draft`: the version that stands on the page."""

    form = forms.ChoiceField(label=_("In which form were they explained?"), widget=Radios(small=True))
    language = forms.ChoiceField(label=_("In which language?"), widget=Select())
    understood = forms.ChoiceField(label=_("Did she understand them?"), choices=Understood.choices, widget=Radios())
    said = forms.ChoiceField(
        label=_("What did she say?"),
        choices=RulesSaid.choices,
        widget=Radios(hints={RulesSaid.REFUSED: _("Her right. Talk about what she can’t accept; it closes no help.")}),
    )
    words = WordsField(label=_("In her words"), required=False, max_length=1000)
    number = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    draft = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["form"].choices = pack().information_forms.choices()  # type: ignore[attr-defined]
        self.fields["language"].choices = [CHOOSE, *pack().languages.choices()]  # type: ignore[attr-defined]

    def value(self) -> Explained:
        """What she said, in the shape of the action."""
        values = self.cleaned_data
        return Explained(values["form"], values["language"], values["understood"], values["said"], values["words"])


class _Reviewed(SubmissionMixin):
    """A day on which it is looked at again, within the limit of the pack."""

    def _allow(self, name: str) -> None:
        self.fields[name].help_text = gettext("At the latest on %(date)s.") % {
            "date": date_format(latest_review(), "DATE_FORMAT")
        }

    def _clean_day(self, name: str) -> dt.date | None:
        on: dt.date | None = self.cleaned_data.get(name)
        if on is not None and on > latest_review():
            raise forms.ValidationError(gettext("Choose an earlier day: it must be looked at before"))
        return on


class RestrictionForm(_Reviewed):
    """A new restriction."""

    kind = forms.ChoiceField(label=_("What is restricted?"), widget=Radios())
    reason = WordsField(
        label=_("Why?"),
        max_length=2000,
        help_text=_("What would happen without it, and what milder way was tried. Not a habit of the house."),
    )
    ground = forms.ChoiceField(
        label=_("On which ground?"),
        widget=Radios(),
        help_text=_("Not one of these was checked as a ground in law: they only say what it rests on."),
    )
    agreement = forms.ChoiceField(label=_("Does she agree?"), choices=Assent.choices, widget=Radios())
    her_words = WordsField(label=_("In her words"), required=False, max_length=1000)
    decided_by = forms.ChoiceField(label=_("Who decided it?"), widget=Select())
    since = GovukDateField(label=_("Since when?"), past=True, initial=today)
    review_on = ahead(_("When is it looked at again?"), initial=latest_review)

    def __init__(self, *args: Any, colleagues: Sequence[tuple[UUID, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds, grounds = pack().restriction_kinds, pack().restriction_grounds
        for name, table in (("kind", kinds), ("ground", grounds)):
            field: Any = self.fields[name]
            field.widget.hints = {one.code: one.hint for one in table if one.hint}
            field.choices = [(one.code, one.text) for one in table]
        people: Any = self.fields["decided_by"]
        people.choices = [CHOOSE, *((str(pk), name) for pk, name in colleagues)]
        self._allow("review_on")

    def clean_review_on(self) -> dt.date | None:
        return self._clean_day("review_on")

    def value(self) -> NewRestriction:
        """The restriction in the shape of the action."""
        values = self.cleaned_data
        return NewRestriction(
            kind=values["kind"],
            ground=values["ground"],
            reason=values["reason"],
            agreement=values["agreement"],
            her_words=values["her_words"],
            decided_by=UUID(values["decided_by"]),
            since=values["since"],
            review_on=values["review_on"],
        )


class ReviewForm(_Reviewed):
    """A look at a restriction: it stays until another day, or ends today."""

    outcome = forms.ChoiceField(label=_("What now?"), choices=ReviewOutcome.choices, widget=Radios())
    words = WordsField(label=_("Why?"), max_length=2000)
    agreement = forms.ChoiceField(label=_("What does she say now?"), choices=Assent.choices, widget=Radios())
    her_words = WordsField(label=_("In her words"), required=False, max_length=1000)
    next_on = ahead(_("When is it looked at again?"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._allow("next_on")

    def clean_next_on(self) -> dt.date | None:
        return self._clean_day("next_on")

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("outcome") == ReviewOutcome.KEPT and not values.get("next_on") and "next_on" not in self.errors:
            self.add_error("next_on", gettext("Say when it is looked at again"))
        return values

    def value(self) -> Looked:
        """The review in the shape of the action."""
        values = self.cleaned_data
        return Looked(values["outcome"], values["words"], values["agreement"], values["her_words"], values["next_on"])


class OversightForm(forms.Form):
    """What the list of restrictions shows."""

    show = forms.ChoiceField(
        label=_("Which"),
        required=False,
        choices=[("", _("All in force")), ("overdue", _("Review overdue")), ("ended", _("Ended"))],
        widget=Select(),
    )
    institution = forms.ChoiceField(label=_("Institution"), required=False, widget=Select())
    kind = forms.ChoiceField(label=_("Kind"), required=False, widget=Select())
    agreement = forms.ChoiceField(
        label=_("Her agreement"), required=False, choices=[("", _("All")), *Assent.choices], widget=Select()
    )

    def __init__(self, *args: Any, institutions: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = ("", _("All"))
        self.fields["institution"].choices = [every, *((str(p), name) for p, name in institutions)]  # type: ignore[attr-defined]
        self.fields["kind"].choices = [every, *pack().restriction_kinds.choices()]  # type: ignore[attr-defined]
