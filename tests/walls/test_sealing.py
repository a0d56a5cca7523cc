"""A thousand people put through every feature: none of them lies readable anywhere (security.md D1, D3).

And the same with sealing switched off finds nearly all of them, so that the search is known to see.
"""

import base64
import io
import json
import logging
import os
import re
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from django.apps import apps
from django.conf import settings
from django.core import mail

from cadra.config.logs import AllowListFormatter
from cadra.config.runtime import binaries
from cadra.config.runtime.accounts import for_postgres
from cadra.foundation.vault import SealedField, box
from cadra.record.cases import actions as cases
from tests.walls.needles import Needles, files_below
from tests.walls.planting import Planted, Planter, planted

MANY = 1_000


@pytest.fixture
def spool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where this process would put temporary files."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the application logs, as its formatter writes it."""
    assert settings.LOGGING["handlers"] == {"stderr": {"class": "logging.StreamHandler", "formatter": "allowed"}}
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(AllowListFormatter())
    loggers = [logging.getLogger(name) for name in ("", *settings.LOGGING["loggers"])]
    for logger in loggers:
        logger.addHandler(handler)
    try:
        yield written
    finally:
        for logger in loggers:
            logger.removeHandler(handler)


@contextmanager
def broken_view(monkeypatch: pytest.MonkeyPatch, words: str) -> Iterator[None]:
    def fail(**_: Any) -> None:
        raise ValueError(f"cannot keep {words}")

    with monkeypatch.context() as patch:
        patch.setattr(cases, "write_note", fail)
        yield


class Places:
    """Everywhere a word could lie after what was done to one house since a moment."""

    def __init__(self, house: Any, spool: Path, log: io.StringIO, since: float) -> None:
        self.house, self.spool, self.log, self.since = house, spool, log, since
        self.admin = os.environ["CADRA_TEST_ADMIN"]

    def checkpoint(self) -> None:
        with psycopg.connect(self.admin, autocommit=True) as admin:
            admin.execute("CHECKPOINT")

    def data_directory(self) -> Path:
        with psycopg.connect(self.admin, autocommit=True) as admin:
            row = admin.execute("SHOW data_directory").fetchone()
        assert row is not None
        return Path(row[0])

    def database_folder(self) -> Path:
        (oid,) = self.house.sql("SELECT oid FROM pg_database WHERE datname = current_database()")[0]
        return self.data_directory() / "base" / str(oid)

    def dump(self) -> bytes:
        found = binaries.within_reach(binaries.find(os.environ.get("CADRA_TEST_POSTGRES")), for_postgres())
        where = psycopg.conninfo.make_conninfo(self.admin, dbname=self.house.database)
        made = subprocess.run([found.program("pg_dump"), "--dbname", where], capture_output=True, check=True)
        return made.stdout

    def search(self, needles: Needles, mails: list[bytes]) -> dict[str, set[tuple[str, str]]]:
        """place → (value, form) found there."""
        self.checkpoint()
        data = self.data_directory()
        folders: dict[str, Path] = {
            "data files": self.database_folder(),
            "write-ahead log": data / "pg_wal",
            "shared tables": data / "global",
            "server's temporary files": data / "base" / "pgsql_tmp",
            "keeper's store": Path(os.environ["CADRA_TEST_DATA"]),
            "temporary files": self.spool,
        }
        dump = self.dump()
        assert b"people_identity" in dump
        found = {"dump": set(needles.found_in(dump)), "log": set(needles.found_in(self.log.getvalue().encode()))}
        found["mails"] = {hit for message in mails for hit in needles.found_in(message)}
        for name, folder in folders.items():
            paths = list(files_below(folder, since=self.since if name == "write-ahead log" else 0))
            assert paths or name in ("server's temporary files", "temporary files"), name
            found[name] = {hit for path in paths for hit in needles.in_file(path)}
        server_log = data.parent / "postgres.log"
        assert server_log.is_file()
        found["server log"] = needles.in_file(server_log)
        return found


def _plant(house: Any, seed: str) -> tuple[Planter, list[Planted]]:
    everyone = planted(MANY, seed)
    planter = Planter(house, everyone)
    planter.everything()
    return planter, everyone


