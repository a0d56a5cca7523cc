"""People of the roster, requests and assignments, for tests. Nobody here exists."""

import datetime as dt
from typing import Any
from uuid import uuid4

from cadra.foundation.kernel.clock import DAY, now, today
from cadra.record.interpreting import actions
from cadra.record.interpreting.models import Assignment, Interpreter, Request
from cadra.record.people.models import Person

ARABIC = {"language": "ar", "dialect": "Levantine", "level": "fluent"}


def told(name: str, **said: Any) -> actions.Told:
    """What the roster says of somebody who speaks Arabic."""
    plain = {"work": "interpreter", "tongues": [ARABIC], "sex": "female", "whole_country": True, "phone": "+355 00 12"}
    return actions.Told(name=name, **{**plain, **said})


def interpreter(house: Any, name: str = "Arta", *, by: str = "rea", bound: bool = True, **said: Any) -> Interpreter:
    """Somebody of the roster, free-lance and with an undertaking in force unless told otherwise."""
    with house.as_(by) as keeper:
        row = actions.add(actor=keeper, told=told(name, **{"freelance": True, **said}), submission=uuid4())
        if bound:
            sign(keeper, row)
    return row


def sign(keeper: Any, row: Interpreter, *, until: dt.date | None = None) -> None:
    """The undertaking is signed."""
    day = today()
    actions.sign(
        actor=keeper,
        interpreter=row,
        version="draft-1",
        signed_on=day - DAY,
        until=until or day + 90 * DAY,
        submission=uuid4(),
    )


def wanted(**said: Any) -> actions.Wanted:
    """Arabic, in two days, for an hour, through a woman."""
    plain: dict[str, Any] = {"kind": "session", "language": "ar", "way": "in_person", "sex": "female", "minutes": 60}
    return actions.Wanted(**{**plain, "starts_at": now() + 2 * DAY, **said})


def request(house: Any, person: Person, by: str = "marta", **said: Any) -> Request:
    """An interpreter is wanted for this person."""
    with house.as_(by) as actor:
        return actions.ask(actor=actor, person=person, wanted=wanted(**said), submission=uuid4())


def assign(
    house: Any, person: Person, row: Request, someone: Interpreter, by: str = "marta", **said: Any
) -> Assignment:
    """This one is asked for it."""
    with house.as_(by) as actor:
        plain = {"conflicts": [], "submission": uuid4(), **said}
        return actions.assign(actor=actor, person=person, request=row, interpreter=someone.pk, **plain)


def asked(
    house: Any, person: Person, someone: Interpreter, by: str = "marta", **said: Any
) -> tuple[Request, Assignment]:
    """Wanted, and this one is asked."""
    row = request(house, person, by, **said)
    return row, assign(house, person, row, someone, by)


def answer(house: Any, person: Person, row: Request, said: str, by: str = "marta") -> Assignment:
    """What came of it."""
    with house.as_(by) as actor:
        return actions.answer(actor=actor, person=person, request=row, said=said)
