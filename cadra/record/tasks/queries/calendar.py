"""What a calendar may know: days, hours and how many tasks. No title, no file, no name."""

import datetime as dt
from dataclasses import dataclass

from django.db import connections

from cadra.foundation.access.actor import Actor
from cadra.foundation.kernel.clock import DAY, today
from cadra.record.tasks.models import CalendarAddress
from cadra.record.tasks.tokens import hash_of

ALIAS = "gate"  # the role that meets people before they are someone; of tasks it may call this one function only
BACK, AHEAD = 31, 366


@dataclass(frozen=True)
class Slot:
    """So many tasks on this day, at this instant when an hour was chosen."""

    on: dt.date
    at: dt.datetime | None
    tasks: int


@dataclass(frozen=True)
class Feed:
    """What one address tells, in the language it was made in."""

    language: str
    slots: list[Slot]


def feed(token: str) -> Feed | None:
    """The dates behind an address; nothing when it is unknown, revoked, or the account is closed."""
    with connections[ALIAS].cursor() as cursor:
        cursor.execute(
            "SELECT language, on_day, at_time, tasks FROM authz.calendar(%s, %s, %s)",
            [hash_of(token), today() - BACK * DAY, today() + AHEAD * DAY],
        )
        rows = cursor.fetchall()
    if not rows:
        return None
    return Feed(rows[0][0], [Slot(on, at, tasks) for _, on, at, tasks in rows if on is not None])


def addresses(actor: Actor) -> list[CalendarAddress]:
    """The actor's addresses that open something, newest first."""
    return list(CalendarAddress.objects.filter(user_id=actor.user_id, revoked_at=None).order_by("-made_at", "id"))
