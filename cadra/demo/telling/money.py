"""Money of Marta's shelter: two funders, what help cost, what waits for her supervisor, what nobody could pay for."""

import datetime as dt
from collections.abc import Sequence
from uuid import uuid5

from django.db.models import Q

from cadra.demo import data
from cadra.demo.actors import Troupe
from cadra.demo.network import Network
from cadra.demo.someone import SPACE, Someone
from cadra.foundation.kernel.clock import now, today
from cadra.record.cases.models import Case, Stage
from cadra.record.people.models import Person
from cadra.stages.support.models import Delivery
from cadra.steering.budget import actions as budget
from cadra.steering.budget.models import Line, Way

#: Hundredths: what a thing cost, of which line, how it was paid.
COSTS = (
    (4_350_00, 0, Way.TRANSFER),
    (1_280_50, 1, Way.CASH),
    (12_900_00, 0, Way.KIND),
    (7_415_75, 1, Way.TRANSFER),
    (38_000_00, 0, Way.TRANSFER),
)
MOST_FILES = 8


def money(troupe: Troupe, net: Network, people: Sequence[Someone], spoken: str) -> None:
    """Written in these days, by hand of the two who would."""
    with troupe.acting("sara", now()) as sara:
        lines = [
            budget.open_line(
                actor=sara,
                programme=row["programme"][spoken],
                funder=row["funder"][spoken],
                amount=row["amount"] * 100,
                starts=today().replace(month=1, day=1),
                ends=today().replace(month=12, day=31),
                submission=uuid5(SPACE, f"line:{number}"),
            )
            for number, row in enumerate(data.document("words")["budget_lines"])
        ]
    carried = [one.case_id for one in people if one.manager == "marta" and one.case_id]
    with troupe.acting("marta", now()) as marta:
        mine = Case.objects.filter(case_id__in=carried, manager_id=marta.user_id).exclude(stage=Stage.CLOSED)
        files = list(mine.order_by("opened_at").values_list("case_id", flat=True)[:MOST_FILES])
    for place, case_id in enumerate(files):
        _spend(troupe, net, lines, case_id, place)


def _spend(troupe: Troupe, net: Network, lines: Sequence[Line], case_id: object, place: int) -> None:
    amount, which, way = COSTS[place % len(COSTS)]
    line = lines[which % len(lines)]
    with troupe.acting("marta", now()) as marta:
        person = Person.objects.get(pk=case_id)
        this_year = Q(on__gte=line.starts, on__lte=line.ends)
        given = Delivery.objects.filter(this_year, case_id=person.pk).order_by("-on", "id").first()
        cash = way == Way.CASH
        if given is not None:
            cost = budget.Cost(
                line=line.pk,
                amount=amount,
                way=way,
                on=min(given.on + dt.timedelta(days=1), today()),
                giver=net.users["marta"].pk if cash else None,
                witness=net.users["sara"].pk if cash else None,
            )
            key = uuid5(SPACE, f"cost:{person.pk}")
            budget.spend(actor=marta, person=person, cost=cost, delivery=given, submission=key)
        if place % 4 == 3:
            key = uuid5(SPACE, f"no money:{person.pk}")
            budget.no_funds(actor=marta, person=person, service="small_business", submission=key)
