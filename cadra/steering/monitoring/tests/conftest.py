"""A country with figures: one with nothing in it, one with a few hundred people."""

from typing import Any

import pytest

from cadra.steering.monitoring.tests.many import fill


@pytest.fixture
def crowd(house: Any) -> Any:
    """A house with 400 invented people over three years, most of them in a few areas."""
    fill(house, 400)
    return house
