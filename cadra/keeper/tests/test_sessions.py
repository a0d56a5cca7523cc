"""A session opens nothing before it was opened, after its end, or under a made-up token."""

import time
import uuid

import pytest

BESA = 1


def test_a_made_up_token_opens_nothing(keeper):
    case = keeper.new_case(keeper.sign_in("besa", BESA))
    for token in (uuid.uuid4().hex, "", None, 7, ["besa"]):
        assert keeper.refused("open_keys", token=token, pairs=[[case, "story"]]) == "no_session"


def test_a_session_ends_at_its_hour(keeper, time_machine):
    now = time.time()
    token = keeper.sign_in("besa", BESA, lasts=600)
    case = keeper.new_case(token)
    time_machine.move_to(now + 599)
    assert keeper.opened(token, case)
    time_machine.move_to(now + 601)
    assert keeper.refused("open_keys", token=token, pairs=[[case, "story"]]) == "no_session"


def test_closing_a_session_ends_that_one_only(keeper):
    one, other = keeper.sign_in("besa", BESA), keeper.sign_in("besa", BESA)
    case = keeper.new_case(one)
    keeper.do("close_session", token=one)
    assert keeper.refused("open_keys", token=one, pairs=[[case, "story"]]) == "no_session"
    assert keeper.opened(other, case)


def test_closing_a_user_ends_all_their_sessions_and_nobody_elses(keeper):
    besas = [keeper.sign_in("besa", BESA) for _ in range(3)]
    drita = keeper.sign_in("drita", 2)
    case = keeper.new_case(drita)
    assert keeper.do("close_user", user="besa")["closed"] == 3
    for token in besas:
        assert keeper.refused("open_keys", token=token, pairs=[[case, "story"]]) == "no_session"
    assert keeper.opened(drita, case)


def test_the_store_keeps_no_token(keeper, config):
    token = keeper.sign_in("besa", BESA)
    keeper.stop()
    for path in config.folder.iterdir():
        assert token.encode() not in path.read_bytes()


def test_another_user_cannot_take_over_a_token(keeper):
    token = keeper.sign_in("besa", BESA)
    renewed = {"token": token, "principals": [BESA], "roles": [], "until": time.time() + 60}
    assert keeper.refused("open_session", user="drita", **renewed) == "not_allowed"
    keeper.do("open_session", user="besa", **renewed)


@pytest.mark.parametrize("roles", [(), ("case_worker",), ("admin",)])
def test_only_the_match_desk_and_the_system_may_ask_for_names(keeper, roles):
    token = keeper.sign_in("besa", BESA, roles=roles)
    keeper.wait_for_names()
    assert keeper.refused("names_match", token=token, query={"name": "Arta"}, limit=5) == "not_allowed"
    for role in ("ra_officer", "system"):
        allowed = keeper.sign_in("desk", 5, roles=(role,))
        assert keeper.do("names_match", token=allowed, query={"name": "Arta"}, limit=5)["found"] == []
