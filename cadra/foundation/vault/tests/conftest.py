"""A real keeper process for the vault's tests."""

import time
import uuid
from collections.abc import Callable, Iterator
from uuid import UUID

import pytest

from cadra.foundation.vault import Keeper, Ring
from cadra.foundation.vault.testing import KeeperHandle, start_keeper


@pytest.fixture
def running(tmp_path) -> Iterator[KeeperHandle]:
    handle = start_keeper(tmp_path)
    yield handle
    handle.remove()


@pytest.fixture
def client(running: KeeperHandle) -> Keeper:
    return running.client()


@pytest.fixture
def sign_in(client: Keeper) -> Callable[..., str]:
    """Open a session for a user with these principals; returns its token."""

    def signed_in(user: str, *principals: int, roles: tuple[str, ...] = ("case_worker",)) -> str:
        token = uuid.uuid4().hex
        client.open_session(token, user, principals, roles, time.time() + 3600)
        return token

    return signed_in


@pytest.fixture
def author(client: Keeper, sign_in) -> Ring:
    """Besa, who works at a shelter (principal 100)."""
    return Ring(sign_in("besa", 1, 100), through=client)


@pytest.fixture
def case(client: Keeper, author: Ring) -> UUID:
    """A case Besa has made."""
    made = uuid.uuid4()
    client.create_cases(author.token, [made])
    return made
