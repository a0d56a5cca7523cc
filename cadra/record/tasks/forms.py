"""Forms of tasks: what is to be done, to whom it goes, done, put off, taken off; an address for a calendar."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from cadra.foundation.kernel.compartments import Compartment
from cadra.foundation.network.models import User
from cadra.foundation.shell.forms import (
    GovukDateField,
    GovukTimeField,
    LineField,
    Radios,
    Select,
    SubmissionMixin,
    WordsField,
    check_hour,
)
from cadra.record.tasks.actions import Wanted
from cadra.record.tasks.models import Repeats, State

MYSELF = ("", _("Myself"))
MOST = 1000  # characters of what is said about a task
WHEN = (
    ("", _("Any time")),
    ("overdue", _("Overdue")),
    ("today", _("Today")),
    ("week", _("In the next 7 days")),
    ("undated", _("Without a date")),
)
ABOUT = (("", _("Everything")), ("file", _("A person’s file")), ("house", _("Our institution")))


class TaskForm(SubmissionMixin):
    """What is to be done, until when, by whom. `version`: of the task as it was shown."""

    what = LineField(
        label=_("What is to be done?"), max_length=200, error_messages={"required": _("Say what is to be done")}
    )
    more = WordsField(label=_("More about it"), required=False, max_length=MOST)
    part = forms.ChoiceField(label=_("Which part of the file does it belong to?"), widget=Radios())
    due_on = GovukDateField(label=_("Until when?"), required=False, future=True)
    due_time = GovukTimeField(
        label=_("At what time?"), required=False, help_text=_("Only if the hour matters, for example 14:30")
    )
    repeats = forms.ChoiceField(label=_("Does it come back?"), choices=Repeats.choices, required=False, widget=Select())
    assignee = forms.ChoiceField(label=_("Who does it?"), required=False, widget=Select())
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def __init__(
        self,
        *args: Any,
        parts: Sequence[str] | None = None,
        people: Sequence[User] | None = (),
        me: UUID | None = None,
        **kwargs: Any,
    ) -> None:
        """`parts`: of the file to choose from, None: the institution's own; `people`: None when whose it is stays."""
        super().__init__(*args, **kwargs)
        if parts and len(parts) > 1:
            field: Any = self.fields["part"]
            field.choices = [(part, Compartment(part).label) for part in parts]
            field.widget.hints = {part: Compartment(part).explanation for part in parts}
            self.initial.setdefault("part", _usual(parts))
        else:
            del self.fields["part"]
        if parts is None:
            self.fields["what"].help_text = _(
                "It is read by everyone at your institution: never write about a person here."
            )
        if people is None:
            del self.fields["assignee"]
        else:
            chosen: Any = self.fields["assignee"]
            chosen.choices = [MYSELF, *((str(one.pk), one.name) for one in people if one.pk != me)]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("due_time") and not values.get("due_on") and "due_on" not in self.errors:
            self.add_error("due_on", _("Choose the day, too"))
        if values.get("repeats") and not values.get("due_on") and "due_on" not in self.errors:
            self.add_error("due_on", _("What comes back needs a first day"))
        check_hour(self, "due_on", "due_time")
        return values

    @property
    def wanted(self) -> Wanted:
        """What was typed, for the action."""
        data = self.cleaned_data
        return Wanted(data["what"], data["more"], data["due_on"], data["due_time"], data["repeats"])

    @property
    def assignee_id(self) -> UUID | None:
        """Whom it goes to; nobody else when not said."""
        chosen = self.cleaned_data.get("assignee")
        return UUID(chosen) if chosen else None


def _usual(parts: Sequence[str]) -> str:
    return Compartment.SUPPORT if Compartment.SUPPORT in parts else parts[0]


class DoneForm(forms.Form):
    """It is done."""

    prefix = "done"
    note = WordsField(
        label=_("How did it go?"),
        required=False,
        rows=2,
        max_length=MOST,
        help_text=_("Whoever gave you the task reads it."),
    )


class PutOffForm(forms.Form):
    """Later, and why."""

    prefix = "later"
    on = GovukDateField(label=_("Until when?"), future=True)
    time = GovukTimeField(label=_("At what time?"), required=False)
    reason = WordsField(
        label=_("Why?"), rows=2, max_length=MOST, error_messages={"required": _("Say why it is put off")}
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        check_hour(self, "on", "time")
        return values


class GiveForm(forms.Form):
    """Hand it to a colleague."""

    prefix = "give"
    to = forms.ChoiceField(
        label=_("To whom?"),
        widget=Select(),
        help_text=_("Only colleagues who see this anyway: giving a task opens nothing."),
        error_messages={"required": _("Choose a colleague")},
    )
    message = WordsField(label=_("A word to your colleague"), required=False, rows=2, max_length=MOST)

    def __init__(self, *args: Any, people: Sequence[User] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["to"]
        field.choices = [("", _("Choose")), *((str(one.pk), one.name) for one in people)]


class DeclineForm(forms.Form):
    """No, and why."""

    prefix = "no"
    why = WordsField(
        label=_("Why not?"),
        rows=2,
        max_length=MOST,
        error_messages={"required": _("Say why, so that it can be given to somebody else")},
    )


class DropForm(forms.Form):
    """Not done after all."""

    prefix = "off"
    reason = WordsField(label=_("Why is it taken off?"), required=False, rows=2, max_length=MOST)


class ListFilter(forms.Form):
    """What a list shows."""

    when = forms.ChoiceField(label=_("When"), required=False, widget=Select(), choices=WHEN)
    state = forms.ChoiceField(label=_("Which"), required=False, widget=Select(), choices=State.choices)
    about = forms.ChoiceField(label=_("About"), required=False, widget=Select(), choices=ABOUT)


class CalendarForm(forms.Form):
    """A new address for a calendar."""

    label = LineField(
        label=_("Which calendar is it for?"),
        required=False,
        max_length=60,
        help_text=_("For you alone, for example “my phone”."),
    )
