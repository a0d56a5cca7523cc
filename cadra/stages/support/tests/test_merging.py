"""Two workers write in one plan at once: step by step both stay, and neither loses a word."""

import html
import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from cadra.foundation import vault
from cadra.record.people.actions import ChangedMeanwhile
from cadra.stages.support import actions, merging
from cadra.stages.support.merging import FIELDS, Content, merge
from cadra.stages.support.models import Change
from cadra.stages.support.queries.boards import with_steps
from cadra.stages.support.tests.scene import Scene

IDS = ("a", "b", "c")
TEXT = st.sampled_from(["", "Ask the doctor", "Ask the lawyer", "Choose a lamp", "Shko në shkollë", "ç ë 🌙"])
SAID = TEXT.filter(bool)


def steps(ids: tuple[str, ...]) -> Any:
    one = st.fixed_dictionaries({"what": SAID, "who": TEXT, "by": st.sampled_from(["", "2030-05-02", "2031-01-01"])})
    return st.tuples(*(one.map(lambda step, i=i: {"service": "", "for": "", **step, "id": i}) for i in ids))


@st.composite
def edited(draw: Any, base: Content, ids: tuple[str, ...] = IDS) -> Content:
    """What somebody made of it: words and steps changed, some taken off, some new."""
    kept = []
    for step in base.steps:
        how = draw(st.sampled_from(["as it was", "changed", "off"])) if step["id"] in ids else "as it was"
        if how != "off":
            changed = {"what": draw(SAID), "who": draw(TEXT)} if how == "changed" else {}
            kept.append({**step, **changed})
    new = [
        {**dict.fromkeys(FIELDS, ""), "id": "", "what": f"New: {draw(SAID)}"} for _ in range(draw(st.integers(0, 2)))
    ]
    words = draw(st.sampled_from([base.words, base.words, "I want to work", "I want my daughter here"]))
    return Content(words, base.service, (*kept, *new))


@st.composite
def two_editors(draw: Any) -> tuple[Content, Content, Content]:
    base = Content(draw(SAID), "", draw(steps(IDS)))
    now = draw(edited(base))
    numbered = [{**step, "id": step["id"] or f"n{place}"} for place, step in enumerate(now.steps)]
    return base, draw(edited(base)), replace(now, steps=tuple(numbered))


def words_of(content: Content) -> set[str]:
    return {content.words, *(step[name] for step in content.steps for name in ("what", "who"))} - {""}


@given(two_editors())
@settings(max_examples=400, deadline=None)
def test_every_word_of_both_stands_in_the_result_or_is_shown_as_a_conflict(
    three: tuple[Content, Content, Content],
) -> None:
    base, mine, now = three
    merged = merge(base, mine, now)
    shown = words_of(merged.content) | {text for one in merged.conflicts for text in (one.now, one.mine)}
    assert words_of(mine) - words_of(base) <= shown
    assert words_of(now) - words_of(base) <= shown


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_whoever_writes_in_other_steps_meets_no_conflict_and_both_stand(data: Any) -> None:
    base = Content(data.draw(SAID), "", data.draw(steps(IDS)))
    mine = replace(data.draw(edited(base, ("a",))), words=base.words)
    now = replace(data.draw(edited(base, ("b", "c"))), words=base.words)
    merged = merge(base, mine, now)
    assert not merged.conflicts
    result = {step["id"]: step for step in merged.content.steps if step["id"]}
    for ids, one in ((("a",), mine), (("b", "c"), now)):
        theirs = {step["id"]: step for step in one.steps}
        for step_id in ids:
            assert result.get(step_id) == theirs.get(step_id)


@given(two_editors())
@settings(max_examples=200, deadline=None)
def test_alone_one_gets_what_one_typed_and_typing_nothing_takes_nothing(
    three: tuple[Content, Content, Content],
) -> None:
    base, mine, now = three
    assert merge(base, mine, base) == merging.Merged(mine)
    assert {step["what"] for step in merge(base, base, now).content.steps} == {step["what"] for step in now.steps}


