"""`cadra import htcds` and `cadra export htcds`."""

import io
import stat
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from cadra.steering.exchange.tests.sheets import drita, named

REA = "rea@cadra.example"


def bring_in(path: Path, **options: Any) -> str:
    out = io.StringIO()
    call_command("import", "htcds", str(path), f"--as={REA}", stdout=out, stderr=io.StringIO(), **options)
    return out.getvalue()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found = tmp_path / "people.xlsx"
    found.write_bytes(named(drita(), drita(prs_FirstName="Mira")).getvalue())
    return found


def test_a_file_is_imported_and_a_second_time_changes_nothing(house: Any, path: Path) -> None:
    assert "2 new files" in bring_in(path, yes=2)
    assert "0 new files, 2 rows were here already" in bring_in(path, yes=0)
    assert house.sql("SELECT count(*) FROM people_person") == [(2,)]
    assert [row[0] for row in house.sql("SELECT added FROM exchange_run ORDER BY started_at")] == [2, 0]


def test_a_dry_run_imports_nothing_and_leaves_no_session(house: Any, path: Path) -> None:
    assert "2 new" in bring_in(path, dry_run=True)
    assert house.sql("SELECT count(*) FROM people_person") == [(0,)]
    assert house.sql("SELECT count(*) FROM access_session") == [(0,)]


@pytest.mark.parametrize(
    ("said", "files"),
    [(["IMPORT", "2"], 2), (["IMPORT", "3"], 0), (["yes"], 0), ([""], 0), ([], 0)],
)
def test_the_preview_is_shown_and_nothing_imported_before_a_yes(
    house: Any, path: Path, monkeypatch: Any, said: list[str], files: int
) -> None:
    shown: list[str] = []

    def answer(_question: str) -> str:
        shown.append(out.getvalue())
        if not said:
            raise EOFError
        return said.pop(0)

    out = io.StringIO()
    monkeypatch.setattr("builtins.input", answer)
    try:
        call_command("import", "htcds", str(path), f"--as={REA}", stdout=out, stderr=io.StringIO())
    except CommandError as refused:
        assert not files and "Nothing was imported" in str(refused)
    assert "2 rows with people: 2 new, 0 here already" in shown[0]
    assert "2 new files and change nothing in 0" in shown[0]
    assert house.sql("SELECT count(*) FROM people_person") == [(files,)]
    assert house.sql("SELECT count(*) FROM access_session") == [(0,)]


def test_a_script_confirms_the_count_of_the_preview(house: Any, path: Path) -> None:
    with pytest.raises(CommandError, match="2 new files, not 3"):
        bring_in(path, yes=3)
    assert house.sql("SELECT count(*) FROM people_person") == [(0,)]
    assert "2 new files" in bring_in(path, yes=2)


def test_wrong_cells_are_told_and_stop_everything(house: Any, tmp_path: Path) -> None:
    path = tmp_path / "people.xlsx"
    path.write_bytes(named(drita(), drita(prs_Birthdate="1870-01-01")).getvalue())
    out = io.StringIO()
    with pytest.raises(CommandError, match="Nothing was imported"):
        call_command("import", "htcds", str(path), f"--as={REA}", stdout=out, stderr=io.StringIO())
    assert "Row 3, column C (Birthdate)" in out.getvalue() and "Canary" not in out.getvalue()
    assert house.sql("SELECT count(*) FROM people_person") == [(0,)]


def test_only_an_officer_of_the_authority_may_be_named(house: Any, path: Path) -> None:
    for email in ("marta@cadra.example", "nobody@cadra.example"):
        with pytest.raises(CommandError, match="No active officer"):
            call_command("import", "htcds", str(path), f"--as={email}", stderr=io.StringIO())


def test_a_file_that_is_no_workbook_is_refused_in_words(house: Any, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("a,b\n")
    with pytest.raises(CommandError, match="text file"):
        bring_in(path)
    with pytest.raises(CommandError, match="can't be opened"):
        bring_in(tmp_path / "not there.xlsx")


def test_an_export_is_readable_by_its_owner_alone_and_never_overwrites(house: Any, path: Path, tmp_path: Path) -> None:
    bring_in(path, yes=2)
    target = tmp_path / "all.xlsx"
    call_command("export", "htcds", str(target), f"--as={REA}", yes=2, stdout=io.StringIO(), stderr=io.StringIO())
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert openpyxl.load_workbook(target).active.max_row == 4
    with pytest.raises(CommandError, match="there already"):
        call_command("export", "htcds", str(target), f"--as={REA}", yes=2)


def test_an_export_needs_both_confirmations(house: Any, tmp_path: Path, monkeypatch: Any) -> None:
    target = tmp_path / "all.xlsx"
    answers = iter(["EXPORT", "12"])
    monkeypatch.setattr("builtins.input", lambda _: next(answers))
    with pytest.raises(CommandError, match="Nothing was written"):
        call_command("export", "htcds", str(target), f"--as={REA}", stdout=io.StringIO())
    with pytest.raises(CommandError, match="It would hold 0 files"):
        call_command("export", "htcds", str(target), f"--as={REA}", yes=3)
    assert not target.exists()
