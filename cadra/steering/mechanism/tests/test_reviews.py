"""The data protection officer of the Responsible Authority reviews emergency openings and sees nothing of the file."""

from typing import Any

import pytest
from django.db import connection

from cadra.foundation.access.models import BreakGlass
from cadra.record.people.models import Person
from cadra.steering.mechanism import actions


@pytest.fixture
def opening(house: Any, carried: Any) -> BreakGlass:
    with house.as_("zana") as zana:
        assert actions.open_in_emergency(actor=zana, reference=carried.reference, reason="danger_to_life")
        return BreakGlass.objects.get()


def test_the_officer_sees_who_why_and_what_was_done(house: Any, carried: Any, opening: BreakGlass) -> None:
    client = house.client("dita")
    assert b"Zana Outsider" in client.get("/reviews/").content
    page = client.get(f"/reviews/{opening.pk}/")
    assert carried.reference.encode() in page.content
    assert b"opened in an emergency" in page.content


def test_the_officer_sees_nothing_of_the_file(house: Any, carried: Any, opening: BreakGlass) -> None:
    client = house.client("dita")
    assert client.get(f"/files/{carried.pk}/").status_code == 404
    with house.as_("dita"), connection.cursor() as cursor:
        assert BreakGlass.objects.count() == 1
        assert not Person.objects.exists()
        for table in ("cases_case", "access_grant", "people_profile", "consent_consent"):
            cursor.execute(f"SELECT count(*) FROM {table}")
            assert cursor.fetchone() == (0,), table


def test_a_finding_is_kept_and_shown_to_whoever_carries_the_file(house: Any, carried: Any, opening: BreakGlass) -> None:
    page = house.client("dita").post(f"/reviews/{opening.pk}/", {"finding": "misuse"}, follow=True)
    assert b"Nothing waits for review" in page.content
    assert b"Misuse" in house.client("marta").get(f"/files/{carried.pk}/seen/").content


@pytest.mark.parametrize("name", ["rea", "zana", "marta", "mona", "sys", "ina"])
def test_nobody_else_has_the_page(house: Any, opening: BreakGlass, name: str) -> None:
    client = house.client(name)
    assert client.get("/reviews/").status_code == 404
    assert client.post(f"/reviews/{opening.pk}/", {"finding": "justified"}).status_code == 404


@pytest.mark.parametrize("name", ["zana", "marta", "rea"])
def test_postgresql_lets_nobody_else_write_a_finding(house: Any, opening: BreakGlass, name: str) -> None:
    with house.as_(name) as actor:
        changed = BreakGlass.objects.filter(pk=opening.pk).update(
            reviewed_at=opening.opened_at, reviewed_by=actor.user_id, finding="justified"
        )
    assert changed == 0


def test_the_officer_has_it_on_her_work(house: Any, opening: BreakGlass) -> None:
    assert b"1 emergency opening to review" in house.client("dita").get("/").content
