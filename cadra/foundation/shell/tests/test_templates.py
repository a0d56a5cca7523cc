"""What no template of the whole tree may hold, so that the strict content security policy can stand."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[4]
TEMPLATES = sorted((ROOT / "cadra").glob("**/templates/**/*.html"))
FORBIDDEN = {
    "inline style": r"<[^>]*\sstyle\s*=",
    "style element": r"<style\b",
    "event handler": r"<[^>]*\son[a-z]+\s*=",
    "inline script": r"<script\b(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")",
    "script address": r"javascript:",
    "unescaped text": r"\|\s*safe\b|autoescape\s+off",
    "another site": r"(?:src|href)\s*=\s*[\"'](?:https?:)?//",
}
IDS = [str(path.relative_to(ROOT / "cadra")) for path in TEMPLATES]


@pytest.mark.parametrize("path", TEMPLATES, ids=IDS)
def test_no_template_needs_a_hole_in_the_policy(path: Path) -> None:
    source = re.sub(r"{%\s*comment\s*%}.*?{%\s*endcomment\s*%}|xmlns=\"[^\"]*\"", "", path.read_text(), flags=re.S)
    found = [name for name, pattern in FORBIDDEN.items() if re.search(pattern, source, flags=re.I)]
    assert not found


@pytest.mark.parametrize("path", TEMPLATES, ids=IDS)
def test_no_title_says_what_the_service_is_about(path: Path) -> None:
    for title in re.findall(r"{%\s*block (?:head_)?title\s*%}(.*?){%\s*endblock", path.read_text(), flags=re.S):
        assert not re.search(r"traffick|trafik|victim|viktim", title, flags=re.I)


def test_the_patterns_see_what_they_look_for() -> None:
    bad = {
        "inline style": '<p class="a" style="x">',
        "style element": "<style>",
        "event handler": '<a onclick="x()">',
        "inline script": "<script>x()</script>",
        "script address": '<a href="javascript:x">',
        "unescaped text": "{{ x|safe }}",
        "another site": '<img src="https://x.example/y">',
    }
    assert all(re.search(FORBIDDEN[name], source) for name, source in bad.items())
    assert TEMPLATES


def test_the_lock_file_names_no_host() -> None:
    text = (ROOT / "package-lock.json").read_text()
    assert "://" not in text and '"resolved"' not in text
