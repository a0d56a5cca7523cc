"""Writing a workbook row by row straight into a sealed stream.

openpyxl and XlsxWriter lay a sheet they stream in a temporary file, in clear; here nothing touches a disk. Words are
always written as words: a cell that begins with =, + or @ is text, and marked so that editing makes it no formula.
"""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from typing import Any
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import to_excel

from cadra.foundation.kernel.tables import FORMULA

TYPES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
    '<Override PartName="/xl/styles.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>'
)
RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
)
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATION = f'<Relationship Id="rId{{}}" Type="{OFFICE}/{{}}" Target="{{}}"/>'
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
BOOK = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><workbook {MAIN} '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="{}" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
PLAIN, BOLD, DAY, MOMENT, QUOTED = range(5)
STYLES = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><styleSheet {MAIN}>'
    '<numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>'
    '<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="5"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
# What XML 1.0 can't carry, a carriage return (parsers turn it into a line end), and what would read as an escape.
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")


def write_workbook(out: Any, title: str, heads: Sequence[Sequence[str]], rows: Iterable[Sequence[Any]]) -> int:
    """Write one sheet: head rows (the last in bold), then `rows`; returns how many rows followed the heads.

    `out` need not be seekable. Values: str, int, float, bool, date, datetime or None.
    """
    count = 0
    with ZipFile(out, "w", ZIP_DEFLATED, compresslevel=4) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("_rels/.rels", RELATIONS.format(RELATION.format(1, "officeDocument", "xl/workbook.xml")))
        archive.writestr("xl/workbook.xml", BOOK.format(escape(title)))
        relations = RELATION.format(1, "worksheet", "worksheets/sheet1.xml") + RELATION.format(
            2, "styles", "styles.xml"
        )
        archive.writestr("xl/_rels/workbook.xml.rels", RELATIONS.format(relations))
        archive.writestr("xl/styles.xml", STYLES)
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><worksheet {MAIN}>'.encode())
            sheet.write(
                f'<sheetViews><sheetView workbookViewId="0"><pane ySplit="{len(heads)}" '
                f'topLeftCell="A{len(heads) + 1}" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
                "<sheetData>".encode()
            )
            for number, head in enumerate(heads, 1):
                sheet.write(_row(number, head, BOLD if number == len(heads) else PLAIN))
            for count, row in enumerate(rows, 1):
                sheet.write(_row(len(heads) + count, row, PLAIN))
            sheet.write(b"</sheetData></worksheet>")
    return count


def _row(number: int, values: Sequence[Any], style: int) -> bytes:
    cells = "".join(
        _cell(f"{get_column_letter(column)}{number}", value, style)
        for column, value in enumerate(values, 1)
        if value is not None and value != ""
    )
    return f'<row r="{number}">{cells}</row>'.encode()


def _cell(place: str, value: Any, style: int) -> str:
    if isinstance(value, bool):
        return f'<c r="{place}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, int | float):
        return f'<c r="{place}"><v>{value!r}</v></c>'
    if isinstance(value, dt.date):
        form = MOMENT if isinstance(value, dt.datetime) and value.time() != dt.time() else DAY
        return f'<c r="{place}" s="{form}"><v>{to_excel(value)!r}</v></c>'
    text = str(value)
    form = QUOTED if text.startswith(FORMULA) else style
    words = escape(_UNSAFE.sub(_escaped, text))
    return f'<c r="{place}" s="{form}" t="inlineStr"><is><t xml:space="preserve">{words}</t></is></c>'


def _escaped(found: re.Match[str]) -> str:
    return f"_x{ord(found[0]):04X}_"
