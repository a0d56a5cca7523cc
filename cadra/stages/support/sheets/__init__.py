"""What a provider reads, as codes and her own words under a frozen wording: the same bytes a year later."""

from cadra.stages.support.sheets.editions import Edition, current, edition_of
from cadra.stages.support.sheets.freezing import commitment, message_lines, seal_of, unsalted
from cadra.stages.support.sheets.reading import Section, page, sections
from cadra.stages.support.sheets.saying import Atom, Line, day, joined, packed, said, word

__all__ = [
    "Atom",
    "Edition",
    "Line",
    "Section",
    "commitment",
    "current",
    "day",
    "edition_of",
    "joined",
    "message_lines",
    "packed",
    "page",
    "said",
    "seal_of",
    "sections",
    "unsalted",
    "word",
]
