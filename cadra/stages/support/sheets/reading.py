"""A sheet in one language: sections of lines, and the very bytes of its place on a page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.translation import get_language

from cadra.foundation.kernel.compartments import Compartment
from cadra.stages.support.sheets.editions import Edition
from cadra.stages.support.sheets.freezing import MESSAGE
from cadra.stages.support.sheets.saying import Line, said, word


@dataclass(frozen=True)
class Section:
    """A titled group of (label, value) pairs; the envelope has no title."""

    title: str
    rows: Sequence[tuple[str, str]]


def sections(
    edition: Edition, parts: Iterable[tuple[str, Sequence[Line]]], language: str | None = None, *, closed: str = ""
) -> list[Section]:
    """The parts in words, envelope first as given. `closed` stands for values of the identity part."""
    words = edition.words(language)
    return [
        Section(
            _title(part, edition, language),
            [
                (said(line["label"], words), closed if closed and part == Compartment.IDENTITY else _value(line, words))
                for line in lines
            ],
        )
        for part, lines in parts
        if lines
    ]


def page(
    edition: Edition, parts: Iterable[tuple[str, Sequence[Line]]], language: str | None = None, *, closed: str = ""
) -> str:
    """The sheet as it stands on the page: preview, provider, sender and a reader years later get the same bytes."""
    language = language or get_language() or ""
    values = {"language": language, "sections": sections(edition, parts, language, closed=closed)}
    return render_to_string(f"support/sheets/{edition.layout}.html", values)


def _value(line: Line, words: object) -> str:
    return said(line["value"], words)  # type: ignore[arg-type]


def _title(part: str, edition: Edition, language: str | None) -> str:
    if part == MESSAGE:
        return ""
    return said(word("not_again" if part == Compartment.CORE else f"part.{part}"), edition.words(language))
