"""Secrets are random, private, kept, and never guessed."""

import base64
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from cadra.config.runtime import secrets, start
from cadra.config.runtime.places import places
from cadra.config.runtime.plain import Trouble


def wish(data: Path) -> start.Wish:
    return start.Wish(places=places(data), secrets_dir=data / "secrets", demo=False)


def test_every_secret_is_random_and_readable_by_its_owner_alone(tmp_path):
    first, second = tmp_path / "one", tmp_path / "two"
    secrets.create_missing(first)
    secrets.create_missing(second)
    values = [(folder / name).read_text() for folder in (first, second) for name in secrets.ALL_SECRETS]
    assert len(set(values)) == 2 * len(secrets.ALL_SECRETS)
    assert all(len(base64.b64decode(value)) == 32 for value in values)
    modes = {stat.S_IMODE((first / name).stat().st_mode) for name in secrets.ALL_SECRETS}
    assert modes == {0o600}
    assert stat.S_IMODE(first.stat().st_mode) == 0o700


def test_a_secret_that_exists_is_never_overwritten(tmp_path):
    secrets.create_missing(tmp_path)
    (tmp_path / "keeper_root").write_text("from custody\n")
    (tmp_path / "db_app").unlink()
    assert secrets.create_missing(tmp_path) == ["db_app"]
    assert secrets.read(tmp_path, "keeper_root") == "from custody"


@pytest.mark.parametrize("content", [None, "", "  \n"])
def test_a_missing_or_empty_secret_has_no_default(tmp_path, content):
    if content is not None:
        (tmp_path / "secret_key").write_text(content)
    with pytest.raises(Trouble, match="secret_key"):
        secrets.read(tmp_path, "secret_key")


@pytest.mark.parametrize("lacking", ["secret_key", "db_app", "keeper_client"])
def test_the_settings_refuse_to_load_without_a_secret(tmp_path, lacking):
    secrets.create_missing(tmp_path)
    (tmp_path / lacking).unlink()
    loaded = subprocess.run(
        [sys.executable, "-c", "from django.conf import settings; settings.SECRET_KEY"],
        env={**os.environ, "CADRA_SECRETS_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "cadra.config.settings"},
        capture_output=True,
        text=True,
    )
    assert loaded.returncode != 0
    assert f"The secret '{lacking}' can't be read" in loaded.stderr


def test_no_new_root_key_is_made_beside_a_store_an_older_one_closed(tmp_path):
    (tmp_path / "keeper").mkdir()
    (tmp_path / "keeper" / "keeper.db").touch()
    with pytest.raises(Trouble, match="root key is missing"):
        start.secrets_of_first_start(wish(tmp_path))
    assert not (tmp_path / "secrets" / "keeper_root").exists()


def test_a_program_is_shown_only_the_secrets_it_needs(tmp_path):
    secrets.create_missing(tmp_path / "all")
    for part, names in secrets.NEEDED_BY.items():
        view = secrets.narrow_view(tmp_path / "all", tmp_path / part, names)
        assert {link.name for link in view.iterdir()} == set(names)
    assert "keeper_root" not in secrets.NEEDED_BY["web"]
    assert "db_owner" not in secrets.NEEDED_BY["web"]
    assert {part for part, names in secrets.NEEDED_BY.items() if "keeper_system" in names} == {
        "keeper",
        "worker",
        "migrate",
    }
    assert all("keeper_root" not in names for part, names in secrets.NEEDED_BY.items() if part != "keeper")


def test_a_copy_from_before_gets_the_secret_it_lacks_and_keeps_the_others(tmp_path):
    """An older copy had one secret for whoever asks the keeper."""
    folder = tmp_path / "secrets"
    secrets.create_missing(folder)
    (folder / "keeper_system").unlink()
    (tmp_path / "keeper").mkdir()
    (tmp_path / "keeper" / "keeper.db").touch()
    before = {file.name: file.read_text() for file in folder.iterdir()}
    start.secrets_of_first_start(wish(tmp_path))
    after = {file.name: file.read_text() for file in folder.iterdir()}
    assert after.pop("keeper_system") not in before.values()
    assert after == before


def test_two_secrets_that_are_the_same_are_named(tmp_path):
    secrets.create_missing(tmp_path)
    assert secrets.alike(tmp_path) == []
    (tmp_path / "keeper_system").write_text((tmp_path / "keeper_client").read_text())
    assert secrets.alike(tmp_path) == ["keeper_client", "keeper_system"]


def test_a_secret_others_can_read_is_named(tmp_path):
    secrets.create_missing(tmp_path)
    (tmp_path / "db_owner").chmod(0o640)
    assert secrets.loose(tmp_path) == ["db_owner"]
