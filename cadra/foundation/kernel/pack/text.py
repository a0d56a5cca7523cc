"""The small building blocks of a pack: wording in several languages, tables by code, rows dated by day."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Generic, Protocol, TypeVar

from django.utils.translation import get_language
from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema


class Text:
    """Wording in every language of the pack. `str(text)` is the current language, `text["fr"]` one language.

    A language the pack does not speak falls back to the pack's first language, so a page is never empty.
    """

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, str]) -> None:
        """`values`: language code → wording, the pack's first language first."""
        self._values = dict(values)

    def __getitem__(self, language: str) -> str:
        return self._values[language]

    def label(self, language: str | None = None) -> str:
        """The wording in `language`, by default the language of the page."""
        asked = language or get_language() or ""
        found = self._values.get(asked) or self._values.get(asked.split("-")[0])
        return found if found is not None else next(iter(self._values.values()))

    def items(self) -> Iterable[tuple[str, str]]:
        """(language, wording) pairs."""
        return self._values.items()

    def __str__(self) -> str:
        return self.label()

    def __repr__(self) -> str:
        return f"Text({self._values!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Text) and self._values == other._values

    def __hash__(self) -> int:
        return hash(tuple(self._values.items()))

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_plain_validator_function(_read_text)


def _read_text(value: Any, info: core_schema.ValidationInfo) -> Text:
    languages: tuple[str, ...] = (info.context or {}).get("languages", ())
    if isinstance(value, Text):
        return value
    if not isinstance(value, Mapping) or not all(isinstance(words, str) for words in value.values()):
        raise PydanticCustomError("text_form", "must be wording by language")
    missing = [language for language in languages if not value.get(language, "").strip()]
    if missing:
        raise PydanticCustomError(
            "text_missing",
            "has no wording in {missing}",
            {"missing": ", ".join(missing), "languages": ", ".join(languages)},
        )
    strangers = sorted(set(value) - set(languages))
    if strangers:
        raise PydanticCustomError(
            "text_stranger",
            "has wording in {strangers}, which is not a language of this pack",
            {"strangers": ", ".join(strangers)},
        )
    return Text({language: value[language].strip() for language in languages})


class Coded(Protocol):
    """Anything with a stable code and wording."""

    @property
    def code(self) -> str: ...

    @property
    def text(self) -> Text: ...


T = TypeVar("T", bound=Coded)
R = TypeVar("R")


class Table(Generic[T]):
    """Entries of one kind in the order of the file, found by code."""

    __slots__ = ("_by_code", "name")

    def __init__(self, name: str, entries: Iterable[T]) -> None:
        """`name` is the attribute of the pack, used in error messages."""
        self.name = name
        self._by_code: dict[str, T] = {entry.code: entry for entry in entries}

    def __iter__(self) -> Iterator[T]:
        return iter(self._by_code.values())

    def __len__(self) -> int:
        return len(self._by_code)

    def __contains__(self, code: object) -> bool:
        return code in self._by_code

    def __getitem__(self, code: str) -> T:
        """The entry with this code; KeyError names the table when there is none."""
        try:
            return self._by_code[code]
        except KeyError:
            raise KeyError(f"{self.name} has no entry '{code}'") from None

    def get(self, code: str | None) -> T | None:
        """The entry with this code, or None."""
        return self._by_code.get(code) if code else None

    @property
    def codes(self) -> tuple[str, ...]:
        """All codes, in order."""
        return tuple(self._by_code)

    def where(self, keep: Callable[[T], bool] | None = None, /, **equal: Any) -> list[T]:
        """Entries for which `keep` holds and every named attribute equals the value given."""
        return [
            entry
            for entry in self
            if (keep is None or keep(entry)) and all(getattr(entry, key) == value for key, value in equal.items())
        ]

    def choices(self, *codes: str) -> list[tuple[str, Text]]:
        """(code, Text) pairs for a form field, which renders in the page's language; all, or only `codes`."""
        return [(entry.code, entry.text) for entry in (map(self.__getitem__, codes) if codes else self)]

    def label(self, code: str | None, language: str | None = None) -> str:
        """Wording for a stored code; a code no longer in the pack shows itself rather than failing."""
        entry = self.get(code)
        return entry.text.label(language) if entry else (code or "")


class DatedRow(Protocol):
    """A row in force from a day until a day, both included; None means without end."""

    @property
    def code(self) -> str: ...

    @property
    def starts(self) -> dt.date: ...

    @property
    def ends(self) -> dt.date | None: ...


D = TypeVar("D", bound=DatedRow)


class Dated(Generic[D]):
    """Rows of which, for each code, one is in force on a day."""

    __slots__ = ("_by_code", "name")

    def __init__(self, name: str, rows: Iterable[D]) -> None:
        """`name` is the attribute of the pack, used in error messages."""
        self.name = name
        self._by_code: dict[str, list[D]] = {}
        for row in rows:
            self._by_code.setdefault(row.code, []).append(row)
        for versions in self._by_code.values():
            versions.sort(key=lambda row: row.starts)

    def __iter__(self) -> Iterator[D]:
        return (row for versions in self._by_code.values() for row in versions)

    def __len__(self) -> int:
        return sum(map(len, self._by_code.values()))

    def __contains__(self, code: object) -> bool:
        return code in self._by_code

    @property
    def codes(self) -> tuple[str, ...]:
        """All codes, in order."""
        return tuple(self._by_code)

    def versions(self, code: str) -> tuple[D, ...]:
        """Every version of `code`, oldest first."""
        return tuple(self._by_code.get(code, ()))

    def on(self, code: str, day: dt.date) -> D:
        """The version of `code` in force on `day`; LookupError says so when there is none."""
        for row in self._by_code.get(code, ()):
            if row.starts <= day and (row.ends is None or day <= row.ends):
                return row
        raise LookupError(f"{self.name} has no '{code}' in force on {day.isoformat()}")