@given(before=st.text(alphabet="ab ç\n", max_size=30), after=st.text(alphabet="ab ç\n", max_size=30))
def test_the_marked_words_tell_both_texts(before: str, after: str) -> None:
    marked = merging.spans(before, after)
    assert "".join(text for kind, text in marked if kind != "added") == before
    assert "".join(text for kind, text in marked if kind != "removed") == after


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_two_workers_in_one_goal_lose_nothing_of_what_they_saved(scene: Scene, house: Any, data: Any) -> None:
    """Both begin from the same page. What does not fit goes to the second again, who decides; the history keeps all."""
    start = [{"what": f"Step {letter}", "who": "Marta"} for letter in "abc"]
    goal = scene.goal(words=f"Goal {data.draw(st.integers(0, 10**9))}", steps=start)
    base = merging.content_of(goal)
    ids = tuple(step["id"] for step in base.steps)
    first, second = data.draw(edited(base, ids)), data.draw(edited(base, ids))
    assume(first != base and second != base)
    with house.as_("sara") as sara:
        _save(sara, scene, goal, first, base)
    with house.as_("marta") as marta:
        try:
            _save(marta, scene, goal, second, base)
        except ChangedMeanwhile as meanwhile:
            now = merging.content_of(meanwhile.row)
            _save(marta, scene, goal, merge(base, second, now).content, now)
        [row] = with_steps(marta, [type(goal).objects.get(pk=goal.pk)])
        changes = list(Change.objects.filter(goal_id=goal.pk))
        earlier = [one.plain["before"] for one in _opened(marta, changes)]
    kept = words_of(merging.content_of(row)) | {step["what"] for step in row.plain["steps"]}
    for before in earlier:
        kept |= {before["words"], *(step[name] for step in before["steps"] for name in ("what", "who"))}
    assert (words_of(first) | words_of(second)) <= kept


def _save(actor: Any, scene: Scene, goal: Any, content: Content, base: Content) -> None:
    actions.change_goal(
        actor=actor,
        person=scene.person,
        goal=goal,
        version=0,
        words=content.words,
        service=content.service,
        steps=content.steps,
        shown=base,
    )


def _opened(actor: Any, rows: list[Any]) -> list[Any]:
    return vault.unseal(actor.ring, rows)


def test_the_second_is_told_in_words_what_the_first_changed_and_both_stand(scene: Scene, house: Any) -> None:
    goal = scene.goal()
    url = scene.url("goal", goal.pk)
    marta, sara = house.client("marta"), house.client("sara")
    forms = [_typed(client.get(url).content.decode()) for client in (marta, sara)]
    assert sara.post(url, {**forms[1], "steps-1-what": "Choose a big lamp"}).status_code == 302
    answer = marta.post(url, {**forms[0], "steps-0-what": "Ask the doctor twice"}, follow=True)
    page = answer.content.decode()
    assert "Meanwhile somebody else changed this goal" in page
    assert "Choose a big lamp" in page
    assert "Ask the doctor twice" in page


