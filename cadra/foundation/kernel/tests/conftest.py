"""Copies of a pack to spoil, and both countries loaded once."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from cadra.foundation.kernel.pack import CountryPack, PackError, load
from cadra.foundation.kernel.pack.loading import COUNTRIES


@pytest.fixture
def al() -> CountryPack:
    return load("al")


@pytest.fixture
def zz() -> CountryPack:
    return load("zz")


class Spoiled:
    """A copy of the invented country in which one thing is changed."""

    def __init__(self, root: Path) -> None:
        self.root = root / "countries"
        shutil.copytree(COUNTRIES / "zz", self.root / "zz")

    def path(self, file: str) -> Path:
        return self.root / "zz" / file

    def change(self, file: str, old: str, new: str) -> "Spoiled":
        """Replace `old`, which must be there once, by `new`."""
        content = self.path(file).read_text(encoding="utf-8")
        assert content.count(old) == 1, f"{old!r} is {content.count(old)} times in {file}"
        self.path(file).write_text(content.replace(old, new), encoding="utf-8")
        return self

    def add(self, file: str, row: str) -> "Spoiled":
        """Add a row at the end."""
        with self.path(file).open("a", encoding="utf-8") as stream:
            stream.write(row + "\n")
        return self

    def lines(self, file: str) -> int:
        return len(self.path(file).read_text(encoding="utf-8").splitlines())

    def load(self, limits_file: str = "") -> CountryPack:
        return load("zz", str(self.root), limits_file)

    def problems(self) -> list[str]:
        with pytest.raises(PackError) as caught:
            self.load()
        return [str(problem) for problem in caught.value.problems]


@pytest.fixture
def spoiled(tmp_path: Path) -> Spoiled:
    return Spoiled(tmp_path)


@pytest.fixture
def country(settings) -> Callable[[str], None]:
    """Serve another country for one test."""

    def choose(code: str) -> None:
        settings.COUNTRY = code

    return choose
