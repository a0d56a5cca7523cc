"""A visitor signs in by hand as an invented colleague, and only in the demonstration."""

import json
import re
import stat
from pathlib import Path
from typing import Any

import pytest
from django.core.management.base import CommandError
from django.test import Client, override_settings

from cadra.demo import personas, story
from cadra.foundation.kernel import clock


def load(people: int = 0) -> list[str]:
    said: list[str] = []
    story.tell(said.append, people=people)
    return said


def test_a_visitor_signs_in_with_what_the_page_shows(empty: Any, demo: Path) -> None:
    load()
    client = Client()
    page = client.get("/account/login/").content.decode()
    door = personas.door()
    assert door is not None
    for persona in door.personas:
        assert persona.email in page
    assert door.password in page
    ada = door.personas[0]
    asked = client.post("/account/login/", {"login": ada.email, "password": door.password})
    assert asked.status_code == 302, asked.content.decode()[:2000]
    codes = client.get(asked["Location"]).content.decode()
    fresh = personas.door()
    assert fresh is not None and fresh.personas[0].code in codes
    entered = client.post(asked["Location"], {"code": fresh.personas[0].code})
    assert entered.status_code == 302, entered.content.decode()[:2000]
    assert client.get("/").status_code == 200


def test_every_role_a_visitor_wants_to_see_has_a_persona(empty: Any, demo: Path) -> None:
    load()
    door = personas.door()
    assert door is not None
    assert {persona.role.value for persona in door.personas} == {
        "first_responder",
        "ra_officer",
        "identification_police",
        "identification_social",
        "case_manager",
        "service_professional",
        "child_protection_worker",
        "data_protection_officer",
        "monitor",
        "institution_admin",
        "supervisor",
        "system_admin",
    }


def test_secrets_are_random_kept_by_their_owner_alone_and_sealed_in_the_database(empty: Any, demo: Path) -> None:
    load()
    path = personas.file()
    kept = json.loads(path.read_text())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE((demo / "personas.txt").stat().st_mode) == 0o600
    seeds = [one["seed"] for one in kept["personas"].values()]
    assert len(set(seeds)) == len(seeds) == 12
    stored = json.dumps(empty.sql("SELECT data::text FROM mfa_authenticator"))
    assert not any(seed in stored for seed in seeds)
    code = (Path(personas.__file__).parent / "data").rglob("*")
    assert not any(kept["password"] in one.read_text(encoding="utf-8") for one in code if one.is_file())


def test_two_copies_have_different_secrets(empty: Any, demo: Path) -> None:
    load()
    first = json.loads(personas.file().read_text())
    personas.file().unlink()
    load()
    second = json.loads(personas.file().read_text())
    assert first["password"] != second["password"]
    assert re.fullmatch(r"[2-9cdfghjkmnpqrtwx-]{19}", second["password"])


def test_loading_twice_changes_no_account(empty: Any, demo: Path) -> None:
    load()
    before = empty.sql("SELECT id, email, password, principal FROM network_user ORDER BY id")
    load()
    assert empty.sql("SELECT id, email, password, principal FROM network_user ORDER BY id") == before


def test_outside_the_demonstration_nothing_of_it_is_reachable(empty: Any, demo: Path) -> None:
    load()
    with override_settings(DEMO=False):
        assert personas.door() is None
        assert b"cadra.example" not in Client().get("/account/login/").content
        with pytest.raises(CommandError):
            load()
        with pytest.raises(RuntimeError), clock.pretend(clock.now()):
            pass


def test_settings_without_the_demonstration_do_not_know_it() -> None:
    from django.conf import settings  # noqa: PLC0415

    assert not settings.DEMO
    assert "cadra.demo" not in settings.INSTALLED_APPS
    assert settings.SIGN_IN_EXTRA_TEMPLATE == ""
