"""Forms of signing in: allauth's, in our words and with codes that open once."""

from typing import Any

from allauth.account.forms import ChangePasswordForm, ResetPasswordKeyForm
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.base.internal.flows import check_rate_limit
from allauth.mfa.internal.flows.add import validate_can_add_authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cadra.foundation.access import codes

LABELS = {
    "oldpassword": gettext_lazy("Current password"),
    "password1": gettext_lazy("New password"),
    "password2": gettext_lazy("New password again"),
}


class _OurWords:
    """Labels of the library's fields as they stand everywhere else here."""

    fields: dict[str, Any]

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        for name in LABELS.keys() & self.fields.keys():
            self.fields[name].label = LABELS[name]


class ChangePassword(_OurWords, ChangePasswordForm):
    """The password, changed by whoever knows the present one."""


class ChooseAgain(_OurWords, ResetPasswordKeyForm):
    """A new password, by the link that was sent."""


class _OneTime:
    """The field `code` of a form of allauth: a one-time or recovery code of `user`, used up when it opens."""

    user: Any
    cleaned_data: dict[str, Any]

    def clean_code(self) -> str:
        clear_rate = check_rate_limit(self.user)
        code = str(self.cleaned_data["code"])
        try:
            authenticator = codes.accepted(self.user.pk, code)
        except codes.AlreadyUsed:
            raise ValidationError(
                _("This code has been used already. Wait until your app shows the next one."), code="used_code"
            ) from None
        if authenticator is None:
            raise get_adapter().validation_error("incorrect_code")
        authenticator.user = self.user
        self.authenticator = authenticator
        clear_rate()
        return code


class Authenticate(_OneTime, AuthenticateForm):
    """The second factor, when signing in."""


class Reauthenticate(_OneTime, ReauthenticateForm):
    """The second factor again, before something grave."""


class ActivateCodes(ActivateTOTPForm):
    """An authenticator app is set up: the code that proves it doesn't sign in as well."""

    def clean_code(self) -> str:
        validate_can_add_authenticator(self.user)
        clear_rate = check_rate_limit(self.user, error_key="rate_limited")
        code = str(self.cleaned_data["code"])
        step = codes.matching_step(self.secret, code)
        if step is None:
            raise get_adapter().validation_error("incorrect_code")
        codes.spend(self.user.pk, step)
        clear_rate()
        return code


class AskReset(forms.Form):
    """Whose second factor is lost."""

    email = forms.EmailField(
        label=gettext_lazy("Work e-mail address of the colleague"),
        max_length=254,
        error_messages={
            "required": gettext_lazy("Enter the address the colleague signs in with"),
            "invalid": gettext_lazy("Enter an e-mail address, such as name@institution.al"),
        },
    )
