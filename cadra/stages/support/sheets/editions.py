"""An edition: all wording a sheet can need, of one pack and one state of the service, in every language.

It is named by the SHA-256 of its text, so the same wording is kept once, and a name can only ever mean one wording.
No person's data is in it.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import get_language, override

from cadra.foundation.kernel.pack import CountryPack, pack
from cadra.stages.support.models import WordingEdition
from cadra.stages.support.sheets.words import TABLES, WORDS

LAYOUT = 1  # templates/support/sheets/1.html; another layout is another template beside it
YEAR, DAY = 2345, 28


@dataclass(frozen=True)
class Edition:
    """`digest`: its name. `layout`: how its sheets are drawn. `by_language`: language → words, pack and months."""

    digest: str
    layout: int
    by_language: Mapping[str, Mapping[str, Any]]

    def words(self, language: str | None = None) -> Mapping[str, Any]:
        """The words in a language, by default the reader's; in the first language when it is not in the edition."""
        asked = language or get_language() or ""
        return self.by_language.get(asked) or next(iter(self.by_language.values()))


def current() -> Edition:
    """The edition of the pack and the service as they are now."""
    return _read(_written(pack()))


def keep_current() -> Edition:
    """The same, kept in the database for as long as anything is read under it."""
    edition, body = current(), _written(pack())
    WordingEdition.objects.bulk_create([WordingEdition(digest=edition.digest, body=body)], ignore_conflicts=True)
    return edition


def edition_of(digest: str) -> Edition:
    """An edition by its name; one query the first time. LookupError when it is gone or was changed."""
    now = current()
    return now if digest == now.digest else _kept(digest)


@lru_cache(maxsize=64)
def _kept(digest: str) -> Edition:
    body = WordingEdition.objects.filter(pk=digest).values_list("body", flat=True).first()
    if body is None:
        raise LookupError("The wording this was sent under is not kept here.")
    edition = _read(body)
    if edition.digest != digest:
        raise LookupError("The wording this was sent under was changed.")
    return edition


@lru_cache(maxsize=64)
def _read(body: str) -> Edition:
    values = json.loads(body)
    ordered = {code: values["languages"][code] for code in values["order"]}
    return Edition(hashlib.sha256(body.encode()).hexdigest(), values["layout"], ordered)


_texts: dict[int, tuple[CountryPack, str]] = {}


def _written(of: CountryPack) -> str:
    """The edition as text, worked out once for each pack."""
    if id(of) not in _texts:
        order = [code for code, _name in settings.LANGUAGES]
        values = {
            "country": of.code,
            "layout": LAYOUT,
            "order": order,
            "languages": {code: _language(of, code) for code in order},
        }
        _texts[id(of)] = (of, canonical(values))
    return _texts[id(of)][1]


def _language(of: CountryPack, code: str) -> dict[str, Any]:
    with override(code):
        return {
            "words": {key: str(text) for key, text in WORDS.items()},
            "pack": {name: {one.code: one.label(code) for one in getattr(of, name)} for name in TABLES},
            "months": [_month(number) for number in range(1, 13)],
        }


def _month(number: int) -> str:
    """How a day of this month is written: "%(day)s May %(year)s"."""
    told = str(date_format(dt.date(YEAR, number, DAY), "DATE_FORMAT"))
    return told.replace(str(YEAR), "%(year)s").replace(str(DAY), "%(day)s")


def canonical(value: Any) -> str:
    """One text for one value, whatever the order it was built in."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
