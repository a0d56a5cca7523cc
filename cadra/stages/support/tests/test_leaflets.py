"""Leaflets: plain, in each language of the pack, about nobody, and neutral on paper; a draft says that it is one."""

from pathlib import Path
from typing import Any

import pytest

from cadra.foundation.kernel.pack import pack
from cadra.foundation.kernel.pack.errors import PackError
from cadra.foundation.kernel.pack.leaflets import Leaflet
from cadra.foundation.kernel.pack.loading import COUNTRIES, load
from cadra.foundation.kernel.pack.text import Text
from cadra.stages.support.queries.safety import betrays, house_names
from cadra.stages.support.tests.scene import Scene

MOST_WORDS = 17  # a sentence: "easy" in the pack's levels of reading


def printed(page: str) -> str:
    """What stays on paper of a page."""
    return page.split('<div lang="')[1].split("</div>")[0]


@pytest.mark.parametrize("language", ["sq", "en"])
def test_each_is_short_and_says_nothing_to_a_stranger(house: Any, language: str) -> None:
    client = house.client("ada")
    assert len(pack().leaflets.codes) > 5
    with house.as_("ada"):
        houses = list(house_names())
    for one in pack().leaflets:
        page = client.get(f"/leaflets/{one.code}/?in={language}").content.decode()
        paper = printed(page)
        assert paper.startswith(f'{language}"') and str(one.text[language]) in paper
        assert betrays(" ".join([one.label(language), *one.sentences(language)]), houses) == ""
        assert all(len(sentence.split()) <= MOST_WORDS for sentence in one.sentences(language)), one.code
        assert ("draft that nobody has checked" in page) is not one.verified


def test_a_text_that_betrays_does_not_load(tmp_path: Path) -> None:
    for file in (COUNTRIES / "zz").iterdir():
        (tmp_path / "zz").mkdir(exist_ok=True)
        (tmp_path / "zz" / file.name).write_bytes(file.read_bytes())
    leaflets = tmp_path / "zz" / "leaflets.csv"
    leaflets.write_text(leaflets.read_text().replace("You can say stop.", "The police will not know.", 1))
    with pytest.raises(PackError, match="'police' would tell a stranger"):
        load("zz", str(tmp_path))


def test_an_empty_sentence_is_no_sentence() -> None:
    with pytest.raises(ValueError, match="a sentence is empty"):
        Leaflet(code="x", text=Text({"en": "X"}), level="easy", verified="no", body=Text({"en": "One.||Two."}))


def test_they_stand_where_the_explanation_is_written_down(scene: Scene, house: Any) -> None:
    page = (
        house.client("marta").get(scene.url("offer_new") + "?service=medical&service=family_tracing").content.decode()
    )
    assert page.count("/leaflets/doctor/?in=sq") == page.count("/leaflets/doctor/?in=en") == 1
    assert page.count("/leaflets/choices/?in=sq") == 1
    assert "/leaflets/talk/" not in page
    assert "/leaflets/" in house.client("marta").get(scene.url("offers")).content.decode()


def test_there_is_none_of_another_name(house: Any) -> None:
    client = house.client("ada")
    assert client.get("/leaflets/nothing/").status_code == 404
    assert 'lang="sq"' in client.get("/leaflets/choices/?in=xx").content.decode()
    assert house.client().get("/leaflets/").status_code == 302
