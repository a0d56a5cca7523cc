"""What the clock does on its own: late things are marked and the people who can act are told, in neutral words.

PostgreSQL marks and names them in one statement each (`authz.escalate_*`); nothing of a file comes out.
"""

import datetime as dt
from uuid import UUID

from django.db import connection

from cadra.foundation.kernel.acts import act
from cadra.foundation.kernel.addresses import reverse
from cadra.foundation.kernel.clock import DAY, deadline, now
from cadra.foundation.kernel.pack import pack
from cadra.foundation.ledger.actions import Clock
from cadra.foundation.outbox import actions as outbox

#: What is late → the kind of message and the page where it is dealt with.
TOLD = {
    "referral": ("overdue", "identification:desk"),
    "decision": ("overdue", "mechanism:home"),
    "recovery": ("reminder", "mechanism:home"),
    "soon": ("reminder", "support:requests"),
    "request": ("overdue", "support:requests"),
    "silence": ("overdue", "mechanism:home"),
    "unheard": ("overdue", "mechanism:files"),
    "file": ("overdue", "mechanism:home"),
    "led": ("overdue", "mechanism:files"),
}
#: How far back a date that ended by itself is looked for each minute; the night looks at all of them.
LATELY = dt.timedelta(hours=2)
EVER = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


@act
def escalate() -> int:
    """Mark what became late since the last time and post the messages with it. Returns how many were posted.

    Somebody for whom several things became late in the same minute gets one message of each kind.
    """
    refresh(now() - LATELY)
    told = sorted({(who, *TOLD[kind]) for kind, who in _late()})
    for who, message, page in told:
        outbox.post(actor=Clock(), to=who, kind=message, link=reverse(page))
    return len(told)


@act
def refresh(since: dt.datetime = EVER) -> None:
    """Work the next dates out anew where one has passed since then: what ended by itself is no date any more."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT authz.refresh_due(%s)", [since])


def _late() -> list[tuple[str, UUID]]:
    found: list[tuple[str, UUID]] = []
    with connection.cursor() as cursor:
        for statement, value in (
            ("SELECT kind, who FROM authz.escalate_identification(%s)", _days_of_warning()),
            ("SELECT kind, who FROM authz.escalate_support()", None),
            ("SELECT kind, who FROM authz.escalate_files(%s)", patience_ended()),
        ):
            cursor.execute(statement, [value] if value is not None else [])
            found += cursor.fetchall()
    return found


def patience_ended() -> dt.datetime:
    """Whoever was told before this moment has had the country's time to react (limit `silence`)."""
    moment, limit = now(), pack().limit("silence")
    told = moment
    while deadline(told, limit) > moment:
        told -= DAY / 24
    return told


def _days_of_warning() -> int:
    """Days before the end of a recovery period, from the country pack (limit `recovery_alert`)."""
    return pack().limit("recovery_alert").value
