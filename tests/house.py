"""The house for tests: a real PostgreSQL, a real keeper, the real roles, and the cast (tests/cast.py).

Loaded by `-p tests.house` before the settings, which read what it puts into the environment. The servers start
once and are shared by all workers; each test gets a copy of a migrated database with the cast in it.
"""

import atexit
import itertools
import logging
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from cadra.config.runtime import testing
from tests.copies import Copy

READY = "CADRA_TEST_HOUSE"
ONCE = "once"
LONG = {"walls", "journeys", "demo"}


def _start() -> None:
    """Start PostgreSQL and the keeper for this run and describe them in the environment."""
    server = testing.start_test_postgres(
        os.environ.get("CADRA_TEST_POSTGRES", "embedded"), hasty=os.environ.get("CADRA_LOAD") != "1"
    )
    folder = Path(tempfile.mkdtemp(prefix="cadra-test-"))
    (folder / "static").mkdir()
    socket = Path(tempfile.mkdtemp(prefix="ck-")) / "s"
    os.environ.update(
        {
            **server.environment("cadra_gw"),
            "CADRA_DATA_DIR": str(folder),
            "CADRA_TEST_DATA": str(folder),
            "CADRA_KEEPER_SOCKET": str(socket),
            "CADRA_BASE_URL": "http://testserver",
            "CADRA_COUNTRY": os.environ.get("CADRA_COUNTRY", "al"),
            "CADRA_DEBUG": "1",  # static files by plain names; pytest-django switches Django's own debug off
            "CADRA_KEEPER_QUOTA": "1000000",
            "CADRA_KEEPER_SESSIONS": "1000000",
            "CADRA_KEEPER_NEWCOMERS": "1000000",
            "CADRA_TEST_ADMIN": server.admin,
            READY: "1",
        }
    )
    keeper = subprocess.Popen([sys.executable, "-m", "cadra.keeper"], env=dict(os.environ))

    def stop() -> None:
        keeper.kill()
        keeper.wait()
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(socket.parent, ignore_errors=True)

    atexit.register(stop)


if READY not in os.environ:
    _start()
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
TEMPLATE = f"cadra_template_{WORKER}"
if WORKER != "main":  # whoever counts documents counts her own
    os.environ["CADRA_DATA_DIR"] = str(Path(os.environ["CADRA_TEST_DATA"]) / WORKER)
    (Path(os.environ["CADRA_DATA_DIR"]) / "static").mkdir(parents=True, exist_ok=True)
_base = os.environ["DATABASE_URL"]
os.environ["DATABASE_URL"] = _base.replace("cadra_gw", TEMPLATE)
_numbers = itertools.count(1)


def _server() -> testing.TestPostgres:
    return testing.TestPostgres(
        admin=os.environ["CADRA_TEST_ADMIN"],
        secrets_dir=Path(os.environ["CADRA_SECRETS_DIR"]),
        base_url=_base,
    )


