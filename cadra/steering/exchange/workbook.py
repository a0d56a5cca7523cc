"""Opening a workbook somebody sent: what it is told before it is read, and its rows one at a time.

Everything stays in memory and bounded. XML is parsed by defusedxml; formulas, macros and encryption are refused, as is
a file that would unpack to more than `MOST_UNPACKED`.
"""

import datetime as dt
import re
import warnings
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from lzma import LZMAError
from typing import IO, Any
from zipfile import BadZipFile, ZipFile

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, iterparse
from openpyxl.reader.excel import SHARED_STRINGS, ExcelReader
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.utils.cell import column_index_from_string
from openpyxl.utils.datetime import from_excel
from openpyxl.xml.constants import SHEET_MAIN_NS

from cadra.steering.exchange.strings import PackedStrings, text_of

MOST_UNPACKED = 1024**3
MOST_RATIO = 200
MOST_PARTS = 2_000
SMALL_PART = 1024**2
WIDEST = 1_000
OLE = bytes.fromhex("d0cf11e0a1b11ae1")
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_DATA, _ROW, _CELL, _VALUE, _FORMULA, _INLINE, _MERGED = (
    f"{{{SHEET_MAIN_NS}}}{name}" for name in ("sheetData", "row", "c", "v", "f", "is", "mergeCell")
)
#: What reading a damaged workbook ends in: bytes that changed on the way, then parts that are not what they should be.
#: RuntimeError is zipfile's word for a password, and in a narrower form its word for a way of packing it does not know.
BROKEN = (
    *(BadZipFile, zlib.error, LZMAError, EOFError, OSError, RuntimeError),
    *(ParseError, LookupError, ValueError, TypeError, AttributeError),
)
_PLACE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


class Unreadable(Exception):
    """The file can't be read as a workbook. `code` is a key of `words.UNREADABLE`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Formula:
    """Stands in a cell that holds a formula: what it comes to is not in the file for certain."""


@dataclass(frozen=True)
class Fault:
    """Stands in a cell that holds an Excel error, such as #REF!, or a date Excel itself can't say."""

    text: str


Value = str | int | float | bool | dt.date | dt.datetime | dt.time | Formula | Fault
Cells = dict[int, Value]
"""Column number (1 is A) → value; empty cells are absent."""


class Sheet:
    """One worksheet of an opened workbook. `merged`: ranges of merged cells, known after reading to the end."""

    def __init__(self, archive: ZipFile, path: str, title: str, visible: bool, reader: "_Reader") -> None:
        self._archive, self._path, self._reader = archive, path, reader
        self.title = title
        self.visible = visible
        self.merged: list[str] = []

    def rows(self) -> Iterator[tuple[int, Cells]]:
        """(row number, cells) of each row that has any, in order. Unreadable when the XML is broken or a trap."""
        self.merged = []
        data: Any = None
        number = 0
        try:
            with self._archive.open(self._path) as source:
                for event, element in iterparse(source, events=("start", "end"), forbid_dtd=True):
                    if event == "start":
                        data = element if element.tag == _DATA else data
                    elif element.tag == _ROW:
                        number = int(element.get("r") or number + 1)
                        cells = self._reader.cells(element)
                        data.clear()
                        if cells:
                            yield number, cells
                    elif element.tag == _MERGED:
                        self.merged.append(str(element.get("ref", "")))
        except DefusedXmlException:
            raise Unreadable("bomb") from None
        except BROKEN:
            raise Unreadable("broken") from None


class Workbook:
    """A workbook that has passed the checks; close it when done."""

    def __init__(self, stream: IO[bytes]) -> None:
        _look_outside(stream)
        try:
            self._archive = ZipFile(stream)
            _look_inside(self._archive)
            self.sheets = _Reader.sheets_of(stream, self._archive)
        except DefusedXmlException:
            raise Unreadable("bomb") from None
        except BROKEN:
            raise Unreadable("broken") from None

    def __enter__(self) -> "Workbook":
        return self

    def __exit__(self, *problem: object) -> None:
        self._archive.close()


