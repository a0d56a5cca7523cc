"""The link with which someone chooses a new password."""

from uuid import UUID

from allauth.account import app_settings
from allauth.account.utils import user_pk_to_url_str

from cadra.foundation.kernel.addresses import reverse
from cadra.foundation.network.models import User


def reset_path(user_id: UUID) -> str:
    """A path that opens once and for a short time (PASSWORD_RESET_TIMEOUT), made anew at each call."""
    user = User.objects.get(pk=user_id)
    key = app_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(user)
    named = {"uidb36": user_pk_to_url_str(user), "key": key}
    return reverse("account_reset_password_from_key", kwargs=named)
