"""What a client may say about who signed in has bounds, and passing them rings."""

import time

import pytest


@pytest.fixture
def strict(keeper):
    keeper.with_config(sessions=5, newcomers=3)
    return keeper


def opening(keeper, user: str, principal: int, token: str = "") -> str:
    """'' when the session was opened, else the keeper's code."""
    reply = keeper.ask(
        "open_session",
        token=token or f"{user} {time.time_ns()}",
        user=user,
        principals=[principal],
        roles=["case_worker"],
        until=time.time() + 3600,
    )
    return "" if reply["ok"] else reply["code"]


def alarms(keeper) -> list[tuple[str, str]]:
    return [(alarm["kind"], alarm["user"]) for alarm in keeper.do("alarms")["alarms"]]


def test_sessions_faster_than_people_sign_in_stay_shut_and_ring_once(strict, time_machine):
    answers = [opening(strict, "besa", 1) for _ in range(8)]
    assert answers == [""] * 5 + ["sessions"] * 3
    assert alarms(strict) == [("sessions", "besa")]
    time_machine.move_to(time.time() + 61)
    assert opening(strict, "besa", 1) == ""


def test_invented_people_do_not_multiply_the_quota(strict, time_machine):
    assert [opening(strict, f"invented {number}", number) for number in range(5)] == ["", "", "", *["newcomers"] * 2]
    assert alarms(strict) == [("newcomers", "invented 3")]
    strict.stop()
    strict.start()
    assert opening(strict, "invented 4", 4) == "newcomers"
    assert opening(strict, "invented 1", 1) == "", "whoever is known signs in as ever"
    time_machine.move_to(time.time() + 86_401)
    assert opening(strict, "invented 4", 4) == ""


def test_a_known_person_is_not_announced_under_anothers_number(strict):
    assert opening(strict, "besa", 1) == ""
    assert opening(strict, "besa", 2) == "principal"
    assert alarms(strict) == [("principal", "besa")]


def test_a_session_that_was_not_opened_opens_nothing(strict):
    case = strict.new_case(strict.sign_in("besa", 1))
    assert opening(strict, "besa", 2, token="t" * 43) == "principal"
    assert strict.refused("open_keys", token="t" * 43, pairs=[[case, "story"]]) == "no_session"


def test_only_the_system_lists_what_is_alive(keeper):
    besa, system = keeper.sign_in("besa", 1), keeper.sign_in("system", 0, roles=("system",))
    case = keeper.new_case(besa)
    for kind in ("grant", "case", "session"):
        assert keeper.refused("living", token=besa, kind=kind) == "not_allowed"
        assert len(keeper.do("living", token=system, kind=kind)["found"]) == 1
    assert keeper.do("living", token=system, kind="case", after=case.replace("-", ""))["found"] == []


def test_names_are_written_by_whoever_may_open_her_identity_and_by_nobody_else(keeper):
    besa, drita = keeper.sign_in("besa", 1), keeper.sign_in("drita", 2)
    case = keeper.new_case(besa)
    record = {"person": case, "case": case, "names": ["Arta Hoxha"]}
    assert keeper.refused("names_put", token=drita, people=[record]) == "not_allowed"
    keeper.give(besa, case, 2, "story")
    assert keeper.refused("names_put", token=drita, people=[record]) == "not_allowed"
    keeper.do("names_put", token=besa, people=[record])
    own = keeper.new_case(drita)
    assert keeper.refused("names_put", token=drita, people=[{**record, "case": own}]) == "not_allowed"
    assert keeper.refused("names_put", token=drita, people=[{**record, "case": None}]) == "not_allowed"


def test_names_of_a_destroyed_case_are_not_taken_in_again(keeper):
    besa, system = keeper.sign_in("besa", 1), keeper.sign_in("system", 0, roles=("system",))
    case = keeper.new_case(besa)
    keeper.destroy(case)
    for token in (besa, system):
        record = {"person": case, "case": case, "names": ["Arta Hoxha"]}
        assert keeper.refused("names_put", token=token, people=[record]) == "not_allowed"


def test_closing_the_same_twice_adds_nothing_to_the_ledger_of_closings(keeper, config):
    besa, system = keeper.sign_in("besa", 1), keeper.sign_in("system", 0, roles=("system",))
    case = keeper.new_case(besa)
    keeper.do("refuse", token=system, case=case, principal=9, on=True)
    once = (config.folder / "closings").stat().st_size
    keeper.do("refuse", token=system, case=case, principal=9, on=True)
    assert (config.folder / "closings").stat().st_size == once
    keeper.do("destroy_case", token=system, case=case)
    gone = (config.folder / "closings").stat().st_size
    keeper.do("destroy_case", token=system, case=case)
    assert (config.folder / "closings").stat().st_size == gone > once
