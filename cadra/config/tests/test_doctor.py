"""The doctor says what is missing, and says it only then; the keeper is asked what each secret opens."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cadra.config import doctor
from cadra.config.runtime import secrets
from cadra.foundation.vault.testing import KeeperHandle, start_keeper


@pytest.fixture
def running(tmp_path: Path) -> Iterator[KeeperHandle]:
    handle = start_keeper(tmp_path)
    yield handle
    handle.remove()


def told(running: KeeperHandle) -> list[doctor.Finding]:
    settings = {"CADRA_SECRETS_DIR": str(running.secrets_dir), "CADRA_KEEPER_SOCKET": running.socket}
    return list(doctor.keeper(doctor.Patient(running.data_dir, settings)))


def test_it_says_that_the_pages_secret_does_not_open_the_systems_work(running):
    findings = told(running)
    assert [finding.grade for finding in findings] == [doctor.GOOD, doctor.GOOD]
    assert "not for the pages" in findings[1].words


def test_it_finds_secrets_that_were_exchanged_or_are_not_the_keepers(running):
    client, system = (running.secrets_dir / name for name in ("keeper_client", "keeper_system"))
    client.write_text(running.system_secret)
    system.write_text("another")
    words = " ".join(finding.words for finding in told(running) if finding.grade == doctor.BAD)
    assert "the pages could destroy keys" in words
    assert "does not know the secret keeper_system" in words


def test_it_says_when_the_keeper_is_away(running):
    running.stop()
    assert [finding.grade for finding in told(running)] == [doctor.BAD]


def found(check: Any, folder: Path, **settings: str) -> list[tuple[str, str]]:
    said = check(doctor.Patient(folder, {"CADRA_SECRETS_DIR": str(folder / "secrets"), **settings}))
    return [(finding.grade, finding.words) for finding in said]


def test_it_looks_at_the_version_of_python(tmp_path, monkeypatch):
    assert found(doctor.python, tmp_path)[0][0] == doctor.GOOD
    monkeypatch.setattr(doctor, "OLDEST_PYTHON", (9, 0))
    assert found(doctor.python, tmp_path)[0][0] == doctor.BAD


def test_it_names_secrets_that_are_missing_readable_or_alike(tmp_path):
    assert found(doctor.secret_files, tmp_path)[0][0] == doctor.CARE
    folder = tmp_path / "secrets"
    secrets.create_missing(folder)
    assert [grade for grade, _ in found(doctor.secret_files, tmp_path)] == [doctor.GOOD]
    (folder / "db_app").chmod(0o644)
    (folder / "db_gate").unlink()
    (folder / "db_stats").write_text((folder / "secret_key").read_text())
    words = " ".join(words for grade, words in found(doctor.secret_files, tmp_path) if grade == doctor.BAD)
    assert all(name in words for name in ("db_app", "db_gate", "db_stats"))


def test_it_says_when_the_database_does_not_answer(tmp_path):
    secrets.create_missing(tmp_path / "secrets")
    [(grade, words)] = found(doctor.database, tmp_path, DATABASE_URL="postgresql:///c?host=/nowhere")
    assert (grade, "DATABASE_URL" in words) == (doctor.BAD, True)


@pytest.mark.parametrize(("major", "grade"), [(14, doctor.BAD), (16, doctor.GOOD), (99, doctor.CARE)])
def test_it_knows_which_postgresql_serves(major, grade):
    assert doctor._version(major).grade == grade


def test_it_says_when_the_disk_is_nearly_full(tmp_path, monkeypatch):
    assert found(doctor.space, tmp_path)[0][0] == doctor.GOOD
    monkeypatch.setattr(doctor, "SPACE_NEEDED", 2**70)
    assert found(doctor.space, tmp_path)[0][0] == doctor.BAD


def test_it_says_when_a_clock_is_wrong(tmp_path, monkeypatch):
    assert found(doctor.clock, tmp_path)[0][0] == doctor.GOOD
    secrets.create_missing(tmp_path / "secrets")
    monkeypatch.setattr(doctor.roles, "clock_difference", lambda _: 60.0)
    assert found(doctor.clock, tmp_path, DATABASE_URL="postgresql:///c")[0][0] == doctor.BAD
    monkeypatch.setattr(doctor.time, "time", lambda: 0.0)
    assert found(doctor.clock, tmp_path)[0][0] == doctor.BAD


@pytest.mark.parametrize("check", [doctor.fonts, doctor.node])
def test_it_says_when_a_tool_is_not_there(tmp_path, monkeypatch, check):
    monkeypatch.setattr(doctor.shutil, "which", lambda _: None)
    assert found(check, tmp_path)[0][0] == doctor.CARE


def test_it_says_when_the_styles_are_not_built(tmp_path, monkeypatch):
    monkeypatch.setattr(doctor, "CODE", tmp_path)
    assert found(doctor.assets, tmp_path)[0][0] == doctor.BAD


def test_it_reads_the_country_pack(tmp_path):
    assert found(doctor.country, tmp_path, CADRA_COUNTRY="zz")[0][0] == doctor.GOOD
    assert found(doctor.country, tmp_path, CADRA_COUNTRY="nowhere")[0][0] == doctor.BAD


def test_it_says_when_the_pages_do_not_answer(tmp_path):
    assert found(doctor.page, tmp_path) == []
    assert found(doctor.page, tmp_path, CADRA_PORT_IN_USE="1")[0][0] == doctor.BAD


def test_it_says_when_pages_would_show_too_much(tmp_path, monkeypatch):
    monkeypatch.setattr(doctor, "_swap_in_use", lambda: False)
    monkeypatch.setattr(doctor.os, "geteuid", lambda: 1000)
    assert found(doctor.hardening, tmp_path) == []
    assert found(doctor.hardening, tmp_path, CADRA_DEBUG="1")[0][0] == doctor.BAD
    monkeypatch.setattr(doctor, "_swap_in_use", lambda: True)
    assert found(doctor.hardening, tmp_path)[0][0] == doctor.CARE


def test_every_check_is_asked_and_what_is_bad_ends_it_with_one(tmp_path, monkeypatch, capsys):
    assert {doctor.address, doctor.mail, doctor.state_sign_in, doctor.witness} <= set(doctor.CHECKS)
    monkeypatch.setenv("CADRA_DATA_DIR", str(tmp_path))
    monkeypatch.setattr(doctor, "CHECKS", (lambda _: iter([doctor.Finding(doctor.BAD, "Broken.")]),))
    assert doctor.main() == 1
    assert "1 things must be put right." in capsys.readouterr().out
