"""What came in with a spreadsheet goes on from today: no date of its past is due, and a pair can be named for it."""

import datetime as dt
from typing import Any
from uuid import UUID

import pytest
from django.urls import reverse

from cadra.foundation.kernel.clock import deadline, now
from cadra.foundation.kernel.pack import pack
from cadra.foundation.ledger import queries as ledger
from cadra.record.cases.models import Case
from cadra.record.people.models import Person
from cadra.stages.identification.actions import desk
from cadra.stages.identification.actions.handing import hand_over
from cadra.stages.identification.models import Pair
from cadra.stages.identification.tests import story
from cadra.stages.identification.tests.test_desk_pages import MOST, asked
from cadra.steering.exchange.actions import importing
from cadra.steering.exchange.tests.sheets import drita
from cadra.steering.mechanism import actions as mechanism
from cadra.steering.mechanism.queries.opened import opened


@pytest.fixture
def old(house: Any) -> UUID:
    """A presumed person met in 2019, whose file came in today."""
    row = {**drita(cas_IncomingReferralDate="2019-03-04"), "vic_TraffickingStatus": None}
    with house.as_("rea") as rea:
        [case_id] = importing.import_rows(actor=rea, rows=[row]).case_ids
    [found] = house.sql("SELECT stage, status, first_contact_at::date FROM cases_case")
    assert found == ("identification", "presumed", dt.date(2019, 3, 4))
    return case_id


def due(house: Any) -> dt.datetime | None:
    found: dt.datetime | None = house.sql("SELECT next_due_at FROM cases_case")[0][0]
    return found


def named(house: Any, **other: str) -> dict[str, Any]:
    people = {"police": "petrit", "social": "sonila", **other}
    chosen = {place: str(house.user(name).pk) for place, name in people.items()}
    return {**chosen, "holder": str(house.user("marta").institution_id)}


def url(name: str, case_id: UUID) -> str:
    return reverse(f"identification:{name}", args=[case_id])


def test_no_date_is_past_when_an_open_file_arrives_and_each_step_counts_from_its_own_day(house: Any, old: UUID) -> None:
    assert due(house) is None, "nobody has it yet; the list of files without an institution says so"
    with house.as_("rea") as rea:
        hand_over(actor=rea, case_ids=[old], holder=house.user("marta").institution)
    given = due(house)
    assert given is not None and now() < given <= deadline(now(), pack().limit("assign"))
    with house.as_("marta") as marta:
        mechanism.take_custody(actor=marta, file=opened(marta, old)[0])
    taken = due(house)
    assert taken is not None and now() < taken <= deadline(now(), pack().limit("needs_assessment"))
    with house.as_("rea") as rea:
        holder = house.user("marta").institution
        people = {"police": house.user("petrit"), "social": house.user("sonila"), "holder": holder}
        pair = desk.assign_file(actor=rea, person=Person.objects.get(pk=old), **people)
    assert pair.decision_due_at is not None and now() < pair.decision_due_at
    assert house.sql("SELECT count(*) FROM cases_case WHERE next_due_at < now()") == [(0,)]


def test_from_the_list_of_files_without_an_institution_a_pair_is_named(house: Any, old: UUID) -> None:
    rea, page = house.client("rea"), url("assign_file", old)
    assert page in rea.get(reverse("identification:unheld")).content.decode()
    assert page in rea.get(url("overview", old)).content.decode()
    assert "Choose a police officer" in rea.post(page, {}).content.decode()
    for _ in range(2):
        assert rea.post(page, named(house)).headers["Location"] == url("overview", old)
    with house.as_("rea"):
        pair, case = Pair.objects.get(), Case.objects.get()
    assert (pair.police_id, pair.social_id) == (house.user("petrit").pk, house.user("sonila").pk)
    assert pair.referral_id is None
    assert case.holder == house.user("marta").institution.principal
    assert house.client("petrit").get(url("overview", old)).status_code == 200
    with house.as_("rea"):
        trail = ledger.trail(Person.objects.get(pk=old).ledger_alias)
    assert [one.verb for one in trail].count("assigned") == 1
    assert asked(rea, page) <= MOST


def test_only_the_authority_names_it_and_only_where_no_referral_does(house: Any, old: UUID) -> None:
    page, before = url("assign_file", old), house.sql("SELECT count(*) FROM identification_pair")
    for name in ("marta", "petrit", "dita", "ada", "zana"):
        assert house.client(name).post(page, named(house)).status_code == 404, name
    assert house.sql("SELECT count(*) FROM identification_pair") == before
    rea = house.client("rea")
    brought = story.registered(house)
    with house.as_("rea"):
        referred = story.referral(brought).case_id
    assert rea.get(url("assign_file", referred)).status_code == 404
    assert url("assign_file", referred) not in rea.get(url("overview", referred)).content.decode()
    house.sql("UPDATE cases_case SET stage = 'closed', closed_at = now()")
    assert rea.get(page).status_code == 404
