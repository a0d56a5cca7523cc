"""What a row becomes, that it is sealed, and that it is all or nothing, once."""

import datetime as dt
from typing import Any

import pytest
from django.db import connections

from cadra.foundation import vault
from cadra.foundation.vault.keeper import keeper
from cadra.record.cases.models import Case, Episode, Note
from cadra.record.people.models import Contact, Identity, Person, Profile
from cadra.record.people.queries import candidates
from cadra.steering.exchange.actions import importing
from cadra.steering.exchange.files import file_id
from cadra.steering.exchange.models import Original
from cadra.steering.exchange.telling import BATCH
from cadra.steering.exchange.tests.sheets import drita


def bring_in(house: Any, *rows: dict[str, Any]) -> importing.Outcome:
    with house.as_("rea") as rea:
        return importing.import_rows(actor=rea, rows=rows)


def test_a_row_becomes_a_registered_file_of_the_authoritys_desk(house: Any) -> None:
    bring_in(house, drita(prs_PrimaryLanguage="sqi", prs_Email="d@example.org", prs_Title="Ms"))
    with house.as_("rea") as rea:
        person, case = Person.objects.get(), Case.objects.get()
        identity, profile, contact = Identity.objects.get(), Profile.objects.get(), Contact.objects.get()
        vault.unseal(rea.ring, [identity, profile, contact])
    assert person.is_registered and case.reference == person.reference
    assert (case.status, case.stage, case.sex, case.is_child) == ("identified", "support", "female", False)
    assert set(case.forms) == {"forced_labour", "sexual_exploitation"}
    assert case.first_contact_at is not None and case.first_contact_at.date() == dt.date(2024, 3, 5)
    assert identity.plain["names"] == [{"given": "Drita", "family": "Canary", "note": ""}]
    assert identity.plain["birth"]["date"] == "1990-01-31"
    assert identity.plain["other"] == {"htcds": {"prs_Title": "Ms"}}
    assert (profile.plain["nationality"], profile.plain["languages"]) == (["AL"], ["sq"])
    assert profile.plain["called"] == ""
    assert [one["value"] for one in contact.plain["channels"]] == ["+355 00 123", "d@example.org"]
    assert {one["safe"] for one in contact.plain["channels"]} == {"not_asked"}


def test_the_desk_keeps_it_and_the_officer_alone_does_not(house: Any) -> None:
    bring_in(house, drita())
    desk = house.sql("SELECT principal FROM network_desk WHERE name = 'Intake desk'")[0][0]
    assert house.sql("SELECT grantee, basis FROM access_grant") == [(desk, "legal_duty")]


def test_nobody_else_sees_what_came_in(house: Any) -> None:
    bring_in(house, drita())
    for name in ("zana", "marta", "petrit", "mona", "sys"):
        with house.as_(name):
            assert not Person.objects.exists() and not Original.objects.exists()


def test_what_she_told_lies_in_its_own_compartments(house: Any) -> None:
    bring_in(house, drita(per_RoleDetails="An uncle", cco_CaseComment="Called on Monday"))
    with house.as_("rea") as rea:
        notes = {note.compartment_of_row: note for note in Note.objects.all()}
        vault.unseal(rea.ring, notes.values())
        originals = {row.compartment_of_row: row for row in Original.objects.all()}
        vault.unseal(rea.ring, originals.values())
    assert set(notes) == {"story", "support", "justice"}
    assert "At work" in notes["story"].plain["text"] and "Canary" not in notes["story"].plain["text"]
    assert originals["justice"].plain["cells"] == {"per_RoleDetails": "An uncle"}
    assert set(originals) == {"core", "identity", "contact", "story", "support", "justice"}


def test_no_word_of_it_lies_readable_in_the_database(house: Any) -> None:
    bring_in(house, drita(prs_FirstName="Zamirekanarine", cco_CaseComment="Zamirekanarine came"))
    tables = house.sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    for (table,) in tables:
        assert house.sql(f"SELECT count(*) FROM {table} t WHERE t::text ILIKE '%%zamirekanarine%%'") == [(0,)], table
        raw = b"Zamirekanarine".hex()
        assert house.sql(f"SELECT count(*) FROM {table} t WHERE t::text LIKE '%%{raw}%%'") == [(0,)], table


