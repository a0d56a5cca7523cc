"""Checks across the files of a pack: what one file names must exist in another, and nothing may overlap."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cadra.foundation.kernel.compartments import Compartment
from cadra.foundation.kernel.pack import models as m
from cadra.foundation.kernel.pack.needed import NEEDED, NEEDED_AGES, NEEDED_LIMITS
from cadra.foundation.kernel.pack.reading import Reader

#: (table, field, table it refers to)
REFERENCES = (
    ("first_help", "service", "services"),
    ("leaflets", "services", "services"),
    ("leaflets", "level", "reading_levels"),
    ("areas", "parent", "areas"),
    ("indicators", "group", "indicator_groups"),
    ("indicators", "element", "elements"),
    ("indicator_groups", "form", "forms_of_exploitation"),
    ("decline_reasons", "family", "decline_families"),
    ("checklists", "phase", "phases"),
    ("checklist_items", "checklist", "checklists"),
    ("actors", "kind", "institution_kinds"),
    ("recipients", "kinds", "institution_kinds"),
    ("recipients", "purpose", "purposes"),
    ("decision_reasons", "outcomes", "statuses"),
    ("services", "domains", "domains"),
    ("papers", "kinds", "document_kinds"),
    ("team_places", "consent", "recipients"),
)


def check(
    reader: Reader,
    head: m.PackFile,
    tables: dict[str, list[Any]],
    safety: m.SafetyFile,
    ages: Sequence[m.AgeRule],
    limits: Sequence[m.Limit],
    holidays: Sequence[m.Holiday],
) -> None:
    """Note everything in the pack that does not fit together."""
    _zone(reader, head)
    _duplicates(reader, tables)
    _references(reader, tables)
    _needed(reader, tables)
    _areas(reader, tables["areas"])
    _phases(reader, tables["phases"])
    _elements(reader, head, tables)
    if head.money.no_funds not in {row.code for row in tables["decline_reasons"]}:
        reader.wrong(reader.folder / "pack.toml", 0, f"no reason for declining has the code '{head.money.no_funds}'.")
    _numbers(reader, tables, safety)
    _recipients(reader, tables["recipients"])
    for file, rows, needed in (("ages.csv", ages, NEEDED_AGES), ("limits.csv", limits, NEEDED_LIMITS)):
        _dated(reader, rows)
        for code in sorted(set(needed) - {row.code for row in rows}):
            reader.wrong(reader.folder / file, 0, f"the code '{code}' is needed and missing.")
    _holidays(reader, holidays)


def _at(reader: Reader, row: m.Row, message: str) -> None:
    file, line = reader.place(row)
    reader.note(file, line, message)


def _file(table: str) -> str:
    return {
        "safety_questions": "safety.toml",
        "explanations": "explanations.toml",
        "wording": "wording.toml",
    }.get(table, f"{table}.csv")


def _zone(reader: Reader, head: m.PackFile) -> None:
    try:
        ZoneInfo(head.zone)
    except (ZoneInfoNotFoundError, ValueError):
        reader.wrong_key("pack.toml", ("zone",), f"'{head.zone}' is not a time zone. Write it like Europe/Rome.")


def _duplicates(reader: Reader, tables: dict[str, list[Any]]) -> None:
    for table, rows in tables.items():
        seen: dict[str, m.Entry] = {}
        for row in rows:
            first = seen.setdefault(row.code, row)
            if first is row:
                continue
            if reader.knows(row):
                _at(
                    reader,
                    row,
                    f"the code '{row.code}' is used twice, also in line {reader.place(first)[1]}.",
                )
            else:
                reader.wrong(reader.folder / _file(table), 0, f"the code '{row.code}' is used twice.")


def _references(reader: Reader, tables: dict[str, list[Any]]) -> None:
    codes = {table: {row.code for row in rows} for table, rows in tables.items()}
    for table, name, target in REFERENCES:
        for row in tables[table]:
            for code in _named(getattr(row, name)):
                if code not in codes[target]:
                    _at(reader, row, f"'{code}' in '{name}' is not a code of {_file(target)}.")


def _named(value: Any) -> Iterator[str]:
    if isinstance(value, tuple):
        yield from value
    elif value:
        yield value


def _needed(reader: Reader, tables: dict[str, list[Any]]) -> None:
    for table, needed in NEEDED.items():
        present = {row.code for row in tables[table]}
        for code in needed:
            if code not in present:
                reader.wrong(reader.folder / _file(table), 0, f"the code '{code}' is needed and missing.")


def _areas(reader: Reader, areas: Iterable[m.Area]) -> None:
    kinds = {area.code: area.kind for area in areas}
    for area in areas:
        if area.kind == "region" and area.parent:
            _at(reader, area, "a region has no parent.")
        if area.kind == "municipality" and kinds.get(area.parent or "") != "region":
            _at(reader, area, "the parent of a municipality must be a region.")
        if area.crossing and area.parent and kinds.get(area.parent) not in ("region", "municipality"):
            _at(reader, area, "the parent of a border point must be a region or a municipality.")


def _phases(reader: Reader, phases: Sequence[m.Phase]) -> None:
    last = -1
    for phase in phases:
        if phase.until_month < phase.from_month:
            _at(reader, phase, "the phase ends before it begins.")
        elif phase.from_month <= last:
            _at(
                reader,
                phase,
                f"the phase begins in month {phase.from_month}, before the one above has ended.",
            )
        last = phase.until_month


def _elements(reader: Reader, head: m.PackFile, tables: dict[str, list[Any]]) -> None:
    known = {row.code for row in tables["elements"]}
    for who in ("adult", "child"):
        for code in getattr(head.elements, who):
            if code not in known:
                place = ("elements", who)
                reader.wrong_key("pack.toml", place, f"'{code}' in 'elements.{who}' is not a code of elements.csv.")


def _numbers(reader: Reader, tables: dict[str, list[Any]], safety: m.SafetyFile) -> None:
    known = {row.code for row in tables["emergency_numbers"]}
    places: list[tuple[tuple[str | int, ...], m.SafetyAnswer]] = [(("immediate_risk",), safety.immediate_risk)]
    for number, question in enumerate(safety.question):
        places += [(("question", number, "answers", n), answer) for n, answer in enumerate(question.answers)]
    for place, answer in places:
        for code in answer.ring:
            if code not in known:
                reader.wrong_key("safety.toml", place, f"'{code}' in 'ring' is not a code of emergency_numbers.csv.")
    for row in tables["emergency_numbers"]:
        if row.verified and row.verified_on is None:
            _at(reader, row, "a verified number needs the day it was verified ('verified_on').")


def _recipients(reader: Reader, recipients: Iterable[m.Recipient]) -> None:
    for recipient in recipients:
        if not recipient.kinds or not recipient.may_receive:
            _at(
                reader,
                recipient,
                f"'{recipient.code}' needs at least one of 'kinds' and one of 'may_receive'.",
            )
        if Compartment.CORE in recipient.may_receive:
            _at(reader, recipient, "'core' goes with every consent: leave it out of 'may_receive'.")


def _dated(reader: Reader, rows: Sequence[Any]) -> None:
    versions: dict[str, list[Any]] = {}
    for row in rows:
        if row.ends is not None and row.ends < row.starts:
            _at(reader, row, f"'{row.code}' ends on {row.ends} before it starts on {row.starts}.")
        if not row.verified and row.note is None:
            _at(reader, row, f"'{row.code}' is not verified: its note must say so and whom to ask.")
        versions.setdefault(row.code, []).append(row)
    for code, dated in versions.items():
        dated.sort(key=lambda row: (row.starts, reader.place(row)))
        for earlier, later in zip(dated, dated[1:], strict=False):
            if (earlier.ends or dt.date.max) >= later.starts:
                line = reader.place(earlier)[1]
                _at(reader, later, f"'{code}' is in force twice on {later.starts}: also by line {line}.")


def _holidays(reader: Reader, holidays: Iterable[m.Holiday]) -> None:
    for holiday in holidays:
        try:
            dt.date.fromisoformat(holiday.day if len(holiday.day) == 10 else f"2024-{holiday.day}")
        except ValueError:
            _at(reader, holiday, f"'{holiday.day}' is not a day of the calendar.")
