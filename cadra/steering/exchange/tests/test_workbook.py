"""Whatever somebody sends is read, or refused in a plain sentence."""

import io
import zipfile
from typing import Any

import openpyxl
import pytest

from cadra.steering.exchange.columns import data_sheet
from cadra.steering.exchange.reading import read_rows
from cadra.steering.exchange.report import check
from cadra.steering.exchange.strings import BLOCK, PackedStrings
from cadra.steering.exchange.tests.sheets import HEADS, LABELS, drita, iom, named, saved, sheet
from cadra.steering.exchange.words import UNREADABLE
from cadra.steering.exchange.workbook import Unreadable, Workbook, look

SECRET = "EncryptedPackage".encode("utf-16-le")


def rezipped(source: io.BytesIO, **changed: bytes) -> io.BytesIO:
    out = io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, changed.pop(name, None) or old.read(name))
        for name, content in changed.items():
            new.writestr(name, content)
    out.seek(0)
    return out


def bomb() -> io.BytesIO:
    return rezipped(named(drita()), **{"xl/worksheets/sheet1.xml": b"<worksheet>" + b" " * 50_000_000})


def open_document() -> io.BytesIO:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", "<x/>")
    return out


def only_a_zip() -> io.BytesIO:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("holiday.txt", "sun")
    return out


STRANGERS = {
    "empty": lambda: io.BytesIO(b""),
    "text": lambda: io.BytesIO(b"prs_FirstName,prs_SecondName\nDrita,Canary\n"),
    "not_excel": lambda: io.BytesIO(b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n"),
    "old_excel": lambda: io.BytesIO(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(5000)),
    "encrypted": lambda: io.BytesIO(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(900) + SECRET + bytes(900)),
    "open_document": open_document,
    "macros": lambda: rezipped(named(drita()), **{"xl/vbaProject.bin": b"x"}),
    "bomb": bomb,
    "broken": lambda: io.BytesIO(named(drita()).getvalue()[:2000]),
}


@pytest.mark.parametrize("code", STRANGERS)
def test_what_is_no_workbook_is_told_before_anything_is_unpacked(code: str) -> None:
    with pytest.raises(Unreadable) as problem:
        look(STRANGERS[code]())
    assert problem.value.code == code
    assert str(UNREADABLE[code]).endswith(".")


def test_a_picture_is_no_workbook() -> None:
    with pytest.raises(Unreadable) as problem:
        look(io.BytesIO(b"\x89PNG\r\n\x1a\n" + bytes(100)))
    assert problem.value.code == "not_excel"


def test_a_zip_of_something_else_is_no_workbook() -> None:
    with pytest.raises(Unreadable) as problem:
        look(only_a_zip())
    assert problem.value.code == "not_excel"


def test_a_trap_of_entities_is_not_sprung() -> None:
    trap = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]><worksheet>&b;</worksheet>'
    with (
        pytest.raises(Unreadable) as problem,
        Workbook(rezipped(named(drita()), **{"xl/worksheets/sheet1.xml": trap})) as book,
    ):
        data_sheet(book)
    assert problem.value.code == "bomb"


def test_a_workbook_cut_off_inside_is_damaged() -> None:
    cut = rezipped(named(drita()), **{"xl/worksheets/sheet1.xml": b"<worksheet><sheetData><row>"})
    with pytest.raises(Unreadable) as problem, Workbook(cut) as book:
        data_sheet(book)
    assert problem.value.code == "broken"


def test_a_workbook_whose_bytes_changed_on_the_way_is_damaged() -> None:
    sent = rezipped(named(drita()))
    with zipfile.ZipFile(sent) as archive:
        start = archive.getinfo("xl/worksheets/sheet1.xml").header_offset
    came = bytearray(sent.getvalue())
    came[start + 60 : start + 80] = bytes(20)
    with pytest.raises(Unreadable) as problem, Workbook(io.BytesIO(came)) as book:
        data_sheet(book)
    assert problem.value.code == "broken"


def test_a_workbook_about_something_else_says_so() -> None:
    with pytest.raises(Unreadable) as problem, Workbook(sheet(["Name", "Price"], ["Tea", 3])) as book:
        data_sheet(book)
    assert problem.value.code == "no_fields"


def test_two_sheets_of_people_are_refused_rather_than_one_forgotten() -> None:
    book = openpyxl.load_workbook(named(drita()))
    book.copy_worksheet(book.active)
    with pytest.raises(Unreadable) as problem, Workbook(saved(book)) as opened:
        data_sheet(opened)
    assert problem.value.code == "two_sheets"


def test_the_sheets_beside_are_named_not_read() -> None:
    book = openpyxl.load_workbook(named(drita()))
    book.create_sheet("Notes of mine").append(["nothing"])
    with Workbook(saved(book)) as opened:
        _, columns = data_sheet(opened)
    assert columns.other_sheets == ["Notes of mine"]


def test_a_sheet_down_to_excels_last_row_is_read_to_its_end() -> None:
    book = openpyxl.load_workbook(named(drita()))
    book.active.cell(1_048_576, 1, "Last")
    with Workbook(saved(book)) as opened:
        page, columns = data_sheet(opened)
        assert [row.number for row in read_rows(page, columns)] == [2, 1_048_576]


def test_ioms_numbered_empty_rows_are_nobody() -> None:
    empty = [[number] for number in range(1, 1001)]
    with Workbook(sheet(HEADS, LABELS, *empty)) as opened:
        page, columns = data_sheet(opened)
        assert list(read_rows(page, columns)) == []


def merged(house: Any) -> Any:
    book = openpyxl.load_workbook(iom(drita(), drita(prs_FirstName="Mira")))
    book.active.merge_cells("D3:D4")
    return book


def test_merged_cells_are_a_problem_with_their_place(house: Any) -> None:
    with house.as_("rea"), Workbook(saved(merged(house))) as opened:
        report = check(opened)
    assert [(one.code, one.column) for one in report.problems] == [("merged", "D3:D4")]


def test_packed_strings_are_the_strings_they_stand_for() -> None:
    packed = PackedStrings()
    words = [f"word {number} é" for number in range(3 * BLOCK + 7)]
    for word in words:
        packed.append(word)
    assert len(packed) == len(words)
    assert [packed[number] for number in range(len(words))] == words
    with pytest.raises(IndexError):
        packed[len(words)]
