"""A copy of the house without the cast, in which the demonstration is loaded."""

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import override_settings

from cadra.demo import network, story
from tests import cast
from tests import house as houses

DEMO = Path(__file__).resolve().parents[1]
EVERYBODY = """TRUNCATE network_deskmember, network_desk, network_roleholding, network_undertaking,
    network_invitation, network_user, network_institution CASCADE"""


@contextmanager
def demonstration(folder: Path) -> Iterator[Path]:
    """Settings as in the demonstration, with a data folder of its own."""
    pages = copy.deepcopy(settings.TEMPLATES)  # adding the app itself would start the queue a second time
    pages[0]["DIRS"] = [DEMO / "templates"]
    pages[0]["OPTIONS"]["libraries"] = {"personas": "cadra.demo.templatetags.personas"}
    with override_settings(DEMO=True, DATA_DIR=folder, TEMPLATES=pages, SIGN_IN_EXTRA_TEMPLATE="demo/personas.html"):
        yield folder


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Path]:
    with demonstration(tmp_path) as folder:
        yield folder


@pytest.fixture
def empty(house: Any) -> Iterator[Any]:
    """The house after everybody has moved out."""
    house.sql(EVERYBODY)
    yield house
    house.people = cast.people()  # the colleagues of the story carry the names of the cast


@pytest.fixture(scope="module")
def year(template: str, tmp_path_factory: Any) -> Iterator[Any]:
    """A house in which the whole story was told once, for all tests of a file; they change nothing in it."""
    server, name = houses._server(), f"cadra_year_{houses.WORKER}"
    houses._point_at(template)
    server.create_database(name, template=template)
    houses._point_at(name)
    house = houses.House(name, {})
    house.sql(EVERYBODY)
    with demonstration(tmp_path_factory.mktemp("demo")):
        story.tell(print)
        house.people = dict(network.found().users)
        yield house
    houses._forget_names(house)
    houses._point_at(template)
    server.drop_database(name)
