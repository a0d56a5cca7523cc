"""The doctor asks the keeper what each secret opens."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cadra.config import doctor
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
