"""Reading many files a day is slow and noticed."""

import time

import pytest


@pytest.fixture
def small_quota(keeper):
    keeper.with_config(quota=3)
    return keeper


def test_files_beyond_the_quota_stay_shut_and_ring_once(small_quota):
    keeper = small_quota
    token = keeper.sign_in("besa", 1)
    cases = [keeper.new_case(token) for _ in range(5)]
    reply = keeper.do("open_keys", token=token, pairs=[[case, "story"] for case in cases])
    assert sum(key is not None for key in reply["keys"]) == 3
    assert reply["over_quota"]
    keeper.keys(token, cases)
    assert [(alarm["kind"], alarm["user"]) for alarm in keeper.do("alarms")["alarms"]] == [("quota", "besa")]


def test_a_file_already_open_today_does_not_count_again(small_quota):
    keeper = small_quota
    token = keeper.sign_in("besa", 1)
    cases = [keeper.new_case(token) for _ in range(3)]
    for _ in range(10):
        assert all(keeper.keys(token, cases))


def test_files_one_may_not_open_do_not_count(small_quota):
    keeper = small_quota
    besa, drita = keeper.sign_in("besa", 1), keeper.sign_in("drita", 2)
    others = [keeper.new_case(drita) for _ in range(10)]
    assert keeper.keys(besa, others) == [None] * 10
    assert all(keeper.keys(besa, [keeper.new_case(besa) for _ in range(3)]))


def test_a_new_session_does_not_begin_a_new_quota_and_a_new_day_does(small_quota, time_machine):
    keeper = small_quota
    now = time.time()
    token = keeper.sign_in("besa", 1)
    cases = [keeper.new_case(token) for _ in range(5)]
    keeper.keys(token, cases)
    again = keeper.sign_in("besa", 1, lasts=200_000)
    assert sum(key is not None for key in keeper.keys(again, cases)) == 3
    time_machine.move_to(now + 86_400)
    assert sum(key is not None for key in keeper.keys(again, cases[2:])) == 3


def test_a_restart_does_not_begin_a_new_quota(small_quota):
    keeper = small_quota
    token = keeper.sign_in("besa", 1)
    cases = [keeper.new_case(token) for _ in range(5)]
    keeper.keys(token, cases[:3])
    keeper.stop()
    keeper.start()
    assert keeper.keys(token, cases[3:]) == [None, None]


def test_loading_in_bulk_needs_the_measuring_switch(keeper):
    assert keeper.refused("bulk_load", cases=[], grants=[]) == "not_allowed"
    keeper.with_config(load=True)
    keeper.do("bulk_load", cases=[], grants=[])