# Sealed columns nobody writes a name in: answers that are codes of the country pack, and the key of a document.
CODED = {"support_assesseddomain.answers", "support_riskassessment.answers", "documents_document.secret"}


def columns_without(house: Any, everyone: list[Planted]) -> set[str]:
    """Sealed columns in which nobody planted stands, sealing being off: a new one must be planted, or named above."""
    values = {value.split()[0] for one in everyone for value in one.values}
    bare, word = set(), re.compile(r"[^\s\",]+")
    for model in apps.get_models():
        for column in (one.column for one in model._meta.fields if isinstance(one, SealedField)):
            table = model._meta.db_table
            rows = house.sql(f"SELECT convert_from({column}, 'UTF8') FROM {table} WHERE {column} IS NOT NULL")
            if not any(values & set(word.findall(text)) for (text,) in rows):
                bare.add(f"{table}.{column}")
    return bare


def test_a_thousand_people_lie_nowhere_in_clear(
    house: Any, spool: Path, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    began = time.time()
    planter, everyone = _plant(house, "sealed")
    assert planter.readable()
    break_a_view: Callable[[str], Any] = lambda words: broken_view(monkeypatch, words)  # noqa: E731
    assert planter.failing_statements(everyone[:20]) == 100
    assert planter.failing_pages(everyone[20:30], break_a_view) == 10
    mails = planter.mails()
    assert len(mails) > 20
    assert house.sql("SELECT count(*) FROM access_draft") != [(0,)]
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert sum("ValueError" in json.dumps(line.get("error", "")) for line in lines) >= 10, (
        "the exceptions were not logged"
    )
    needles = Needles(value for one in everyone for value in one.values)
    found = Places(house, spool, log, began).search(needles, mails)
    assert {place: hits for place, hits in found.items() if hits} == {}
    assert list(spool.iterdir()) == []


def test_with_sealing_off_the_same_search_finds_them(
    house: Any, spool: Path, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control. Only the seal is taken away: everything else is as it was."""

    def bare(key: bytes, value: Any, place: bytes) -> bytes:
        return json.dumps(value, ensure_ascii=False).encode()

    def read(key: bytes, sealed: bytes, place: bytes) -> Any:
        return json.loads(sealed)

    monkeypatch.setattr(box, "seal", bare)
    monkeypatch.setattr(box, "unseal", read)
    began = time.time()
    planter, everyone = _plant(house, "open")
    mail.outbox.clear()
    assert columns_without(house, everyone) == CODED
    needles = Needles(value for one in everyone for value in one.values)
    places = Places(house, spool, log, began).search(needles, [])
    seen = {place: {value for value, _ in hits} for place, hits in places.items()}

    def share(people: list[Planted], *where: str) -> float:
        values = set().union(*(seen[place] for place in where))
        return sum(bool(values.intersection(one.values)) for one in people) / len(people)

    kept = [one for one in everyone if one not in planter.overwritten]
    assert share(everyone, "dump", "data files", "write-ahead log") > 0.99
    assert share(kept, "dump") > 0.99
    assert share(kept, "data files") > 0.99
    assert share(kept, "write-ahead log") > 0.9
    assert {form for _, form in places["dump"]} & {"hex"}
    assert {form for _, form in places["data files"]} & {"raw"}


@pytest.mark.parametrize("form", ["raw", "lower", "utf-16le", "utf-16be", "hex", "reversed", "base64", "json", "url"])
def test_the_search_knows_every_way_of_writing(form: str) -> None:
    value = "Дритазорибел Корбели"
    ways = {
        "raw": value.encode(),
        "lower": value.lower().encode(),
        "utf-16le": value.encode("utf-16-le"),
        "utf-16be": value.encode("utf-16-be"),
        "hex": value.encode().hex().encode(),
        "reversed": value[::-1].encode(),
        "json": json.dumps({"name": value}).encode(),
        "url": quote(f"name={value}").encode(),
    }
    for offset in range(9):
        content = b"x" * offset + (
            base64.b64encode(b"y" * offset + value.encode() + b"z" * offset) if form == "base64" else ways[form]
        )
        assert list(Needles([value]).found_in(content + b"  the end")), offset
    assert not list(Needles([value]).found_in(b"somebody else entirely " * 50))
