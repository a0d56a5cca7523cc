"""A copy of the house without the cast, in which the demonstration is loaded."""

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import override_settings

DEMO = Path(__file__).resolve().parents[1]


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Path]:
    """Settings as in the demonstration, with a data folder of its own."""
    pages = copy.deepcopy(settings.TEMPLATES)  # adding the app itself would start the queue a second time
    pages[0]["DIRS"] = [DEMO / "templates"]
    pages[0]["OPTIONS"]["libraries"] = {"personas": "cadra.demo.templatetags.personas"}
    with override_settings(DEMO=True, DATA_DIR=tmp_path, TEMPLATES=pages, SIGN_IN_EXTRA_TEMPLATE="demo/personas.html"):
        yield tmp_path


@pytest.fixture
def empty(house: Any) -> Any:
    """The house after everybody has moved out."""
    house.sql(
        "TRUNCATE network_deskmember, network_desk, network_roleholding, network_undertaking, network_invitation,"
        " network_unit, network_user, network_institution CASCADE"
    )
    return house
