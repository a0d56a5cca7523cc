"""An institution and a desk in words, line by line."""

from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cadra.foundation.kernel.pack import pack
from cadra.foundation.network.models import Desk, Institution

#: What an institution may still answer for (`queries.still_waits`).
WAITS = {
    "files": gettext_lazy(
        "It holds files that are open. The Responsible Authority’s officers give each to another institution."
    ),
    "requests": gettext_lazy(
        "Requests at its desks are not finished. Its people end them, or whoever sent them takes them back."
    ),
    "identifications": gettext_lazy(
        "Its people identify somebody at this time. The Responsible Authority names others for it."
    ),
    "teams": gettext_lazy(
        "Its people are on the team of open files. Whoever carries the file names others, or ends their place."
    ),
}


def entry(row: Institution) -> list[dict[str, Any]]:
    """What is known of an institution, as it stands."""
    areas = _("whole country") if row.serves_whole_country else ", ".join(map(pack().place_label, row.areas))
    since = date_format(row.party_since, "DATE_FORMAT") if row.party_since else ""
    place = _("withheld") if row.is_shelter else pack().place_label(row.municipality) if row.municipality else ""
    lines = [
        (_("Name"), row.name),
        (_("Kind"), pack().institution_kinds.label(row.kind)),
        (_("Mandate"), row.mandate),
        (_("Serves"), areas),
        (_("Place"), place),
        (_("Telephone"), row.phone),
        (_("E-mail"), row.email),
        (_("Hours"), row.hours),
        (_("Party to the agreement since"), since),
    ]
    return [{"key": key, "value": value} for key, value in lines]


def desk(row: Desk) -> list[dict[str, Any]]:
    """What is known of a desk, as it stands."""
    cover = ""
    if row.cover_ahead and row.cover and row.cover_from and row.cover_until:
        days = " – ".join(date_format(day, "DATE_FORMAT") for day in (row.cover_from, row.cover_until))
        cover = f"{row.cover.name}, {days}"
    lines = [
        (_("Name"), row.name),
        (_("Services"), ", ".join(pack().services.label(code) for code in row.services)),
        (_("Telephone"), row.phone),
        (_("Hours"), row.hours),
        (_("This desk takes requests now"), _("Yes") if row.is_open else _("No")),
        (_("Which desk answers when nobody is here"), cover),
    ]
    return [{"key": key, "value": value} for key, value in lines]
