"""What the documents promise exists: every page and every test they name, every row of the mission, every sum."""

import ast
import re
from collections import Counter

import pytest
from django.urls import get_resolver

from tests.walls.code import ROOT, tree_of
from tests.walls.test_addresses import addresses

ROW = re.compile(r"^\| ([A-Z]\d+) \| [^|]+ \| (\w+) \| ([^|]*) \| ([^|]*) \| ([^|]*) \|$", re.MULTILINE)
TEST = re.compile(r"`([\w/]+\.py)::(\w+)`")
# The rows of the mission: how many each letter has.
MISSION = {"N": 8, "I": 12, "C": 11, "S": 13, "D": 6, "R": 12, "K": 6, "J": 9, "V": 7, "H": 5, "A": 5, "G": 6, "M": 8,
           "E": 3, "T": 2, "X": 5}  # fmt: skip


def text_of(name: str) -> str:
    return (ROOT / "docs" / name).read_text()


def rows() -> list[tuple[str, str, str, str, str]]:
    """(row, state, pages, what is missing, proof) of the coverage table."""
    return ROW.findall(text_of("coverage.md"))


def exists(path: str, name: str) -> bool:
    """A function of this name in a file whose path ends so."""
    found = [ROOT / path] if (ROOT / path).is_file() else list(ROOT.glob(f"cadra/**/{path}"))
    return len(found) == 1 and any(
        isinstance(node, ast.FunctionDef) and node.name == name for node in ast.walk(tree_of(found[0]))
    )


def test_every_row_of_the_mission_is_there_once() -> None:
    named = [row for row, *_rest in rows()]
    assert named == [f"{letter}{number}" for letter, many in MISSION.items() for number in range(1, many + 1)]


def test_the_sums_are_right() -> None:
    states = Counter(state for _row, state, *_rest in rows())
    assert set(states) <= {"done", "part", "no"}
    said = f"{sum(states.values())} rows: {states['done']} done, {states['part']} in part, {states['no']} not begun."
    assert said in text_of("coverage.md")


def test_what_is_done_names_its_pages_and_the_tests_that_walk_it() -> None:
    bare = [
        row for row, state, pages, _missing, proof in rows() if state == "done" and not (pages and TEST.search(proof))
    ]
    silent = [row for row, state, _pages, missing, _proof in rows() if state == "part" and not missing]
    assert (bare, silent) == ([], [])


def test_every_page_named_exists() -> None:
    known = {name for _space, name, _arguments in addresses()} | {str(name) for name in get_resolver().reverse_dict}
    named = {page for _row, _state, pages, *_rest in rows() for page in re.findall(r"`([^`]+)`", pages)}
    assert len(named) > 40
    assert named - known == set()


@pytest.mark.parametrize("document", ["coverage.md", "threats.md"])
def test_every_test_named_exists(document: str) -> None:
    named = TEST.findall(text_of(document))
    assert len(named) > 25
    assert [f"{path}::{name}" for path, name in named if not exists(path, name)] == []


def test_every_line_of_what_holds_names_a_test() -> None:
    holds = text_of("threats.md").split("## What holds")[1].split("## What does not hold")[0]
    lines = [line for line in holds.splitlines() if line.startswith("| ") and not line.startswith("| against")]
    assert len(lines) > 10
    assert [line for line in lines if not TEST.search(line)] == []


def test_a_name_that_does_not_exist_is_noticed() -> None:
    assert exists("tests/walls/test_documents.py", "rows")
    assert not exists("tests/walls/test_documents.py", "test_nothing")
