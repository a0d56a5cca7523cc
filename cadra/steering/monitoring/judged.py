"""What people answered about services they were given (mission S6): all questions, each question, who and what for."""

import datetime as dt

from django.utils.dates import MONTHS
from django.utils.translation import gettext as _

from cadra.steering.monitoring import words
from cadra.steering.monitoring.charts import Chart, cross_chart, line_chart
from cadra.steering.monitoring.periods import Frame
from cadra.steering.monitoring.queries import Pages
from cadra.steering.monitoring.suppression import FEW, HIDDEN, Figures, Pair, Shown


def ratings(pages: Pages, frame: Frame) -> list[Chart]:
    """A quarter or an area: all questions together. The whole year: each question, kind of provider and service too."""
    part, least = pages.part("ratings", frame), pages.minimum
    everything = line_chart(
        "answer",
        part.line("answer"),
        part.total,
        least,
        unit=_("Answers"),
        heading=_("All questions together"),
        note=_("The newest answer to each question about each service counts; what was not asked never does."),
    )
    if frame.axis:
        return [everything]
    figures = part.subject.figures
    crosses = [("provider", _("Answers by kind of provider")), ("service", _("Answers by service"))]
    return [everything, *by_question(figures, least), *(_cross(figures, axis, title, least) for axis, title in crosses)]


def by_question(figures: Figures, minimum: int, *, mark: str = "") -> list[Chart]:
    """One chart for each question that enough people answered to say anything of it; `mark`: at the end of its key."""
    asked, cross = figures.lines["question"] or {}, figures.crosses["question", "answer"]
    return [
        line_chart(
            "answer",
            _answers(cross, code, total),
            total,
            minimum,
            unit=_("Answers"),
            heading=question,
            key=f"question-{code}{mark}",
        )
        for code, question in words.codes("question")
        if isinstance(total := asked.get(code, 0), int) and total
    ]


def half_words(first: dt.date, after: dt.date) -> str:
    """ "January to June 2026"."""
    last = after - dt.timedelta(days=1)
    return _("%(first)s to %(last)s %(year)s") % {
        "first": str(MONTHS[first.month]).capitalize(),
        "last": str(MONTHS[last.month]),
        "year": first.year,
    }


def _answers(cross: dict[Pair, Shown] | None, code: str, total: Shown) -> dict[str, Shown] | None:
    found = {answer: n for (question, answer), n in (cross or {}).items() if question == code}
    return None if cross is None or total == FEW or set(found.values()) == {HIDDEN} else found


def _cross(figures: Figures, axis: str, heading: str, minimum: int) -> Chart:
    return cross_chart(
        f"{axis}_answer",
        heading,
        (axis, figures.lines[axis]),
        ("answer", figures.lines["answer"]),
        figures.crosses[axis, "answer"],
        minimum,
        long=axis == "service",
    )
