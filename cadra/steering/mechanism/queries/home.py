"""My work: what needs me today by urgency, then what I await from others."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from cadra.foundation.access.actor import Actor
from cadra.foundation.kernel.clock import day_bounds, now, today
from cadra.foundation.kernel.together import together
from cadra.foundation.kernel.work import WorkItem
from cadra.record.cases.models import Case, Stage
from cadra.record.cases.queries import FileRow, file_rows
from cadra.steering.mechanism import panels, policy

MOST = 50
WAITING_CUSTODY = 10

#: In the order in which they are shown.
GROUPS = ("danger", "overdue", "today", "next", "awaited")


@dataclass
class Home:
    """What waits, by urgency; `without_manager`: files of the house that nobody carries; `more` of those not shown."""

    groups: dict[str, list[WorkItem]] = field(default_factory=dict)
    without_manager: list[FileRow] = field(default_factory=list)
    more_without_manager: bool = False

    @property
    def empty(self) -> bool:
        """Nothing waits anywhere."""
        return not any(self.groups.values()) and not self.without_manager


def home(actor: Actor) -> Home:
    """Everything that waits for this actor, most urgent first."""
    own, without = together(_own_files(actor), _without_manager(actor))
    rows = file_rows(actor, [*own, *without[:WAITING_CUSTODY]])
    mine = {case.pk for case in own}
    items = [*(_item(row) for row in rows if row.case.pk in mine), *panels.work(actor)]
    return Home(
        grouped(items),
        [row for row in rows if row.case.pk not in mine],
        len(without) > WAITING_CUSTODY,
    )


def grouped(items: list[WorkItem]) -> dict[str, list[WorkItem]]:
    """Items by urgency, the soonest first; the same thing told by two parts of the mechanism is shown once."""
    found: dict[str, list[WorkItem]] = {name: [] for name in GROUPS}
    seen = set()
    for item in sorted(items, key=lambda one: (one.due_at is None, one.due_at or now())):
        if (item.kind, item.url) not in seen:
            seen.add((item.kind, item.url))
            found[group_of(item)].append(item)
    return {name: group[:MOST] for name, group in found.items()}


def group_of(item: WorkItem) -> str:
    """Danger before the clock, the clock before the rest."""
    if not item.mine:
        return "awaited"
    if item.urgent:
        return "danger"
    if item.due_at is None:
        return "next"
    if item.due_at < now():
        return "overdue"
    return "today" if item.due_at < day_bounds(today())[1] else "next"


def _own_files(actor: Actor) -> QuerySet[Case]:
    """Files the actor carries that are in danger or have a date within the week."""
    soon = now() + dt.timedelta(days=7)
    found = Case.objects.filter(manager_id=actor.user_id).exclude(stage=Stage.CLOSED)
    return (found.filter(next_due_at__lt=soon) | found.filter(in_danger=True)).order_by("next_due_at")[:MOST]


def _without_manager(actor: Actor) -> QuerySet[Case]:
    """Files in the custody of the actor's house that nobody carries, oldest first; one more than is shown."""
    if not actor.has(*policy.CUSTODIANS):
        return Case.objects.none()
    found = Case.objects.filter(manager_id=None, holder=actor.institution_principal).exclude(stage=Stage.CLOSED)
    return found.order_by("opened_at")[: WAITING_CUSTODY + 1]


def _item(row: FileRow) -> WorkItem:
    title: Any = _("Danger now was reported") if row.case.in_danger else _("A date on this file")
    return WorkItem(
        kind="file",
        title=title,
        url=reverse("mechanism:file", args=[row.case.case_id]),
        reference=row.person.reference,
        due_at=row.case.next_due_at,
        called=row.called,
        urgent=row.case.in_danger,
    )


__all__ = ["GROUPS", "Home", "group_of", "grouped", "home"]