def _point_at(name: str) -> None:
    from django.db import connections  # noqa: PLC0415 - settings exist only now

    connections.close_all()
    for alias in connections:
        connections[alias].settings_dict["NAME"] = name


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The machine's own PostgreSQL is asked by every test that asks a database; the rest is proven on the other."""
    if os.environ.get("CADRA_TEST_POSTGRES", "embedded") != "embedded":
        asking = [item for item in items if "template" in getattr(item, "fixturenames", ())]
        asking = _first_of_each([item for item in asking if not item.get_closest_marker(ONCE)])
        config.hook.pytest_deselected(items=[item for item in items if item not in set(asking)])
        items[:] = asking
    items[:] = _long_first(items, int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")))


def _first_of_each(items: list[pytest.Item]) -> list[pytest.Item]:
    """The first of a test's values: the others ask the same statements."""
    return list({item.nodeid.partition("[")[0]: item for item in reversed(items)}.values())[::-1]


def _long_first(items: list[pytest.Item], workers: int) -> list[pytest.Item]:
    """Each worker gets one stretch of the list. What takes minutes stands at its beginning, so that nobody is left
    alone with it at the end."""
    files: dict[Path, list[pytest.Item]] = {}
    for item in items:
        files.setdefault(item.path, []).append(item)
    stretches: list[list[pytest.Item]] = [[] for _ in range(workers)]
    for number, path in enumerate(path for path in files if LONG & set(path.parts)):
        stretches[number % workers] += files[path]
    rest = [item for path, some in files.items() if not LONG & set(path.parts) for item in some]
    for stretch in stretches:
        room = max(0, -(-len(items) // workers) - len(stretch))
        stretch += rest[:room]
        rest = rest[room:]
    return [item for stretch in stretches for item in stretch] + rest


@pytest.fixture(scope="session")
def template(django_db_blocker: Any) -> Iterator[str]:
    """A migrated database with the cast, to be copied."""
    from django.core.management import call_command  # noqa: PLC0415

    from tests import cast  # noqa: PLC0415

    server = _server()
    server.create_database(TEMPLATE)
    with django_db_blocker.unblock():
        _point_at(TEMPLATE)
        call_command("migrate", database="owner", verbosity=0)
        cast.settle()
        _point_at(TEMPLATE)
        yield TEMPLATE
        _point_at(TEMPLATE)
    server.drop_database(TEMPLATE)


@dataclass
class House:
    """One test's copy of the mechanism."""

    database: str
    people: dict[str, Any]
    tokens: dict[str, str] = field(default_factory=dict)

    def user(self, name: str) -> Any:
        """A member of the cast by first name."""
        return self.people[name]

    def sign_in(self, name: str) -> str:
        """A fully opened session of this user; returns its token."""
        from cadra.foundation.access.sessions import SessionStore  # noqa: PLC0415
        from cadra.foundation.access.signin import open_session  # noqa: PLC0415

        user = self.user(name)
        store = SessionStore()
        store.update(
            {
                "_auth_user_id": str(user.pk),
                "_auth_user_backend": "cadra.foundation.access.backend.WithInstitution",
                "_auth_user_hash": user.get_session_auth_hash(),
            }
        )
        store.create()
        open_session(store, user)
        assert store.session_key
        return store.session_key

    def actor(self, name: str) -> Any:
        """This user as an actor, with keys of her own session."""
        from cadra.foundation.access.actor import Actor  # noqa: PLC0415
        from cadra.foundation.network.queries import principals_of, roles_of  # noqa: PLC0415
        from cadra.foundation.vault.ring import Ring  # noqa: PLC0415

        user = self.user(name)
        if name not in self.tokens:
            self.tokens[name] = self.sign_in(name)
        roles = roles_of(user)
        return Actor(
            user_id=user.pk,
            principal=user.principal,
            name=user.name,
            institution_id=user.institution_id,
            institution_principal=user.institution.principal,
            roles=frozenset(roles),
            principals=tuple(principals_of(user, roles)),
            language=user.language,
            ring=Ring(self.tokens[name]),
        )

    @contextmanager
    def as_(self, name: str) -> Iterator[Any]:
        """A transaction as this user, as the middleware opens it. Yields the actor."""
        from django.db import transaction  # noqa: PLC0415

        from cadra.foundation.access.middleware import enter  # noqa: PLC0415

        actor = self.actor(name)
        with transaction.atomic():
            enter(actor)
            yield actor

    def client(self, name: str | None = None) -> Any:
        """Django's test client, signed in as this user (or nobody)."""
        from django.conf import settings  # noqa: PLC0415
        from django.test import Client  # noqa: PLC0415

        client = Client()
        if name:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sign_in(name)
        return client

    def sql(self, statement: str, values: Any = (), alias: str = "owner") -> list[tuple[Any, ...]]:
        """Rows of a raw statement, by default as the owner of the tables."""
        from django.db import connections  # noqa: PLC0415

        with connections[alias].cursor() as cursor:
            cursor.execute(statement, values)
            return list(cursor.fetchall()) if cursor.description else []


@pytest.fixture(scope="session")
def copies(template: str) -> Iterator[list[Copy]]:
    """The copy that stands ready for the next test, if there is one."""
    ready: list[Copy] = []
    yield ready
    _point_at(template)
    for copy in ready:
        copy.drop()


@pytest.fixture
def house(template: str, copies: list[Copy]) -> Iterator[House]:
    """The house with the cast, as it is before anything happens."""
    from django.db import connections  # noqa: PLC0415

    from tests import cast  # noqa: PLC0415

    if not copies:
        _point_at(template)
        copies.append(Copy(_server(), f"cadra_{WORKER}_{next(_numbers)}", template))
        _point_at(copies[0].name)
    made = House(copies[0].name, cast.people())
    try:
        yield made
    finally:
        _forget_names(made)
        if not copies[0].sweep(connections):
            _point_at(template)
            copies.pop().drop()


@pytest.fixture
def world(house: House) -> Any:
    """One file with a row in every table about a person, among the cast."""
    from tests import world as worlds  # noqa: PLC0415

    return worlds.build(house)


@pytest.fixture
def quiet() -> Iterator[None]:
    """A log record of a refused request keeps the whole request: thousands of them are most of the time of a sweep."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def _forget_names(house: House) -> None:
    """Take this test's people out of the keeper's memory, which all tests share: they would be matched next time."""
    from cadra.foundation.vault.system import system_keeper, system_session  # noqa: PLC0415

    known = [person_id for (person_id,) in house.sql("SELECT id FROM people_person WHERE is_registered")]
    if known:
        with system_session() as token:
            system_keeper().names_forget(token, known)


def fixture_of(build: Callable[[House], Any]) -> Any:
    """Turn a function that prepares something in a house into a fixture."""

    @pytest.fixture
    def made(house: House) -> Any:
        return build(house)

    return made
