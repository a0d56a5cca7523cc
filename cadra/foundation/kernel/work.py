"""One thing that waits for somebody: what *My work* and the desks are made of."""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class WorkItem:
    """`kind`: slug of what waits; `title`: translated words without any name; `called`: the name she goes by, if open.

    `mine`: it needs me (False: I wait for someone else). `urgent`: danger now, whatever the clock says. `due_on`: the
    day to show, when only a day was promised and `due_at` is its end.
    """

    kind: str
    title: str
    url: str
    reference: str
    due_at: dt.datetime | None = None
    called: str = ""
    mine: bool = True
    urgent: bool = False
    due_on: dt.date | None = None
