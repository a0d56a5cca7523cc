"""A file at Marta's shelter, known to Rea; and colleagues who are away, leave, lose sight of it."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from cadra.foundation.access import actions as access
from cadra.foundation.access.models import Basis
from cadra.foundation.kernel.clock import DAY, today
from cadra.foundation.kernel.together import together
from cadra.record.cases import actions as cases
from cadra.record.people import actions as people
from cadra.record.people.models import Person
from cadra.record.tasks import actions
from cadra.record.tasks.models import HouseTask, Task
from cadra.record.tasks.queries import waiting


@dataclass
class Scene:
    """One file."""

    person: Person


def make_file(house: Any) -> Scene:
    """Rea makes the file and gives the shelter custody of it, health included; Marta carries it."""
    shelter = house.user("marta").institution.principal
    with house.as_("rea") as rea:
        person = people.open_file(actor=rea)
        people.save_profile(actor=rea, person=person, called="Lira", languages=["sq"])
        cases.open_case(actor=rea, person=person, first_contact_at=person.created_at)
        cases.set_holder(actor=rea, person=person, holder=shelter, manager_id=house.user("marta").pk)
        parts = ["core", "support", "health"]
        access.give(actor=rea, grants=[access.NewGrant(person.pk, shelter, parts, "custody", Basis.CUSTODY)])
    return Scene(person)


def away(house: Any, name: str, cover: str | None = None, *, days: int = 3) -> None:
    """She is away from today on; `cover` acts for her."""
    cover_id = house.user(cover).pk if cover else None
    house.sql(
        "UPDATE network_user SET absent_from = %s, absent_until = %s, covered_by_id = %s WHERE id = %s",
        [today(), today() + days * DAY, cover_id, house.user(name).pk],
    )


def back(house: Any, name: str) -> None:
    """She is there again."""
    house.sql(
        "UPDATE network_user SET absent_from = NULL, absent_until = NULL, covered_by_id = NULL, is_active = true "
        "WHERE id = %s",
        [house.user(name).pk],
    )


def leave(house: Any, name: str) -> None:
    """Her account is closed."""
    house.sql("UPDATE network_user SET is_active = false WHERE id = %s", [house.user(name).pk])


def task(house: Any, person: Person, by: str = "marta", part: str = "support", **values: Any) -> Task:
    """A task about this person's file; `to`: first name of whoever it is given to."""
    to = values.pop("to", None)
    wanted = actions.Wanted(**{"what": "Call the school", "due_on": today() + 2 * DAY, **values})
    with house.as_(by) as actor:
        return actions.create(
            actor=actor, person=person, part=part, wanted=wanted, assignee=house.user(to).pk if to else None
        )


def own_task(house: Any, by: str = "marta", **values: Any) -> HouseTask:
    """One of her institution's own."""
    to = values.pop("to", None)
    wanted = actions.Wanted(**{"what": "Buy paper", "due_on": today() + 2 * DAY, **values})
    with house.as_(by) as actor:
        return actions.create_for_house(actor=actor, wanted=wanted, assignee=house.user(to).pk if to else None)


def waiting_for(house: Any, row_id: Any, names: Any) -> set[str]:
    """Those of these colleagues who find the task among what waits for them."""
    found = set()
    for name in names:
        with house.as_(name) as actor:
            if any(
                str(row_id) in item.url and item.mine
                for item in waiting.items(actor, together(*waiting.wanted(actor)), {})
            ):
                found.add(name)
    return found


def at(day: dt.date, hour: int) -> dict[str, Any]:
    """A day and an hour, for `task`."""
    return {"due_on": day, "due_time": dt.time(hour)}
