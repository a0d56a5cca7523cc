"""Which column of a sheet is which field: headers as IOM's spreadsheet, its form, or a person may write them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches

from openpyxl.utils import get_column_letter

from cadra.steering.exchange import standard
from cadra.steering.exchange.standard import Field
from cadra.steering.exchange.workbook import Cells, Sheet, Unreadable, Workbook

LOOK_AT = 20
FEWEST = 3
NUMBER_COLUMN = 1


@dataclass(frozen=True)
class Conflict:
    """A column whose name says one field and whose label beneath says another."""

    column: int
    by_name: str
    by_label: str


@dataclass
class Columns:
    """What was found in the head of a sheet.

    `fields`: column → field; `ticks`: column → (field, code) where each value has a column of its own; `unknown`:
    column → header; `slips`: columns read in spite of a slip of the published spreadsheet; `first_row`: where rows
    begin.
    """

    sheet: str
    first_row: int
    fields: dict[int, Field]
    ticks: dict[int, tuple[Field, str]] = field(default_factory=dict)
    unknown: dict[int, str] = field(default_factory=dict)
    slips: dict[int, str] = field(default_factory=dict)
    conflicts: list[Conflict] = field(default_factory=list)
    twice: list[tuple[int, str]] = field(default_factory=list)
    other_sheets: list[str] = field(default_factory=list)

    def letters(self, field_id: str) -> str:
        """The letter of the column of a field."""
        return next((get_column_letter(c) for c, one in self.fields.items() if one.id == field_id), "")

    def by_labels(self) -> "Columns":
        """The same columns, where names and labels disagree read by their labels."""
        meant = {one.column: standard.fields()[one.by_label] for one in self.conflicts}
        return Columns(**{**vars(self), "fields": {**self.fields, **meant}})


def meant(header: str) -> str:
    """The id of the field a header nobody knows is closest to; '' when to none. Only to ask, never to read by."""
    near = get_close_matches(standard.plain(header), [*standard.by_header(), *standard.by_label()], 1, 0.8)
    found = standard.by_header().get(near[0]) or standard.by_label().get(near[0]) if near else None
    return found.id if found else ""


def data_sheet(book: Workbook) -> tuple[Sheet, Columns]:
    """The one sheet of a workbook with fields of the standard, and its columns. Unreadable when none or several."""
    found = [(sheet, columns) for sheet in book.sheets if (columns := _columns(sheet)) is not None]
    if not found:
        raise Unreadable("no_fields")
    if len(found) > 1:
        raise Unreadable("two_sheets")
    sheet, columns = found[0]
    columns.other_sheets = [other.title for other in book.sheets if other is not sheet]
    return sheet, columns


def _columns(sheet: Sheet) -> Columns | None:
    rows = _first_rows(sheet)
    for place, (number, cells) in enumerate(rows):
        if len({one.id for one in _recognised(cells).values()}) >= FEWEST:
            below = rows[place + 1] if place + 1 < len(rows) and rows[place + 1][0] == number + 1 else None
            labels = below[1] if below and _is_label_row(below[1]) else {}
            return _read_head(sheet.title, number + (2 if labels else 1), cells, labels)
    return None


def _first_rows(sheet: Sheet) -> list[tuple[int, Cells]]:
    rows: Iterator[tuple[int, Cells]] = sheet.rows()
    found = []
    for number, cells in rows:
        if number > LOOK_AT:
            break
        found.append((number, cells))
    return found


def _recognised(cells: Cells) -> dict[int, Field]:
    found = {column: one for column, text in cells.items() if (one := _by_name(text))}
    if len(found) >= FEWEST:
        return found
    return {column: one for column, text in cells.items() if (one := _by_label(text))}


def _is_label_row(cells: Cells) -> bool:
    known = [column for column, text in cells.items() if _by_label(text)]
    return len(known) >= max(2, len(cells) // 2)


def _read_head(sheet: str, first_row: int, names: Cells, labels: Cells) -> Columns:
    found = Columns(sheet, first_row, {})
    named = _recognised(names)
    for column in sorted({*names, *labels}):
        text = names.get(column)
        one = named.get(column) or (_by_label(labels.get(column)) if text is None else None)
        tick = _tick(text) if one is None else None
        if one is None and text is None and column - 1 in found.fields:
            one = standard.unnamed_after().get(found.fields[column - 1].id)
        if one is None and tick is None:
            found.unknown[column] = str(text if text is not None else labels.get(column))
            continue
        if tick is not None:
            found.ticks[column] = tick
            continue
        assert one is not None  # noqa: S101 - one of the two was found
        _add(found, column, one, text, labels.get(column))
    _find_unnamed(found)
    joined = {one.id for one in found.fields.values()}
    found.ticks = {column: tick for column, tick in found.ticks.items() if tick[0].id not in joined}
    return found


def _add(found: Columns, column: int, one: Field, name: object, label: object) -> None:
    if one.id in {known.id for known in found.fields.values()}:
        found.twice.append((column, one.id))
        return
    found.fields[column] = one
    if name is None or standard.plain(name) not in (standard.plain(one.id), standard.plain(one.label)):
        found.slips[column] = one.id
    said = _by_label(label)
    if said is not None and said.id != one.id:
        found.conflicts.append(Conflict(column, one.id, said.id))


def _find_unnamed(found: Columns) -> None:
    """A column without name and label, known by its neighbour on the left."""
    for column, one in list(found.fields.items()):
        meant = standard.unnamed_after().get(one.id)
        free = column + 1 not in found.fields and column + 1 not in found.unknown and column + 1 not in found.ticks
        if meant and free and meant.id not in {known.id for known in found.fields.values()}:
            found.fields[column + 1] = meant
            found.slips[column + 1] = meant.id


def _by_name(text: object) -> Field | None:
    """By the field's id, in whatever spelling; a form's groups before it are passed over."""
    if not isinstance(text, str):
        return None
    known = standard.by_header()
    return known.get(standard.plain(text)) or known.get(standard.plain(text.rsplit("/", 1)[-1]))


def _by_label(text: object) -> Field | None:
    return standard.by_label().get(standard.plain(text)) if isinstance(text, str) else None


def _tick(text: object) -> tuple[Field, str] | None:
    """A form's column for one value: `vic_MethodOfRecruitment/AtWork`."""
    if not isinstance(text, str) or "/" not in text:
        return None
    head, code = text.rsplit("/", 1)
    one = _by_name(head)
    codes, strange = standard.codes_in(one, code) if one and one.coded else ([], [code])
    return (one, codes[0]) if one and codes and not strange else None
