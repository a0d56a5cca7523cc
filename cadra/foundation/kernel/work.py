"""One thing that waits for somebody: what *My work* and the desks are made of."""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class WorkItem:
    """`kind`: slug of what waits; `title`: translated words without any name; `called`: the name she goes by, if open.

    `mine`: it needs me (False: I wait for someone else). `urgent`: danger now, whatever the clock says.
    """

    kind: str
    title: str
    url: str
    reference: str
    due_at: dt.datetime | None = None
    called: str = ""
    mine: bool = True
    urgent: bool = False
