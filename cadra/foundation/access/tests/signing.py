"""Signing in as people do it: the password, then a code of the authenticator app."""

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.utils import encrypt

from tests.cast import PASSWORD

STEP = 30  # seconds one code is shown


def with_app(house: Any, name: str, *, quietly: bool = False) -> Callable[[float], str]:
    """Give this user an authenticator app; returns what it shows at a moment (seconds since 1970).

    `quietly`: without what follows when a second factor comes (the trigger), as if it had always been there.
    """
    seed = generate_totp_secret()
    row = Authenticator(user_id=house.user(name).pk, type=Authenticator.Type.TOTP, data={"secret": encrypt(seed)})
    if quietly:
        house.sql("ALTER TABLE mfa_authenticator DISABLE TRIGGER factor_changed")
    row.save(using="owner")
    if quietly:
        house.sql("ALTER TABLE mfa_authenticator ENABLE TRIGGER factor_changed")
    return lambda moment: str(format_hotp_value(hotp_value(seed, int(moment) // STEP)))


def with_recovery_codes(house: Any, name: str) -> list[str]:
    """Give this user recovery codes; returns them."""
    data = {"seed": encrypt(RecoveryCodes.generate_seed()), "used_mask": 0}
    row = Authenticator(user_id=house.user(name).pk, type=Authenticator.Type.RECOVERY_CODES, data=data)
    row.save(using="owner")
    return list(RecoveryCodes(row).generate_codes())


def after_password(house: Any, name: str, password: str = PASSWORD) -> Any:
    """A client that has given the password of this user."""
    client = house.client()
    client.post("/account/login/", {"login": house.user(name).email, "password": password})
    return client


def give_code(client: Any, code: str) -> bool:
    """Does this code sign the client in? It must have given the password."""
    answer = client.post("/account/2fa/authenticate/", {"code": code})
    assert answer.status_code in (200, 302)
    return bool(answer.status_code == 302 and is_in(client))


def is_in(client: Any) -> bool:
    """Does this client meet the pages of the mechanism?"""
    return bool(client.get("/directory/").status_code == 200)


def forget_attempts(house: Any) -> None:
    """As if the time of every throttle had passed."""
    house.sql("DELETE FROM access_throttle")
