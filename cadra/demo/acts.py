"""What happens in the story: who does something at which instant. Played in the order of time."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import groupby

from cadra.demo.actors import Troupe
from cadra.demo.someone import Someone
from cadra.foundation.access.actor import Actor
from cadra.foundation.kernel.clock import at, local, pretend

OPENS, CLOSES = 8, 19
HOUR = dt.timedelta(hours=1)

#: Hours each step usually takes after the one before: from, to.
PACES = {
    "send": (0.5, 1.4),
    "receive": (0.4, 16),
    "receive_late": (26, 60),
    "know": (0.3, 8),
    "assign": (2, 44),
    "custody": (3, 50),
    "talk": (40, 480),
    "second_talk": (90, 360),
    "propose": (160, 1300),
    "sign": (4, 130),
    "tell": (2, 48),
    "plan": (24, 220),
    "refer": (20, 140),
    "answer": (2, 40),
    "start": (20, 120),
    "give": (80, 280),
    "review": (1750, 2150),
    "include": (2400, 3900),
    "close": (1400, 3300),
    "second_look": (20, 110),
}


@dataclass(frozen=True)
class Act:
    """One thing done by one colleague."""

    at: dt.datetime
    who: str
    do: Callable[[Actor], object]


@dataclass
class Script:
    """The acts of one person's file, and the clock they are planned on."""

    one: Someone
    now: dt.datetime
    spoken: str = ""
    acts: list[Act] = field(default_factory=list)

    def after(self, moment: dt.datetime, step: str) -> dt.datetime:
        """When `step` is done, if the one before was done at `moment`."""
        if step in self.one.paces:
            return moment + self.one.paces[step] * HOUR
        return at_work(moment + self.one.dice.uniform(*PACES[step]) * HOUR)

    def add(self, moment: dt.datetime, who: str, do: Callable[[Actor], object]) -> bool:
        """Plan an act; False when it lies in the future, so that nothing that follows from it is planned."""
        if moment >= self.now:
            return False
        self.acts.append(Act(moment, who, do))
        return True


def at_work(instant: dt.datetime) -> dt.datetime:
    """The instant itself in working hours; by night, the next morning, in the same order."""
    there = local(instant)
    if OPENS <= there.hour < CLOSES:
        return instant
    evening = there.hour >= CLOSES
    since = (there.hour - CLOSES) % 24 + there.minute / 60
    morning = at(there.date() + dt.timedelta(days=evening), dt.time(OPENS))
    return morning + dt.timedelta(minutes=since * 4)


def play(troupe: Troupe, acts: Iterable[Act]) -> None:
    """Do them in the order of time; what one colleague does in a row is one transaction."""
    for who, row in groupby(sorted(acts, key=lambda act: act.at), key=lambda act: act.who):
        together = list(row)
        with troupe.acting(who, together[0].at) as actor:
            for act in together:
                with pretend(act.at):
                    act.do(actor)
