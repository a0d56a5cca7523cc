"""A task is written, given, accepted, done, put off, comes back — and who may not see the file sees nothing of it."""

import datetime as dt
import re
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections
from django.http import Http404
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cadra.foundation.kernel.clock import DAY, at, month_later, today
from cadra.foundation.network.models import DeskMember
from cadra.record.tasks import actions, queries
from cadra.record.tasks.actions.common import next_day
from cadra.record.tasks.models import HouseTask, State, Task
from cadra.record.tasks.queries.lists import PAGE
from cadra.record.tasks.tests.scene import Scene, own_task, task, waiting_for
from tests.cast import join

WORDS = "Ask Drita’s school — Korça"


def day_of(on: dt.date, name: str = "due_on") -> dict[str, str]:
    return {f"{name}_day": str(on.day), f"{name}_month": str(on.month), f"{name}_year": str(on.year)}


def posted(house: Any, name: str, url: str, **typed: Any) -> Any:
    return house.client(name).post(url, typed)


def test_a_task_about_a_file_is_sealed_and_sent_twice_is_one(scene: Scene, house: Any) -> None:
    client, url = house.client("marta"), reverse("tasks:new", args=[scene.person.pk])
    typed = {"what": WORDS, "part": "support", "submission": str(uuid4()), "due_time": "10:30", **day_of(today() + DAY)}
    assert client.post(url, typed).status_code == 302
    assert client.post(url, typed).status_code == 302
    [(words, due)] = house.sql("SELECT words, due_at FROM tasks_task")
    assert WORDS.encode() not in bytes(words)
    assert due == at(today() + DAY, dt.time(10, 30))
    assert WORDS in client.get(reverse("tasks:list")).content.decode()
    assert WORDS in client.get("/").content.decode()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"what": ""}, "Say what is to be done"),
        ({"what": "x" * 201}, "too long"),
        ({"due_time": "10:30"}, "Choose the day, too"),
        ({"repeats": "week"}, "needs a first day"),
        ({"due_time": "half past", **day_of(today())}, "hours and minutes"),
        (day_of(today() - DAY), "past"),
    ],
)
def test_a_mistake_is_said(scene: Scene, house: Any, wrong: dict[str, str], said: str) -> None:
    url = reverse("tasks:new", args=[scene.person.pk])
    page = posted(house, "marta", url, **{"what": "A task", "part": "support", **wrong})
    assert page.status_code == 200
    assert said in page.content.decode()
    assert not house.sql("SELECT 1 FROM tasks_task")


def test_whoever_does_not_see_the_part_finds_no_byte_of_it(scene: Scene, house: Any) -> None:
    row = task(house, scene.person, part="health", what=WORDS)
    for name in ("zana", "kleo", "ada", "ina", "mona", "sys"):
        with house.as_(name):
            assert not Task.objects.exists(), name
        for place in ("tasks:of_file", "tasks:new"):
            assert house.client(name).get(reverse(place, args=[scene.person.pk])).status_code == 404
        assert house.client(name).get(reverse("tasks:task", args=[row.case_id, row.pk])).status_code == 404
        for whose in ("mine", "given", "team", *(["house"] if name == "ina" else [])):
            assert WORDS not in house.client(name).get(f"/tasks/?whose={whose}").content.decode()
    assert WORDS in house.client("sara").get("/tasks/?whose=house").content.decode()


def test_a_colleague_at_the_same_desk_sees_my_team_s_tasks(scene: Scene, house: Any) -> None:
    task(house, scene.person, what=WORDS)
    for name in ("mira", "nina"):
        join(house, name, beside="marta")
    seat = house.user("marta").desk_places.get().desk_id
    DeskMember.objects.using("owner").create(user=house.user("mira"), desk_id=seat)
    shown = {who: house.client(who).get("/tasks/?whose=team").content.decode() for who in ("mira", "nina", "zana")}
    assert WORDS in shown["mira"]
    assert WORDS not in house.client("mira").get("/tasks/").content.decode()  # it is not hers
    assert WORDS not in shown["nina"]  # of the house, at another desk
    assert WORDS not in shown["zana"]