def test_she_is_found_again_by_matching(house: Any) -> None:
    bring_in(house, drita())
    with house.as_("rea") as rea:
        found = candidates(
            rea,
            names=["Drita Kanary"],
            birth={"date": "1990-01-31"},
            besides=file_id(Person.objects.get().pk, 1),
        )
    assert [one.identity.plain["names"][0]["family"] for one in found] == ["Canary"]


def test_the_same_rows_twice_change_nothing(house: Any) -> None:
    rows = [drita(prs_FirstName=f"Drita {number}") for number in range(7)]
    first, second = bring_in(house, *rows), bring_in(house, *rows)
    assert (first.added, second.added, second.known) == (7, 0, 7)
    assert house.sql("SELECT count(*) FROM people_person") == [(7,)]


def test_a_row_that_stands_twice_is_one_person_but_two_without_a_name_are_two(house: Any) -> None:
    nameless = {"prs_Gender": "Feminine", "vic_TypeOfExploitation": "ForcedLabour"}
    assert bring_in(house, drita(), drita()).added == 1
    assert bring_in(house, nameless, nameless, nameless).added == 3
    assert bring_in(house, nameless, nameless, nameless).added == 0


class Stumble(Exception):
    pass


def stumbling(rows: int, after: int, family: str = "Canary") -> Any:
    for number in range(rows):
        if number == after:
            raise Stumble
        yield drita(prs_FirstName=f"Drita {number}", prs_SecondName=family)


def remembered(house: Any, name: str) -> int:
    """How many people of just this name the keeper would propose."""
    with house.as_("rea") as rea:
        hits = keeper().names_match(rea.token, {"name": f"Drita {name}", "birth_year": 1990}, 50)
    return sum(hit["name"] > 0.9 for hit in hits)


def test_an_import_that_stumbles_leaves_no_row_no_key_and_no_name(house: Any) -> None:
    with pytest.raises(Stumble), house.as_("rea") as rea:
        importing.import_rows(actor=rea, rows=stumbling(1200, 1100, "Neverkept"))
    for table in ("people_person", "access_grant", "cases_case", "exchange_imported", "exchange_original"):
        assert house.sql(f"SELECT count(*) FROM {table}") == [(0,)], table
    assert remembered(house, "Neverkept") == 0


def test_after_a_stumble_the_same_rows_come_in_whole(house: Any) -> None:
    with pytest.raises(Stumble), house.as_("rea") as rea:
        importing.import_rows(actor=rea, rows=stumbling(600, 550))
    with house.as_("rea") as rea:
        assert importing.import_rows(actor=rea, rows=stumbling(600, 601, "Kept")).added == 600
    assert remembered(house, "Kept") > 0


def test_each_batch_is_in_the_ledger_with_its_persons(house: Any) -> None:
    bring_in(house, *[drita(prs_FirstName=f"Drita {number}") for number in range(BATCH + 5)])
    entries = house.sql("SELECT cardinality(subjects), compartments FROM ledger_entry WHERE verb = 'imported'")
    assert sorted(count for count, _ in entries) == [5, BATCH]
    assert all("identity" in compartments for _, compartments in entries)


def test_a_row_without_a_birth_date_is_treated_as_a_childs(house: Any) -> None:
    bring_in(house, {"prs_FirstName": "Vogël"})
    assert house.sql("SELECT is_child, status, stage FROM cases_case") == [(True, "presumed", "identification")]


def test_a_closed_case_comes_in_closed(house: Any) -> None:
    bring_in(house, drita(cas_Status="ClosedReferred", cas_OutgoingReferralDate="2024-06-01"))
    with house.as_("rea"):
        case = Case.objects.get()
        assert (case.stage, case.closed_at and case.closed_at.date()) == ("closed", dt.date(2024, 6, 1))
        assert Episode.objects.get().number == 1


def test_a_database_without_policies_would_show_it(house: Any) -> None:
    """The search for planted words above can find: the owner, who is not held by keys, sees the rows themselves."""
    bring_in(house, drita())
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT reference FROM cases_case c WHERE c::text LIKE '%%identified%%'")
        assert cursor.fetchone() is not None
