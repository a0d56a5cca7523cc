"""Naming somebody without a training warns with the topic, goes on with a reason, and is recorded. It never blocks."""

from typing import Any

from cadra.stages.identification.tests import story
from cadra.stages.identification.tests.test_desk_pages import _named, page, text

REASON = {"untrained_reason": "beside"}


def forget(house: Any, name: str) -> None:
    house.sql("DELETE FROM network_training WHERE user_id = %s", [house.user(name).pk])


def test_whoever_is_trained_is_named_without_a_word(house: Any) -> None:
    referral_id = story.registered(house)
    seen = text(house.client("rea").post(page("assign", referral_id), _named(house), follow=True))
    assert "Given to a pair" in seen
    assert house.sql("SELECT count(*) FROM network_nameduntrained") == [(0,)]


def test_a_missing_training_is_said_beside_the_name_and_asked_about_once(house: Any) -> None:
    forget(house, "petrit")
    referral_id = story.registered(house)
    client, url = house.client("rea"), page("assign", referral_id)
    assert "No training on record: Talking with people who went through trauma" in text(client.get(url))
    stopped = text(client.post(url, _named(house)))
    assert "Petrit Police: Talking with people who went through trauma, Indicators and formal identification" in stopped
    assert house.sql("SELECT count(*) FROM identification_pair") == [(0,)]
    assert "Given to a pair" in text(client.post(url, {**_named(house), **REASON}, follow=True))
    assert house.sql("SELECT user_id, topics, reason, named_by_id FROM network_nameduntrained") == [
        (house.user("petrit").pk, ["trauma_interview", "indicators"], "beside", house.user("rea").pk)
    ]
    listed = text(house.client("rea").get("/institution/training/untrained/"))
    assert "Petrit Police, Police Directorate, South-East" in listed
    assert "Works beside a trained colleague" in listed
    assert "1 time so far" in listed
    assert "Petrit" not in text(house.client("sara").get("/institution/training/untrained/"))
    assert house.client("petrit").get("/institution/training/untrained/").status_code == 404


def test_for_a_child_everyone_needs_the_training_about_children(house: Any) -> None:
    house.sql("DELETE FROM network_training WHERE topic = 'children'")
    referral_id = story.registered(house, age={"basis": "stated", "years": 12, "birth_year": None})
    seen = text(house.client("rea").get(page("assign", referral_id)))
    assert seen.count("No training on record: Working with children and best interests") == 3
    pair = story.assign(house, referral_id, child_worker="lule")  # without a reason: recorded all the same
    assert pair.child_worker_id == house.user("lule").pk
    assert house.sql("SELECT count(*), array_agg(DISTINCT reason::text) FROM network_nameduntrained") == [(3, [""])]
