"""The store: who else on the machine may open what lies in it."""

import io
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from cadra.record.documents.store import FolderStore


@pytest.fixture(params=[(0o007, 0o770, 0o660), (0o077, 0o700, 0o600)], ids=["two accounts", "one account"])
def modes(request: pytest.FixtureRequest) -> Iterator[tuple[int, int]]:
    umask, *expected = request.param
    before = os.umask(umask)
    yield expected[0], expected[1]
    os.umask(before)


def test_what_one_account_keeps_the_other_of_its_group_may_work_on(tmp_path: Path, modes: tuple[int, int]) -> None:
    FolderStore(tmp_path / "kept").put(uuid4(), "arrived", io.BytesIO(b"sealed"))
    found = [(one.is_dir(), stat.S_IMODE(one.stat().st_mode)) for one in tmp_path.rglob("*")]
    folder, file = modes
    assert sorted(set(found)) == [(False, file), (True, folder)]
