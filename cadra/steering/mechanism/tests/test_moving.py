"""Changing stage: on to inclusion, closing with a second look, resting, and coming back."""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from cadra.foundation.access import actions as access
from cadra.foundation.access.models import Grant, Refusal
from cadra.foundation.kernel.clock import now
from cadra.foundation.outbox.models import Message
from cadra.record.cases.models import Case, Closing, Episode, Note, StageInterval
from cadra.record.consent.models import Consent
from cadra.stages.identification.models import Pair
from cadra.stages.support import actions as support
from cadra.stages.support.models import ServiceReferral
from cadra.steering.mechanism import actions
from cadra.steering.mechanism.queries.opened import opened
from tests.world import World, build

PROPOSAL = {"reason": "stands_alone", "her_word": "agrees", "why": "She lives with her sister", "come_back": "A card"}


@pytest.fixture
def world(house: Any) -> World:
    made = build(house)
    with house.as_("rea") as rea:  # Sara may look a second time
        access.lift_refusal(actor=rea, refusal=Refusal.objects.get())
    return made


def case_of(house: Any) -> dict[str, Any]:
    names = ("stage", "closed_at", "next_due_at", "manager_id")
    return dict(zip(names, house.sql(f"SELECT {', '.join(names)} FROM cases_case")[0], strict=True))


def propose(house: Any, world: World) -> None:
    with house.as_("marta") as marta:
        file = opened(marta, world.case_id)[0]
        actions.propose_closing(actor=marta, file=file, **PROPOSAL, submission=uuid4())


def close(house: Any, world: World, who: str = "sara") -> None:
    with house.as_(who) as actor:
        file = opened(actor, world.case_id)[0]
        actions.close(actor=actor, file=file, closing=Closing.objects.get(confirmed_at=None), second="Seen, and right")


def url(name: str, world: World) -> str:
    return reverse(f"mechanism:{name}", args=[world.case_id])


def test_the_file_page_leads_to_change_stage_and_the_move_is_told_and_written(house: Any, world: World) -> None:
    marta = house.client("marta")
    assert url("stage", world) in marta.get(url("file", world)).content.decode()
    page = marta.get(url("stage", world)).content.decode()
    assert "Move on to inclusion" in page and "Petrit Police" in page
    house.sql("DELETE FROM outbox_message")
    answer = marta.post(url("stage", world), {"reason": "ready"}, follow=True)
    assert "The file is in inclusion now" in answer.content.decode()
    assert case_of(house)["stage"] == "inclusion"
    assert house.sql("SELECT stage, reason, moved_by FROM cases_stageinterval WHERE left_at IS NULL") == [
        ("inclusion", "ready", house.user("marta").pk)
    ]
    assert set(Message.objects.values_list("recipient", flat=True)) == {
        house.user("petrit").pk,
        house.user("sonila").pk,
    }
    marta.post(url("stage", world), {"reason": "more_help"})
    assert case_of(house)["stage"] == "support"


def test_a_move_needs_a_reason_of_the_country(house: Any, world: World) -> None:
    page = house.client("marta").post(url("stage", world), {"reason": "stands_alone"})
    assert page.status_code == 200 and case_of(house)["stage"] == "support"


def test_closing_says_what_is_open_what_ends_and_how_she_comes_back(house: Any, world: World) -> None:
    page = re.sub(r"\s+", " ", house.client("marta").get(url("stage_close", world)).content.decode())
    for words in (
        "1 goal is still worked for",
        "1 referral is on its way",
        "Clinic of the Lake, Reception",
        "Petrit Police",
        "The door stays open",
        "The file is kept until",
    ):
        assert words in page, words


