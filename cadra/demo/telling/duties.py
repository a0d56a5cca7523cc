"""What stands on the lists of tasks today: of a case manager, of her colleague, of their house; of everybody else."""

import datetime as dt

from cadra.demo import data, personas
from cadra.demo.actors import Troupe
from cadra.foundation.kernel.clock import DAY, now, today
from cadra.foundation.network import actions as network
from cadra.foundation.network.models import User
from cadra.record.cases.models import Case, Stage
from cadra.record.people.models import Person
from cadra.record.tasks import actions as tasks
from cadra.record.tasks.actions import Wanted

#: Days from today, hour (or none), how often, for each task about a person in turn.
FILES = ((0, 15, ""), (1, None, ""), (3, 10, "week"), (6, None, ""), (12, 9, ""))
CARRYING = ("marta", "sara")  # their lists are told by `duties`
AWAY = "bora"
HOUSE = ((1, None, ""), (4, 11, "month"), (9, None, ""))


def duties(troupe: Troupe, spoken: str) -> None:
    """Marta writes tasks on her files and gives one to Sara; Sara writes what their house has to do."""
    about, own = data.words("task", spoken), data.words("house_task", spoken)
    with troupe.acting("marta", now()) as marta:
        sara = User.objects.filter(institution_id=marta.institution_id, holdings__role="supervisor").first()
        mine = Case.objects.filter(manager_id=marta.user_id).exclude(stage=Stage.CLOSED).order_by("-opened_at")
        for place, (case, what) in enumerate(zip(mine[: len(FILES)], about, strict=False)):
            day, hour, repeats = FILES[place]
            row = tasks.create(
                actor=marta,
                person=Person.objects.get(pk=case.case_id),
                part="support",
                wanted=_wanted(what, day, hour, repeats),
                assignee=sara.pk if sara is not None and place == 3 else None,
            )
            if place == 4:
                tasks.put_off(actor=marta, task=row, on=today() + 14 * DAY, reason=data.words("put_off", spoken)[0])
    if sara is None:
        return
    with troupe.acting("sara", now()) as leading:
        for (day, hour, repeats), what in zip(HOUSE, own, strict=False):
            tasks.create_for_house(
                actor=leading, wanted=_wanted(what, day, hour, repeats), assignee=marta.user_id if day == 4 else None
            )


def everybody_elses(troupe: Troupe, spoken: str) -> None:
    """Each of the others one can sign in as has something of her institution's own to do."""
    words = data.words("desk_task", spoken)
    others = [row["key"] for row in personas.listed() if row["key"] not in CARRYING]
    for place, key in enumerate(others):
        with troupe.acting(key, now()) as actor:
            wanted = _wanted(words[place % len(words)], 2 + place, None, "")
            tasks.create_for_house(actor=actor, wanted=wanted, assignee=actor.user_id)


def away(troupe: Troupe) -> None:
    """One of Marta's colleagues is away for some days, and Marta stands in for her."""
    with troupe.acting(AWAY, now()) as her:
        users = User.objects.filter(pk__in=[her.user_id, troupe.users["marta"].pk])
        found = {user.pk: user for user in users}
        cover = found[troupe.users["marta"].pk]
        last = today() + 5 * DAY
        network.set_absence(actor=her, user=found[her.user_id], first=today(), last=last, cover=cover)


def _wanted(what: str, day: int, hour: int | None, repeats: str) -> Wanted:
    on = today() + day * DAY
    return Wanted(what, due_on=on, due_time=dt.time(hour) if hour is not None else None, repeats=repeats)
