"""Searching the directory and looking after one's own institution."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from cadra.foundation.kernel.pack import pack
from cadra.foundation.kernel.roles import Role
from cadra.foundation.network.models import Desk, Institution


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
    def __init__(self, *args: Any, institution: Institution, roles: list[Role], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["roles"] = forms.MultipleChoiceField(
            label=_("Roles"),
            choices=[(role.value, role.label) for role in roles],
            widget=forms.CheckboxSelectMultiple,
            help_text=_("A role decides which pages someone meets. Files open only by a grant."),
        )
        self.fields["desk"] = forms.ModelChoiceField(
            label=_("Desk"),
            queryset=Desk.objects.filter(institution=institution),
            required=False,
            empty_label=_("No desk"),
            help_text=_("What is sent to a desk is seen by everyone who answers there."),
        )


class Invite(_RolesForm):
    """An account offered to a colleague."""

    name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(label=_("Work e-mail address"))
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    field_order = ("name", "email", "language", "roles", "desk")


class Colleague(_RolesForm):
    """Roles and desk of someone who is already here."""


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
