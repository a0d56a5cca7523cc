"""Lists of tasks: mine, those I gave, my team's, my institution's. PostgreSQL decides which of them are seen at all."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core import signing
from django.db.models import Count, F, Q, QuerySet
from django.http import Http404

from cadra.foundation import vault
from cadra.foundation.access.actor import Actor
from cadra.foundation.kernel.clock import DAY, day_bounds, deadline, now, today
from cadra.foundation.kernel.pack import pack
from cadra.foundation.kernel.together import Kept, together
from cadra.foundation.ledger import actions as ledger
from cadra.foundation.network.models import User
from cadra.record.people.models import Person
from cadra.record.people.queries import persons_of
from cadra.record.tasks import policy
from cadra.record.tasks.models import Duty, HouseTask, State, Task
from cadra.record.tasks.queries import people, waiting

PAGE = 25
WHOSE = ("mine", "given", "team", "house")
Place = tuple[dt.datetime | None, UUID]


@dataclass(frozen=True)
class Chosen:
    """Which tasks a list shows. `who`: one colleague; `about`: "file" or "house"."""

    whose: str = "mine"
    when: str = ""
    state: str = State.OPEN
    about: str = ""
    who: UUID | None = None
    cursor: str = ""


@dataclass(frozen=True)
class TaskRow:
    """One line: the task, what is to be done, who has it, and the file's reference if it is about one."""

    row: Duty
    title: str
    url: str
    assignee: str
    reference: str
    mine: bool


@dataclass(frozen=True)
class Listed:
    """One page of a list and the cursor of the next ('' at the end)."""

    rows: Sequence[TaskRow] = ()
    older: str = ""


@dataclass
class Load:
    """How much one colleague has to do, as far as the asking one may know."""

    user: User
    open: int = 0
    late: int = 0
    not_accepted: int = 0


def listed(actor: Actor, chosen: Chosen) -> Listed:
    """One page, soonest first (what is over: newest first); shown titles are looked at and recorded."""
    groups = together(*(_page(query, chosen) for query in _of(actor, chosen)))
    rows: list[Duty] = sorted((row for group in groups for row in group), key=lambda row: _key(row, chosen))
    shown = rows[:PAGE]
    return Listed(task_rows(actor, shown), _cursor(shown[-1], chosen) if len(rows) > PAGE else "")


def task_rows(actor: Actor, rows: Sequence[Duty]) -> list[TaskRow]:
    """Lines for these tasks, with one look recorded for all of them."""
    about = [row for row in rows if isinstance(row, Task)]
    persons, users = together(
        persons_of(list({row.case_id for row in about})) if about else None,
        people.names([row.assignee_id for row in rows]).only("id", "name"),
    )
    vault.unseal(actor.ring, about)
    record_look(actor, persons, about)
    files, names = {person.pk: person for person in persons}, {user.pk: user.name for user in users}
    return [
        TaskRow(
            row,
            waiting.title_of(row),
            waiting.url_of(row),
            names.get(row.assignee_id, ""),
            files[row.case_id].reference if isinstance(row, Task) else "",
            row.assignee_id == actor.user_id,
        )
        for row in rows
        if not isinstance(row, Task) or row.case_id in files
    ]


def record_look(actor: Actor, persons: Sequence[Person], tasks: Sequence[Task]) -> None:
    """Write down whose tasks were shown in a list, and of which parts."""
    if persons:
        ledger.record(
            actor=actor,
            verb="listed_tasks",
            subjects=[person.ledger_alias for person in persons],
            compartments=sorted({row.sealed_under for row in tasks}),
        )


def just_done(actor: Actor) -> list[TaskRow]:
    """What the actor ended within the minutes in which it can be taken back, newest first."""
    since = now() - (deadline(now(), pack().limit("task_undo")) - now())
    rows = [row for group in together(*(ended(actor.user_id, since) for ended in ENDED)) for row in group]
    return task_rows(actor, rows) if rows else []


def _ended(model: type[Task | HouseTask], by: Any, since: Any) -> QuerySet[Any]:
    found = model._default_manager.filter(ended_by=by, ended_at__gt=since).exclude(state=State.OPEN)
    return found.order_by("-ended_at")[:5]


#: The tasks and the house's tasks that this user ended since then, newest first.
ENDED = (Kept(lambda by, since: _ended(Task, by, since)), Kept(lambda by, since: _ended(HouseTask, by, since)))


