"""One-time codes: each opens once, and never one older than the last that opened (RFC 6238 §5.2).

A code is accepted one time step (30 s) before and after its own, since clocks differ and people take a moment to type.
The last step used is kept through the gate, whose connection commits each statement at once: no rollback of the
request gives a code back, and of two simultaneous posts PostgreSQL lets one through.
"""

from uuid import UUID

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt
from django.db import connections

from cadra.foundation.kernel.clock import now

SPEND = """
INSERT INTO access_usedcode AS used (user_id, step) VALUES (%s, %s)
ON CONFLICT (user_id) DO UPDATE SET step = excluded.step WHERE used.step < excluded.step
RETURNING step
"""


class AlreadyUsed(Exception):
    """The code was right, and it or a later one has opened before."""


def accepted(user_id: UUID, code: str) -> Authenticator | None:
    """The authenticator app or recovery codes of this user that this code opens, now and only now.

    AlreadyUsed when it has opened before: whoever types twice learns to wait, a guesser learns a code that is spent.
    """
    own = Authenticator.objects.filter(user_id=user_id)
    for authenticator in own.exclude(type=Authenticator.Type.WEBAUTHN).order_by("-type"):
        if authenticator.type == Authenticator.Type.TOTP:
            step = matching_step(decrypt(authenticator.data["secret"]), code)
            if step is not None and not spend(user_id, step):
                raise AlreadyUsed
            opens = step is not None
        else:
            opens = authenticator.wrap().validate_code(code)
        if opens:
            return authenticator
    return None


def matching_step(secret: str, code: str) -> int | None:
    """The time step within tolerance whose code this is. All are compared, so that timing tells nothing."""
    current = int(now().timestamp()) // app_settings.TOTP_PERIOD
    tolerance = app_settings.TOTP_TOLERANCE
    found = [
        step
        for step in range(current - tolerance, current + tolerance + 1)
        if compare_user_code(actual=code, expected=format_hotp_value(hotp_value(secret, step)))
    ]
    return found[-1] if found else None


def spend(user_id: UUID, step: int) -> bool:
    """Use up this user's codes to this time step; False when one as late was used before."""
    with connections["gate"].cursor() as cursor:
        cursor.execute(SPEND, [user_id, step])
        return cursor.fetchone() is not None
