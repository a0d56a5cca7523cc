"""What the clock does with tasks: PostgreSQL marks them and names who answers; nothing of a file comes out."""

from django.db import connection

from cadra.foundation.kernel.acts import act
from cadra.foundation.kernel.clock import deadline, now
from cadra.foundation.kernel.pack import pack
from cadra.foundation.ledger.actions import Clock
from cadra.foundation.outbox import actions as outbox
from cadra.record.tasks.actions.common import LINK

KINDS = {"soon": "reminder", "late": "overdue"}


@act
def remind() -> int:
    """Post one message of each kind to whoever answers for tasks due soon or late; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT kind, who FROM authz.tell_of_tasks(%s)", [deadline(now(), pack().limit("task_reminder"))]
        )
        told = sorted(set(cursor.fetchall()), key=str)
    for kind, who in told:
        outbox.post(actor=Clock(), to=who, kind=KINDS[kind], link=LINK)
    return len(told)


@act
def sweep() -> None:
    """Delete what is past its time of keeping."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT authz.sweep_tasks()")