def test_where_both_wrote_the_same_nothing_is_saved_until_the_second_decides(scene: Scene, house: Any) -> None:
    goal = scene.goal()
    url = scene.url("goal", goal.pk)
    marta, sara = house.client("marta"), house.client("sara")
    forms = [_typed(client.get(url).content.decode()) for client in (marta, sara)]
    sara.post(url, {**forms[1], "steps-0-what": "Ask the nurse", "steps-1-what": "Choose a big lamp"})
    answer = marta.post(url, {**forms[0], "steps-0-what": "Ask the midwife"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Where both of you changed the same" in page
    typed = _typed(page)
    assert (typed["steps-0-what"], typed["steps-1-what"]) == ("Ask the midwife", "Choose a big lamp")
    assert marta.post(url, typed).status_code == 302
    history = marta.get(scene.url("plan_history")).content.decode()
    assert "Ask the nurse" in history


def test_what_changed_since_she_agreed_is_shown_as_words(scene: Scene, house: Any) -> None:
    goal = scene.goal()
    with house.as_("marta") as marta:
        actions.agree_plan(
            actor=marta,
            person=scene.person,
            version=1,
            agreed_on=goal.written_at.date(),
            form="spoken",
            her_words="Yes",
        )
    client = house.client("marta")
    assert "it says what she agreed to" in client.get(scene.url("plan_agree")).content.decode()
    with house.as_("marta") as marta:
        [row] = with_steps(marta, [type(goal).objects.get(pk=goal.pk)])
        changed = merging.content_of(row)
        actions.change_goal(
            actor=marta,
            person=scene.person,
            goal=row,
            version=row.version,
            words="I want to sleep without a fear.",
            steps=changed.steps[:1],
        )
    assert "Since then 1 goal changed" in client.get(scene.url("plan")).content.decode()
    page = client.get(scene.url("plan_agree")).content.decode()
    assert "fear.</ins>" in page
    assert "light.</del>" in page
    assert "Step taken off" in page


def test_a_form_cannot_pretend_another_page_was_shown(scene: Scene, house: Any) -> None:
    goal = scene.goal()
    url, client = scene.url("goal", goal.pk), house.client("marta")
    typed = _typed(client.get(url).content.decode())
    client.post(url, {**typed, "words": "Changed"})
    answer = client.post(url, {**typed, "words": "Mine", "shown": typed["shown"][:-2] + "xx"})
    assert answer.status_code == 200
    assert "Changed" in answer.content.decode()


def test_done_on_the_list_is_done_on_the_plan_and_the_other_way(scene: Scene, house: Any) -> None:
    goal = scene.goal()
    first, second = (step["id"] for step in goal.plain["steps"])
    client = house.client("marta")
    client.post(f"/files/{scene.person.pk}/tasks/{first}/do/", {"do": "done"})
    client.post(scene.url("goal_do", goal.pk), {"do": "finish_step", "step": second})
    assert house.sql("SELECT DISTINCT state FROM tasks_task") == [("done",)]
    assert house.sql("SELECT due_on FROM support_goal") == [(None,)]
    client.post(f"/files/{scene.person.pk}/tasks/{first}/do/", {"do": "undo"})
    assert house.sql("SELECT due_on::text FROM support_goal") == [("2030-05-02",)]
    client.post(scene.url("goal_do", goal.pk), {"do": "reach"})
    assert "Ask the doctor" not in client.get("/tasks/").content.decode()
    client.post(scene.url("goal_do", goal.pk), {"do": "reopen"})
    assert "Ask the doctor" in client.get("/tasks/").content.decode()


@pytest.mark.parametrize(("view", "other"), [("date", "goal"), ("goal", "date")])
def test_the_board_keeps_the_order_chosen_last(scene: Scene, house: Any, view: str, other: str) -> None:
    scene.goal()
    client = house.client("marta")
    chosen = client.get(scene.url("plan"), {"by": view}).content.decode()
    assert ("Without a day" in chosen) == (view == "date")
    again = client.get(scene.url("plan")).content.decode()
    assert ("Without a day" in again) == (view == "date")
    assert ("Without a day" in client.get(scene.url("plan"), {"by": other}).content.decode()) == (other == "date")


def _typed(page: str) -> dict[str, str]:
    """What a browser sends back of a page unchanged."""
    found = {}
    for tag in re.findall(r"<input[^>]*>", page):
        name, value = (re.search(rf'{what}="([^"]*)"', tag) for what in (" name", " value"))
        if name and name[1] != "csrfmiddlewaretoken":
            found[name[1]] = html.unescape(value[1]) if value else ""
    for name, text in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', page, re.S):
        found[name] = html.unescape(text).strip()
    for name, options in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', page, re.S):
        chosen = re.search(r'<option value="([^"]*)"[^>]*selected', options)
        found[name] = chosen[1] if chosen else ""
    found.pop("logout", None)
    return found
