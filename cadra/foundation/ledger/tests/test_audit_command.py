"""`cadra audit` tells an auditor in plain words, and fails loudly when something is wrong."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from cadra.foundation.ledger.sealer import seal_once

from .conftest import sql, write

pytestmark = pytest.mark.usefixtures("ledger")


def audit(*words: str) -> str:
    said = StringIO()
    call_command("audit", *words, stdout=said)
    return said.getvalue()


@pytest.fixture(autouse=True)
def three_entries(ledger, worker):
    write(3, worker)
    assert seal_once() is not None


def test_a_whole_ledger_is_said_to_be_whole():
    assert "3 sealed entries, 1 checkpoints, 1 compared with the witness" in audit("verify")
    assert "The ledger is whole." in audit("verify")


def test_an_exported_file_is_checked_with_the_keepers_key(tmp_path):
    assert "lines were written" in audit("export", str(tmp_path / "ledger.jsonl"))
    assert "The ledger is whole." in audit("verify", "--export", str(tmp_path / "ledger.jsonl"))


def test_a_changed_entry_makes_the_command_fail():
    sql("UPDATE ledger_entry SET outcome = 'refused' WHERE id = (SELECT entry FROM ledger_leaf WHERE seq = 1)")
    with pytest.raises(CommandError, match="not whole"):
        audit("verify")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(CommandError, match=r"nothing\.jsonl"):
        audit("verify", "--export", str(tmp_path / "nothing.jsonl"))
