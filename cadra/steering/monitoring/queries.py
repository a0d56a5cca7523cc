"""Reading figures as someone."""

import datetime as dt
from dataclasses import dataclass

from django.http import Http404

from cadra.foundation.access.actor import Actor
from cadra.foundation.kernel.clock import at, now
from cadra.foundation.ledger import actions as ledger
from cadra.steering.monitoring import counting, snapshots
from cadra.steering.monitoring.periods import Frame, halves
from cadra.steering.monitoring.policy import may_see, may_see_own, may_see_ratings
from cadra.steering.monitoring.snapshots import Subject
from cadra.steering.monitoring.subjects import OWN_RATINGS
from cadra.steering.monitoring.suppression import FEW, HIDDEN, Figures, Shown, protect
from cadra.steering.monitoring.waiting import Times


@dataclass(frozen=True)
class Pages:
    """The figures a page may show. `subjects` is None while they are being counted for the first time."""

    year: int
    years: dict[int, Figures]
    subjects: dict[str, Subject] | None
    made_at: dt.datetime
    minimum: int

    def part(self, name: str, frame: Frame) -> "Part":
        """One subject in one frame."""
        assert self.subjects is not None  # noqa: S101 - the views show another page while nothing is counted
        return Part(self.subjects[name], frame)


@dataclass(frozen=True)
class Part:
    """One subject in one frame: everything, one quarter, or one area."""

    subject: Subject
    frame: Frame

    @property
    def total(self) -> Shown:
        figures, frame = self.subject.figures, self.frame
        if not frame.axis or figures.total in (0, FEW):
            return figures.total
        line = figures.lines[frame.axis]
        return HIDDEN if line is None else line.get(frame.code, 0)

    def line(self, axis: str) -> dict[str, Shown] | None:
        """The cells along one line; absent ones are 0. None: closed, or the group is too small."""
        figures, frame = self.subject.figures, self.frame
        if self.total == FEW:
            return None
        if not frame.axis:
            return figures.lines[axis]
        cross = figures.crosses[frame.axis, axis]
        if cross is None:
            return None
        found = {code: shown for (place, code), shown in cross.items() if place == frame.code}
        return None if found and set(found.values()) == {HIDDEN} else found

    def times(self, name: str) -> Times:
        """Waiting times, empty when about too few persons."""
        return self.subject.waits[name].get((self.frame.axis, self.frame.code), Times())


def look(actor: Actor, year: int | None, names: tuple[str, ...], *, purpose: str = "") -> Pages:
    """Figures of a year, by default the newest; 404 for those who may not. The look is in the ledger, about nobody."""
    if not may_see(actor) or ("ratings" in names and not may_see_ratings(actor)):
        raise Http404
    answer = snapshots.ask(year, names)
    ledger.record(actor=actor, verb="looked_at_figures", purpose=purpose)
    years = answer.years.figures if answer.years else {}
    return Pages(
        year=year if year in years else max(years, default=0),
        years=years,
        subjects=answer.subjects,
        made_at=answer.made_at,
        minimum=snapshots.minimum(),
    )


HALVES = 4  # of a year, that are shown to a provider


def own_ratings(actor: Actor) -> tuple[list[tuple[tuple[dt.date, dt.date], Figures]], int]:
    """Of each half of a year that is over, what people answered about the actor's institution; and the minimum.

    Counted by the day it was written down, each half for itself: what a provider reads of a half never changes, so no
    answer can be told apart from the others by looking again. 404 for those who may not.
    """
    if not may_see_own(actor):
        raise Http404
    ledger.record(actor=actor, verb="looked_at_figures")
    least = snapshots.minimum()
    found = []
    for start, end in halves(now(), HALVES):
        bounds = [at(start)] * 4 + [at(end)]
        tally = counting.counted(OWN_RATINGS, bounds, provider=actor.institution_principal).tally
        found.append(((start, end), protect(tally, least)))
    return found, least
