"""Files no institution holds: found, chosen, given; and who may."""

from typing import Any
from uuid import UUID

import pytest
from django.http import Http404

from cadra.foundation.vault.ring import Ring
from cadra.record.cases import custody
from cadra.record.cases.models import Case
from cadra.record.consent import actions as consents
from cadra.record.consent.models import Answer
from cadra.record.people.models import Contact, Person
from cadra.stages.identification.actions.handing import Handed, hand_over
from cadra.stages.identification.queries import unheld
from cadra.stages.identification.tests import story
from cadra.steering.exchange.actions import importing
from cadra.steering.exchange.tests.sheets import drita

PAGE = "/desk/without-institution/"


def imported(house: Any, *rows: dict[str, Any]) -> list[UUID]:
    """Files that came in with a spreadsheet; their ids."""
    with house.as_("rea") as rea:
        return importing.import_rows(actor=rea, rows=rows).case_ids


@pytest.fixture
def files(house: Any) -> list[UUID]:
    return imported(house, *(drita(prs_FirstName=f"Drita {n}") for n in range(3)))


def give(house: Any, ids: list[UUID], to: str = "marta") -> Handed:
    with house.as_("rea") as rea:
        return hand_over(actor=rea, case_ids=ids, holder=house.user(to).institution)


def text_of(response: Any) -> str:
    return str(response.content.decode())


def sent(house: Any, ids: list[UUID], **more: Any) -> dict[str, Any]:
    return {"files": [str(one) for one in ids], "holder": str(house.user("marta").institution_id), **more}


def test_what_came_in_is_listed_until_it_has_an_institution(house: Any, files: list[UUID]) -> None:
    rea = house.client("rea")
    page = text_of(rea.get(PAGE))
    assert all(str(one) in page for one in files)
    assert "3 files have no institution yet" in text_of(rea.get("/")) + text_of(rea.get("/desk/"))
    give(house, files[:2])
    page = text_of(rea.get(PAGE))
    assert str(files[2]) in page and str(files[0]) not in page
    assert "1 file has no institution yet" in text_of(rea.get("/desk/"))


def test_from_the_list_to_the_institution(house: Any, files: list[UUID]) -> None:
    rea = house.client("rea")
    sure = text_of(rea.post(PAGE, sent(house, files[:2])))
    assert "Give 2 files to House of the Oak?" in sure
    assert house.sql("SELECT count(*) FROM cases_case WHERE holder IS NOT NULL") == [(0,)]
    response = rea.post(PAGE, sent(house, files[:2], sure="on"), follow=True)
    assert "2 files are held by House of the Oak from now on" in text_of(response)
    assert house.sql("SELECT count(*) FROM cases_case WHERE holder IS NOT NULL") == [(2,)]


def test_all_of_the_page_are_given_with_one_tick(house: Any, files: list[UUID]) -> None:
    shown = [str(one) for one in files]
    sure = house.client("rea").post(PAGE, sent(house, [], shown=shown, everything="on"))
    assert "Give 3 files to House of the Oak?" in text_of(sure)


def test_nothing_chosen_is_said_and_what_was_chosen_stays(house: Any, files: list[UUID]) -> None:
    rea = house.client("rea")
    assert "Choose at least one file." in text_of(rea.post(PAGE, sent(house, [])))
    page = text_of(rea.post(PAGE, {"files": [str(files[0])]}))
    assert "Choose the institution that will hold the files" in page
    assert f'value="{files[0]}" checked' in page


def test_the_holder_opens_the_support_part_and_nothing_she_did_not_agree_to(house: Any, files: list[UUID]) -> None:
    with house.as_("marta"):
        assert not Case.objects.exists()
    give(house, files[:1])
    with house.as_("marta") as marta:
        assert [case.case_id for case in Case.objects.all()] == files[:1]
        assert not Contact.objects.exists()
        parts = ("core", "support", "identity", "contact", "story", "health")
        ring: Ring = marta.ring
        assert {part for _, part in ring.keys((files[0], part) for part in parts)} == {"core", "support"}
    with house.as_("zana"):
        assert not Case.objects.exists()


def test_what_she_agreed_to_for_this_institution_goes_with_it(house: Any, files: list[UUID]) -> None:
    kind = custody.recipient_kind(house.user("marta").institution.kind)
    with house.as_("rea") as rea:
        person = Person.objects.get(pk=files[0])
        consents.record(
            actor=rea,
            person=person,
            recipient_kind=kind,
            recipient=None,
            purpose="support",
            asked_for=["identity", "health"],
            compartments=["identity"],
            answer=Answer.LIMITED,
            form="spoken",
            witness="",
            explanation_id=None,
            until=None,
        )
    give(house, files)
    with house.as_("marta") as marta:
        wanted = [(one, part) for one in files for part in ("identity", "health")]
        assert set(marta.ring.keys(wanted)) == {(files[0], "identity")}


