"""Whoever begins to work with a child without the training for it: warned, recorded, and never refused."""

from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from cadra.foundation.kernel.roles import Role
from cadra.foundation.network.models import NamedUntrained, Training
from cadra.record.interpreting.tests import scene
from cadra.steering.mechanism.tests import hands
from cadra.steering.mechanism.tests.building import give_custody, make_file
from tests.house import fixture_of

LACKS = "no training in force: Working with children and best interests"


def _setting(house: Any) -> Any:
    """A child's file that nobody carries yet; nobody has a training."""
    hands.lawyer(house)
    hands.newcomer(house, "nora", "marta", Role.CASE_MANAGER)
    Training.objects.using("owner").all().delete()
    person = make_file(house)
    give_custody(house, person)
    house.sql("UPDATE cases_case SET is_child = true")
    return person


child = fixture_of(_setting)


def page(name: str, *args: Any) -> str:
    return reverse(f"mechanism:{name}", args=args)


def recorded(house: Any) -> list[tuple[str, list[str], str]]:
    found = NamedUntrained.objects.using("owner").select_related("user", "named_by").order_by("named_at")
    return [(one.user.name.split()[0].lower(), one.topics, one.named_by.name.split()[0].lower()) for one in found]


def take(house: Any, person: Any) -> str:
    return str(house.client("marta").post(page("take", person.pk), follow=True).content.decode())


def ask(house: Any, person: Any) -> Any:
    typed = {"who": str(house.user("lira").pk), "why": "", "submission": str(uuid4())}
    return house.client("marta").post(page("ask", person.pk, "childs_advocate"), typed)


def hand_over(house: Any, person: Any) -> Any:
    typed = {"to_user": str(house.user("nora").pk), "words": "Small steps", "wants": "", "version": "0", "then": "send"}
    return house.client("marta").post(page("handover", person.pk), typed)


def carried(house: Any, person: Any) -> None:
    take(house, person)
    NamedUntrained.objects.using("owner").all().delete()


def test_taking_a_childs_file_on_warns_and_is_recorded(house: Any, child: Any) -> None:
    assert LACKS in take(house, child)
    assert recorded(house) == [("marta", ["children"], "marta")]
    assert hands.manager(house, child) == "marta"
    assert LACKS not in take(house, child)  # twice is once
    assert len(recorded(house)) == 1


def test_asking_a_childs_advocate_warns_and_is_recorded(house: Any, child: Any) -> None:
    carried(house, child)
    assert LACKS in house.client("marta").get(page("ask", child.pk, "childs_advocate")).content.decode()
    assert ask(house, child).status_code == 302
    assert recorded(house) == [("lira", ["children"], "marta")]
    assert house.sql("SELECT state FROM cases_assignment") == [("asked",)]


def test_handing_a_childs_file_over_warns_and_is_recorded(house: Any, child: Any) -> None:
    carried(house, child)
    assert LACKS in house.client("marta").get(page("handover", child.pk)).content.decode()
    assert hand_over(house, child).status_code == 302
    assert recorded(house) == [("nora", ["children"], "marta")]
    assert house.sql("SELECT state FROM cases_handover") == [("sent",)]


def test_assigning_an_interpreter_to_a_child_warns_and_is_recorded(house: Any, child: Any) -> None:
    carried(house, child)
    hands.newcomer(house, "iris", "rea", Role.INTERPRETER)
    someone = scene.interpreter(house, "Iris", user_id=house.user("iris").pk)
    row = scene.request(house, child)
    link = reverse("interpreting:assign", args=[child.pk, row.pk, someone.pk])
    assert LACKS in house.client("marta").get(link).content.decode()
    scene.assign(house, child, row, someone)
    assert recorded(house) == [("iris", ["children"], "marta")]


@pytest.mark.parametrize("why", ["trained", "an adult's file"])
def test_nobody_is_warned_of_without_need(house: Any, child: Any, why: str) -> None:
    if why == "trained":
        told = {"topic": "children", "hours": 6, "provider": "Academy", "on": "2026-01-05"}
        for name in ("marta", "lira", "nora", "lule"):
            user = house.user(name)
            Training.objects.using("owner").create(user=user, recorded_by=user.pk, **told)
    else:
        house.sql("UPDATE cases_case SET is_child = false")
    assert LACKS not in take(house, child)
    place = "childs_advocate" if why == "trained" else "lawyer"
    assert LACKS not in house.client("marta").get(page("ask", child.pk, place)).content.decode()
    ask(house, child)
    assert LACKS not in house.client("marta").get(page("handover", child.pk)).content.decode()
    hand_over(house, child)
    assert recorded(house) == []
