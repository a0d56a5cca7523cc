"""What may be read of the ledger: one person's trail, and whether sealing keeps up."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.utils import timezone

MOST_AT_ONCE = 200
STALE_SECONDS = 60
#: How the verbs begin that tell of reading, not of changing; PostgreSQL's index of changes leaves the same ones out.
LOOKING = ("looked", "listed", "compared", "opened_page", "tried", "exported")


@dataclass(frozen=True)
class TrailEntry:
    """One act or look, as the person or her case holder may read it. It names no other person."""

    id: UUID
    at: datetime
    actor: UUID | None
    institution: UUID | None
    verb: str
    compartments: list[str]
    purpose: str
    outcome: str
    object_id: UUID | None


@dataclass(frozen=True)
class Health:
    """How far sealing has come. `waiting` counts entries not sealed yet (at most 100,000 are counted)."""

    sealed: int
    sealed_at: datetime | None
    waiting: int
    oldest_waiting: datetime | None

    @property
    def waiting_seconds(self) -> float:
        """Age of the oldest unsealed entry: the window in which tampering would go unseen."""
        return (timezone.now() - self.oldest_waiting).total_seconds() if self.oldest_waiting else 0.0

    @property
    def is_stale(self) -> bool:
        return self.waiting_seconds > STALE_SECONDS


def trail(alias: UUID, *, before: datetime | None = None, limit: int = 50) -> list[TrailEntry]:
    """Entries about the person with this ledger alias, newest first; pass the last `at` as `before` for more.

    Knowing the alias is the authority: it stands only on a row the reader may see.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM ledger_trail(%s::uuid, %s::timestamptz, %s::integer)",
            [alias, before, min(limit, MOST_AT_ONCE)],
        )
        return [TrailEntry(*row) for row in cursor.fetchall()]


def changes(alias: UUID, *, house: UUID | None = None, shared: Iterable[str] = (), limit: int) -> list[TrailEntry]:
    """What was done about the person with this ledger alias, newest first: no looks, nothing that was refused.

    `house`: only what this institution did, and the verbs in `shared` whoever did them.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM ledger_changes(%s::uuid, %s::uuid, %s::varchar[], %s::integer)",
            [alias, house, [*shared], min(limit, MOST_AT_ONCE)],
        )
        return [TrailEntry(*row) for row in cursor.fetchall()]


def about(alias: UUID, thing: UUID, *, limit: int = 200) -> list[TrailEntry]:
    """Entries about one thing (a referral, a rating …) of the person with this alias, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM ledger_about(%s::uuid, %s::uuid, %s::integer)", [alias, thing, min(limit, MOST_AT_ONCE)]
        )
        return [TrailEntry(*row) for row in cursor.fetchall()]


def health() -> Health:
    """Sealing at a glance, for the health page."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM ledger_health()")
        return Health(*cursor.fetchone())
