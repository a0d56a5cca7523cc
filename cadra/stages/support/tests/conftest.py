"""A file at Marta's shelter, known to Rea; Kleo's clinic can be asked; Zana belongs to neither."""

from typing import Any

import pytest

from cadra.stages.support.tests.scene import Scene, make_file


@pytest.fixture
def scene(house: Any) -> Scene:
    """The shelter carries the file, with identity, contact and health open to it by her consent."""
    return make_file(house)
