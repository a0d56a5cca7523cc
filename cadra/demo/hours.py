"""The invented hours of the ledger.

PostgreSQL writes the true time into each entry, and so a year told in a minute would have happened in that minute. Here
the entries written while the story is told are given the hour they tell of, as the tables' owner, before the
first of them is sealed: a sealed entry is never touched.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import connection, connections

from cadra.demo.network import OWNER
from cadra.foundation.kernel.clock import now
from cadra.foundation.ledger.actions import INSERT, ROW

Hours = list[tuple[UUID, dt.datetime]]
TELL = """
UPDATE ledger_entry e SET at = told.at FROM unnest(%s::uuid[], %s::timestamptz[]) AS told (id, at)
WHERE e.id = told.id AND NOT EXISTS (SELECT FROM ledger_leaf l WHERE l.entry = e.id)
"""


@contextmanager
def invented_hours() -> Iterator[None]:
    """Entries written inside get the hour at which their act was told."""
    hours: Hours = []

    def note(execute: Callable[..., Any], sql: str, values: Any, many: bool, context: Any) -> Any:
        if sql.startswith(INSERT):
            hours.extend((entry, now()) for entry in values[:: ROW.count("%s")])
        return execute(sql, values, many, context)

    with connection.execute_wrapper(note):
        yield
    with connections[OWNER].cursor() as cursor:
        cursor.execute(TELL, [[entry for entry, _ in hours], [hour for _, hour in hours]])
