"""Searching the directory and looking after one's own institution."""

from typing import Any, cast
from uuid import uuid4

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from cadra.foundation.kernel.clock import today
from cadra.foundation.kernel.pack import pack
from cadra.foundation.kernel.roles import Role
from cadra.foundation.kernel.telephone import is_telephone
from cadra.foundation.network.models import Desk, Institution, User

UNASKED = {"no_optional": True}  # without "optional" beside the question
OF_THE_COVER = {"chars": 10, "no_optional": True}  # needed whenever a cover is named


class Small(forms.CheckboxSelectMultiple):
    """Many answers."""

    small = True


class Many(Small):
    """Many short answers, as many beside each other as fit."""

    columns = True


class Day(forms.TextInput):
    """A day, in the browser's own calendar."""

    input_type = "date"


def _any(choices: list[tuple[str, Any]]) -> list[tuple[str, Any]]:
    return [("", _("Any")), *choices]


class Search(forms.Form):
    """The filter above the directory."""

    text = forms.CharField(label=_("Name or mandate"), required=False, max_length=100)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=lambda: _any(pack().institution_kinds.choices()))
    area = forms.ChoiceField(
        label=_("Serves"),
        required=False,
        choices=lambda: _any([(area.code, area.text) for area in [*pack().regions(), *pack().municipalities()]]),
    )
    service = forms.ChoiceField(label=_("Service"), required=False, choices=lambda: _any(pack().services.choices()))


class _RolesForm(forms.Form):
    """`desk`, `desks`: those of the institution."""

    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("A role decides which pages someone meets. Files open only by a grant."),
    )

    def __init__(self, *args: Any, institution: Institution, roles: list[Role], **options: Any) -> None:
        super().__init__(*args, **options)
        fields: Any = self.fields
        fields["roles"].choices = [(role.value, role.label) for role in roles]
        for name in {"desk", "desks"} & fields.keys():
            fields[name].queryset = Desk.objects.filter(institution=institution)


class InviteAdministrator(forms.Form):
    """An account offered to whoever is to administer another institution."""

    name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(label=_("Work e-mail address"), max_length=254)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)


class Invite(InviteAdministrator, _RolesForm):
    """An account offered to a colleague."""

    desk = forms.ModelChoiceField(
        label=_("Desk"),
        queryset=Desk.objects.none(),
        required=False,
        empty_label=_("No desk"),
        help_text=_("What is sent to a desk is seen by everyone who answers there."),
    )
    field_order = ("name", "email", "language", "roles", "desk")


class Colleague(_RolesForm):
    """Roles and desks of someone who is already here."""

    desks = forms.ModelMultipleChoiceField(
        label=_("Desks"),
        queryset=Desk.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("What is sent to a desk is seen by everyone who answers there."),
    )
    is_focal_point = forms.BooleanField(
        label=_("Others ring her first: she is the focal point of the institution"),
        required=False,
        help_text=_("The directory then shows her name and the telephone below to everyone in the mechanism."),
    )
    phone = forms.CharField(label=_("Work telephone"), required=False, max_length=40, validators=[is_telephone])
    field_order = ("roles", "desks", "is_focal_point", "phone")


class Absence(forms.Form):
    """From when until when someone is away, and who stands in."""

    first = forms.DateField(label=_("First day away"), widget=Day(attrs={"chars": 10}))
    last = forms.DateField(label=_("Last day away"), widget=Day(attrs={"chars": 10}))
    cover = forms.ModelChoiceField(
        label=_("Who stands in"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("Nobody"),
        help_text=_("What is due in these days is shown and sent to this colleague too."),
    )

    def __init__(self, *args: Any, colleagues: QuerySet[User], **options: Any) -> None:
        super().__init__(*args, **options)
        cast(forms.ModelChoiceField, self.fields["cover"]).queryset = colleagues

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        _check_days(self, "first", "last")
        return cleaned


class AboutMe(forms.Form):
    """What a colleague may say of herself. Nobody has to."""

    sex = forms.ChoiceField(
        label=_("I am"),
        help_text=_("Some of those we help ask for a woman or a man. Shown only where somebody is named for her."),
        choices=[("", _("I’d rather not say")), ("female", _("A woman")), ("male", _("A man"))],
        required=False,
        widget=forms.RadioSelect,
    )


class Members(forms.Form):
    """The filter above the institutions of the mechanism."""

    text = forms.CharField(label=_("Name"), required=False, max_length=100)
    which = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[
            ("", _("All that belong to the mechanism")),
            ("alone", _("Nobody administers it")),
            ("closed", _("Closed")),
        ],
    )


