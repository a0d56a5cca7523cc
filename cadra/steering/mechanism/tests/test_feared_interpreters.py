"""Nobody she fears interprets for her: not suggested, not assignable by raw SQL, taken off as soon as she says so."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.db.utils import Error
from django.http import Http404

from cadra.foundation.access import actions as access
from cadra.foundation.kernel.clock import DAY, today
from cadra.record.interpreting import actions
from cadra.record.interpreting.models import Assignment, Request
from cadra.record.interpreting.queries import requests
from cadra.record.interpreting.tests import scene
from cadra.steering.mechanism.tests.building import give_custody, make_file


@pytest.fixture
def person(house: Any) -> Any:
    """A file at Marta's shelter."""
    made = make_file(house)
    give_custody(house, made)
    return made


def fear(house: Any, person: Any, principal: int) -> None:
    with house.as_("rea") as rea:
        access.refuse(actor=rea, case_id=person.pk, principal=principal)


def suggested(house: Any, row: Request) -> set[str]:
    with house.as_("marta") as marta:
        _page, found = requests.request_page(marta, row.case_id, row.pk)
        return {one.interpreter.name for one in requests.suggestions(found)}


def by_raw_sql(house: Any, row: Request, someone: Any, state: str = "asked") -> None:
    """As the application's role, past everything the program checks."""
    with house.as_("marta") as marta, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO interpreting_assignment (id, case_id, submission, request_id, interpreter_id, conflicts,"
            " state, assigned_by, assigned_at, answer_by, visible_to, refused_to) VALUES"
            " (gen_random_uuid(), %s, gen_random_uuid(), %s, %s, '{}', %s, %s, now(), now(), '{}', '{}')",
            [row.case_id, row.pk, someone.pk, state, marta.user_id],
        )


def state_of(house: Any, row: Request) -> tuple[Any, ...]:
    return house.sql("SELECT state, next_due_at IS NOT NULL FROM interpreting_request WHERE id = %s", [row.pk])[0]  # type: ignore[no-any-return]


def test_the_feared_one_is_neither_suggested_nor_assigned_even_by_raw_sql(house: Any, person: Any) -> None:
    arta, besa = scene.interpreter(house, "Arta"), scene.interpreter(house, "Besa")
    row = scene.request(house, person)
    assert suggested(house, row) == {"Arta", "Besa"}
    fear(house, person, arta.principal)
    assert suggested(house, row) == {"Besa"}
    with pytest.raises(Http404):
        scene.assign(house, person, row, arta)
    for state in ("asked", "accepted", "came"):
        with pytest.raises(Error, match="does not want this interpreter|waits for nobody"):
            by_raw_sql(house, row, arta, state)
    by_raw_sql(house, row, besa)  # the control: the same words about somebody else


def test_an_institution_an_account_or_a_desk_she_fears_counts_for_whoever_stands_for_it(
    house: Any, person: Any
) -> None:
    kleo = house.user("kleo")
    desk = house.sql("SELECT d.principal FROM network_desk d WHERE institution_id = %s", [kleo.institution_id])[0][0]
    for principal in (kleo.principal, kleo.institution.principal, desk):
        someone = scene.interpreter(house, f"Linked {principal}")
        house.sql("UPDATE interpreting_interpreter SET user_id = %s WHERE id = %s", [kleo.pk, someone.pk])
        row = scene.request(house, person)
        assert someone.name in suggested(house, row)
        fear(house, person, principal)
        assert someone.name not in suggested(house, row)
        with pytest.raises(Error, match="does not want"):
            by_raw_sql(house, row, someone)
        house.sql("UPDATE access_refusal SET ended_at = now() WHERE principal = %s", [principal])


