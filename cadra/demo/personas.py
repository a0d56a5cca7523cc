"""The twelve a visitor can sign in as: an account, a password and a one-time code each.

No secret has a default: the password and the seeds of the codes are random, made at the first load, and kept in
one file of the data folder that only its owner reads. The sign-in page shows them in the demonstration alone.
"""

import json
import os
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from allauth.mfa import app_settings as mfa
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.utils import encrypt
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction

from cadra.demo import data
from cadra.demo.network import OWNER, Network, email_of
from cadra.foundation.kernel.references import ALPHABET
from cadra.foundation.kernel.roles import Role
from cadra.foundation.network.models import User

Kept = dict[str, Any]


@dataclass(frozen=True)
class Persona:
    """One of them as the sign-in page shows her: `code` holds for `seconds` more, then `next_code`."""

    name: str
    role: Role
    institution: str
    email: str
    code: str
    next_code: str


@dataclass(frozen=True)
class Door:
    """What a visitor needs to come in."""

    password: str
    seconds: int
    personas: list[Persona]


def file() -> Path:
    """Where the secrets of this copy's personas are kept."""
    return Path(settings.DATA_DIR) / "demo" / "personas.json"


def listed() -> list[dict[str, str]]:
    """The personas' rows of the data file, in the order they are shown."""
    rows = [row for row in data.table("colleagues") if row["persona"]]
    return sorted(rows, key=lambda row: int(row["persona"]))


def kept() -> Kept | None:
    """The secrets, None when there are none or this is not the demonstration."""
    if not settings.DEMO:
        return None
    try:
        found: Kept = json.loads(file().read_text())
    except OSError:
        return None
    return found


def door() -> Door | None:
    """Password and codes of this moment; None outside the demonstration."""
    found = kept()
    if found is None:
        return None
    counter, passed = divmod(int(time.time()), mfa.TOTP_PERIOD)
    personas = [
        Persona(
            name=row["name"],
            role=_role(row),
            institution=found["personas"][row["key"]]["institution"],
            email=email_of(row["key"]),
            code=_code(found["personas"][row["key"]]["seed"], counter),
            next_code=_code(found["personas"][row["key"]]["seed"], counter + 1),
        )
        for row in listed()
        if row["key"] in found["personas"]
    ]
    return Door(found["password"], mfa.TOTP_PERIOD - passed, personas)


def equip(network: Network) -> None:
    """Make the secrets once, give them to the accounts, and keep them; done already, it changes nothing."""
    if kept() is not None:
        return
    secret: Kept = {"password": _password(), "personas": {}}
    hashed = make_password(secret["password"])  # made slow on purpose: once is enough for one password
    with transaction.atomic(using=OWNER):
        for row in listed():
            user = network.users[row["key"]]
            secret["personas"][row["key"]] = {"institution": user.institution.name, **_give(user, hashed)}
    _keep(file(), json.dumps(secret, indent=1, ensure_ascii=False))
    _keep(Path(settings.DATA_DIR) / "personas.txt", _greeting(secret))


def _give(user: User, hashed: str) -> Kept:
    """A password, a seed for one-time codes and recovery codes, sealed by the keeper before they are stored."""
    User.objects.using(OWNER).filter(pk=user.pk).update(password=hashed)
    user.refresh_from_db(using=OWNER)
    user._state.db = None
    seed = generate_totp_secret()
    _authenticator(user, Authenticator.Type.TOTP, {"secret": encrypt(seed)})
    recovery = {"seed": encrypt(RecoveryCodes.generate_seed()), "used_mask": 0}
    codes = RecoveryCodes(_authenticator(user, Authenticator.Type.RECOVERY_CODES, recovery))
    return {"seed": seed, "recovery_codes": codes.generate_codes()}


def _authenticator(user: User, kind: str, content: Mapping[str, Any]) -> Authenticator:
    Authenticator.objects.using(OWNER).filter(user_id=user.pk, type=kind).delete()
    row = Authenticator(user_id=user.pk, type=kind, data=dict(content))
    row.save(using=OWNER)
    return row


def _password() -> str:
    """Sixteen random characters in four groups, easy to type from a screen (72 bits)."""
    return "-".join("".join(secrets.choice(ALPHABET.lower()) for _ in range(4)) for _ in range(4))


def _code(seed: str, counter: int) -> str:
    return str(format_hotp_value(hotp_value(seed, counter)))


def _role(row: Mapping[str, str]) -> Role:
    return Role(row["roles"].split(";")[0])


def _keep(path: Path, text: str) -> None:
    """Write a file that only its owner reads, whole or not at all."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as handle:
        handle.write(text)
    draft.replace(path)


def _greeting(secret: Kept) -> str:
    """What the terminal says after every start."""
    width = max(len(email_of(row["key"])) for row in listed())
    lines = [f"  {email_of(row['key']):<{width}}  {_role(row).label}: {row['name']}" for row in listed()]
    return "\n".join(
        [
            "\nInvented people to sign in as:",
            *lines,
            f"Password for all of them: {secret['password']}",
            "Their one-time codes are on the sign-in page; seeds for an authenticator app and recovery codes are in",
            f"{file()}",
            "",
        ]
    )
