"""Which program is asking. Each shows a secret of its own, and each may ask for its own part of the work.

The pages face the world and may be taken over; so they can neither destroy, nor list what is alive, nor sign, nor speak
as the system. The worker and whoever types a command can.
"""

import hmac
from collections.abc import Mapping, Sequence
from typing import Any

from cadra.keeper.errors import Refused
from cadra.keeper.sessions import SYSTEM as SYSTEM_ROLE

PAGES = "pages"
SYSTEM = "system"
SECRETS = {PAGES: "keeper_client", SYSTEM: "keeper_system"}
"""Who asks -> the secret they show."""

_BOTH = frozenset({PAGES, SYSTEM})
_SYSTEM = frozenset({SYSTEM})
OPERATIONS: dict[str, frozenset[str]] = {
    "open_session": _BOTH,
    "close_session": _BOTH,
    "close_user": _BOTH,
    "create_cases": _BOTH,
    "add_grants": _BOTH,
    "end_grants": _BOTH,
    "refuse": _BOTH,
    "open_keys": _BOTH,
    "destroy_case": _SYSTEM,
    "destroy_cases": _SYSTEM,
    "turn_epoch": _SYSTEM,
    "bulk_load": _SYSTEM,
    "living": _SYSTEM,
    "names_put": _BOTH,
    "names_forget": _SYSTEM,
    "names_match": _BOTH,
    "seal_system": _BOTH,
    "open_system": _BOTH,
    "fingerprints": _BOTH,
    "sign": _SYSTEM,
    "public_key": _BOTH,
    "alarms": _SYSTEM,
    "health": _BOTH,
}
"""What may be asked over the socket, and by whom."""

FOR_THE_WORKER = "worker "
"""A purpose that begins so: sealed by anybody, opened by the system alone. So the pages hand work over for good."""

AS_SYSTEM = "system"
WORDS = {AS_SYSTEM: "Only the worker and a command may speak as the system."}


def recognised(shown: bytes, secrets: Mapping[str, bytes]) -> str:
    """Whose secret this is, '' for nobody's. All are compared, so the time tells nothing."""
    found = [client for client, secret in secrets.items() if hmac.compare_digest(shown, secret)]
    return found[0] if found else ""


def check(operation: Any, client: str) -> None:
    """Refuse what nobody may ask, and what this client may not."""
    if operation not in OPERATIONS:
        raise Refused("unknown", "The keeper knows no such operation.")
    if client not in OPERATIONS[operation]:
        raise Refused("other_client", "The keeper does this for the worker and for commands only.")


def objection(client: str, user: str, principals: Sequence[Any], roles: Sequence[Any]) -> str:
    """A kind of alarm when the pages want to speak as the system, else ''."""
    as_system = user == SYSTEM_ROLE or SYSTEM_ROLE in roles or 0 in map(int, principals)
    return AS_SYSTEM if as_system and client != SYSTEM else ""


def check_purpose(purpose: str, client: str) -> None:
    """Refuse the pages what was sealed for the worker."""
    if purpose.startswith(FOR_THE_WORKER) and client != SYSTEM:
        raise Refused("other_client", WORDS[AS_SYSTEM])
