"""Nothing of one country is in the code or the templates: all of it comes from its pack."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from cadra.foundation.kernel.pack.loading import COUNTRIES

CODE = COUNTRIES.parent / "cadra"
#: The demo tells one country's story; tests speak of countries to check them.
APART = {"demo", "tests", "migrations"}
WORDS = (
    r"Tiran[aeë]\w*",
    r"Shkod\w*",
    r"Durr[eë]s\w*",
    r"Kakavij\w*",
    r"Kapshti\w*",
    r"Rinas",
    r"Shqip\w*",
    r"[Qq]ark\w*",
    r"[Bb]ashki\w*",
    r"VMT",
    r"MKR",
    r"116 ?006",
    r"116 ?111",
    r"Autoriteti",
    r"[Vv]iktim[aeë]\w*",
    r"[Ff]ëmij\w*",
    r"[Pp]olicia",
    r"AL-\d\d",
)
PATTERN = re.compile(r"(?<!\w)(?:" + "|".join(WORDS) + r")(?!\w)")
LANGUAGE = re.compile(r"""["']sq["']""")


def sources(*endings: str) -> Iterator[Path]:
    for path in CODE.rglob("*"):
        if path.suffix in endings and not APART & set(path.relative_to(CODE).parts):
            yield path


def found(pattern: re.Pattern[str], paths: Iterator[Path]) -> list[str]:
    return [
        f"{path.relative_to(CODE.parent)}:{number}: {line.strip()}"
        for path in paths
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if pattern.search(line)
    ]


def test_the_search_reads_the_code():
    assert CODE / "foundation" / "kernel" / "clock.py" in set(sources(".py"))


@pytest.mark.parametrize(
    "line",
    ['zone = "Europe/Tirane"', "# in every qark", '"116 006"', "VMT = 1", "Qarku i Shkodrës", "për fëmijët"],
)
def test_the_search_finds_what_it_looks_for(line):
    assert PATTERN.search(line)


@pytest.mark.parametrize("line", ["quark", "tyranny", "a postal code", "1160061", "CALL-10"])
def test_the_search_leaves_other_words_alone(line):
    assert not PATTERN.search(line)


def test_no_word_of_one_country_is_in_code_or_templates():
    assert found(PATTERN, sources(".py", ".html", ".js", ".txt")) == []


def test_no_code_speaks_one_language_only():
    """Which languages the pages have is said in the settings; elsewhere no language is treated apart."""
    outside = (path for path in sources(".py") if "config" not in path.parts)
    assert found(LANGUAGE, outside) == []
