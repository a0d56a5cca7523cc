"""What the invented institutions offer, from data/services.csv. Written as the tables' owner, like the network."""

import datetime as dt
from collections.abc import Mapping

from cadra.demo import data
from cadra.foundation.catalogue.models import Service
from cadra.foundation.catalogue.telling import Told, say
from cadra.foundation.kernel.clock import month_later, now, today
from cadra.foundation.kernel.pack import pack
from cadra.foundation.network.models import Desk, Institution

ALWAYS = "always"
TOUCHED = 11  # hours ago, at most, that the places of a service were counted; one in seven longer


def of(institutions: Mapping[str, Institution], desks: Mapping[str, Desk]) -> list[Service]:
    """The services of these institutions and desks, not saved."""
    rows = [row for row in data.table("services") if row["key"] in desks and row["kind"] in pack().services]
    return [_service(number, row, institutions[row["key"]], desks[row["key"]]) for number, row in enumerate(rows)]


def _service(number: int, row: dict[str, str], institution: Institution, desk: Desk) -> Service:
    service = Service(institution=institution, desk=desk)
    say(service, _told(row, institution))
    if row["places"]:
        service.free_places = int(row["free"])
        ago = 60 if number % 7 == 6 else 1 + number % TOUCHED
        service.places_changed_at = now() - dt.timedelta(hours=ago)
    service.verified_at = now() - dt.timedelta(days=int(row["verified"]))
    return service


def _told(row: dict[str, str], institution: Institution) -> Told:
    along, hours = _list(row["along"]), row["hours"].split(";")
    licence, _sign, months = row["licence"].partition(";")
    by_hours = row["hours"] != ALWAYS
    return Told(
        kind=row["kind"],
        words={code: row[f"words_{code}"] for code in ("sq", "en")},
        serves=_list(row["serves"]),
        children_welcome="children_welcome" in along,
        families="families" in along,
        foreigners="foreigners" in along,
        languages=[code for code in _list(row["languages"]) if code in pack().languages],
        access=_list(row["access"]),
        ways=_list(row["ways"]),
        areas=list(institution.areas),
        whole_country=institution.serves_whole_country,
        day_and_night=not by_hours,
        at_night=row["night"] == "yes",
        days=[int(day) for day in hours[0]] if by_hours else [],
        opens=dt.time.fromisoformat(hours[1]) if by_hours else None,
        closes=dt.time.fromisoformat(hours[2]) if by_hours else None,
        capacity=int(row["places"]) if row["places"] else None,
        licence_number=licence,
        licence_until=month_later(today(), int(months)) if months else None,
    )


def _list(cell: str) -> list[str]:
    return [part for part in cell.split(";") if part]
