"""What no title says, and no lock file. What no template may hold stands in tests/walls/rules.py."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[4]
TEMPLATES = sorted((ROOT / "cadra").glob("**/templates/**/*.html"))
IDS = [str(path.relative_to(ROOT / "cadra")) for path in TEMPLATES]


@pytest.mark.parametrize("path", TEMPLATES, ids=IDS)
def test_no_title_says_what_the_service_is_about(path: Path) -> None:
    for title in re.findall(r"{%\s*block (?:head_)?title\s*%}(.*?){%\s*endblock", path.read_text(), flags=re.S):
        assert not re.search(r"traffick|trafik|victim|viktim", title, flags=re.I)


def test_the_lock_file_names_no_host() -> None:
    text = (ROOT / "package-lock.json").read_text()
    assert "://" not in text and '"resolved"' not in text