def test_a_person_who_refuses_the_institution_is_passed_over_and_it_is_said(house: Any, files: list[UUID]) -> None:
    from cadra.foundation.access import actions as access  # noqa: PLC0415

    with house.as_("rea") as rea:
        access.refuse(actor=rea, case_id=files[0], principal=house.user("marta").institution.principal)
    rea = house.client("rea")
    assert "1 file stays: the person does not want" in text_of(rea.post(PAGE, sent(house, files)))
    page = text_of(rea.post(PAGE, sent(house, files, sure="on"), follow=True))
    assert "2 files are held" in page and "1 file was not given" in page
    assert house.sql("SELECT case_id FROM cases_case WHERE holder IS NULL") == [(files[0],)]


def test_given_twice_is_given_once(house: Any, files: list[UUID]) -> None:
    assert give(house, files) == Handed(3, 0, 0)
    assert give(house, files) == Handed(0, 3, 0)
    assert give(house, files, to="zana") == Handed(0, 3, 0)
    custody_grants = "SELECT count(*) FROM access_grant WHERE basis = 'custody'"
    assert house.sql(custody_grants) == [(3,)]


def test_the_desk_of_the_institution_is_told_once_however_many(house: Any, files: list[UUID]) -> None:
    before = house.sql("SELECT count(*) FROM outbox_message")[0][0]
    give(house, files)
    assert house.sql("SELECT count(*) FROM outbox_message")[0][0] - before == 1


def test_each_person_can_see_that_her_file_was_given(house: Any, files: list[UUID]) -> None:
    give(house, files)
    aliases = {row[0] for row in house.sql("SELECT ledger_alias FROM people_person")}
    told = house.sql("SELECT subjects FROM ledger_entry WHERE verb = 'handed_over'")
    assert [set(row[0]) for row in told] == [aliases]


def test_whose_referral_waits_at_the_desk_is_given_there(house: Any) -> None:
    waiting = story.registered(house)
    with house.as_("rea"):
        person = story.person_of(waiting)
    assert give(house, [person.pk]) == Handed(0, 1, 0)
    assert str(person.pk) not in text_of(house.client("rea").get(PAGE))


def test_closed_files_are_not_offered(house: Any, files: list[UUID]) -> None:
    closed = imported(house, drita(prs_FirstName="Mira", cas_Status="Closed"))
    with house.as_("rea") as rea:
        assert not unheld.unheld(rea).filter(case_id__in=closed).exists()
    assert give(house, closed) == Handed(0, 1, 0)


def test_only_institutions_that_hold_files_are_offered_and_accepted(house: Any, files: list[UUID]) -> None:
    page = text_of(house.client("rea").get(PAGE))
    assert "House of the Oak" in page and "Border Police" not in page
    with house.as_("rea") as rea, pytest.raises(Http404):
        hand_over(actor=rea, case_ids=files, holder=house.user("ada").institution)


@pytest.mark.parametrize("name", ["ada", "marta", "sara", "petrit", "kleo", "mona", "dita", "ina", "sys"])
def test_nobody_else_finds_the_page_or_gives_a_file(house: Any, files: list[UUID], name: str) -> None:
    client = house.client(name)
    assert client.get(PAGE).status_code == 404
    assert client.post(PAGE, sent(house, files, sure="on")).status_code == 404
    assert house.sql("SELECT count(*) FROM cases_case WHERE holder IS NOT NULL") == [(0,)]


def test_an_imported_file_has_no_clock_until_it_is_given(house: Any, files: list[UUID]) -> None:
    assert house.sql("SELECT DISTINCT next_due_at IS NULL FROM cases_case") == [(True,)]
    give(house, files[:1])
    assert house.sql("SELECT next_due_at IS NULL FROM cases_case WHERE case_id = %s", [files[0]]) == [(False,)]


def test_the_page_asks_few_questions(house: Any, django_assert_max_num_queries: Any) -> None:
    imported(house, *(drita(prs_FirstName=f"Drita {n}") for n in range(60)))
    rea = house.client("rea")
    rea.get(PAGE)
    with django_assert_max_num_queries(12):
        page = text_of(rea.get(PAGE))
    assert page.count('name="files"') == unheld.PAGE and "after=" in page
