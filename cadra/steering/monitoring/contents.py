"""What stands on each page of figures."""

from django.utils.translation import gettext as _

from cadra.foundation.kernel.pack import pack
from cadra.steering.monitoring import words
from cadra.steering.monitoring.charts import Cell, Chart, Row, counted, cross_chart, line_chart, too_few
from cadra.steering.monitoring.nesting import known
from cadra.steering.monitoring.periods import Frame
from cadra.steering.monitoring.queries import Pages, Part
from cadra.steering.monitoring.suppression import FEW, HIDDEN, Shown
from cadra.steering.monitoring.waiting import Times

#: Subjects each page counts, and nothing else.
NEEDS = {
    "persons": ("persons",),
    "times": ("referrals", "persons"),
    "help": ("referrals", "requests", "offers", "declined"),
    "not_helped": ("persons", "requests", "offers", "declined", "again"),
    "ratings": ("ratings",),
    "compare": ("persons",),
}


# Persons --------------------------------------------------------------------------------------------


def persons(pages: Pages, frame: Frame) -> list[Chart]:
    """Who came to the mechanism: the year's total in context, then by each line."""
    part, least = pages.part("persons", frame), pages.minimum
    found = [by_year(pages, frame)]
    if not frame.axis:
        found += [line_chart(axis, part.line(axis), part.total, least) for axis in ("quarter", "area")]
    several = _("One person can be in more than one line.")
    found += [
        line_chart(axis, part.line(axis), part.total, least, note=several if axis == "form" else "")
        for axis in ("status", "sex", "age", "form", "entry")
    ]
    return found


def by_year(pages: Pages, frame: Frame) -> Chart:
    """Persons in each year, of the country or of the area chosen."""
    area = frame.code if frame.axis == "area" else ""
    rows = []
    for year, figures in sorted(pages.years.items()):
        line = figures.lines["area"]
        cell: Shown = figures.total if not area else HIDDEN if line is None else line.get(area, 0)
        rows.append(Row(str(year), (counted(cell, pages.minimum),)))
    return Chart("year", _("Year"), (_("Year"), _("Persons")), tuple(rows))


# Times ----------------------------------------------------------------------------------------------


def times(pages: Pages, frame: Frame) -> list[Chart]:
    """How long each step takes, with those still waiting."""
    referrals, people = pages.part("referrals", frame), pages.part("persons", frame)
    asked, persons_ = _("Referrals"), _("Persons")
    return [
        _wait(pages, referrals, "acknowledged", _("From referral to confirmed receipt"), "acknowledge", asked),
        _wait(pages, referrals, "assigned", _("From referral to naming the pair"), "assign", asked),
        _wait(pages, referrals, "decided", _("From referral to a signed decision"), "pair_decision", asked),
        _wait(
            pages,
            people,
            "help",
            _("From first contact to first concrete help"),
            "first_help",
            persons_,
            note=_("A file closed without help counts with the time up to the day it was closed."),
        ),
    ]


def _wait(pages: Pages, part: Part, name: str, heading: str, limit: str, unit: str, *, note: str = "") -> Chart:
    line, found = part.line(name), part.times(name)
    rows = (*_duration_rows(found), *_open_rows(found))
    lead = (_how_many(pages, part, line or {}, found, unit), words.limit(limit, pages.year))
    closed = too_few(pages.minimum) if line is None or found.half is None else ""
    return Chart(name, heading, (_("Measure"), _("Time")), () if closed else rows, lead=lead, closed=closed, note=note)


def _duration_rows(found: Times) -> tuple[Row, Row]:
    return (
        Row(
            _("Half of them within (median)"),
            (Cell(words.duration(found.half, at_least=found.half_at_least), found.half),),
        ),
        Row(
            _("Nine of ten within"),
            (Cell(words.duration(found.most, at_least=found.most_at_least), found.most),),
        ),
    )


def _open_rows(found: Times) -> tuple[Row, Row]:
    return (
        Row(
            _("Of those still open, half have waited"), (Cell(words.duration(found.half_open), found.half_open),), False
        ),
        Row(
            _("The longest still open has waited"),
            (Cell(words.duration(found.longest_open), found.longest_open),),
            False,
        ),
    )


def _how_many(pages: Pages, part: Part, line: dict[str, Shown], found: Times, unit: str) -> str:
    """How many there are, how many are open and since when."""
    text = _("%(unit)s: %(total)s. Still open: %(open)s.") % {
        "unit": unit,
        "total": words.shown(part.total, pages.minimum),
        "open": words.shown(line.get("waiting", 0), pages.minimum),
    }
    if found.half_open is None:
        return text
    since = _("Half of the open ones have waited %(half)s or more, the longest %(longest)s.") % {
        "half": words.duration(found.half_open),
        "longest": words.duration(found.longest_open),
    }
    return f"{text} {since}"


# Help -----------------------------------------------------------------------------------------------