class EntryForm(forms.Form):
    """What the directory says of an institution. `whole`: the Responsible Authority's administrator says it; `row`:
    the institution as it is, None when it is new. Of a shelter no place is asked or kept."""

    submission = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    name = forms.CharField(label=_("Name"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), choices=lambda: [("", _("Choose")), *pack().institution_kinds.choices()])
    is_shelter = forms.BooleanField(
        label=_("People live here in hiding"),
        required=False,
        help_text=_("Where it is, is then neither kept nor shown, and areas are told by region only."),
    )
    mandate = forms.CharField(
        label=_("What it is there for"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 4})
    )
    serves_whole_country = forms.BooleanField(label=_("It serves the whole country"), required=False)
    areas = forms.MultipleChoiceField(
        label=_("Areas it serves"), required=False, widget=Many(attrs={"no_optional": True})
    )
    municipality = forms.ChoiceField(label=_("Where it is"), required=False)
    phone = forms.CharField(label=_("Telephone"), required=False, max_length=40, validators=[is_telephone])
    email = forms.EmailField(label=_("E-mail address"), required=False, max_length=254)
    hours = forms.CharField(label=_("Hours"), required=False, max_length=120)
    party_since = forms.DateField(
        label=_("Party to the agreement since"), required=False, widget=Day(attrs={"chars": 10})
    )

    def __init__(self, *args: Any, row: Institution | None, whole: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        fields: Any = self.fields
        self.shelter = row is not None and row.is_shelter
        every = [area.code for area in [*pack().regions(), *pack().municipalities()]]
        told = pack().shelter_areas(every) if self.shelter and not whole else every
        fields["areas"].choices = [(code, pack().areas[code].text) for code in told]
        fields["municipality"].choices = [
            ("", _("Not said")),
            *((area.code, area.text) for area in pack().municipalities()),
        ]
        for name in () if whole else set(Institution.ENTRY) - set(Institution.OWN_WORDS):
            del fields[name]
        if self.shelter and not whole:
            del fields["municipality"]
        del fields["seen" if row is None else "submission"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("serves_whole_country") and not cleaned.get("areas") and "areas" not in self.errors:
            self.add_error("areas", _("Choose at least one area, or the whole country"))
        if cleaned.get("is_shelter", self.shelter):
            cleaned["areas"] = pack().shelter_areas(cleaned.get("areas") or ())
        return cleaned


class NewDesk(forms.Form):
    """One more desk."""

    submission = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    name = forms.CharField(label=_("Name of the desk"), max_length=200)
    services = forms.MultipleChoiceField(
        label=_("Services"),
        required=False,
        widget=Small(attrs=UNASKED),
        choices=lambda: pack().services.choices(),
    )
    phone = forms.CharField(label=_("Telephone"), required=False, max_length=40, validators=[is_telephone])
    hours = forms.CharField(label=_("Hours"), required=False, max_length=120)
    field_order = ("name", "phone", "hours", "is_open", "cover", "cover_from", "cover_until", "services")


class DeskForm(NewDesk):
    """A desk as it is: also whether it takes requests, which desk answers for it and from when until when."""

    submission = None  # type: ignore[assignment]
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    is_open = forms.BooleanField(label=_("This desk takes requests now"), required=False)
    cover = forms.ModelChoiceField(
        label=_("Which desk answers when nobody is here"),
        queryset=Desk.objects.none(),
        required=False,
        empty_label=_("None"),
        help_text=_(
            "From the first day to the last, and only then, everyone who answers there sees what is sent to this desk."
        ),
    )
    cover_from = forms.DateField(label=_("First day"), required=False, widget=Day(attrs=OF_THE_COVER))
    cover_until = forms.DateField(label=_("Last day"), required=False, widget=Day(attrs=OF_THE_COVER))

    def __init__(self, *args: Any, desk: Desk, **options: Any) -> None:
        super().__init__(*args, **options)
        others = Desk.objects.filter(institution=desk.institution_id).exclude(pk=desk.pk)
        cast(forms.ModelChoiceField, self.fields["cover"]).queryset = others

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("cover"):
            return cleaned
        for name in ("cover_from", "cover_until"):
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, _("Say from which day until which day the other desk answers"))
        _check_days(self, "cover_from", "cover_until")
        return cleaned


def _check_days(form: forms.Form, first_name: str, last_name: str) -> None:
    """The last day is not before the first, and not in the past."""
    first, last = form.cleaned_data.get(first_name), form.cleaned_data.get(last_name)
    if first and last and last < first:
        form.add_error(last_name, _("The last day can't be before the first day"))
    elif last and last < today():
        form.add_error(last_name, _("The last day must be today or later"))


class TrainingFilter(forms.Form):
    """Which trainings are shown."""

    which = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[("", _("All")), ("soon", _("About to run out")), ("over", _("Ran out"))],
    )
    topic = forms.ChoiceField(label=_("Topic"), required=False, choices=lambda: _any(pack().training_topics.choices()))


class TrainingForm(forms.Form):
    """Colleagues took a training."""

    submission = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    people = forms.ModelMultipleChoiceField(
        label=_("Who took it?"),
        queryset=User.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one colleague")},
    )
    topic = forms.ChoiceField(
        label=_("Topic"),
        choices=lambda: [("", _("Choose")), *pack().training_topics.choices()],
        error_messages={"required": _("Choose the topic")},
    )
    hours = forms.IntegerField(
        label=_("How many hours?"),
        min_value=1,
        max_value=999,
        widget=forms.TextInput(attrs={"chars": 3, "inputmode": "numeric"}),
    )
    provider = forms.CharField(label=_("Who gave it?"), max_length=120)
    on = forms.DateField(label=_("Last day of the training"), widget=Day(attrs={"chars": 10}))
    until = forms.DateField(label=_("Counts until"), required=False, widget=Day(attrs={"chars": 10}))

    def __init__(self, *args: Any, colleagues: QuerySet[User], **options: Any) -> None:
        super().__init__(*args, **options)
        cast(forms.ModelMultipleChoiceField, self.fields["people"]).queryset = colleagues

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        on, until = cleaned.get("on"), cleaned.get("until")
        if on and on > today():
            self.add_error("on", _("Write it down when it is over"))
        if on and until and until < on:
            self.add_error("until", _("The last day can't be before the first day"))
        return cleaned


class Accept(forms.Form):
    """Choosing a password for an invited account."""

    password = forms.CharField(
        label=_("Choose a password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 15 characters. Four or five ordinary words are easy to remember and hard to guess."),
    )
    again = forms.CharField(
        label=_("The same password again"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("password") and cleaned.get("password") != cleaned.get("again"):
            self.add_error("again", _("The two passwords are not the same."))
        return cleaned
