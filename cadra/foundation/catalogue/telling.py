"""What a provider says of one service, written into its row; of a shelter never a place."""

import datetime as dt
from dataclasses import asdict, dataclass, field

from django.utils.translation import gettext as _

from cadra.foundation.catalogue.models import Cost, Service, Status
from cadra.foundation.catalogue.words import fold, place_in
from cadra.foundation.kernel.clock import now
from cadra.foundation.kernel.pack import pack


class CatalogueError(Exception):
    """Something a user can put right; its text is a sentence for her."""


class TellsAPlace(CatalogueError):
    """Words of a shelter that tell where it is."""

    def __init__(self, place: str) -> None:
        words = _("A shelter never tells where it is. Take this out: %(place)s")
        super().__init__(words % {"place": place})


@dataclass(frozen=True)
class Told:
    """What a provider says of one service. Codes of the pack and of `models`; `words`: language → description."""

    kind: str
    status: str = Status.OPEN
    words: dict[str, str] = field(default_factory=dict)
    serves: list[str] = field(default_factory=list)
    children_welcome: bool = False
    families: bool = False
    foreigners: bool = True
    languages: list[str] = field(default_factory=list)
    access: list[str] = field(default_factory=list)
    cost: str = Cost.FREE
    ways: list[str] = field(default_factory=list)
    areas: list[str] = field(default_factory=list)
    whole_country: bool = False
    day_and_night: bool = False
    at_night: bool = False
    days: list[int] = field(default_factory=list)
    opens: dt.time | None = None
    closes: dt.time | None = None
    capacity: int | None = None
    licence_number: str = ""
    licence_until: dt.date | None = None


def say(row: Service, told: Told) -> None:
    """Write what is told into the row, not saved. TellsAPlace when a shelter would tell where it is."""
    shelter = row.institution.is_shelter
    if shelter:
        place = next(filter(None, (place_in(words) for words in (*told.words.values(), told.licence_number))), "")
        if place:
            raise TellsAPlace(place)
    before = row.capacity
    for name, value in asdict(told).items():
        setattr(row, name, value)
    if shelter:
        row.areas = pack().shelter_areas(told.areas)
    row.words = {language: words for language, words in told.words.items() if words}
    if row.capacity is None:
        row.free_places, row.places_changed_at = None, None
    elif before is None:
        row.free_places, row.places_changed_at = row.capacity, now()
    else:
        row.free_places = min(row.free_places or 0, row.capacity)
    row.found_by = fold(" ".join([row.institution.name, row.desk.name, *row.words.values()]))
