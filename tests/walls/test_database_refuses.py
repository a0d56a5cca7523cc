"""PostgreSQL itself refuses: what a stranger asks for by raw SQL is not there (security.md A2)."""

from typing import Any

import pytest
from django.db import connection, transaction
from django.http import Http404

from cadra.foundation import vault
from cadra.foundation.access import actions as access
from cadra.foundation.access.models import Basis
from cadra.record.cases import actions as cases
from cadra.record.cases import queries
from cadra.record.people import actions as people
from cadra.record.people.models import Identity, Person


@pytest.fixture
def file(house: Any) -> Person:
    with house.as_("rea") as rea:
        person = people.open_file(actor=rea)
        people.save_identity(actor=rea, person=person, names=[{"given": "Drita", "family": "Canary"}], birth={})
        people.save_profile(actor=rea, person=person, called="Dee")
        cases.open_case(actor=rea, person=person, first_contact_at=person.created_at)
    return person


def test_the_author_sees_her_file(house: Any, file: Person) -> None:
    with house.as_("rea") as rea:
        _, case = queries.case_for(rea, file.pk)
        row = Identity.objects.get(case_id=file.pk)
        vault.unseal(rea.ring, [row])
    assert case.reference == file.reference
    assert row.plain["names"][0]["family"] == "Canary"


def test_a_stranger_finds_nothing(house: Any, file: Person) -> None:
    with house.as_("zana") as zana:
        with pytest.raises(Http404):
            queries.case_for(zana, file.pk)
        with connection.cursor() as cursor:
            for table in ("people_person", "people_identity", "cases_case", "access_grant"):
                cursor.execute(f"SELECT count(*) FROM {table}")
                assert cursor.fetchone() == (0,), table


def test_forged_principals_open_nothing(house: Any, file: Person) -> None:
    rea = house.actor("rea")
    with house.as_("zana"), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('cadra.principals', %s, true)", [str(set(rea.principals))])
        cursor.execute("SELECT count(*) FROM people_person")
        assert cursor.fetchone() == (0,)


def test_nobody_signed_in_finds_nothing(house: Any, file: Person) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM people_person")
        assert cursor.fetchone() == (0,)


def test_custody_opens_what_it_covers_and_no_more(house: Any, file: Person) -> None:
    marta = house.actor("marta")
    with house.as_("rea") as rea:
        access.give(
            actor=rea,
            grants=[
                access.NewGrant(
                    case_id=file.pk,
                    grantee=marta.institution_principal,
                    compartments=["core", "support"],
                    purpose="custody",
                    basis=Basis.CUSTODY,
                )
            ],
        )
    with house.as_("marta") as marta:
        queries.case_for(marta, file.pk)
        assert not Identity.objects.filter(case_id=file.pk).exists()
        cases.write_note(actor=marta, person=file, compartment="support", text="She slept well.")
        with pytest.raises(vault.KeyRefused):
            cases.write_note(actor=marta, person=file, compartment="health", text="x")
