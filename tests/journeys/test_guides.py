"""The guides: the same in both languages, and no picture missing or left over."""

import re
from pathlib import Path

import pytest

from tests.journeys.guides import FOLDER, MOST_BYTES

GUIDES = FOLDER.parent
NAMES = [
    *("administrator", "case-manager", "first-responder", "identification-pair", "monitor", "oversight", "provider"),
    *("responsible-authority", "supervisor"),
]
LANGUAGES = ("sq", "en")
PICTURE = re.compile(r"!\[[^\]]+\]\(\.\./pictures/(\w\w)/([\w-]+)\.png\)")
MOST_WORDS = 420  # a page


def shown(path: Path) -> list[tuple[str, str]]:
    """(language, name) of each picture of a guide, in order."""
    return PICTURE.findall(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", NAMES)
def test_a_guide_tells_the_same_steps_in_both_languages(name: str) -> None:
    texts = {one: (GUIDES / one / f"{name}.md").read_text(encoding="utf-8") for one in LANGUAGES}
    assert len({len(re.findall(r"^\d+\.", text, re.M)) for text in texts.values()}) == 1
    assert len({len(re.findall(r"^- \*\*", text, re.M)) for text in texts.values()}) == 1
    pictures = {one: shown(GUIDES / one / f"{name}.md") for one in LANGUAGES}
    assert [name for _, name in pictures["sq"]] == [name for _, name in pictures["en"]]
    assert all({code for code, _ in found} <= {one} for one, found in pictures.items())
    assert all(len(text.split()) <= MOST_WORDS for text in texts.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_picture_is_there_and_in_a_guide(language: str) -> None:
    assert sorted(path.stem for path in (GUIDES / language).glob("*.md")) == NAMES
    wanted = {name for path in (GUIDES / language).glob("*.md") for _, name in shown(path)}
    assert {path.stem for path in (FOLDER / language).glob("*.png")} == wanted


def test_the_pictures_stay_small() -> None:
    assert sum(path.stat().st_size for path in FOLDER.rglob("*.png")) <= MOST_BYTES
