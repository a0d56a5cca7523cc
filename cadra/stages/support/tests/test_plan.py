"""The plan is hers: her words, steps with a name and a day, her agreement; nothing she said is ever lost."""

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.db.utils import ProgrammingError

from cadra.foundation.kernel.clock import deadline, local_date, now, today
from cadra.foundation.kernel.pack import pack
from cadra.record.people.actions import ChangedMeanwhile
from cadra.stages.support import actions
from cadra.stages.support.models import Change, Goal, Plan
from cadra.stages.support.queries import board, waiting
from cadra.stages.support.queries.boards import with_steps
from cadra.stages.support.tests.scene import Scene
from tests.mine import work

FORM = {"steps-TOTAL_FORMS": "2", "steps-INITIAL_FORMS": "0"}


def opened(house: Any, goal: Goal) -> Goal:
    with house.as_("marta") as marta:
        return with_steps(marta, Goal.objects.filter(pk=goal.pk))[0]


def test_an_empty_plan_teaches_how_to_begin(scene: Scene, house: Any) -> None:
    page = house.client("marta").get(scene.url("plan")).content.decode()
    assert "No goal yet" in page
    assert "She has not agreed to it yet" in page


def test_a_goal_in_her_words_with_steps_comes_onto_the_board(scene: Scene, house: Any) -> None:
    typed = {
        **FORM,
        "words": "Dua të fle pa dritë – хочу спать 🌙",
        "submission": str(uuid4()),
        "steps-0-what": "Ask the doctor",
        "steps-0-who": "Marta",
        "steps-0-service": "medical",
        "steps-0-by_day": "2",
        "steps-0-by_month": "5",
        "steps-0-by_year": "2030",
    }
    client = house.client("marta")
    assert client.post(scene.url("goal_new"), typed).status_code == 302
    assert client.post(scene.url("goal_new"), typed).status_code == 302  # pressed twice
    page = client.get(scene.url("plan")).content.decode()
    assert page.count('<article class="govuk-summary-card"') == 1
    assert "Dua të fle pa dritë – хочу спать 🌙" in page
    assert "2 May 2030" in page
    assert pack().services.label("medical", "en") in page  # what the step itself needs
    assert house.sql("SELECT due_on::text FROM support_goal") == [("2030-05-02",)]
    assert "dritë".encode() not in bytes(house.sql("SELECT words FROM support_goal")[0][0])


def test_more_rows_for_steps_keep_what_was_typed(scene: Scene, house: Any) -> None:
    typed = {**FORM, "words": "Half a goal", "steps-0-what": "First", "then": "more"}
    page = house.client("marta").post(scene.url("goal_new"), typed).content.decode()
    assert "Half a goal" in page
    assert 'name="steps-4-what"' in page
    assert house.sql("SELECT count(*) FROM support_goal") == [(0,)]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"words": ""}, "Write the goal in her words"),
        ({"words": "x" * 700}, "too long"),
        ({"steps-0-who": "Marta"}, "Say what the step is"),
        (
            {"steps-0-what": "a", "steps-0-by_day": "31", "steps-0-by_month": "2", "steps-0-by_year": "2030"},
            "no such day",
        ),
    ],
)
def test_a_mistake_is_said(scene: Scene, house: Any, wrong: dict[str, str], said: str) -> None:
    page = house.client("marta").post(scene.url("goal_new"), {**FORM, "words": "A goal", **wrong})
    assert page.status_code == 200
    assert said in page.content.decode()


def test_the_second_editor_sees_what_changed_and_loses_nothing(scene: Scene, house: Any) -> None:
    goal = scene.goal()
    typed = {
        **FORM,
        "words": "What the second one typed",
        "version": str(goal.version),
        "steps-0-id": goal.plain["steps"][0]["id"],
        "steps-0-what": "Ask the doctor",
    }
    with house.as_("marta") as marta:
        actions.change_goal(
            actor=marta, person=scene.person, goal=goal, version=1, words="What the first one saved", steps=[]
        )
    page = house.client("marta").post(scene.url("goal", goal.pk), typed).content.decode()
    assert "What the first one saved" in page
    assert "What the second one typed" in page
    assert opened(house, goal).plain["words"] == "What the first one saved"
    assert 'name="version" value="2"' in page
    assert house.client("marta").post(scene.url("goal", goal.pk), {**typed, "version": "2"}).status_code == 302
    assert opened(house, goal).plain["words"] == "What the second one typed"
    history = house.client("marta").get(scene.url("plan_history")).content.decode()
    assert "What the first one saved" in history
    assert "I want to sleep without a light." in history


