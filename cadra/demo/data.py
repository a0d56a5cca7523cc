"""Reading the invented texts in data/, in one of the languages they are written in."""

import csv
import os
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

DATA = Path(__file__).parent / "data"


def language() -> str:
    """The language the story is told in: CADRA_DEMO_LANGUAGE, else the one the pages start in."""
    wanted = os.environ.get("CADRA_DEMO_LANGUAGE", "")
    return wanted if wanted in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


@cache
def table(name: str) -> list[dict[str, str]]:
    """The rows of data/`name`.csv."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def document(name: str) -> dict[str, Any]:
    """The content of data/`name`.toml."""
    return tomllib.loads((DATA / f"{name}.toml").read_text(encoding="utf-8"))


def words(kind: str, spoken: str) -> list[str]:
    """The sentences of one kind, in one language."""
    return [entry[spoken] for entry in document("words")[kind]]