def help_(pages: Pages, frame: Frame) -> list[Chart]:
    """What came of referrals, requests to services and offers."""
    least = pages.minimum
    referrals, requests = pages.part("referrals", frame), pages.part("requests", frame)
    offers = pages.part("offers", frame)
    unit_requests = _("Requests")
    found = [
        line_chart(
            "helped",
            referrals.line("helped"),
            referrals.total,
            least,
            unit=_("Referrals"),
            note=_("A referral led to a service when help was given to the person after it was sent."),
        ),
        line_chart("begun", requests.line("begun"), requests.total, least, unit=unit_requests),
        line_chart(
            "state",
            requests.line("state"),
            requests.total,
            least,
            unit=unit_requests,
            heading=_("Requests to services"),
        ),
        _answer_time(pages, requests),
    ]
    if not frame.axis:
        found += _services(pages, requests)
    found += [
        line_chart(
            "decision",
            offers.line("decision"),
            offers.total,
            least,
            unit=_("Offers"),
            heading=_("Services offered to her"),
        ),
        why_not(pages, frame),
    ]
    return found


def why_not(pages: Pages, frame: Frame) -> Chart:
    """Kinds of reason, against the offers that did not help where these say how many they are."""
    offers, declined = pages.part("offers", frame), pages.part("declined", frame)
    whole = known(offers.line("decision"), offers.total)
    return line_chart(
        "family",
        declined.line("family"),
        FEW if whole is None else whole,
        pages.minimum,
        unit=_("Offers"),
        heading=_("Why offers did not help, or only in part"),
        note=f"{_('An offer can be declined for several reasons.')} {pack().decline_families['system'].hint or ''}",
    )


def _answer_time(pages: Pages, requests: Part) -> Chart:
    found = requests.times("answered")
    return Chart(
        "answered",
        _("From request to the service's answer"),
        (_("Measure"), _("Time")),
        () if found.half is None else (*_duration_rows(found), *_open_rows(found)),
        closed=too_few(pages.minimum) if found.half is None else "",
        lead=(words.limit("referral_answer", pages.year),),
        note=_("Taken back before an answer: not counted here. On the waiting list: that is an answer."),
    )


def _services(pages: Pages, requests: Part) -> list[Chart]:
    """By service: for the whole year and country only."""
    figures, least = requests.subject.figures, pages.minimum
    line = figures.lines["service"]
    return [
        time_chart(pages, requests, "answered", ("service",), _("Time to answer, by service")),
        cross_chart(
            "service",
            _("Requests by service and where they stand"),
            ("service", line),
            ("state", figures.lines["state"]),
            figures.crosses["service", "state"],
            least,
            long=True,
        ),
    ]


def time_chart(pages: Pages, part: Part, name: str, axes: tuple[str, ...], heading: str, *, note: str = "") -> Chart:
    """Waiting times along lines, the longest first within each; those of too few people are left out."""
    waits = part.subject.waits[name]
    rows: list[Row] = []
    for axis in axes:
        found = [(label, waits.get((axis, code), Times())) for code, label in words.codes(axis)]
        rows += [
            Row(
                label if len(axes) == 1 else f"{words.title(axis)}: {label}",
                (
                    Cell(words.duration(one.half, at_least=one.half_at_least), one.half),
                    Cell(words.duration(one.most, at_least=one.most_at_least), one.most),
                ),
            )
            for label, one in sorted(found, key=lambda each: -(each[1].half or 0))
            if one.half is not None
        ]
    none = "" if rows else too_few(pages.minimum)
    first = words.title(axes[0]) if len(axes) == 1 else _("Group")
    columns = (first, _("Half within (median)"), _("Nine of ten within"))
    return Chart(f"{axes[0]}_time", heading, columns, tuple(rows), wide=True, closed=none, note=note)


# Compared -------------------------------------------------------------------------------------------


def compare(pages: Pages, axis: str) -> list[Chart]:
    """Areas and quarters of a year against one line: two questions at once, never three."""
    figures = pages.part("persons", Frame(pages.year)).subject.figures
    return [
        cross_chart(
            f"{frame}_{axis}",
            _("%(first)s and %(second)s") % {"first": words.title(frame), "second": words.title(axis).lower()},
            (frame, figures.lines[frame]),
            (axis, figures.lines[axis]),
            figures.crosses[frame, axis],
            pages.minimum,
        )
        for frame in ("area", "quarter")
    ]


def frame_words(frame: Frame) -> str:
    """What the page shows, in words: it also stands on paper."""
    if frame.axis == "quarter":
        return _("%(quarter)s %(year)s, whole country") % {"quarter": words.quarter(frame.code), "year": frame.year}
    if frame.axis == "area":
        return _("%(year)s, %(area)s") % {"area": dict(words.codes("area"))[frame.code], "year": frame.year}
    return _("%(year)s, whole country (%(country)s)") % {"year": frame.year, "country": pack().text}


def headline(pages: Pages, frame: Frame) -> str:
    """How many persons the page is about, where it is about persons."""
    if pages.subjects is None or set(pages.subjects) != {"persons"}:
        return ""
    total = pages.part("persons", frame).total
    return _("Persons: %(total)s") % {"total": words.shown(total, pages.minimum)}
