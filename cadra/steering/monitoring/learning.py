"""Learning from those who were not helped: who, why, against who was, and what became of it (mission D6, S9)."""

from django.utils.translation import gettext as _

from cadra.foundation.kernel.pack import pack
from cadra.steering.monitoring import words
from cadra.steering.monitoring.charts import Chart, cross_chart, line_chart, too_few
from cadra.steering.monitoring.contents import time_chart, why_not
from cadra.steering.monitoring.nesting import known_by
from cadra.steering.monitoring.periods import Frame
from cadra.steering.monitoring.queries import Pages, Part
from cadra.steering.monitoring.suppression import FEW, Figures


def not_helped(pages: Pages, frame: Frame) -> list[Chart]:
    """A quarter or an area: in short. The whole year: by profile, service, reason and kind of provider too."""
    found = _in_short(pages, frame)
    return found if frame.axis else [*found, *_by_reason(pages), *_by_profile(pages), *_by_service(pages)]


def _in_short(pages: Pages, frame: Frame) -> list[Chart]:
    least = pages.minimum
    people, offers = pages.part("persons", frame), pages.part("offers", frame)
    again = pages.part("again", frame)
    return [
        line_chart("help", people.line("help"), people.total, least),
        line_chart(
            "decision",
            offers.line("decision"),
            offers.total,
            least,
            unit=_("Offers"),
            heading=_("What became of offers"),
        ),
        why_not(pages, frame),
        line_chart(
            "became",
            again.line("became"),
            again.total,
            least,
            unit=_("Services"),
            heading=_("Offered again, and taken later"),
            note=_("Each service a person did not get when it first came up counts once, in the time when it did."),
        ),
    ]


def _by_reason(pages: Pages) -> list[Chart]:
    """Each family's reasons. Not by area or quarter: so few give one reason that figures would point at someone."""
    figures, year = _figures(pages, "declined"), Frame(pages.year)
    if figures.total == FEW:
        return []
    found = []
    for family in pack().decline_families:
        axis = f"reason_{family.code}"
        heading = _("Reasons: %(family)s") % {"family": family.label()}
        found.append(line_chart(axis, figures.lines[axis], FEW, pages.minimum, unit=_("Offers"), heading=heading))
    requests, people = pages.part("requests", year), pages.part("persons", year)
    found.append(_whole("refusal", requests, ("state", "refused"), pages, _("Requests"), _("Why services refused")))
    found.append(
        _whole("ended", people, ("help", "closed"), pages, _("Persons"), _("Files closed before help came: why"))
    )
    return found


def _whole(axis: str, part: Part, whole: tuple[str, str], pages: Pages, unit: str, heading: str) -> Chart:
    """A line that adds up to one cell of another."""
    of = (part.line(whole[0]) or {}).get(whole[1], 0)
    return line_chart(axis, part.line(axis), of, pages.minimum, unit=unit, heading=heading)


def _by_profile(pages: Pages) -> list[Chart]:
    """Those who were helped against those who were not, and what was said, by sex, age group and form."""
    people, offers, declined = (_figures(pages, name) for name in ("persons", "offers", "declined"))
    found = []
    for axis in ("sex", "age", "entry"):
        found.append(_cross(pages, people, axis, "help", _("Helped and not helped, by %(line)s")))
    found.append(_forms(pages, people))
    persons = pages.part("persons", Frame(pages.year))
    found.append(
        time_chart(
            pages,
            persons,
            "help",
            ("sex", "age", "entry", "area"),
            _("From first contact to first concrete help, by group"),
            note=_("Whoever still waits counts with the time up to now."),
        )
    )
    for axis in ("sex", "age"):
        found.append(_cross(pages, offers, axis, "decision", _("What became of offers, by %(line)s")))
        found.append(_families(pages, offers, declined, axis))
    return found


def _by_service(pages: Pages) -> list[Chart]:
    offers, declined, again, requests = (_figures(pages, name) for name in ("offers", "declined", "again", "requests"))
    asked = pages.part("requests", Frame(pages.year))
    return [
        _cross(pages, offers, "service", "decision", _("What became of offers, by %(line)s"), long=True),
        _families(pages, offers, declined, "service"),
        _cross(pages, again, "service", "became", _("Offered again, by %(line)s"), long=True),
        _cross(pages, requests, "provider", "state", _("Requests waiting and refused, by %(line)s"), long=True),
        time_chart(pages, asked, "answered", ("provider",), _("Time to answer, by kind of provider")),
    ]


def _figures(pages: Pages, name: str) -> Figures:
    return pages.part(name, Frame(pages.year)).subject.figures


def _cross(pages: Pages, figures: Figures, axis: str, column: str, heading: str, *, long: bool = False) -> Chart:
    """Two lines of one subject."""
    return cross_chart(
        f"{axis}_{column}",
        heading % {"line": words.title(axis).lower()},
        (axis, figures.lines[axis]),
        (column, figures.lines[column]),
        figures.crosses[axis, column],
        pages.minimum,
        long=long,
    )


def _forms(pages: Pages, people: Figures) -> Chart:
    """One person can have several forms, so forms are counted the other way round and turned here."""
    cross = people.crosses["help", "form"]
    turned = None if cross is None else {(form, help_): n for (help_, form), n in cross.items()}
    heading = _("Helped and not helped, by %(line)s") % {"line": words.title("form").lower()}
    lines = people.lines
    return cross_chart("form_help", heading, ("form", lines["form"]), ("help", lines["help"]), turned, pages.minimum)


def _families(pages: Pages, offers: Figures, declined: Figures, axis: str) -> Chart:
    """Kinds of reason by group; only where the offers themselves say how many in each group were not taken."""
    heading = _("Kinds of reason, by %(line)s") % {"line": words.title(axis).lower()}
    if not known_by(axis, "decision", offers):
        return Chart(f"{axis}_family", heading, (words.title(axis),), closed=too_few(pages.minimum), wide=True)
    lines, cross = declined.lines, declined.crosses[axis, "family"]
    rows, columns = (axis, lines[axis]), ("family", lines["family"])
    return cross_chart(f"{axis}_family", heading, rows, columns, cross, pages.minimum, long=axis == "service")