def test_closing_takes_two(house: Any, world: World) -> None:
    marta, sara = house.client("marta"), house.client("sara")
    house.sql("DELETE FROM outbox_message")
    marta.post(url("stage_close", world), {**PROPOSAL, "submission": str(uuid4())})
    assert case_of(house)["stage"] == "support"
    assert list(Message.objects.values_list("recipient", "kind")) == [(house.user("sara").pk, "waiting")]
    assert "A closing waits for your second look" in sara.get("/").content.decode()
    assert "She lives with her sister" in sara.get(url("stage_second", world)).content.decode()
    with house.as_("marta") as actor, pytest.raises(actions.NotNow):
        file = opened(actor, world.case_id)[0]
        actions.close(actor=actor, file=file, closing=Closing.objects.get())
    sara.post(url("stage_second", world), {"then": "close", "second": "Seen"})
    found = case_of(house)
    assert (found["stage"], found["next_due_at"]) == ("closed", None) and found["closed_at"] is not None


def test_someone_she_fears_is_neither_asked_nor_told(house: Any, world: World) -> None:
    with house.as_("rea") as rea:
        access.refuse(actor=rea, case_id=world.case_id, principal=house.user("sara").principal)
    house.sql("DELETE FROM outbox_message")
    propose(house, world)
    assert house.user("sara").pk not in set(Message.objects.values_list("recipient", flat=True))


def test_who_answers_at_a_desk_she_fears_is_not_told(house: Any, world: World) -> None:
    [(desk, principal)] = house.sql("SELECT id, principal FROM network_desk WHERE name = 'Reception'")
    house.sql(
        "INSERT INTO network_deskmember (id, desk_id, user_id) VALUES (gen_random_uuid(), %s, %s)",
        [desk, house.user("sara").pk],
    )
    with house.as_("rea") as rea:
        access.refuse(actor=rea, case_id=world.case_id, principal=principal)
    house.sql("DELETE FROM outbox_message")
    propose(house, world)
    assert house.user("sara").pk not in set(Message.objects.values_list("recipient", flat=True))


def test_the_database_knows_whose_hands_close(house: Any, world: World) -> None:
    propose(house, world)
    with house.as_("marta"), pytest.raises(IntegrityError), transaction.atomic():
        Closing.objects.update(confirmed_by=house.user("marta").pk, confirmed_at=now())
    with house.as_("marta"), pytest.raises(IntegrityError), transaction.atomic():
        Closing.objects.update(confirmed_by=house.user("sara").pk, confirmed_at=now())
    with house.as_("sara"), pytest.raises(IntegrityError), transaction.atomic():
        Closing.objects.update(reason="died")


def test_given_back_it_stays_open_and_the_words_reach_who_proposed(house: Any, world: World) -> None:
    propose(house, world)
    sara = house.client("sara")
    empty = sara.post(url("stage_second", world), {"then": "back", "second": ""})
    assert "Say what speaks against closing" in empty.content.decode()
    house.sql("DELETE FROM outbox_message")
    sara.post(url("stage_second", world), {"then": "back", "second": "Ask her about the flat"})
    assert case_of(house)["stage"] == "support"
    assert list(Message.objects.values_list("recipient", flat=True)) == [house.user("marta").pk]
    assert house.client("marta").get(url("stage_close", world)).status_code == 200


def test_who_proposed_may_take_it_back(house: Any, world: World) -> None:
    propose(house, world)
    house.client("marta").post(url("stage_second", world), {})
    with house.as_("marta"):
        assert Closing.objects.get().returned_by == house.user("marta").pk


def test_closing_ends_what_others_could_see_and_keeps_the_history(house: Any, world: World) -> None:
    with house.as_("marta"):
        notes = Note.objects.count()
    propose(house, world)
    close(house, world)
    bases = house.sql(
        "SELECT DISTINCT basis FROM access_grant WHERE ended_at IS NULL AND case_id = %s", [world.case_id]
    )
    assert sorted(basis for (basis,) in bases) == ["consent", "custody", "legal_duty"]
    assert (
        house.client("kleo")
        .get(reverse("support:request", args=[world.spaced[("support", "referral_id")]]))
        .status_code
        == 404
    )
    assert house.client("petrit").get(reverse("identification:overview", args=[world.case_id])).status_code == 404
    with house.as_("marta"):
        assert Note.objects.count() == notes
        assert ServiceReferral.objects.get().state == "withdrawn"
        assert Pair.objects.filter(ended_at=None).count() == 0
        shelter = house.user("marta").institution.principal
        assert set(Consent.objects.filter(until__gt=now()).values_list("recipient", flat=True)) <= {shelter}
        left = Grant.objects.filter(case_id=world.case_id, ended_at=None, basis="consent")
        assert set(left.values_list("grantee", flat=True)) == {shelter}
    marta = house.client("marta")
    assert "Kanarinastrofa slept" in marta.get(url("notes", world)).content.decode()
    assert "She lives with her sister" in marta.get(url("stage", world)).content.decode()
    assert "Closing the file was proposed" in marta.get(url("seen", world)).content.decode()


