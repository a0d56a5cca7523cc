"""Nothing readable lies in the folder, and nothing starts without its secrets."""

import base64
import dataclasses
import os
import stat
import uuid

import pytest

from cadra.keeper import wire
from cadra.keeper.config import from_environment
from cadra.keeper.errors import CannotStart
from cadra.keeper.names.births import Birth
from cadra.keeper.service import Service

PLANTED = [
    "Gjylistan Përgjegji",
    "Мирјана Ђорђевић",
    "Xhevahire Qëndrimi",
    "Ελένη Χότζα",
    "rom-Šefkije",
]


def ways_to_write(name: str) -> list[bytes]:
    plain = [form.encode() for form in (name, name.lower(), name.upper(), name[::-1])]
    plain += [part.encode() for part in name.split() if len(part) > 5]
    utf16 = [name.encode("utf-16-le"), name.encode("utf-16-be")]
    escaped = [
        name.encode("unicode_escape"),
        name.encode().hex().encode(),
        base64.b64encode(name.encode())[:-4],
    ]
    return plain + utf16 + escaped


def planted_in(haystack: bytes) -> set[str]:
    return {name for name in PLANTED for way in ways_to_write(name) if way in haystack}


def test_no_name_token_or_key_can_be_read_in_the_folder(keeper, config):
    token = keeper.sign_in("besa", 1, roles=("ra_officer",))
    case = keeper.new_case(token)
    people = [{"person": str(uuid.uuid4()), "names": [name], "birth_year": 1987} for name in PLANTED]
    keeper.do("names_put", token=token, people=people)
    key = wire.octets(keeper.keys(token, [case])[0])
    running = b"".join(path.read_bytes() for path in config.folder.iterdir())
    keeper.stop()
    stopped = b"".join(path.read_bytes() for path in config.folder.iterdir())
    for haystack in (running, stopped):
        assert len(haystack) > 10_000
        for secret in (key, config.root, *config.secrets.values(), token.encode()):
            assert secret not in haystack
        assert planted_in(haystack) == set()


def test_the_search_for_planted_names_would_find_them(config):
    for name in PLANTED:
        for way in ways_to_write(name):
            assert name in planted_in(b"before" + way + b"after")


def test_names_of_any_usual_length_seal_to_one_size(keeper):
    register = keeper.service._register
    sizes = {len(register._seal(b"p" * 16, [name], Birth())) for name in ("Li", *PLANTED)}
    assert len(sizes) == 1


def test_the_folder_and_its_files_are_the_owners_only(keeper, config):
    assert stat.S_IMODE(config.folder.stat().st_mode) == 0o700


def test_another_root_key_does_not_open_the_store(keeper, config):
    keeper.stop()
    with pytest.raises(CannotStart, match="root key"):
        Service(dataclasses.replace(config, root=os.urandom(32)))


def test_it_does_not_start_without_the_file_of_epoch_keys(keeper, config):
    keeper.stop()
    (config.folder / "epochs").unlink()
    with pytest.raises(CannotStart, match="epoch keys is missing"):
        Service(config)


@pytest.mark.parametrize("missing", ["CADRA_SECRETS_DIR", "CADRA_DATA_DIR", "CADRA_KEEPER_SOCKET"])
def test_a_missing_setting_is_named(monkeypatch, tmp_path, missing):
    (tmp_path / "keeper_root").write_text(base64.b64encode(b"r" * 32).decode())
    (tmp_path / "keeper_client").write_text("of the pages")
    (tmp_path / "keeper_system").write_text("of the system")
    for name in ("CADRA_SECRETS_DIR", "CADRA_DATA_DIR", "CADRA_KEEPER_SOCKET"):
        monkeypatch.setenv(name, str(tmp_path))
    assert from_environment().root == b"r" * 32
    monkeypatch.delenv(missing)
    with pytest.raises(CannotStart, match=missing):
        from_environment()


@pytest.mark.parametrize("content", ["", "short", base64.b64encode(b"r" * 31).decode()])
def test_a_weak_root_is_refused(monkeypatch, tmp_path, content):
    (tmp_path / "keeper_root").write_text(content)
    (tmp_path / "keeper_client").write_text("of the pages")
    (tmp_path / "keeper_system").write_text("of the system")
    for name in ("CADRA_SECRETS_DIR", "CADRA_DATA_DIR", "CADRA_KEEPER_SOCKET"):
        monkeypatch.setenv(name, str(tmp_path))
    with pytest.raises(CannotStart, match="keeper_root"):
        from_environment()


def test_the_pages_and_the_worker_may_not_show_the_same_secret(monkeypatch, tmp_path):
    (tmp_path / "keeper_root").write_text(base64.b64encode(b"r" * 32).decode())
    for name in ("keeper_client", "keeper_system"):
        (tmp_path / name).write_text("the same")
    for name in ("CADRA_SECRETS_DIR", "CADRA_DATA_DIR", "CADRA_KEEPER_SOCKET"):
        monkeypatch.setenv(name, str(tmp_path))
    with pytest.raises(CannotStart, match="keeper_client and keeper_system are the same"):
        from_environment()


def test_a_secret_of_the_system_opens_for_its_purpose_only(keeper):
    sealed = keeper.do("seal_system", purpose="one-time codes", value=wire.text(b"seed"))["value"]
    opened = keeper.do("open_system", purpose="one-time codes", value=sealed)["value"]
    assert wire.octets(opened) == b"seed"
    assert keeper.refused("open_system", purpose="recovery codes", value=sealed) == "broken"


def test_a_bundle_moved_to_another_case_or_changed_opens_nothing(keeper):
    token = keeper.sign_in("besa", 1)
    one, other = keeper.new_case(token), keeper.new_case(token)
    with keeper.service._store.writing() as db:
        (wrapped,) = db.execute("select wrapped from case_key where case_id = ?", (_bytes(one),)).fetchone()
        db.execute("update case_key set wrapped = ? where case_id = ?", (wrapped, _bytes(other)))
    assert keeper.refused("open_keys", token=token, pairs=[[other, "story"]]) == "broken"
    assert keeper.keys(token, [one])[0]


def _bytes(case: str) -> bytes:
    return uuid.UUID(case).bytes
