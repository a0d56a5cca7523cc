"""Forms of the receiving desk."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cadra.foundation.kernel.pack import pack
from cadra.foundation.network.models import Institution, User
from cadra.foundation.shell.forms import Radios, Select, SubmissionMixin
from cadra.foundation.shell.templatetags.shell import moment
from cadra.stages.identification.queries.assigning import SEXES, Choices, Officer

#: Up to so many are shown as buttons, more as a list.
BUTTONS = 8
#: Side of the pair → name of the field.
PLACES = {"police": "police", "social": "social", "child": "child_worker"}


class DeskFilter(forms.Form):
    """What the desk shows."""

    state = forms.ChoiceField(
        label=_("What it waits for"),
        required=False,
        choices=[
            ("", _("Everything")),
            ("sent", _("To be received")),
            ("acknowledged", _("To be compared and registered")),
            ("connected", _("To be given to a pair")),
        ],
        widget=Radios(small=True, attrs={"no_optional": True, "size": "s"}),
    )
    danger = forms.BooleanField(label=_("In danger"), required=False)
    child = forms.BooleanField(label=_("Children"), required=False)
    late = forms.BooleanField(label=_("Overdue"), required=False)


class ReferenceForm(forms.Form):
    """Find an earlier file by its reference."""

    reference = forms.CharField(
        label=_("Reference of the earlier file"),
        help_text=_("If you know it. Capitals, spaces and dashes do not matter."),
        max_length=30,
        widget=forms.TextInput(attrs={"chars": 20, "size": "s", "autocomplete": "off"}),
    )


class ConnectForm(forms.Form):
    """The second look before two files become one."""

    sure = forms.BooleanField(
        label=_("I compared both, part by part. It is the same person"),
        error_messages={"required": _("Tick the box if you are sure. If not, go back: nothing has changed")},
    )


class RegisterForm(forms.Form):
    """The second look before a new file begins."""

    sure = forms.BooleanField(
        error_messages={"required": _("Tick the box if you are sure. If not, go back: nothing has changed")},
    )

    def __init__(self, *args: Any, alike: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sure"].label = (
            _("I looked at every earlier file above. None of them is hers")
            if alike
            else _("This person has no file yet")
        )


class OfficerFilter(forms.Form):
    """Whom to choose from."""

    sex = forms.ChoiceField(
        label=_("Sex of the officers"),
        required=False,
        choices=[("", _("Any")), ("female", _("Women")), ("male", _("Men"))],
        widget=Radios(small=True, attrs={"no_optional": True, "size": "s"}),
    )
    language = forms.ChoiceField(
        label=_("Language they speak"),
        required=False,
        choices=lambda: [("", _("Any")), *pack().languages.choices()],
        widget=Select(attrs={"no_optional": True}),
    )
    near = forms.BooleanField(label=_("Only institutions that work where she was met"), required=False)


class AssignForm(SubmissionMixin, forms.Form):
    """Two people from two institutions, and the institution that will hold the file."""

    police = forms.ChoiceField(label=_("Police officer"), error_messages={"required": _("Choose a police officer")})
    social = forms.ChoiceField(label=_("Social worker"), error_messages={"required": _("Choose a social worker")})
    child_worker = forms.ChoiceField(
        label=_("Child protection worker"),
        help_text=_("She is a child, or may be one. A child protection worker sits beside the pair."),
        required=False,
    )
    holder = forms.ChoiceField(
        label=_("Institution that will hold the file"),
        help_text=_("It carries her plan. It sees the support part, and of the rest only what she agreed to."),
        error_messages={"required": _("Choose the institution that will hold the file")},
    )
    absent = forms.BooleanField(
        label=_("Name them all the same: whoever covers has been told"),
        required=False,
    )

    untrained_reason = forms.ChoiceField(
        label=_("Why all the same?"),
        help_text=_("It is recorded, without the file, and shown to whoever plans trainings."),
        choices=lambda: pack().training_reasons.choices(),
        widget=Radios(attrs={"no_optional": True}),
        required=False,
    )

    def __init__(self, *args: Any, found: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._officers = {PLACES[side]: officers for side, officers in found.officers.items()}
        self._holders = found.holders
        if not found.case.is_child:
            del self.fields["child_worker"]
        for name, officers in self._officers.items():
            offer(self.fields[name], [(str(one.user.pk), one.user.name, _hint(one)) for one in officers])
        offer(self.fields["holder"], [(str(one.pk), one.name, about(one, refused)) for one, refused in found.holders])
        if not self.is_bound or not self._away():
            del self.fields["absent"]
        if not self.is_bound or not self._untrained():
            del self.fields["untrained_reason"]

    def _away(self) -> list[User]:
        return [one.user for one in self._named() if one.user.away]

    def _untrained(self) -> list[Officer]:
        return [one for one in self._named() if one.untrained]

    def _named(self) -> list[Officer]:
        return [
            one
            for name, officers in self._officers.items()
            for one in officers
            if str(one.user.pk) == self.data.get(name)
        ]

    def clean(self) -> None:
        super().clean()
        if "absent" in self.fields and not self.cleaned_data.get("absent"):
            names = ", ".join(user.name for user in self._away())
            self.add_error(
                "absent",
                _("%(names)s: absent now. Choose someone who is there, or tick this box") % {"names": names},
            )
        if "untrained_reason" in self.fields and not self.cleaned_data.get("untrained_reason"):
            lacking = "; ".join(f"{one.user.name}: {_topics(one)}" for one in self._untrained())
            self.add_error(
                "untrained_reason",
                _("No training on record. %(who)s. Choose someone trained, or say why") % {"who": lacking},
            )

    def chosen(self) -> dict[str, Any]:
        """The people and the institution chosen, as `actions.desk.assign` takes them."""
        users = {str(one.user.pk): one.user for officers in self._officers.values() for one in officers}
        houses = {str(one.pk): one for one, _refused in self._holders}
        worker = self.cleaned_data.get("child_worker") or ""
        return {
            "police": users[self.cleaned_data["police"]],
            "social": users[self.cleaned_data["social"]],
            "child_worker": users.get(worker),
            "holder": houses[self.cleaned_data["holder"]],
            "untrained_reason": self.cleaned_data.get("untrained_reason") or "",
        }


def offer(field: Any, choices: Sequence[tuple[str, str, str]]) -> None:
    """Buttons with hints for a few, a list for many."""
    if len(choices) <= BUTTONS:
        field.widget = Radios(hints={value: hint for value, _label, hint in choices if hint})
        field.choices = [(value, label) for value, label, _hint in choices]
        if not field.required:
            field.choices = [*field.choices, ("", _("Nobody"))]
            field.widget.attrs["no_optional"] = True
    else:
        field.widget = Select()
        lines = [(value, f"{label} – {hint}" if hint else label) for value, label, hint in choices]
        field.choices = [("", _("Choose")), *lines]
    field.widget.choices = field.choices


def _hint(officer: Officer) -> str:
    about = [officer.user.institution.name]
    about += [str(SEXES[officer.user.sex])] if officer.user.sex in SEXES else []
    about += [pack().languages.label(code) for code in officer.user.languages]
    line = ", ".join(about)
    if officer.refused:
        return f"{line}. " + str(_("She does not want this person to see her file."))
    if officer.absent_until:
        away = _("Absent until %(day)s.") % {"day": moment(officer.absent_until)}
        cover = _("Covered by %(name)s.") % {"name": officer.covered_by} if officer.covered_by else ""
        return f"{line}. {away} {cover}".strip()
    if officer.untrained:
        return f"{line}. " + str(_("No training on record: %(topics)s.") % {"topics": _topics(officer)})
    return line


def _topics(officer: Officer) -> str:
    return ", ".join(pack().training_topics.label(code) for code in officer.untrained)


def about(institution: Institution, refused: bool) -> str:
    if refused:
        return str(_("She does not want this institution to see her file."))
    kind = pack().institution_kinds.label(institution.kind)
    where = [pack().place_label(area) for area in institution.areas]
    if institution.serves_whole_country:
        where = [str(_("whole country"))]
    return ": ".join(part for part in (kind, ", ".join(where)) if part)
