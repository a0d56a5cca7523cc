"""The user behind a session, with her institution and whom she stands in for, in one query."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from cadra.foundation.network.models import User
from cadra.foundation.network.queries import with_covers


class WithInstitution(AuthenticationBackend):
    """allauth's password check; loading a user brings the institution along."""

    def get_user(self, user_id: Any) -> User | None:
        user = with_covers(User.objects.select_related("institution")).filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None