@pytest.mark.parametrize("said", [None, "accepted"])
def test_an_assignment_ends_in_the_statement_that_names_him_and_the_request_waits_again(
    house: Any, person: Any, said: str | None
) -> None:
    someone = scene.interpreter(house)
    row, assignment = scene.asked(house, person, someone)
    if said:
        scene.answer(house, person, row, said)
    page = house.client("marta").post(f"/files/{person.pk}/refusals/new/{someone.principal}/", follow=True)
    assert b"Arta" in page.content
    assert house.sql("SELECT state FROM interpreting_assignment WHERE id = %s", [assignment.pk]) == [("feared",)]
    assert state_of(house, row) == ("waiting", True)
    work = house.client("marta").get("/").content.decode()
    assert "Find an interpreter" in work
    page = house.client("marta").get(f"/files/{person.pk}/interpreters/{row.pk}/").content.decode()
    assert "say only that the appointment is off" in page
    with pytest.raises(actions.NotNow):
        scene.answer(house, person, row, "accepted")


def test_who_turns_out_to_be_someone_she_fears_is_taken_off(house: Any, person: Any) -> None:
    """The entry is linked to an account only after the assignment."""
    someone = scene.interpreter(house)
    fear(house, person, house.user("kleo").principal)
    row, _assignment = scene.asked(house, person, someone)
    house.sql("UPDATE interpreting_interpreter SET user_id = %s WHERE id = %s", [house.user("kleo").pk, someone.pk])
    assert state_of(house, row) == ("waiting", True)


def test_refusing_someone_of_the_roster_closes_the_file_to_the_account_too(house: Any, person: Any) -> None:
    someone = scene.interpreter(house)
    house.sql("UPDATE interpreting_interpreter SET user_id = %s WHERE id = %s", [house.user("sara").pk, someone.pk])
    assert house.client("sara").get(f"/files/{person.pk}/").status_code == 200
    house.client("marta").post(f"/files/{person.pk}/refusals/new/{someone.principal}/")
    assert house.client("sara").get(f"/files/{person.pk}/").status_code == 404


def test_without_an_undertaking_in_force_on_the_day_nobody_is_assigned(house: Any, person: Any) -> None:
    bare, short = scene.interpreter(house, "Bare", bound=False), scene.interpreter(house, "Short", bound=False)
    with house.as_("rea") as rea:
        scene.sign(rea, short, until=today() + DAY)
    row = scene.request(house, person)  # in two days
    assert suggested(house, row) == {"Bare", "Short"}  # shown, with the reason; nothing to press
    for someone in (bare, short):
        with pytest.raises(Http404):
            scene.assign(house, person, row, someone)
        with pytest.raises(Error, match="no undertaking"):
            by_raw_sql(house, row, someone)
    with house.as_("rea") as rea:
        scene.sign(rea, short)
    assert scene.assign(house, person, row, short).state == "asked"


def test_a_conflict_of_interest_is_kept_and_rules_out_for_good(house: Any, person: Any) -> None:
    someone = scene.interpreter(house)
    row = scene.request(house, person)
    refused = scene.assign(house, person, row, someone, conflicts=["family"])
    assert refused.state == "conflict"
    assert state_of(house, row) == ("waiting", True)
    later = scene.request(house, person)
    assert suggested(house, row) == suggested(house, later) == set()
    with pytest.raises(Error, match="conflict of interest"):
        by_raw_sql(house, later, someone)
    with house.as_("marta"), pytest.raises(Error), transaction.atomic():
        Assignment.objects.filter(pk=refused.pk).update(state="accepted", conflicts=[])


def test_who_leaves_the_roster_is_taken_off(house: Any, person: Any) -> None:
    someone = scene.interpreter(house)
    row, _assignment = scene.asked(house, person, someone)
    with house.as_("rea") as rea:
        actions.change(actor=rea, interpreter=someone, told=scene.told("Arta", is_active=False), version=1)
    assert state_of(house, row) == ("waiting", True)


def test_sent_twice_is_one_request_and_one_assignment(house: Any, person: Any) -> None:
    someone, once = scene.interpreter(house), uuid4()
    with house.as_("marta") as marta:
        asked = {actions.ask(actor=marta, person=person, wanted=scene.wanted(), submission=once).pk for _ in "12"}
        row = Request.objects.get()
    made = {scene.assign(house, person, row, someone, submission=once).pk for _ in "12"}
    assert (len(asked), len(made)) == (1, 1)
    with pytest.raises(actions.NotNow):
        scene.assign(house, person, row, someone)
