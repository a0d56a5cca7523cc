"""The country pack's longer texts, written in a small part of Markdown: paragraphs, numbered points, bold words."""

import re
from dataclasses import dataclass

POINT = re.compile(r"^\d+\.\s+")
BOLD = re.compile(r"\*\*(.+?)\*\*")


@dataclass(frozen=True)
class Block:
    """A paragraph, or a list of numbered points; each line is (text, whether it is bold) after one another."""

    numbered: bool
    lines: tuple[tuple[tuple[str, bool], ...], ...]


def blocks(text: str) -> list[Block]:
    """A text in its blocks, without its title: the page's heading says that."""
    parts = (part.strip() for part in re.split(r"\n\s*\n", text))
    return [_block(part) for part in parts if part and not part.startswith("# ")]


def _block(part: str) -> Block:
    if not POINT.match(part):
        return Block(numbered=False, lines=(_runs(" ".join(part.splitlines())),))
    return Block(numbered=True, lines=tuple(_runs(POINT.sub("", line)) for line in part.splitlines()))


def _runs(line: str) -> tuple[tuple[str, bool], ...]:
    """Every second piece between the asterisks is bold."""
    return tuple((piece, place % 2 == 1) for place, piece in enumerate(BOLD.split(line)) if piece)