def loads(actor: Actor) -> list[Load]:
    """How many open tasks each colleague has; of tasks about files only those the actor sees are counted."""
    if not policy.leads(actor):
        return []
    found = {user.pk: Load(user) for user in people.colleagues(actor)}
    counts: dict[str, Any] = {
        "open": Count("id"),
        "late": Count("id", filter=Q(due_at__lt=now())),
        "waits": Count("id", filter=Q(accepted_at=None)),
    }
    for query in (waiting.open_tasks(), HouseTask.objects.filter(state=State.OPEN)):
        rows: Any = query.filter(assignee_id__in=found).values("assignee_id").annotate(**counts)
        for one in rows:
            load = found[one["assignee_id"]]
            load.open, load.late = load.open + one["open"], load.late + one["late"]
            load.not_accepted += one["waits"]
    return sorted(found.values(), key=lambda load: (-load.late, -load.open, load.user.name))


def _of(actor: Actor, chosen: Chosen) -> list[QuerySet[Any]]:
    about_files, of_the_house = (
        Task.objects.filter(_whose(actor, chosen)).defer("story"),
        HouseTask.objects.filter(_whose(actor, chosen, of_the_house=True)),
    )
    if chosen.state == State.OPEN:
        about_files = about_files.filter(rests="")
    found: list[QuerySet[Any]] = []
    if chosen.about != "house":
        found.append(about_files)
    if chosen.about != "file":
        found.append(of_the_house)
    return found


def _whose(actor: Actor, chosen: Chosen, *, of_the_house: bool = False) -> Q:
    if chosen.whose == "given":
        return Q(given_by=actor.user_id) & ~Q(assignee_id=actor.user_id)
    if chosen.whose == "team":
        found = Q(assignee_id__in=people.team(actor).values("pk"))
    elif chosen.whose == "house":
        if not policy.leads(actor):
            raise Http404
        found = (
            Q(house_id=actor.institution_id)
            if of_the_house
            else Q(assignee_id__in=User.objects.filter(institution_id=actor.institution_id).values("pk"))
        )
    elif chosen.state == State.OPEN:
        return waiting.mine_of_the_house(actor.user_id) if of_the_house else waiting.mine(actor.user_id)
    else:
        return Q(assignee_id=actor.user_id)
    return found & Q(assignee_id=chosen.who) if chosen.who else found


def _page(query: QuerySet[Any], chosen: Chosen) -> QuerySet[Any]:
    found = query.filter(state=chosen.state)
    moment, (midnight, end) = now(), day_bounds(today())
    if chosen.when == "overdue":
        found = found.filter(due_at__lt=moment)
    elif chosen.when == "today":
        found = found.filter(due_at__gt=midnight, due_at__lte=end)
    elif chosen.when == "week":
        found = found.filter(due_at__lte=end + 6 * DAY)
    elif chosen.when == "undated":
        found = found.filter(due_at=None)
    if chosen.state == State.OPEN:
        return _after_open(found.order_by("due_at", "id"), _place(chosen))[: PAGE + 1]
    return _after_ended(found.order_by(F("ended_at").desc(), F("id").desc()), _place(chosen))[: PAGE + 1]


def _after_open(query: QuerySet[Any], place: Place | None) -> QuerySet[Any]:
    if place is None:
        return query
    moment, row_id = place
    later = Q(due_at=moment, id__gt=row_id) if moment else Q(due_at=None, id__gt=row_id)
    return query.filter(later | Q(due_at__gt=moment) | Q(due_at=None) if moment else later)


def _after_ended(query: QuerySet[Any], place: Place | None) -> QuerySet[Any]:
    if place is None:
        return query
    moment, row_id = place
    return query.filter(Q(ended_at__lt=moment) | Q(ended_at=moment, id__lt=row_id))


def _key(row: Duty, chosen: Chosen) -> tuple[Any, ...]:
    if chosen.state == State.OPEN:
        return (row.due_at is None, row.due_at, row.pk.int) if row.due_at else (True, row.pk.int)
    return (-row.ended_at.timestamp() if row.ended_at else 0, -row.pk.int)


def _cursor(row: Duty, chosen: Chosen) -> str:
    moment = row.due_at if chosen.state == State.OPEN else row.ended_at
    return signing.dumps([moment.isoformat() if moment else "", str(row.pk)], salt=_salt(chosen))


def _place(chosen: Chosen) -> Place | None:
    """Where the page before ended. Signed for this order, as in `kernel.keyset`, which knows no empty dates."""
    if not chosen.cursor:
        return None
    try:
        moment, row_id = signing.loads(chosen.cursor, salt=_salt(chosen))
    except signing.BadSignature:
        raise Http404 from None
    return dt.datetime.fromisoformat(moment) if moment else None, UUID(row_id)


def _salt(chosen: Chosen) -> str:
    return f"tasks {'open' if chosen.state == State.OPEN else 'ended'}"
