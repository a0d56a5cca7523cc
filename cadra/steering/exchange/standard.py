"""IOM's Human Trafficking Case Data Standard 2.0 as data: its fields, their values, and where each is kept.

HTCDS by IOM, CC BY 4.0. `htcds/fields.csv` is the standard's own list; `places.csv` gives the order of IOM's
spreadsheet and the compartment that seals each field; `choices.csv`, `countries.csv` (ISO 3166-1) and `languages.csv`
(ISO 639-2) the values; `slips.csv` the headers the published spreadsheet has wrong.
"""

import csv
import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from cadra.foundation.kernel.compartments import Compartment
from cadra.foundation.kernel.pack import pack

FOLDER = Path(__file__).parent / "htcds"
COUNTRY_FIELDS = "ISO 3166-1"
LANGUAGE_FIELDS = "ISO 639-2"
SEPARATORS = (r"[;|\n]", r"[;|,\n]", r"\s+")


@dataclass(frozen=True)
class Field:
    """One field of the standard. `kind`: text, date, check, number, place, pick or many; `codes`: its values."""

    id: str
    label: str
    kind: str
    compartment: Compartment
    codes: str = ""
    choices: dict[str, str] = field(default_factory=dict, hash=False)

    @property
    def coded(self) -> bool:
        """Whether the standard names the values this field may have."""
        return bool(self.codes)


KINDS = {
    "Text": "text",
    "Long Text": "text",
    "Date": "date",
    "Checkbox": "check",
    "Number": "number",
    "Geolocation": "place",
    "Picklist": "pick",
    "Picklist or Text": "text",
    "Multiselect Picklist": "many",
}


@cache
def fields() -> dict[str, Field]:
    """All fields by id, in the order of the export: IOM's spreadsheet first, then the rest of the standard."""
    known = {row["field_id"]: row for row in _rows("fields.csv")}
    choices: dict[str, dict[str, str]] = defaultdict(dict)
    for row in _rows("choices.csv"):
        choices[row["field_id"]][row["code"]] = row["label"]
    return {
        place["field_id"]: _field(known[place["field_id"]], place["compartment"], choices[place["field_id"]])
        for place in _rows("places.csv")
    }


@cache
def by_header() -> dict[str, Field]:
    """Fields by their id as a header may spell it (`plain`), slips of the published spreadsheet included."""
    found = {plain(field_id): one for field_id, one in fields().items()}
    slips = {plain(row["header"]): fields()[row["field_id"]] for row in _rows("slips.csv") if row["header"]}
    return found | slips


@cache
def by_label() -> dict[str, Field]:
    """Fields by label, where only one has it. Labels such as `Type` name several fields, and none here."""
    named: dict[str, list[Field]] = defaultdict(list)
    for one in fields().values():
        named[plain(one.label)].append(one)
    return {label: found[0] for label, found in named.items() if len(found) == 1}


@cache
def unnamed_after() -> dict[str, Field]:
    """The field of a column without any name, by the id of the field on its left."""
    return {row["after"]: fields()[row["field_id"]] for row in _rows("slips.csv") if row["after"]}


def plain(text: object) -> str:
    """A header or value reduced to its letters and digits, for comparing spellings."""
    return "".join(character for character in str(text).casefold() if character.isalnum())


def codes_in(one: Field, text: str) -> tuple[list[str], list[str]]:
    """(codes, pieces nobody knows) of a cell. Codes or labels, one or several, however they are separated."""
    values = _values(one.id)
    whole = values.get(plain(text))
    if whole:
        return [whole], []
    best: tuple[list[str], list[str]] = ([], [text.strip()])
    for separator in SEPARATORS:
        pieces = [piece.strip() for piece in re.split(separator, text) if piece.strip()]
        codes = [values[plain(piece)] for piece in pieces if plain(piece) in values]
        strange = [piece for piece in pieces if plain(piece) not in values]
        if not strange:
            return list(dict.fromkeys(codes)), []
        if len(codes) > len(best[0]):
            best = list(dict.fromkeys(codes)), strange
    return best


def language_of(code: str) -> str:
    """The pack's code of an ISO 639-2 language, else `other`."""
    return code if code in pack().languages else "other"


def code_of_language(language: str) -> str:
    """The ISO 639-2 code of a language of the pack; '' when it has none."""
    return next((row["code"] for row in _rows("languages.csv") if row["short"] == language), "")


@cache
def _values(field_id: str) -> dict[str, str]:
    """What may stand in a cell of this field (reduced by `plain`) → its code."""
    one = fields()[field_id]
    if one.codes == COUNTRY_FIELDS:
        found = {plain(country.code): country.code for country in pack().countries if len(country.code) == 2}
        for language in pack().written_languages:
            found |= {
                plain(country.label(language)): country.code for country in pack().countries if len(country.code) == 2
            }
        for row in _rows("countries.csv"):
            found |= {plain(row["label"]): row["code"], plain(row["code"]): row["code"]}
        return found
    if one.codes == LANGUAGE_FIELDS:
        return {
            plain(row[name]): row["short"]
            for row in _rows("languages.csv")
            for name in ("label", "short", "bibliographic", "code")
            if row[name]
        }
    return {plain(label): code for code, label in one.choices.items()} | {plain(code): code for code in one.choices}


def _field(row: dict[str, str], compartment: str, choices: dict[str, str]) -> Field:
    kind = "text" if row["type"].startswith("Lookup") else KINDS[row["type"]]
    codes = row["value_codes"] if row["value_codes"].startswith("ISO") else "own" if choices else ""
    return Field(row["field_id"], row["label"], kind, Compartment(compartment), codes, choices)


@cache
def _rows(name: str) -> tuple[dict[str, str], ...]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as lines:
        return tuple(csv.DictReader(lines))
