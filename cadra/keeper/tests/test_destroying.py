"""What is destroyed stays destroyed: turned epochs, destroyed cases, and old stores put back."""

import sqlite3

import pytest

from cadra.keeper.errors import CannotStart
from cadra.keeper.service import Service
from cadra.keeper.tests.conftest import Asking

BESA, POLICE = 1, 100


def restore(config, copy: dict[str, bytes]) -> None:
    for path in config.folder.glob("keeper.db*"):
        path.unlink()
    for name, content in copy.items():
        (config.folder / name).write_bytes(content)


def test_turning_the_epoch_keeps_every_living_key(keeper: Asking):
    token = keeper.sign_in("besa", BESA)
    cases = [keeper.new_case(token) for _ in range(50)]
    before = keeper.keys(token, cases)
    assert keeper.do("turn_epoch") == {"ok": True, "epoch": 2, "cases": 50}
    assert keeper.keys(token, cases) == before
    keeper.stop()
    keeper.start()
    assert keeper.keys(token, cases) == before


def test_turning_the_epoch_leaves_nothing_under_the_old_key_and_destroys_it(keeper, config):
    token = keeper.sign_in("besa", BESA)
    cases = [keeper.new_case(token) for _ in range(5)]
    old_file = (config.folder / "epochs").read_bytes()
    keeper.do("turn_epoch")
    keeper.stop()
    with sqlite3.connect(config.folder / "keeper.db") as db:
        assert db.execute("select distinct epoch from case_key").fetchall() == [(2,)]
    db.close()
    assert old_file not in (config.folder / "epochs").read_bytes()
    assert b'"1"' not in (config.folder / "epochs").read_bytes()
    keeper.start()
    assert all(keeper.keys(token, cases))


def test_a_turn_cut_short_is_finished_at_the_next_start(keeper):
    token = keeper.sign_in("besa", BESA)
    cases = [keeper.new_case(token) for _ in range(20)]
    before = keeper.keys(token, cases)
    keeper.service._epochs.begin()
    assert keeper.keys(token, cases) == before
    keeper.stop()
    keeper.start()
    while keeper.do("health")["turning"]:
        pass
    assert keeper.do("health")["epoch"] == 2
    assert keeper.keys(token, cases) == before


def test_a_store_from_before_the_epoch_opens_nothing(keeper, config, copy_of_store):
    token = keeper.sign_in("besa", BESA)
    case = keeper.new_case(token)
    keeper.stop()
    old = copy_of_store()
    keeper.start()
    keeper.do("turn_epoch")
    keeper.stop()
    restore(config, old)
    keeper.start()
    assert keeper.do("health")["lost_cases"] == 1
    assert not keeper.ask("open_keys", token=token, pairs=[[case, "story"]]).get("keys")


def test_a_destroyed_case_opens_for_nobody_and_leaves_no_bytes(keeper, config):
    token = keeper.sign_in("besa", BESA)
    case, other = keeper.new_case(token), keeper.new_case(token)
    assert keeper.destroy(case) == 1
    assert keeper.keys(token, [case, other])[0] is None
    assert keeper.keys(token, [other])[0]
    keeper.stop()
    trace = bytes.fromhex(case.replace("-", ""))
    for path in config.folder.glob("keeper.db*"):
        assert trace not in path.read_bytes()


def test_only_the_system_may_destroy_a_case(keeper):
    token = keeper.sign_in("besa", BESA)
    case = keeper.new_case(token)
    keeper.give(token, case, POLICE, "story")
    for person in (token, keeper.sign_in("officer", 2, POLICE)):
        assert keeper.refused("destroy_case", token=person, case=case) == "not_allowed"
        assert keeper.refused("destroy_cases", token=person, cases=[case]) == "not_allowed"
    assert keeper.destroy(case) == 1


def test_an_old_store_put_back_forgets_what_was_destroyed_withdrawn_and_refused(keeper, config, copy_of_store):
    besa = keeper.sign_in("besa", BESA)
    police = keeper.sign_in("officer", 2, POLICE)
    destroyed, withdrawn, refused, kept = (keeper.new_case(besa) for _ in range(4))
    grants = {case: keeper.give(besa, case, POLICE, "story") for case in (destroyed, withdrawn, refused, kept)}
    keeper.stop()
    old = copy_of_store()
    keeper.start()
    keeper.destroy(destroyed)
    keeper.do("end_grants", token=besa, grants=[grants[withdrawn]])
    keeper.do("refuse", token=besa, case=refused, principal=POLICE, on=True)
    keeper.stop()
    restore(config, old)
    keeper.start()
    assert keeper.opened(besa, destroyed) == set()
    for case in (destroyed, withdrawn, refused):
        assert keeper.opened(police, case) == set()
    assert keeper.opened(police, kept) == {"core", "story"}


def test_it_does_not_start_when_the_ledger_of_closings_was_shortened(keeper, config):
    token = keeper.sign_in("besa", BESA)
    keeper.destroy(keeper.new_case(token))
    keeper.stop()
    (config.folder / "closings").write_bytes(b"")
    with pytest.raises(CannotStart, match="shorter than the store remembers"):
        Service(config)


def test_a_ledger_line_cut_short_by_a_crash_is_passed_over(keeper, config):
    token = keeper.sign_in("besa", BESA)
    case = keeper.new_case(token)
    keeper.stop()
    with (config.folder / "closings").open("ab") as ledger:
        ledger.write(b"destroy " + case.replace("-", "").encode()[:20])
    keeper.start()
    assert keeper.opened(token, case)
    keeper.destroy(case)
    keeper.stop()
    keeper.start()
    assert not keeper.opened(token, case)
