"""Which of her answers stand now."""

from collections.abc import Iterable

from cadra.record.consent.models import Consent


def current_answers(consents: Iterable[Consent]) -> list[Consent]:
    """The newest answer for each recipient and purpose; the rest is history. Newest first in, newest first out."""
    found: dict[tuple[str, int | None, str], Consent] = {}
    for consent in consents:
        found.setdefault((consent.recipient_kind, consent.recipient, consent.purpose), consent)
    return list(found.values())
