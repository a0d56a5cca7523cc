"""Errors of a country pack in plain words: which file, which line, what to do."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

SHOWN = 20


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong in one place of a pack. `line` is 0 when it concerns the whole file."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        place = f"{self.file}, line {self.line}" if self.line else self.file
        return f"{place}: {self.message}"


class PackError(Exception):
    """The country pack cannot be used. `problems` lists everything found, not only the first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(set(problems))
        lines = [str(problem) for problem in self.problems[:SHOWN]]
        if len(self.problems) > SHOWN:
            lines.append(f"… and {len(self.problems) - SHOWN} more.")
        super().__init__("The country pack has mistakes.\n" + "\n".join(lines))


def plain(error: ValidationError) -> list[tuple[tuple[str | int, ...], str]]:
    """(place, sentence) for each mistake pydantic found."""
    return [(item["loc"], _sentence(item)) for item in error.errors(include_url=False)]


def _sentence(item: Any) -> str:
    field = ".".join(str(part) for part in item["loc"])
    given, context, kind = item.get("input"), item.get("ctx") or {}, item["type"]
    if kind == "missing":
        return f"'{field}' is missing or empty."
    if kind == "text_missing":
        return f"'{field}' has no wording in {context['missing']}. Every text needs {context['languages']}."
    if kind == "text_stranger":
        return f"'{field}' {item['msg']}."
    if kind == "text_form":
        return f"'{field}' must be wording in each language of the pack."
    if kind in ("int_parsing", "int_type", "int_from_float"):
        return f"'{given}' in '{field}' is not a whole number."
    if kind in ("greater_than_equal", "less_than_equal"):
        edge = f"at least {context['ge']}" if "ge" in context else f"at most {context['le']}"
        return f"'{given}' in '{field}' is impossible: it must be {edge}."
    if kind.startswith("date"):
        return f"'{given}' in '{field}' is not a date. Write it like 2026-11-22."
    if kind in ("literal_error", "enum"):
        return f"'{given}' in '{field}' is not one of {context['expected']}."
    if kind == "string_pattern_mismatch":
        return f"'{given}' in '{field}' is not written as it should be."
    if kind == "extra_forbidden":
        return f"'{field}' is not known here. Check the spelling."
    if kind == "value_error":
        return f"{context.get('error')}." if not field else f"'{field}': {context.get('error')}."
    return f"'{field}': {item['msg']}."
