"""The worker's side: documents that wait are cleaned and made ready to look at, one after the other.

A document is claimed by moving its `next_try` on by `LEASE` and committing; a worker killed in between leaves it due
again after the lease. The worker has the secret of this one document, sealed for the errand by the keeper, and no key
of any file.
"""

import json
import logging
from datetime import timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F

from cadra.foundation.kernel.clock import now
from cadra.foundation.vault import KeeperRefused, KeeperUnavailable, SealBroken
from cadra.foundation.vault.stream import Sealer, seal_into, unsealed
from cadra.foundation.vault.system import system_keeper
from cadra.record.documents import places
from cadra.record.documents.models import Making
from cadra.record.documents.store import spool, store
from cadra.record.documents.workshop import calling
from cadra.record.documents.workshop.wire import Refused

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
MOST_ATTEMPTS = 3
LONGEST_ERRAND = timedelta(days=1)
#: What lies in the store without a row this long belongs to a sending that failed.
FORGOTTEN_SECONDS = 24 * 3600.0


def convert_due() -> int:
    """Make every document ready that waits; returns how many were worked on. Safe in many workers at once."""
    worked = 0
    while (making := _claim()) is not None:
        _convert(making)
        worked += 1
    return worked


def _claim() -> Making | None:
    with transaction.atomic():
        due = Making.objects.filter(state=Making.State.WAITING, next_try__lte=now()).order_by("next_try")
        making = due.select_for_update(skip_locked=True).first()
        if making is not None:
            making.attempts += 1
            making.next_try = now() + LEASE
            making.save(update_fields=["attempts", "next_try"])
    return making


def _convert(making: Making) -> None:
    if making.attempts > MOST_ATTEMPTS:
        _refuse(making, "effort")
        return
    try:
        secret = system_keeper().open_system(places.errand(making.pk), bytes(making.handed))
        finished = _make(making, secret)
    except Refused as refusal:
        _refuse(making, refusal.code)
    except (SealBroken, FileNotFoundError):
        _refuse(making, "broken")
    except (KeeperUnavailable, KeeperRefused, OSError):
        # Not the document's fault: this try does not count, and it is tried again for a day (`tidy`).
        Making.objects.filter(pk=making.pk).update(attempts=F("attempts") - 1)
        logger.warning("not made ready", extra={"event": "document.later", "count": making.attempts})
    else:
        _end(making, state=Making.State.READY, pages=finished.pages, shown=finished.shown)
        store().remove(making.pk, places.ARRIVED)


def _make(making: Making, secret: bytes) -> calling.Finished:
    """Clean the file and store what comes of it; what an earlier attempt stored is replaced."""
    shown = 0

    def picture(content: bytes) -> None:
        nonlocal shown
        shown += 1
        _store(making.pk, places.page(shown), secret, content)

    def text(found: list[tuple[str, str]]) -> None:
        _store(making.pk, places.TEXT, secret, json.dumps(found).encode())

    def clean(piece: bytes) -> None:
        kept.write(sealer.feed(piece))

    sealer = Sealer(secret, places.bound(making.pk, places.ORIGINAL))
    with store().open(making.pk, places.ARRIVED) as arrived, spool() as kept:
        kept.write(sealer.head)
        pieces = unsealed(secret, places.bound(making.pk, places.ARRIVED), arrived)
        finished = calling.work(making.format, making.size, pieces, clean=clean, picture=picture, text=text)
        kept.write(sealer.finish())
        kept.seek(0)
        store().put(making.pk, places.ORIGINAL, kept)
    return finished


def _store(document_id: UUID, part: str, secret: bytes, content: bytes) -> None:
    with spool() as sealed:
        seal_into(sealed, secret, places.bound(document_id, part), [content])
        sealed.seek(0)
        store().put(document_id, part, sealed)


def _refuse(making: Making, reason: str) -> None:
    """It can't be kept: its bytes go, that it was sent and why it failed stays."""
    _end(making, state=Making.State.REFUSED, reason=reason)
    store().remove(making.pk)


def _end(making: Making, **values: object) -> None:
    Making.objects.filter(pk=making.pk).update(handed=b"", **values)


def tidy(before: float) -> int:
    """Throw away bytes without a document that were written `before` (seconds since 1970); empty errands nobody ran.
    Returns how many documents' bytes went."""
    stale = Making.objects.filter(state=Making.State.WAITING, begun_at__lt=now() - LONGEST_ERRAND)
    for making in stale:
        _refuse(making, "effort")
    old = [document_id for document_id, written in store().documents() if written < before]
    gone = 0
    for at in range(0, len(old), 1000):
        some = old[at : at + 1000]
        for document_id in set(some) - _known(some):
            store().remove(document_id)
            Making.objects.filter(pk=document_id).delete()
            gone += 1
    return gone


def _known(some: list[UUID]) -> set[UUID]:
    """Which of these are documents of some file; PostgreSQL says no more of them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM authz.documents_known(%s)", [some])
        return {row[0] for row in cursor.fetchall()}
