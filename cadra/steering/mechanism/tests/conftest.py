"""Files to look at: one that Marta carries, with everything, and a bare one."""

from typing import Any

import pytest

from cadra.steering.mechanism.tests.building import give_custody, make_file


@pytest.fixture
def file(house: Any) -> Any:
    """A registered person with identity, contact and profile; nobody but the Responsible Authority sees it."""
    return make_file(house)


@pytest.fixture
def carried(house: Any, file: Any) -> Any:
    """The same file in the custody of the shelter, with consent for identity and contact."""
    give_custody(house, file)
    return file
