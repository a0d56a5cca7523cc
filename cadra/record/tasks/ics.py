"""A calendar in the format every calendar reads (RFC 5545). It lies on telephones: it says a number, nothing else."""

import datetime as dt
import hashlib

from django.utils import translation
from django.utils.translation import ngettext
from icalendar import Calendar, Event

from cadra.foundation.kernel.clock import DAY, now
from cadra.record.tasks.queries.calendar import Feed, Slot

LENGTH = dt.timedelta(minutes=30)


def written(feed: Feed, token: str) -> bytes:
    """The file. Hours are written in UTC, so that no program has to know when this country changes its clock."""
    calendar = Calendar()
    calendar.add("prodid", "-//Cadra//Calendar//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", "Çadra")
    calendar.add("refresh-interval", dt.timedelta(hours=1), parameters={"VALUE": "DURATION"})
    with translation.override(feed.language):
        for slot in feed.slots:
            calendar.add_component(_event(slot, token))
    return bytes(calendar.to_ical())


def _event(slot: Slot, token: str) -> Event:
    event = Event()
    event.add("uid", _uid(slot, token))
    event.add("dtstamp", now().replace(microsecond=0))
    event.add("summary", _title(slot.tasks))
    if slot.at is None:
        event.add("dtstart", slot.on)
        event.add("dtend", slot.on + DAY)
        event.add("transp", "TRANSPARENT")
    else:
        start = slot.at.astimezone(dt.UTC)
        event.add("dtstart", start)
        event.add("dtend", start + LENGTH)
    event.add("class", "PRIVATE")
    return event


def _title(tasks: int) -> str:
    return ngettext("Çadra: %(count)s task", "Çadra: %(count)s tasks", tasks) % {"count": tasks}


def _uid(slot: Slot, token: str) -> str:
    """The same for the same slot of the same address, and nothing to anybody else."""
    place = slot.at.isoformat() if slot.at else slot.on.isoformat()
    return hashlib.sha256(f"{token} {place}".encode()).hexdigest()[:32]
