"""Folders in which PostgreSQL can work, whoever runs the tests."""

import shutil
import tempfile
from pathlib import Path

import pytest

from cadra.config.runtime.places import places


@pytest.fixture(scope="module")
def open_folder():
    """A folder that PostgreSQL's own account can enter; pytest's are closed to every account but ours."""
    folder = Path(tempfile.mkdtemp(prefix="cadra-open-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def data(open_folder, request):
    """The data folder of one test's copy, with a space in its path; all of it goes when the test ends."""
    folder = open_folder / f"the data of {request.node.name}"
    yield folder
    shutil.rmtree(folder, ignore_errors=True)
    shutil.rmtree(places(folder).run, ignore_errors=True)
