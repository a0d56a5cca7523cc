"""Earlier safety plans and looks at danger: all of them, by whom, and what was written otherwise; for nobody more."""

from typing import Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from cadra.foundation.access import actions as access
from cadra.foundation.access.models import Grant
from cadra.stages.support import actions
from cadra.stages.support.models import SafetyPlan
from cadra.stages.support.queries.safety import VERSIONS
from cadra.stages.support.tests.scene import Scene

PAGES = ("safety_plan_earlier", "safety_risk_earlier")


def plans(scene: Scene, *steps: str, who: str = "marta") -> None:
    """One plan after the other."""
    for step in steps:
        with scene.house.as_(who) as actor:
            newest = SafetyPlan.objects.order_by("-version").first()
            actions.write_safety_plan(
                actor=actor,
                person=scene.person,
                version=newest.version if newest else 0,
                for_child=False,
                parts={"steps": step, "signs": "A white van"},
                people=[{"name": "Mira", "phone": "069", "on_card": "Aunt"}],
                code_word="blueberry",
                card=f"Card of {step}",
            )


def risk(scene: Scene, version: int, **answers: str) -> None:
    with scene.house.as_("marta") as marta:
        actions.write_risk(actor=marta, person=scene.person, version=version, for_child=False, answers=answers)


def read(house: Any, url: str, name: str = "marta") -> str:
    """The page below its heading."""
    page: str = house.client(name).get(url).content.decode()
    return page.split("<h1")[1].split("<footer")[0]


def test_each_plan_stands_there_with_what_changed_and_by_whom(scene: Scene, house: Any) -> None:
    plans(scene, "To the neighbour", "To the bus")
    plans(scene, "To the police", who="sara")
    assert "/safety/plan/earlier/" in read(house, scene.url("safety"))
    newest, second, first = read(house, scene.url("safety_plan_earlier")).split("<article")[1:]
    assert "Sara Supervisor" in newest and "Marta Manager" in second
    changed, whole = newest.split("All of it, as it stood")
    assert "To the bus" in changed and "To the police" in changed and "Card of To the bus" in changed
    assert "A white van" not in changed, "what stayed is told as changed"
    assert "A white van" in whole and "blueberry" in whole and "To the bus" not in whole
    assert "The first." in first and "To the neighbour" in first and "What was written otherwise" not in first


def test_what_she_answered_about_danger_is_compared_too(scene: Scene, house: Any) -> None:
    risk(scene, 0, threats="no", weapons="declined"), risk(scene, 1, threats="yes", weapons="declined")
    changed = read(house, scene.url("safety_risk_earlier")).split("<article")[1].split("All of it")[0]
    rows = changed.split("<dt")[1:]
    assert len(rows) == 1 and rows[0].index("No<") < rows[0].index("Yes<")


def test_none_is_lost_however_many_there_are(scene: Scene, house: Any) -> None:
    plans(scene, *(f"Step {number:02}" for number in range(VERSIONS + 2)))
    url = scene.url("safety_plan_earlier")
    page = read(house, url)
    assert "Step 11" in page and "Step 01" in page and "Card of Step 00" not in page
    assert page.count("<article") == VERSIONS and 'href="?from=2"' in page
    rest = read(house, f"{url}?from=2")
    assert "The first." in rest and "Card of Step 00" in rest and "?from=" not in rest
    assert house.client("marta").get(f"{url}?from=no").status_code == 200


@pytest.mark.parametrize("name", PAGES)
def test_it_is_shut_where_how_to_reach_her_is_shut(scene: Scene, house: Any, name: str) -> None:
    plans(scene, "To the neighbour", "To the bus")
    assert house.client("marta").get(scene.url(name)).status_code == 200
    for who in ("kleo", "zana", "ada", "mona"):
        assert house.client(who).get(scene.url(name)).status_code == 404, who
    with house.as_("rea") as rea:
        grants = [one for one in Grant.objects.filter(case_id=scene.person.pk) if "contact" in one.compartments]
        access.end(actor=rea, grants=[one for one in grants if one.basis == "consent"], reason="test")
    assert house.client("marta").get(scene.url("safety")).status_code == 200
    assert house.client("marta").get(scene.url(name)).status_code == 404


def test_each_look_is_in_the_ledger_with_the_part_it_showed(scene: Scene, house: Any) -> None:
    plans(scene, "To the neighbour")
    house.client("marta").get(scene.url("safety_plan_earlier"))
    found = house.sql("SELECT compartments FROM ledger_entry WHERE verb = 'looked_at_safety' AND purpose = ''")
    assert found == [(["core", "contact"],)]


def test_a_page_of_many_asks_at_most_twelve_times(scene: Scene, house: Any) -> None:
    plans(scene, *(f"Step {number:02}" for number in range(VERSIONS + 2)))
    client, url = house.client("marta"), scene.url("safety_plan_earlier")
    client.get(url)
    with CaptureQueriesContext(connections["default"]) as app, CaptureQueriesContext(connections["gate"]) as gate:
        client.get(url)
    own = [
        one["sql"]
        for one in (*app.captured_queries, *gate.captured_queries)
        if not one["sql"].startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"))
    ]
    assert len(own) <= 12, own