def test_a_closed_file_is_only_read(house: Any, world: World) -> None:
    propose(house, world)
    close(house, world)
    marta = house.client("marta")
    assert "Save note" not in marta.get(url("notes", world)).content.decode()
    note = {"text": "Late", "part": "support", "submission": str(uuid4())}
    assert marta.post(url("notes", world), note).status_code == 404
    for name in ("identity_edit", "profile", "contact_edit"):
        assert marta.get(url(name, world)).status_code in (404, 302), name
    assert marta.get(url("consent_new", world)).status_code == 404
    plan = marta.get(reverse("support:plan", args=[world.case_id]))
    assert plan.status_code == 200 and "Add a goal" not in plan.content.decode()
    with house.as_("marta") as actor, pytest.raises(support.SupportError):
        support.add_goal(actor=actor, person=opened(actor, world.case_id)[0].person, words="More")
    with house.as_("marta"), pytest.raises(IntegrityError), transaction.atomic():
        from cadra.stages.support.models import Goal  # noqa: PLC0415

        Goal.objects.update(due_on=now().date())


def test_she_comes_back_as_a_new_episode_and_is_asked_anew(house: Any, world: World) -> None:
    propose(house, world)
    close(house, world)
    marta = house.client("marta")
    assert "asked anew" in marta.get(url("stage_reopen", world)).content.decode()
    marta.post(url("stage_reopen", world), {"reason": "help_again"})
    found = case_of(house)
    assert (found["stage"], found["closed_at"]) == ("support", None)
    assert found["manager_id"] == house.user("marta").pk and found["next_due_at"] is not None
    with house.as_("marta"):
        assert list(Episode.objects.order_by("number").values_list("number", "reason")) == [(1, ""), (2, "help_again")]
        assert StageInterval.objects.filter(left_at=None).count() == 1
        assert Case.objects.get().first_contact_at is not None
    note = {"text": "Welcome back", "part": "support", "submission": str(uuid4())}
    assert marta.post(url("notes", world), note).status_code == 302
    marta.post(url("stage_reopen", world), {"reason": "help_again"})
    with house.as_("marta"):
        assert Episode.objects.count() == 2


def test_proposed_twice_is_one_and_two_colleagues_close_it_once(house: Any, world: World) -> None:
    same = {**PROPOSAL, "submission": str(uuid4())}
    marta = house.client("marta")
    marta.post(url("stage_close", world), same)
    marta.post(url("stage_close", world), same)
    marta.post(url("stage_close", world), {**PROPOSAL, "submission": str(uuid4())})
    with house.as_("marta"):
        assert Closing.objects.count() == 1
    sara = house.client("sara")
    sara.post(url("stage_second", world), {"then": "close"})
    assert sara.post(url("stage_second", world), {"then": "close"}).status_code == 302
    with house.as_("sara"):
        assert StageInterval.objects.filter(stage="closed").count() == 1


def test_who_does_not_carry_her_moves_nothing(house: Any, world: World) -> None:
    for who in ("kleo", "petrit", "zana", "ada", "mona", "ina"):
        client = house.client(who)
        for name in ("stage", "stage_close", "stage_second", "stage_reopen"):
            assert client.get(url(name, world)).status_code == 404, (who, name)
            assert client.post(url(name, world), {"reason": "ready"}).status_code == 404, (who, name)
            assert case_of(house)["stage"] == "support", (who, name)
