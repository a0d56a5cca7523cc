"""What waits for somebody: her own tasks, those that fall to her, those she gave away."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from cadra.foundation import vault
from cadra.foundation.access.actor import Actor
from cadra.foundation.kernel.addresses import reverse
from cadra.foundation.kernel.arrays import OneOf, told_by
from cadra.foundation.kernel.together import Kept, Wanted
from cadra.foundation.kernel.work import WorkItem
from cadra.record.tasks.models import STEP, Duty, HouseTask, State, Task

SHOWN = 50


#: Ids of the open tasks of others that fall to whoever asks now.
_FILE_TASKS = told_by("authz.tasks_falling_to_me")
_HOUSE_TASKS = told_by("authz.house_tasks_falling_to_me")


def mine(user_id: Any) -> Q:
    """Tasks about files that wait for whoever asks: given to her, or hers because somebody else is away or gone."""
    return Q(assignee_id=user_id) | Q(OneOf("pk", _FILE_TASKS))


def mine_of_the_house(user_id: Any) -> Q:
    """The same of the institution's own tasks."""
    return Q(assignee_id=user_id) | Q(OneOf("pk", _HOUSE_TASKS))


def falling_to_me(row: Duty) -> bool:
    """Does this open task of somebody else fall to whoever asks now?"""
    model, falling = (Task, _FILE_TASKS) if isinstance(row, Task) else (HouseTask, _HOUSE_TASKS)
    return model._default_manager.filter(OneOf("pk", falling), pk=row.pk).exists()


def open_tasks() -> QuerySet[Task]:
    """Tasks about files that still ask something of somebody."""
    return Task.objects.filter(state=State.OPEN, rests="")


def _first(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.order_by("due_at", "id")[:SHOWN]


def _given(user_id: Any) -> Q:
    return Q(given_by=user_id) & ~Q(assignee_id=user_id)


#: What *My work* reads, in the order `items` takes the rows; no joins, so that it shares a round trip.
FOR_MY_WORK = (
    Kept(lambda user_id: _first(open_tasks().filter(mine(user_id)).defer("story"))),
    Kept(lambda user_id: _first(HouseTask.objects.filter(mine_of_the_house(user_id), state=State.OPEN))),
    Kept(lambda user_id: _first(open_tasks().filter(_given(user_id)).defer("story"))),
    Kept(lambda user_id: _first(HouseTask.objects.filter(_given(user_id), state=State.OPEN))),
)


def wanted(actor: Actor) -> list[Wanted]:
    """Those queries, as this actor."""
    return [query(actor.user_id) for query in FOR_MY_WORK]


def items(
    actor: Actor, rows: Sequence[Sequence[Duty]], references: dict[UUID, str], called: dict[UUID, str] | None = None
) -> list[WorkItem]:
    """Lines of *My work* from the rows of `wanted`. Words that were unsealed are shown, others told by their kind."""
    seen: set[UUID] = set()
    found = []
    for group, is_mine in zip(rows, (True, True, False, False), strict=True):
        for row in group:
            if row.pk not in seen:
                seen.add(row.pk)
                found.append(_item(row, is_mine, references, called or {}))
    return found


def title_of(row: Duty) -> str:
    """What is to be done; told by its kind where its words are not open."""
    if isinstance(row, HouseTask):
        return row.title
    words = getattr(row, "plain", {}).get("words")
    if isinstance(words, dict) and words is not vault.CLOSED and words.get("what"):
        return str(words["what"])
    return _("A step of the plan") if isinstance(row, Task) and row.kind == STEP else _("A task on this file")


def url_of(row: Duty) -> str:
    """The page of a task."""
    if isinstance(row, Task):
        return reverse("tasks:task", args=[row.case_id, row.pk])
    return reverse("tasks:house_task", args=[row.pk])


def _item(row: Duty, is_mine: bool, references: dict[UUID, str], called: dict[UUID, str]) -> WorkItem:
    case_id = row.case_id if isinstance(row, Task) else None
    return WorkItem(
        kind="task",
        title=title_of(row),
        url=url_of(row),
        reference=references.get(case_id, "") if case_id else _("Our institution"),
        due_at=row.due_at,
        called=called.get(case_id, "") if case_id else "",
        mine=is_mine,
        due_on=None if row.due_time else row.due_on,
    )