def test_a_task_is_given_only_to_who_sees_the_file_anyway(scene: Scene, house: Any) -> None:
    row = task(house, scene.person)
    url = reverse("tasks:do", args=[row.case_id, row.pk])
    for name in ("kleo", "zana", "ina"):
        posted(house, "marta", url, **{"do": "give", "give-to": str(house.user(name).pk)})
        with house.as_("marta") as marta, pytest.raises(actions.CannotSee):
            actions.give(actor=marta, task=row, to=house.user(name).pk)
    assert house.sql("SELECT assignee_id FROM tasks_task") == [(house.user("marta").pk,)]
    with house.as_("rea") as rea:
        from_rea = actions.create(actor=rea, person=scene.person, part="support", wanted=actions.Wanted("Look again"))
        actions.give(actor=rea, task=from_rea, to=house.user("marta").pk, words="Please")
    assert waiting_for(house, from_rea.pk, ("marta", "rea", "sara")) == {"marta"}
    assert house.sql("SELECT count(*) FROM outbox_message WHERE recipient = %s", [house.user("marta").pk]) == [(1,)]
    with house.as_("marta") as marta:
        assert actions.accept(actor=marta, task=from_rea).accepted_at


def test_whoever_is_given_one_may_say_no_and_it_goes_back(scene: Scene, house: Any) -> None:
    row = task(house, scene.person, to="sara")
    assert posted(house, "sara", reverse("tasks:do", args=[row.case_id, row.pk]), do="decline").status_code == 200
    url = reverse("tasks:do", args=[row.case_id, row.pk])
    assert posted(house, "sara", url, **{"do": "decline", "no-why": "I am in court"}).status_code == 302
    assert waiting_for(house, row.pk, ("marta", "sara")) == {"marta"}
    page = house.client("marta").get(reverse("tasks:task", args=[row.case_id, row.pk])).content.decode()
    assert "I am in court" in page


def test_done_can_be_taken_back_for_a_few_minutes_by_who_said_so(scene: Scene, house: Any) -> None:
    row = task(house, scene.person)
    url = reverse("tasks:do", args=[row.case_id, row.pk])
    marta = house.client("marta")
    marta.post(url, {"do": "done", "done-note": "She was glad", "from": "list"})
    page = marta.get("/tasks/").content.decode()
    assert "Just done" in page
    assert "Take it back" in page
    with house.as_("sara") as sara, pytest.raises(actions.NotNow):
        actions.undo(actor=sara, task=row)
    marta.post(url, {"do": "undo"})
    assert house.sql("SELECT state, ended_by FROM tasks_task") == [("open", None)]
    marta.post(url, {"do": "done"})
    house.sql("UPDATE tasks_task SET ended_at = ended_at - interval '11 minutes'")
    marta.post(url, {"do": "undo"})
    assert house.sql("SELECT state FROM tasks_task") == [("done",)]
    assert "Just done" not in marta.get("/tasks/").content.decode()
    assert "She was glad" in marta.get(reverse("tasks:task", args=[row.case_id, row.pk])).content.decode()


def test_one_that_repeats_comes_back_once_and_goes_again_when_done_is_taken_back(house: Any) -> None:
    row = own_task(house, repeats="week")
    with house.as_("marta") as marta:
        for _twice in range(2):
            actions.finish(actor=marta, task=row)
            assert [(one.number, one.due_on) for one in HouseTask.objects.filter(state=State.OPEN)] == [
                (2, today() + 9 * DAY)
            ]
            actions.finish(actor=marta, task=row)
            actions.undo(actor=marta, task=row)
            assert HouseTask.objects.get(state=State.OPEN).pk == row.pk


def test_one_that_was_done_is_not_opened_by_the_one_before_it(house: Any) -> None:
    row = own_task(house, repeats="week")
    with house.as_("marta") as marta:
        actions.finish(actor=marta, task=row)
        following = actions.finish(actor=marta, task=HouseTask.objects.get(series=row.series, number=2))
        actions.undo(actor=marta, task=row)
        actions.finish(actor=marta, task=row)
        following.refresh_from_db()
        assert following.state == State.DONE


def test_the_next_day_is_counted_from_the_first_and_never_lies_behind() -> None:
    assert next_day("month", dt.date(2030, 2, 28), dt.date(2030, 1, 31)) == dt.date(2030, 3, 31)
    assert next_day("day", today() - 5 * DAY) == today() + DAY
    assert next_day("week", today()) == today() + 7 * DAY
    assert next_day("quarter", today()) == month_later(today(), 3)


def test_putting_off_needs_a_reason_and_keeps_the_day_before(scene: Scene, house: Any) -> None:
    row = task(house, scene.person)
    url = reverse("tasks:do", args=[row.case_id, row.pk])
    new = today() + 9 * DAY
    page = posted(house, "marta", url, do="put_off", **day_of(new, "later-on"))
    assert "Say why it is put off" in page.content.decode()
    posted(house, "marta", url, **{"do": "put_off", "later-reason": "School holidays", **day_of(new, "later-on")})
    assert house.sql("SELECT due_on FROM tasks_task") == [(new,)]
    page = house.client("marta").get(reverse("tasks:task", args=[row.case_id, row.pk])).content.decode()
    assert "School holidays" in page
    assert "It was to be done by" in page


