"""From an invitation to an account."""

import datetime as dt
import hashlib
import secrets
from typing import Any

from django.db import IntegrityError, connection, transaction

from cadra.foundation.kernel.clock import now
from cadra.foundation.network.models import Invitation, User

INVITATION_LASTS = dt.timedelta(days=7)


class AlreadyOpen(Exception):
    """Somebody has accepted meanwhile, or there is an account with this address."""


def invitation_for(*, email: str, **told: Any) -> tuple[Invitation, str]:
    """An invitation, not saved, and the token of its link, of which only the hash is kept. Valid seven days."""
    token = secrets.token_urlsafe(32)
    made = Invitation(
        email=email.lower(),
        token_hash=hashlib.sha256(token.encode()).digest(),
        expires_at=now() + INVITATION_LASTS,
        **told,
    )
    return made, token


def invited_user(invitation: Invitation) -> User:
    """The account as it will be, not saved."""
    return User(
        email=invitation.email,
        name=invitation.name,
        institution=invitation.institution,
        language=invitation.language,
    )


def open_account(*, invitation: Invitation, password: str) -> User:
    """Make the invited account. PostgreSQL does it by the invitation's token hash: nobody is signed in yet, and
    whoever has no living invitation can make none. AlreadyOpen when the invitation or the address is taken by now."""
    user = invited_user(invitation)
    user.set_password(password)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT authz.accept_invitation(%s, %s, %s)", [bytes(invitation.token_hash), user.pk, user.password]
            )
    except IntegrityError:
        raise AlreadyOpen from None
    return user
