"""What is fixed when something is sent, and how the ledger proves it later without saying it.

Each part carries a salt, sealed with it, and beside it in clear the HMAC of its lines under that salt: who doesn't know
the part learns nothing from it, who knows it can show that not a letter changed. The ledger's entry of the sending
holds one commitment to all of them and to the edition.
"""

import base64
import datetime as dt
import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from cadra.foundation.kernel.clock import local_date
from cadra.foundation.kernel.pack.models import Recipient
from cadra.stages.support.sheets.editions import canonical
from cadra.stages.support.sheets.saying import Line, day, joined, packed, word

SALT_BYTES = 32
MESSAGE = "message"


def message_lines(
    *, service: str, recipient: Recipient | None, urgency: str, asks: str, parts: Iterable[str], until: dt.datetime
) -> list[Line]:
    """The envelope: what is asked, as whom, how urgently, and what she agreed to share until when."""
    lines = {
        "service": packed("services", service),
        "capacity": packed("recipients", recipient.code if recipient else ""),
        "purpose": packed("purposes", recipient.purpose if recipient else ""),
        "urgency": word(urgency),
        "asks": asks,
        "agreed": joined(word(f"part.{part}") for part in parts),
        "agreed_until": day(local_date(until).isoformat()),
    }
    return [{"code": code, "label": word(code), "value": value} for code, value in lines.items() if value]


def seal_of(part: str, lines: Sequence[Line]) -> tuple[dict[str, Any], str]:
    """({"salt", "lines"} to be sealed, digest to stand beside it in clear)."""
    salt = secrets.token_hex(SALT_BYTES)
    return {"salt": salt, "lines": list(lines)}, digest_of(part, {"salt": salt, "lines": list(lines)})


def digest_of(part: str, content: Mapping[str, Any]) -> str:
    """The digest of an opened part."""
    text = canonical([part, content["lines"]])
    return hmac.new(bytes.fromhex(content["salt"]), text.encode(), hashlib.sha256).hexdigest()


def commitment(edition: str, digests: Iterable[tuple[str, str]]) -> str:
    """What the ledger keeps: a slug that stands for the edition and every part, and says nothing of them."""
    text = canonical(["sheet", edition, sorted(digests)])
    digest = hashlib.sha256(text.encode()).digest()
    return "sha256." + base64.b32encode(digest).decode().rstrip("=").lower()


def unsalted(edition: str, parts: Mapping[str, Sequence[Line]]) -> str:
    """A mark of what a preview showed, for its sender alone: sending something else is refused."""
    return hashlib.sha256(canonical([edition, parts]).encode()).hexdigest()