class _Reader(ExcelReader):
    """openpyxl's reader for what surrounds the cells (sheets, date formats), with packed strings."""

    wb: Any
    package: Any

    def read_strings(self) -> None:
        part = self.package.find(SHARED_STRINGS)
        self.shared_strings: Any = PackedStrings()
        if part is not None:
            with self.archive.open(part.PartName[1:]) as source:
                self.shared_strings = PackedStrings(source)

    @classmethod
    def sheets_of(cls, stream: IO[bytes], archive: ZipFile) -> list[Sheet]:
        stream.seek(0)
        reader = cls(stream, read_only=True, keep_links=False)
        reader.read_manifest()
        reader.read_strings()
        reader.read_workbook()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what openpyxl thinks of somebody's styles
            apply_stylesheet(reader.archive, reader.wb)
        reader.dates, reader.epoch = reader.wb._date_formats, reader.wb.epoch
        return [
            Sheet(archive, relation.target, sheet.name, sheet.state == "visible", reader)
            for sheet, relation in reader.parser.find_sheets()
            if relation.target in reader.valid_files and "chartsheet" not in relation.Type
        ]

    dates: set[int]
    epoch: dt.datetime

    def cells(self, row: Any) -> Cells:
        found: Cells = {}
        column = 0
        for element in row:
            if element.tag != _CELL:
                continue
            place = _PLACE.fullmatch(element.get("r") or "")
            column = column_index_from_string(place[1]) if place else column + 1
            value = self._value(element)
            if value is not None and value != "" and column <= WIDEST:
                found[column] = value
        return found

    def _value(self, element: Any) -> Value | None:
        if element.find(_FORMULA) is not None:
            return Formula()
        kind = element.get("t", "n")
        if kind == "inlineStr":
            inside = element.find(_INLINE)
            return None if inside is None else _unescaped(text_of(inside))
        text = element.findtext(_VALUE)
        if not text:
            return None
        match kind:
            case "s":
                return _unescaped(self.shared_strings[int(text)])
            case "str":
                return _unescaped(text)
            case "b":
                return text.strip() in ("1", "true")
            case "d":
                return dt.datetime.fromisoformat(text)
            case "e":
                return Fault(text)
        return self._number(text, int(element.get("s") or 0))

    def _number(self, text: str, style: int) -> Value:
        number = float(text)
        if style in self.dates:
            try:
                return from_excel(number, self.epoch) or Fault(text)
            except (OverflowError, ValueError):
                return Fault(text)
        return int(number) if number.is_integer() and "." not in text and abs(number) < 2**53 else number


def _look_outside(stream: IO[bytes]) -> None:
    """Tell by its first bytes what a file is, before anything unpacks it."""
    stream.seek(0)
    head = stream.read(8)
    if not head:
        raise Unreadable("empty")
    if head == OLE:
        stream.seek(0)
        raise Unreadable("encrypted" if ENCRYPTED in stream.read(4 * 1024**2) else "old_excel")
    if not head.startswith(b"PK"):
        raise Unreadable("text" if _is_text(stream) else "not_excel")
    stream.seek(0)


def _is_text(stream: IO[bytes]) -> bool:
    stream.seek(0)
    start = stream.read(2048)
    return b"\0" not in start and sum(byte < 9 for byte in start) == 0 and not start.startswith((b"%PDF", b"\x89PNG"))


def _look_inside(archive: ZipFile) -> None:
    """Refuse what is not a plain workbook, and what would unpack to more than a country's files need."""
    parts = archive.infolist()
    names = {part.filename for part in parts}
    if any(part.flag_bits & 1 for part in parts):
        raise Unreadable("encrypted")
    unpacked = sum(part.file_size for part in parts)
    swollen = any(part.file_size > SMALL_PART and part.file_size > MOST_RATIO * part.compress_size for part in parts)
    if len(parts) > MOST_PARTS or unpacked > MOST_UNPACKED or swollen:
        raise Unreadable("bomb")
    if "mimetype" in names and "content.xml" in names:
        raise Unreadable("open_document")
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise Unreadable("not_excel")
    if "xl/workbook.bin" in names:
        raise Unreadable("old_excel")
    if any(name.endswith("vbaProject.bin") for name in names):
        raise Unreadable("macros")


def _unescaped(text: str) -> str:
    """Characters XML can't carry are written _xHHHH_ in a workbook."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def look(stream: IO[bytes]) -> None:
    """Tell at once what is plainly no workbook for us, without unpacking it. Unreadable."""
    _look_outside(stream)
    try:
        with ZipFile(stream) as archive:
            _look_inside(archive)
    except BROKEN:
        raise Unreadable("broken") from None
    stream.seek(0)
