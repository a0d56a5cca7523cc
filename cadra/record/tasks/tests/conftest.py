"""A file at Marta's shelter, known to Rea; Kleo's clinic and Zana belong to neither."""

from typing import Any

import pytest

from cadra.record.tasks.tests.scene import Scene, make_file


@pytest.fixture
def scene(house: Any) -> Scene:
    """The shelter carries the file."""
    return make_file(house)