def test_the_second_to_save_sees_what_the_first_wrote(house: Any) -> None:
    row = own_task(house)
    with house.as_("sara") as sara:
        actions.change(actor=sara, task=row, version=1, wanted=actions.Wanted("Buy white paper"))
    url = reverse("tasks:house_change", args=[row.pk])
    page = posted(house, "marta", url, what="Buy blue paper", version="1").content.decode()
    assert "Buy white paper" in page
    assert "Buy blue paper" in page
    assert posted(house, "marta", url, what="Buy blue paper", version="2").status_code == 302


def test_an_institutions_own_task_is_read_there_and_nowhere_else(house: Any) -> None:
    row = own_task(house)
    for name in ("sara", "ina", "marta"):
        assert house.client(name).get(reverse("tasks:house_task", args=[row.pk])).status_code == 200
    for name in ("zana", "rea", "kleo", "sys"):
        assert house.client(name).get(reverse("tasks:house_task", args=[row.pk])).status_code == 404
        with house.as_(name) as actor:
            assert not HouseTask.objects.exists()
            with pytest.raises(Http404):
                actions.finish(actor=actor, task=row)


def test_who_leads_sees_how_much_each_has_and_others_do_not(scene: Scene, house: Any) -> None:
    task(house, scene.person)
    own_task(house, to="sara")
    with house.as_("sara") as sara:
        loads = {load.user.name: (load.open, load.not_accepted) for load in queries.loads(sara)}
    assert loads["Marta Manager"] == (1, 0)
    assert loads["Sara Supervisor"] == (1, 1)
    with house.as_("ina") as ina:  # she administers, and sees no file: no task about one is counted for her
        assert {load.user.name: load.open for load in queries.loads(ina)}["Marta Manager"] == 0
    assert house.client("sara").get("/tasks/?whose=house").status_code == 200
    assert house.client("marta").get("/tasks/?whose=house").status_code == 404


def test_lists_go_on_where_they_ended_and_miss_nothing(scene: Scene, house: Any) -> None:
    with house.as_("marta") as marta:
        for number in range(60):
            due = today() + (number % 7) * DAY if number % 5 else None
            wanted = actions.Wanted(f"Task {number}", due_on=due)
            if number % 2:
                actions.create_for_house(actor=marta, wanted=wanted)
            else:
                actions.create(actor=marta, person=scene.person, part="support", wanted=wanted)
        seen: list[str] = []
        chosen = queries.Chosen()
        while True:
            page = queries.listed(marta, chosen)
            seen += [row.title for row in page.rows]
            if not page.older:
                break
            chosen = queries.Chosen(cursor=page.older)
    assert sorted(seen) == sorted(f"Task {number}" for number in range(60))


def test_a_list_of_what_is_over_does_not_go_on_where_one_of_open_tasks_ended(house: Any) -> None:
    for number in range(PAGE + 1):
        own_task(house, what=f"Task {number}", due_on=None)
    client = house.client("marta")
    older = re.search(r"older=([^\"&]+)", client.get("/tasks/").content.decode())
    assert older is not None
    assert client.get(f"/tasks/?older={older[1]}").status_code == 200
    for asked in (f"state=done&older={older[1]}", "older=WyIiLCJ4Il0="):
        assert client.get(f"/tasks/?{asked}").status_code == 404


FRAME = ("authz.enter", "SAVEPOINT", "BEGIN", "COMMIT")


@pytest.mark.parametrize("path", ["/tasks/", "/tasks/?whose=team", "/tasks/?whose=house", "of_file", "one"])
def test_a_page_asks_the_database_little(scene: Scene, house: Any, path: str) -> None:
    rows = [task(house, scene.person, what=f"Task {number}") for number in range(30)]
    own_task(house, to="sara")
    with house.as_("sara") as sara:
        actions.finish(actor=sara, task=rows[0])
    url = {"of_file": reverse("tasks:of_file", args=[scene.person.pk])}.get(path, path)
    if path == "one":
        url = reverse("tasks:task", args=[scene.person.pk, rows[1].pk])
    client = house.client("sara")
    assert client.get(url).status_code == 200
    with CaptureQueriesContext(connections["default"]) as app, CaptureQueriesContext(connections["gate"]) as gate:
        assert client.get(url).status_code == 200
    asked = [one["sql"] for one in (*app.captured_queries, *gate.captured_queries)]
    counted = [sql for sql in asked if not any(word in sql for word in FRAME)]
    assert len(counted) <= 12, "\n".join(sql[:150] for sql in counted)
