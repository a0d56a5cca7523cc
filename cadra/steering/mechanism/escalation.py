"""What the clock does on its own: late things are marked and the people who can act are told, in neutral words.

PostgreSQL marks and names them in one statement each (`authz.escalate_*`); nothing of a file comes out.
"""

from dataclasses import dataclass
from uuid import UUID

from django.db import connection, transaction
from django.urls import reverse

from cadra.foundation.kernel.pack import pack
from cadra.foundation.outbox import actions as outbox


@dataclass(frozen=True)
class Clock:
    """The service itself, as it stands in the ledger: nobody, of no institution."""

    user_id: UUID | None = None
    institution_id: UUID | None = None


#: What is late → the kind of message and the page where it is dealt with.
TOLD = {
    "referral": ("overdue", "identification:desk"),
    "decision": ("overdue", "mechanism:home"),
    "recovery": ("reminder", "mechanism:home"),
    "request": ("overdue", "support:requests"),
    "silence": ("overdue", "mechanism:home"),
}


@transaction.atomic
def escalate() -> int:
    """Mark what became late since the last time and post the messages with it. Returns how many were posted."""
    late = sorted(set(_late()))
    for kind, who in late:
        message, page = TOLD[kind]
        outbox.post(actor=Clock(), to=who, kind=message, link=reverse(page))
    return len(late)


def _late() -> list[tuple[str, UUID]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, who FROM authz.escalate_identification(%s)", [_days_of_warning()])
        found = cursor.fetchall()
        cursor.execute("SELECT kind, who FROM authz.escalate_support()")
        return [*found, *cursor.fetchall()]


def _days_of_warning() -> int:
    """Days before the end of a recovery period, from the country pack (limit `recovery_alert`)."""
    return pack().limit("recovery_alert").value
