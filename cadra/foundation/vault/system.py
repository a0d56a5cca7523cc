"""What only the worker and a command may ask of the keeper, and a session of the system itself.

The pages hold another secret, and the keeper refuses them all of this (cadra.keeper.clients). A session of the system
opens no file, and may close any.
"""

import atexit
import secrets
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from cadra.foundation.vault.keeper import Keeper, KeeperRefused, as_message, texts
from cadra.keeper import wire

SYSTEM = "system"
_SECONDS = 600.0


class SystemKeeper(Keeper):
    """The keeper as the worker and commands reach it."""

    def destroy_case(self, token: str, case: UUID) -> bool:
        """Destroy a case's keys and forget the names bound to it; True when there were keys."""
        return bool(self.ask("destroy_case", token=token, case=str(case))["destroyed"])

    def destroy_cases(self, token: str, cases: Iterable[UUID]) -> int:
        """Destroy many cases made within three days and given to nobody since (a failed import); pass over others."""
        return self.ask("destroy_cases", _patient=True, token=token, cases=texts(cases))["destroyed"]

    def living(self, token: str, kind: str) -> Iterator[list[bytes]]:
        """What is alive at the keeper, by pages: 'grant' or 'case' (16 bytes each), 'session' (SHA-256 of its token).
        Only for sessions of the system."""
        after = ""
        while found := self.ask("living", token=token, kind=kind, after=after)["found"]:
            yield [bytes.fromhex(identifier) for identifier in found]
            after = found[-1]

    def turn_epoch(self) -> dict[str, int]:
        """Re-wrap all living keys under a new epoch and destroy the old one; may take a minute."""
        return self.ask("turn_epoch", _patient=True)

    def bulk_load(
        self, cases: Iterable[UUID], grants: Iterable[Mapping[str, Any]], *, bundles: bool = False
    ) -> list[bytes]:
        """For measuring only (the keeper needs CADRA_LOAD=1): cases and grants unchecked, in one transaction.

        With `bundles`, returns each case's keys in the order of the kernel's compartments, 32 bytes each.
        """
        reply = self.ask(
            "bulk_load",
            _patient=True,
            cases=texts(cases),
            grants=[as_message(grant) for grant in grants],
            bundles=bundles,
        )
        return [wire.octets(bundle) for bundle in reply.get("bundles", ())]

    def names_forget(self, token: str, people: Iterable[UUID]) -> int:
        """Forget people's names; returns how many were known."""
        return self.ask("names_forget", token=token, people=texts(people))["people"]

    def sign(self, value: bytes) -> bytes:
        """An Ed25519 signature, 64 bytes."""
        return wire.octets(self.ask("sign", value=wire.text(value))["signature"])

    def alarms(self, after: int = 0) -> list[dict[str, Any]]:
        """Alarms with a number above `after`: {id, at, kind, user, detail}; kinds quota, break_glass, sessions,
        newcomers, principal, system."""
        return self.ask("alarms", after=after)["alarms"]


@cache
def system_keeper() -> SystemKeeper:
    """The keeper of this process, asked as the system; KeeperRefused in a process that was not given the secret."""
    if not settings.KEEPER_SYSTEM_SECRET:
        raise KeeperRefused("not_admitted", _("Only the worker and a command may do this."))
    made = SystemKeeper(str(settings.KEEPER_SOCKET), settings.KEEPER_SYSTEM_SECRET)
    atexit.register(made.close)
    return made


@contextmanager
def system_session() -> Iterator[str]:
    """The token of a session of the system for one piece of background work, at most ten minutes."""
    token = secrets.token_urlsafe(32)
    system_keeper().open_session(token, SYSTEM, [0], [SYSTEM], time.time() + _SECONDS)
    try:
        yield token
    finally:
        system_keeper().close_session(token)
