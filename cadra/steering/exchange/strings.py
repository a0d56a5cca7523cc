"""A workbook's shared strings, packed: memory stays small however many there are.

A spreadsheet keeps its texts in one list, apart from the cells. They are held compressed in blocks and unpacked a few
blocks at a time; nothing is written to a disk.
"""

import json
import zlib
from collections import OrderedDict
from typing import IO

from defusedxml.ElementTree import iterparse
from openpyxl.xml.constants import SHEET_MAIN_NS

BLOCK = 2_000
OPEN_BLOCKS = 8
_ITEM, _TEXT, _SPOKEN = f"{{{SHEET_MAIN_NS}}}si", f"{{{SHEET_MAIN_NS}}}t", f"{{{SHEET_MAIN_NS}}}rPh"


class PackedStrings:
    """Read by number, like the list it stands for."""

    def __init__(self, source: IO[bytes] | None = None) -> None:
        self._blocks: list[bytes] = []
        self._open: OrderedDict[int, list[str]] = OrderedDict()
        self._last: list[str] = []
        if source is not None:
            self._read(source)

    def __len__(self) -> int:
        return len(self._blocks) * BLOCK + len(self._last)

    def __getitem__(self, number: int) -> str:
        block, place = divmod(number, BLOCK)
        if number < 0:
            raise IndexError(number)
        return self._last[place] if block == len(self._blocks) else self._block(block)[place]

    def append(self, text: str) -> None:
        """Add one string at the end."""
        self._last.append(text)
        if len(self._last) == BLOCK:
            self._blocks.append(zlib.compress(json.dumps(self._last).encode(), 1))
            self._last = []

    def _block(self, number: int) -> list[str]:
        if number in self._open:
            self._open.move_to_end(number)
            return self._open[number]
        opened: list[str] = json.loads(zlib.decompress(self._blocks[number]))
        self._open[number] = opened
        if len(self._open) > OPEN_BLOCKS:
            self._open.popitem(last=False)
        return opened

    def _read(self, source: IO[bytes]) -> None:
        root = None
        for event, element in iterparse(source, events=("start", "end"), forbid_dtd=True):
            if root is None:
                root = element
            if event == "end" and element.tag == _ITEM:
                self.append(text_of(element))
                root.clear()


def text_of(element: object) -> str:
    """The words of a string element: its runs joined, without the hints on how to read them aloud."""
    parts: list[str] = []
    for child in element:  # type: ignore[attr-defined]
        if child.tag == _TEXT:
            parts.append(child.text or "")
        elif child.tag != _SPOKEN:
            parts += [run.text or "" for run in child if run.tag == _TEXT]
    return "".join(parts)
