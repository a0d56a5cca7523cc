"""Whoever takes a file on becomes its case manager: once, at one click, and only where the house holds it."""

from typing import Any

from django.urls import reverse

from cadra.record.cases.models import Case, StageInterval, TeamMember


def take(client: Any, file: Any) -> Any:
    return client.post(reverse("mechanism:take", args=[file.pk]), follow=True)


def test_one_click_makes_her_the_case_manager(house: Any, carried: Any) -> None:
    page = take(house.client("marta"), carried)
    assert b"You carry this file now" in page.content
    with house.as_("marta"):
        case = Case.objects.get(case_id=carried.pk)
        assert case.manager_id == house.user("marta").pk
        assert case.stage == "support"
        assert StageInterval.objects.get(case_id=carried.pk, left_at=None).stage == "support"
        assert TeamMember.objects.get(case_id=carried.pk).user_id == house.user("marta").pk


def test_twice_is_once(house: Any, carried: Any) -> None:
    client = house.client("marta")
    take(client, carried)
    take(client, carried)
    with house.as_("marta"):
        assert TeamMember.objects.filter(case_id=carried.pk).count() == 1


def test_a_file_waits_on_my_work_until_someone_takes_it(house: Any, carried: Any) -> None:
    client = house.client("marta")
    assert carried.reference.encode() in client.get("/").content
    take(client, carried)
    assert b"Files nobody carries yet" not in client.get("/").content


def test_a_supervisor_sees_it_but_does_not_take_it(house: Any, carried: Any) -> None:
    client = house.client("sara")
    assert client.get(reverse("mechanism:file", args=[carried.pk])).status_code == 200
    assert take(client, carried).status_code == 404


def test_who_came_second_is_told_who_carries_it(house: Any, carried: Any) -> None:
    with house.as_("marta"):
        Case.objects.filter(case_id=carried.pk).update(manager_id=house.user("sara").pk)
    assert b"Sara Supervisor took this file on" in take(house.client("marta"), carried).content


def test_the_house_that_does_not_hold_it_cannot_take_it(house: Any, file: Any) -> None:
    assert take(house.client("rea"), file).status_code == 404
