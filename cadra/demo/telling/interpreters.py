"""The roster of the Responsible Authority, and a few conversations with somebody of it. Nobody here exists."""

from uuid import NAMESPACE_URL, UUID, uuid5

from cadra.demo import data
from cadra.demo.actors import Troupe
from cadra.foundation.kernel.clock import DAY, now, today
from cadra.foundation.kernel.pack import pack
from cadra.record.cases.models import Case, Stage
from cadra.record.interpreting import actions as interpreting
from cadra.record.interpreting.models import Interpreter
from cadra.record.people.models import Person

#: Days from today, and what came of asking whoever stands first in the list, for each of Marta's conversations.
TALKS: tuple[tuple[int, tuple[str, ...]], ...] = ((1, ("accepted",)), (3, ("declined",)), (6, ()))


def interpreters(troupe: Troupe) -> None:
    """An officer writes the roster down; Marta asks for somebody three times."""
    with troupe.acting("rea", now()) as rea:
        rows = [
            _entry(row, interpreting.add(actor=rea, told=_told(row), submission=_id(row["name"]))) for row in _rows()
        ]
        for interpreter, bound in rows:
            if bound:
                interpreting.sign(
                    actor=rea,
                    interpreter=interpreter,
                    version=pack().code_of_conduct.version,
                    signed_on=today() - 30 * DAY,
                    until=today() + int(bound) * DAY,
                    submission=_id(f"signed {interpreter.name}"),
                )
    speaking = [interpreter for interpreter, bound in rows if bound]
    with troupe.acting("marta", now()) as marta:
        mine = Case.objects.filter(manager_id=marta.user_id).exclude(stage=Stage.CLOSED).order_by("-opened_at")
        for (days, answers), case, interpreter in zip(TALKS, mine[: len(TALKS)], speaking, strict=False):
            person = Person.objects.get(pk=case.case_id)
            request = interpreting.ask(
                actor=marta, person=person, wanted=_wanted(days, interpreter), submission=_id(f"talk {days}")
            )
            for said in answers:
                interpreting.assign(
                    actor=marta,
                    person=person,
                    request=request,
                    interpreter=interpreter.pk,
                    conflicts=[],
                    submission=_id(f"asked {days}"),
                )
                interpreting.answer(actor=marta, person=person, request=request, said=said)


def _rows() -> list[dict[str, str]]:
    return data.table("interpreters")


def _entry(row: dict[str, str], interpreter: Interpreter) -> tuple[Interpreter, str]:
    return interpreter, row["bound"]


def _told(row: dict[str, str]) -> interpreting.Told:
    regions = [area.code for area in pack().regions()]
    spoken = [
        dict(zip(("language", "dialect", "level"), one.split(":"), strict=True)) for one in row["tongues"].split("|")
    ]
    areas = [regions[(int(number) - 1) % len(regions)] for number in row["areas"].split(";") if number]
    return interpreting.Told(
        name=row["name"],
        work=row["work"],
        sex=row["sex"],
        freelance=row["freelance"] == "yes",
        tongues=spoken,
        areas=areas,
        whole_country=not areas,
        at_distance=row["distance"] == "yes",
        at_night=row["night"] == "yes",
        hours=row["hours"],
    )


def _wanted(days: int, interpreter: Interpreter) -> interpreting.Wanted:
    starts = now().replace(hour=9, minute=0, second=0, microsecond=0) + days * DAY
    return interpreting.Wanted(
        kind="session",
        language=interpreter.languages[0],
        way="in_person",
        starts_at=starts if starts > now() else starts + DAY,
        minutes=60,
        sex="female" if interpreter.sex == "female" else "",
    )


def _id(words: str) -> UUID:
    """The same on every start, so that nothing is written twice."""
    return uuid5(NAMESPACE_URL, f"cadra-demo:interpreters:{words}")