def test_earlier_wordings_cannot_be_rewritten(scene: Scene, house: Any) -> None:
    goal = scene.goal()
    with house.as_("marta") as marta:
        actions.change_goal(actor=marta, person=scene.person, goal=goal, version=1, words="New", steps=[])
        with pytest.raises(ProgrammingError), transaction.atomic():
            Change.objects.update(before=b"x")
        with pytest.raises(ProgrammingError), transaction.atomic():
            Change.objects.all().delete()


def test_two_workers_finishing_different_steps_both_stand(scene: Scene, house: Any) -> None:
    goal = scene.goal()
    first, second = (step["id"] for step in goal.plain["steps"])
    client = house.client("marta")
    for step in (first, second, first):
        response = client.post(scene.url("goal_do", goal.pk), {"do": "finish_step", "step": step})
        assert response.status_code == 302
    row = opened(house, goal)
    assert all(step["done_on"] for step in row.plain["steps"])
    assert row.due_on is None


def test_writing_a_goal_anew_keeps_done_and_dropped_steps(scene: Scene, house: Any) -> None:
    goal = scene.goal()
    done, dropped = goal.plain["steps"]
    with house.as_("marta") as marta:
        actions.finish_step(actor=marta, person=scene.person, goal=goal, step=done["id"])
        row = actions.drop_step(actor=marta, person=scene.person, goal=goal, step=dropped["id"])
        row = actions.change_goal(
            actor=marta,
            person=scene.person,
            goal=row,
            version=row.version,
            words="Anew",
            steps=[{**done, "done_on": ""}, {"what": "One more"}],
        )
    kept = {step["what"]: step for step in row.plain["steps"]}
    assert kept["Ask the doctor"]["done_on"] == today().isoformat()
    assert kept["Choose a lamp"]["dropped_on"]
    assert set(kept) == {"Ask the doctor", "Choose a lamp", "One more"}


def test_a_goal_is_reached_dropped_and_taken_up_again(scene: Scene, house: Any) -> None:
    goal, client = scene.goal(), house.client("marta")
    for verb, column in (("reach", "reached_on"), ("reopen", None), ("drop", "dropped_on")):
        client.post(scene.url("goal_do", goal.pk), {"do": verb})
        [(reached, dropped)] = house.sql("SELECT reached_on, dropped_on FROM support_goal")
        assert (reached is not None, dropped is not None) == (column == "reached_on", column == "dropped_on")


def test_she_agrees_on_a_day_in_a_form_and_the_review_follows_the_pack(scene: Scene, house: Any) -> None:
    scene.goal()
    review = local_date(deadline(now(), pack().limit("plan_review")))
    page = house.client("marta").get(scene.url("plan_agree")).content.decode()
    assert f'value="{review.year}"' in page
    typed = {
        "agreed_on_day": "20",
        "agreed_on_month": "11",
        "agreed_on_year": "2025",
        "form": "gesture",
        "her_words": "She nodded",
        "review_on_day": "1",
        "review_on_month": "2",
        "review_on_year": "2030",
        "version": "1",
    }
    client = house.client("marta")
    assert client.post(scene.url("plan_agree"), typed).status_code == 302
    page = client.get(scene.url("plan")).content.decode()
    assert "20 November 2025" in page
    assert "by gesture" in page
    assert "She nodded" in page


def test_a_new_agreement_keeps_the_one_before(scene: Scene, house: Any) -> None:
    with house.as_("marta") as marta:
        for version, words in ((1, "First yes"), (2, "Second yes")):
            actions.agree_plan(
                actor=marta,
                person=scene.person,
                version=version,
                agreed_on=dt.date(2026, 1, version),
                form="spoken",
                her_words=words,
            )
        with pytest.raises(ChangedMeanwhile):
            actions.agree_plan(
                actor=marta, person=scene.person, version=1, agreed_on=dt.date(2026, 1, 5), form="spoken"
            )
    client = house.client("marta")
    assert "Second yes" in client.get(scene.url("plan")).content.decode()
    assert "First yes" in client.get(scene.url("plan_history")).content.decode()


