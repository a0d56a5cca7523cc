"""The user behind a session, with her institution, in one query."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from cadra.foundation.network.models import User
from cadra.foundation.network.queries import signed_in


class WithInstitution(AuthenticationBackend):
    """allauth's password check; loading a user brings the institution along."""

    def get_user(self, user_id: Any) -> User | None:
        user = signed_in(user_id)
        return user if user is not None and self.user_can_authenticate(user) else None
