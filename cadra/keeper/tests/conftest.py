"""A keeper's service in the test's own process, on a folder of its own; no socket, no Django."""

import os
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cadra.keeper.clients import PAGES, SYSTEM
from cadra.keeper.config import Config
from cadra.keeper.service import Service, answer

ALL = ["core", "identity", "contact", "story", "support", "health", "justice", "child"]


class Asking:
    """Asks a service as its socket would, and keeps it so that it can be stopped, restored and started."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.service: Service | None = None
        self.start()

    def start(self) -> None:
        self.service = Service(self.config)
        self.service.start()

    def stop(self) -> None:
        if self.service is not None:
            self.service.stop()
            self.service = None

    def with_config(self, **changes: Any) -> None:
        self.stop()
        self.config = replace(self.config, **changes)
        self.start()

    def ask(self, op: str, by: str = SYSTEM, **fields: Any) -> dict[str, Any]:
        assert self.service is not None
        return answer(self.service, {"op": op, **fields}, by)

    def do(self, op: str, **fields: Any) -> dict[str, Any]:
        reply = self.ask(op, **fields)
        assert reply["ok"], reply
        return reply

    def refused(self, op: str, **fields: Any) -> str:
        reply = self.ask(op, **fields)
        assert not reply["ok"], reply
        return reply["code"]

    def sign_in(self, user: str, *principals: int, roles: tuple[str, ...] = ("case_worker",), lasts=3600.0) -> str:
        token = uuid.uuid4().hex
        self.do(
            "open_session",
            token=token,
            user=user,
            principals=principals,
            roles=roles,
            until=time.time() + lasts,
        )
        return token

    def new_case(self, token: str) -> str:
        case = str(uuid.uuid4())
        self.do("create_cases", token=token, cases=[case])
        return case

    def give(self, token: str, case: str, grantee: int, *compartments: str, **more: Any) -> str:
        grant = a_grant(case, grantee, *compartments, **more)
        self.do("add_grants", token=token, grants=[grant])
        return grant["id"]

    def destroy(self, case: str) -> int:
        """As the worker does; how many cases were destroyed."""
        token = self.sign_in("system", 0, roles=("system",))
        return self.do("destroy_case", token=token, case=case)["destroyed"]

    def opened(self, token: str, case: str) -> set[str]:
        """The compartments of a case a session may open."""
        keys = self.do("open_keys", token=token, pairs=[[case, name] for name in ALL])["keys"]
        return {name for name, key in zip(ALL, keys, strict=True) if key}

    def keys(self, token: str, cases: list[str]) -> list[str | None]:
        return self.do("open_keys", token=token, pairs=[[case, "story"] for case in cases])["keys"]

    def wait_for_names(self) -> None:
        while not self.do("health")["names_loaded"]:
            time.sleep(0.005)


def a_grant(case: str, grantee: int, *compartments: str, basis="consent", starts=None, until=None) -> dict[str, Any]:
    return {
        "id": str(uuid.uuid4()),
        "case": case,
        "compartments": list(compartments),
        "grantee": grantee,
        "basis": basis,
        "starts": time.time() - 1 if starts is None else starts,
        "until": until,
    }


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config(
        folder=tmp_path / "keeper",
        socket=tmp_path / "socket",
        root=os.urandom(32),
        secrets={PAGES: b"of the pages", SYSTEM: b"of the system"},
    )


@pytest.fixture
def keeper(config: Config) -> Iterator[Asking]:
    asking = Asking(config)
    yield asking
    asking.stop()


@pytest.fixture
def copy_of_store(config: Config) -> Callable[[], dict[str, bytes]]:
    """What a backup of the store alone holds (the keeper must be stopped)."""
    return lambda: {path.name: path.read_bytes() for path in config.folder.glob("keeper.db*")}