def test_the_copy_to_take_along_betrays_nothing(scene: Scene, house: Any) -> None:
    scene.goal(service="psychological")
    page = house.client("marta").get(scene.url("plan_print")).content.decode()
    paper = page.split('id="main-content"')[1].split("</main>")[0].lower()
    assert "i want to sleep without a light." in paper
    for word in ("traffick", "victim", "shelter", "referral", "psycholog", scene.person.reference.lower(), "oak"):
        assert word not in paper, word


def test_before_a_plan_is_printed_it_says_which_words_would_tell_a_stranger(scene: Scene, house: Any) -> None:
    client = house.client("marta")
    scene.goal()
    assert "Before you print" not in client.get(scene.url("plan_print")).content.decode()
    scene.goal("A job", steps=[{"what": "Ask at the shelter", "who": "House of the Oak"}])
    page = client.get(scene.url("plan_print")).content.decode()
    warning = page.split("Before you print")[1].split("</strong>")[0]
    assert "shelter, House of the Oak" in warning
    assert '<div class="cadra-no-print">' in page.split("Before you print")[0].rsplit("<h1", 1)[1]


def test_there_is_one_plan_however_often_it_is_begun(scene: Scene, house: Any) -> None:
    with house.as_("marta") as marta:
        assert (
            actions.start_plan(actor=marta, person=scene.person).pk
            == actions.start_plan(actor=marta, person=scene.person).pk
        )
        assert Plan.objects.count() == 1


def test_a_supervisor_plans_too_and_strangers_find_nothing(scene: Scene, house: Any) -> None:
    goal = scene.goal()
    assert house.client("sara").get(scene.url("plan")).status_code == 200
    for name in ("kleo", "zana", "ada", "mona", "ina", "sys"):
        client = house.client(name)
        for url in ("plan", "plan_agree", "plan_print", "plan_history", "goal_new"):
            assert client.get(scene.url(url)).status_code == 404, (name, url)
        assert client.get(scene.url("goal", goal.pk)).status_code == 404
        assert client.post(scene.url("goal_do", goal.pk), {"do": "reach"}).status_code == 404
        with house.as_(name):
            assert not Goal.objects.exists()
    assert house.sql("SELECT reached_on FROM support_goal") == [(None,)]


def test_the_board_is_read_in_two_queries_and_work_in_three(
    scene: Scene, house: Any, django_assert_max_num_queries: Any
) -> None:
    scene.goal()
    scene.refer()
    with house.as_("marta") as marta:
        with django_assert_max_num_queries(2):
            found = board(marta, scene.person)
        with django_assert_max_num_queries(3):
            work(waiting, marta)
    assert [goal.plain["words"] for goal in found.open_goals] == ["I want to sleep without a light."]
    assert [one.kind for one in found.next_dates] == ["referral", "review", "step"]
    assert "message" not in found.referrals[0].plain  # what a board does not show stays closed


def test_what_is_due_moves_the_file_in_lists(scene: Scene, house: Any) -> None:
    [(before,)] = house.sql("SELECT last_event_at FROM cases_case")
    sent = scene.refer()
    [(event, due)] = house.sql("SELECT last_event_at, next_due_at FROM cases_case")
    assert event > before
    assert due == sent.answer_due_at


def test_every_page_and_act_is_in_the_ledger_with_her_alias_and_no_words(scene: Scene, house: Any) -> None:
    scene.goal()
    house.client("marta").get(scene.url("plan"))
    verbs = {
        row[0]
        for row in house.sql(
            "SELECT verb FROM ledger_entry WHERE %s = ANY (subjects) AND actor = %s",
            [scene.person.ledger_alias, house.user("marta").pk],
        )
    }
    assert {"added_goal", "looked_at_plan", "started_plan"} <= verbs
