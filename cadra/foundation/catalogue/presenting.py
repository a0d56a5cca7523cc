"""Services, drawn: a line of a list, a whole page, the taps for free places. Of a shelter never a place."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db.models import TextChoices
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.formats import time_format
from django.utils.text import capfirst
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from cadra.foundation.catalogue import openings
from cadra.foundation.catalogue.fitting import free_places, shown_areas
from cadra.foundation.catalogue.models import Access, Cost, Group, Service, Status, Way
from cadra.foundation.catalogue.words import place_in
from cadra.foundation.kernel.clock import local, now
from cadra.foundation.kernel.pack import pack
from cadra.foundation.shell.templatetags.shell import distance, moment

Tag = dict[str, str]
MOMENT = dt.timedelta(minutes=1)


def kind(service: Service) -> str:
    """The kind of service in words."""
    return pack().services.label(service.kind)


def description(service: Service) -> str:
    """In the page's language, else in another; nothing where a shelter's words would tell a place."""
    words = service.words.get(get_language() or "") or next(
        (said for code, _name in settings.LANGUAGES if (said := service.words.get(code))), ""
    )
    return _without_place(service, str(words))


def _without_place(service: Service, words: str) -> str:
    """Words as they may be shown, in whatever way they were stored: of a shelter none that tell where it is."""
    return "" if service.institution.is_shelter and place_in(words) else words


def place(service: Service) -> str:
    """The area it serves, in words."""
    if service.whole_country:
        return _("whole country")
    return ", ".join(pack().place_label(code) for code in shown_areas(service))


def hours(service: Service) -> str:
    """ "Mon, Tue 08:00–16:00, someone answers at night"."""
    if service.day_and_night:
        return _("day and night")
    said = []
    if service.opens is not None and service.closes is not None and service.days:
        days = _runs([day for day in range(1, 8) if day in service.days])
        said.append(f"{days} {time_format(service.opens, 'H:i')}–{time_format(service.closes, 'H:i')}")
    if service.at_night:
        said.append(_("someone answers at night"))
    return ", ".join(said)


def places(service: Service) -> str:
    """ "2 of 8 places free"; nothing where they are not counted."""
    if service.capacity is None:
        return ""
    return ngettext("%(free)s of %(all)s place free", "%(free)s of %(all)s places free", service.capacity) % {
        "free": service.free_places or 0,
        "all": service.capacity,
    }


def changed(service: Service) -> str:
    """ "changed 3 hours ago" """
    if service.capacity is None or service.places_changed_at is None:
        return ""
    if now() - service.places_changed_at < MOMENT:
        return _("changed just now")
    return _("changed %(distance)s ago") % {"distance": distance(service.places_changed_at)}


def tags(service: Service) -> list[Tag]:
    """What must be seen at once: full, an old number, closed for a while, licence run out."""
    found: list[Tag] = []
    if service.status != Status.OPEN:
        found.append({"text": str(Status(service.status).label), "colour": "grey"})
    if openings.is_full(service):
        found.append({"text": _("Full"), "colour": "red"})
    elif service.capacity is not None:
        found.append({"text": free_places(service.free_places or 0), "colour": "green"})
    if openings.places_are_old(service):
        found.append({"text": _("Old number: ask"), "colour": "yellow"})
    if openings.is_open(service):
        found.append({"text": _("Open now"), "colour": "teal"})
    if openings.licence_ran_out(service):
        found.append({"text": _("Licence ran out"), "colour": "red"})
    return found


def line(service: Service) -> dict[str, Any]:
    """A result of the search."""
    return {
        "service": service,
        "kind": kind(service),
        "tags": tags(service),
        "facts": [fact for fact in (whom(service), place(service), _tongues(service), hours(service)) if fact],
        "phone": phone(service),
    }


def phone(service: Service) -> str:
    """The telephone of the desk; of a shelter never another one."""
    return service.desk.phone or ("" if service.institution.is_shelter else service.institution.phone)


def whom(service: Service) -> str:
    """ "Women, girls, children welcome"."""
    said = [label.lower() for label in _labels(Group, service.serves)]
    if service.children_welcome:
        said.append(_("children welcome"))
    if service.families:
        said.append(_("families"))
    return capfirst(", ".join(said))


def rows(service: Service) -> list[dict[str, Any]]:
    """Everything the catalogue says of one service, for a summary list."""
    count = ", ".join(fact for fact in (places(service), changed(service)) if fact)
    told: list[dict[str, Any] | None] = [
        {"key": _("Desk to ask"), "value": service.desk.name},
        {"key": _("Telephone"), "value": phone(service)},
        {"key": _("Whom it takes"), "value": whom(service)},
        {"key": _("Foreigners"), "value": _("Yes") if service.foreigners else _("No")},
        {"key": _("Languages"), "value": _tongues(service)},
        {"key": _("Accessibility"), "value": ", ".join(_labels(Access, service.access))},
        {"key": _("Cost"), "value": str(Cost(service.cost).label)},
        {"key": _("How"), "value": ", ".join(_labels(Way, service.ways))},
        {"key": _("Hours"), "value": hours(service)},
        {"key": _("Area served"), "value": place(service)},
        {"key": _("Place"), "value": _("withheld: ring the desk")} if service.institution.is_shelter else None,
        {"key": _("Places"), "value": count or _("not counted")},
        {"key": _("Licence"), "value": licence(service)},
        {"key": _("Looked at last"), "value": verified(service)},
    ]
    return [row for row in told if row]


def licence(service: Service) -> str:
    """Number and last day."""
    until = _("until %(day)s") % {"day": moment(service.licence_until)} if service.licence_until else ""
    return ", ".join(part for part in (_without_place(service, service.licence_number), until) if part)


def verified(service: Service) -> str:
    """When its provider said it is so, and who."""
    by = service.verified_by.name if service.verified_by is not None else ""
    return ", ".join(part for part in (moment(local(service.verified_at).date()), by) if part)


def tap(service: Service) -> dict[str, Any]:
    """One service with its two taps: the numbers − and + lead to."""
    free, most = service.free_places or 0, service.capacity or 0
    return {
        "service": service,
        "kind": kind(service),
        "desk": service.desk.name,
        "free": free,
        "all": most,
        "less": free - 1 if free > 0 else None,
        "more": free + 1 if free < most else None,
        "words": places(service),
        "changed": changed(service),
        "is_old": openings.places_are_old(service),
    }


def own_line(service: Service) -> dict[str, Any]:
    """A line of what an institution keeps."""
    return {
        **line(service),
        "tap": tap(service) if service.capacity is not None and service.status == Status.OPEN else None,
        "verified": verified(service),
    }


def _tongues(service: Service) -> str:
    return ", ".join(pack().languages.label(code) for code in service.languages)


def _labels(choices: type[TextChoices], codes: Iterable[str]) -> list[str]:
    return [str(choices(code).label) for code in choices.values if code in set(codes)]


def _runs(days: list[int]) -> str:
    """ "Mon–Fri, Sun": neighbours are drawn together."""
    runs: list[list[int]] = []
    for day in days:
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    names = [str(WEEKDAYS_ABBR[day - 1]) for day in range(1, 8)]
    return ", ".join(
        names[run[0] - 1] if len(run) == 1 else f"{names[run[0] - 1]}–{names[run[-1] - 1]}" for run in runs
    )
