"""The house's own lint: every rule holds, and finds its own bad sample (K2). What is installed was locked (K1)."""

import json
import re
from pathlib import Path

import pytest

from tests.walls.code import ROOT, is_test, short, sources
from tests.walls.rules import ASSETS, MARKUP, PYTHON, Rule

TEMPLATES = [path for path in ROOT.glob("cadra/**/templates/**/*") if path.is_file()]
OURS = [*ROOT.glob("cadra/**/js/*.js"), *ROOT.glob("cadra/**/scss/*.scss"), *ROOT.glob("cadra/**/static/[!v]*/*.js")]
ALL = [*PYTHON, *MARKUP, *ASSETS]


def broken(rule: Rule, paths: list[Path]) -> list[str]:
    return [
        f"{short(path)}:{line}" for path in paths if rule.looks_at(short(path)) for line in rule.lines(path.read_text())
    ]


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.name)
def test_every_rule_finds_its_bad_sample(rule: Rule) -> None:
    assert rule.lines(rule.bad)


def test_there_are_rules_enough() -> None:
    assert len({rule.name for rule in ALL}) == len(ALL) >= 25
    assert TEMPLATES
    assert OURS


@pytest.mark.parametrize("rule", PYTHON, ids=lambda rule: rule.name)
def test_the_program_keeps_every_rule(rule: Rule) -> None:
    assert broken(rule, [path for path in sources() if not is_test(path)]) == []


@pytest.mark.parametrize("name", ["time has a zone", "a day is the country's"])
def test_the_tests_hold_at_every_hour(name: str) -> None:
    """One that asks the server's day, or Python's, is red for an hour each night: it failed the project's CI twice."""
    (rule,) = [rule for rule in PYTHON if rule.name == name]
    assert broken(rule, [path for path in sources() if is_test(path)]) == []


@pytest.mark.parametrize("rule", MARKUP, ids=lambda rule: rule.name)
def test_the_pages_keep_every_rule(rule: Rule) -> None:
    assert broken(rule, TEMPLATES) == []


@pytest.mark.parametrize("rule", ASSETS, ids=lambda rule: rule.name)
def test_styles_and_scripts_keep_every_rule(rule: Rule) -> None:
    assert broken(rule, OURS) == []


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.name)
def test_no_exception_outlives_its_file(rule: Rule) -> None:
    """What a rule leaves out is a file that is really there."""
    known = [short(path) for path in (*sources(), *TEMPLATES)]
    assert [part for part in rule.but if not any(part in path for path in known)] == []


def test_every_form_that_posts_carries_its_token() -> None:
    """In the template itself, or in the component it includes for its fields."""
    forms = re.compile(r"<form\b[^>]*method=[\"']post[\"'].*?</form>", re.IGNORECASE | re.DOTALL)
    without = [
        short(path)
        for path in TEMPLATES
        for form in forms.findall(path.read_text())
        if not re.search(r"csrf_token|csrf_input", form)
    ]
    assert without == []


def test_the_way_back_beside_a_button_is_there() -> None:
    """What `{% url … as back %}` names lives in its own block: in another one the link would silently be missing."""
    missing = []
    for path in TEMPLATES:
        text = path.read_text()
        for used in re.finditer(r"secondary_url=(\w+)", text):
            named, block = f" as {used[1]} %}}", text[text.rfind("{% block ", 0, used.start()) : used.start()]
            if named in text and named not in block:
                missing.append(f"{short(path)}: {used[1]}")
    assert missing == []


# What is installed ---------------------------------------------------------------------------------

REQUIREMENTS = ("requirements.txt", "requirements-dev.txt", "script/node.txt")


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_every_requirement_names_one_version_and_its_hashes(name: str) -> None:
    lines = (ROOT / name).read_text().replace("\\\n", " ").splitlines()
    wanted = [line for line in lines if line.strip() and not line.startswith("#")]
    pinned = re.compile(r"^[A-Za-z0-9._-]+(\[[a-z,]+\])?==[^ ]+ .*--hash=sha256:[0-9a-f]{64}")
    assert wanted
    assert [line[:60] for line in wanted if not pinned.match(line)] == []


def test_every_install_insists_on_hashes() -> None:
    """In scripts and in the documents people copy from."""
    places = [*ROOT.glob("script/*"), *ROOT.glob(".ci/*"), ROOT / "README.md", *ROOT.glob("docs/**/*.md")]
    install = re.compile(r"pip[\"', ]+install|npm[\"', ]+install")
    safe = re.compile(r"--require-hashes|NODE_FROM_PYPI|--package-lock-only")
    found = [
        f"{short(path)}: {line.strip()}"
        for path in places
        if path.is_file()
        for line in path.read_text().splitlines()
        if install.search(line) and not safe.search(line)
    ]
    assert found == []


def test_every_front_end_part_is_locked_by_its_hash() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert [name for name, one in packages.items() if name and not one.get("integrity", "").startswith("sha512-")] == []
    assert '"ci"' in (ROOT / "script/assets").read_text()
