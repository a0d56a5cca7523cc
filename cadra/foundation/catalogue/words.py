"""Words of the catalogue: folded for the search, and watched where they could tell a place."""

import re
import unicodedata
from functools import cache

from cadra.foundation.kernel.pack import pack

NUMBERS_OF_A_PLACE = re.compile(r"\d{1,3}[.,]\d{3,}|\d+\s*°")


def fold(text: str) -> str:
    """Lower case without marks: whoever types "strehez" finds "Strehëz"."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(one for one in plain if not unicodedata.combining(one)).split())


def place_in(text: str) -> str:
    """What in a text tells where something is: the name of a municipality or crossing, or coordinates; else "".

    A name is noticed also without its marks, in small letters and with another ending.
    """
    written = unicodedata.normalize("NFC", text)
    found = NUMBERS_OF_A_PLACE.search(written) or _names(pack().code).search(_unmarked(written))
    return written[found.start() : found.end()].strip() if found else ""


def _unmarked(text: str) -> str:
    """As many letters, each without its marks."""
    return "".join(unicodedata.normalize("NFKD", letter)[0] for letter in text)


def kinds_called(word: str) -> list[str]:
    """Kinds of service whose name, in any language, holds this folded word."""
    return [code for code, names in _kinds(pack().code).items() if word in names]


@cache
def _names(country: str) -> re.Pattern[str]:
    small = pack().areas.where(lambda area: area.kind != "region")
    names = {name for area in small for text in (area.text, area.former) if text for _language, name in text.items()}
    stems = {_unmarked(name.removesuffix("ër").rstrip("ëeai")) for name in names if len(name) > 3}
    longest_first = sorted(map(re.escape, stems), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(longest_first)})\w{{0,3}}\b", re.IGNORECASE)


@cache
def _kinds(country: str) -> dict[str, str]:
    return {one.code: fold(" ".join(name for _language, name in one.text.items())) for one in pack().services}
