"""Whom to ask: the catalogue's reasons for and against each desk, in words, and nobody she fears."""

import datetime as dt
from typing import Any

import pytest

from cadra.foundation.access import actions as access
from cadra.foundation.catalogue.fitting import Needs
from cadra.foundation.catalogue.tests.offers import offer
from cadra.stages.support import actions
from cadra.stages.support.queries import providers
from cadra.stages.support.queries.files import file_for
from cadra.stages.support.queries.providers import Suggestion
from cadra.stages.support.tests.scene import Scene

BED = {"kind": "medical", "day_and_night": True, "capacity": 2, "whole_country": True}


def suggested(scene: Scene, **asked: Any) -> dict[str, Suggestion]:
    """institution → what is suggested for `medical`, as Marta sees it."""
    with scene.house.as_("marta") as marta:
        found = providers.suggestions(marta, file_for(marta, scene.person.pk), "medical", **asked)
        return {one.desk.institution.name: one for one in found}


def words(one: Suggestion, *, against: bool) -> str:
    return " · ".join(mark.text for mark in one.marks if mark.against is against)


def test_each_reason_stands_in_words(scene: Scene, house: Any) -> None:
    offer(house, "zana", **BED, languages=["rom"], serves=["women"])
    river = suggested(scene)["House of the River"]
    assert river.fits
    assert words(river, against=False) == (
        "takes women · speaks Romani · whole country · 2 free places · day and night"
    )


@pytest.mark.parametrize(
    ("told", "asked", "reason"),
    [
        ({"serves": ["men"]}, {}, "does not take women"),
        ({"languages": ["el"]}, {}, "does not speak Albanian, Romani: an interpreter is needed"),
        ({}, {"children": True}, "children can’t come along"),
        ({}, {"wheelchair": True}, "no way in for a wheelchair is known"),
        ({"day_and_night": False}, {"tonight": True}, "nobody answers at night"),
        ({"licence_until": dt.date(2020, 1, 1)}, {}, "its licence ran out"),
    ],
)
def test_what_has_to_be_settled_first_is_said(
    scene: Scene, house: Any, told: dict[str, Any], asked: dict[str, bool], reason: str
) -> None:
    fitting = {**BED, "serves": ["women"], "languages": ["sq"], "children_welcome": False, "access": []}
    offer(house, "zana", **{**fitting, **told})
    river = suggested(scene, asked=Needs(**asked))["House of the River"]
    assert words(river, against=True) == reason
    assert not river.fits


def test_a_full_desk_and_an_old_number_are_told_apart(scene: Scene, house: Any) -> None:
    offer(house, "zana", **BED, languages=["sq"], serves=["women"])
    house.sql("UPDATE catalogue_service SET free_places = 0")
    assert words(suggested(scene)["House of the River"], against=True) == "no free place"
    house.sql("UPDATE catalogue_service SET free_places = 1, places_changed_at = now() - interval '3 days'")
    assert words(suggested(scene)["House of the River"], against=True) == "1 free place, an old number: ask"


def test_those_that_fit_stand_first_and_each_half_by_its_name(scene: Scene, house: Any) -> None:
    offer(house, "kleo", serves=["men"])
    offer(house, "zana", **BED, languages=["sq"], serves=["women"])
    assert list(suggested(scene)) == ["House of the River", "Clinic of the Lake"]
    page = house.client("marta").get(scene.url("refer") + "?service=medical").content.decode()
    first, second = page.split("Nothing known speaks against")[1].split("Something to settle first")
    assert "House of the River" in first and "speaks Albanian" in first
    assert "Clinic of the Lake" in second and "does not take women" in second


def test_a_desk_she_fears_is_suggested_by_nobody(scene: Scene, house: Any) -> None:
    offer(house, "zana", **BED)
    with house.as_("rea") as rea:
        access.refuse(actor=rea, case_id=scene.person.pk, principal=scene.other_shelter.institution.principal)
    assert "House of the River" not in suggested(scene)


def test_a_desk_that_is_not_in_the_catalogue_stays_in_reach(scene: Scene, house: Any) -> None:
    clinic = suggested(scene)["Clinic of the Lake"]
    assert words(clinic, against=True) == "not in the catalogue: ring first"


def test_after_a_refusal_the_next_provider_is_one_nobody_asked(scene: Scene, house: Any) -> None:
    offer(house, "kleo", serves=["women"])
    offer(house, "zana", **BED, serves=["women"], languages=["sq"])
    sent = scene.refer()
    with house.as_("kleo") as kleo:
        actions.answer(actor=kleo, referral=sent, state="refused", reason="no_place")
    with house.as_("marta") as marta:
        proposed, *_others = providers.next_providers(marta, sent, file_for(marta, scene.person.pk))
    assert proposed.desk.institution.name == "House of the River"
    page = house.client("marta").get(scene.url("referral", sent.pk)).content.decode()
    assert "2 free places" in page.split("Ask another provider")[1].split("What happened")[0]


def test_how_long_a_desk_takes_is_told_only_from_enough_answers(scene: Scene, house: Any) -> None:
    sent = scene.refer()
    columns = [name for (name,) in house.sql(
        "SELECT column_name FROM information_schema.columns WHERE table_name = 'support_servicereferral'"
    )]  # fmt: skip
    fresh = {
        "id": "gen_random_uuid()",
        "submission": "gen_random_uuid()",
        "answered_at": "sent_at + interval '4 hours'",
    }
    copied = ", ".join(fresh.get(name, name) for name in columns)
    copy = f"INSERT INTO support_servicereferral ({', '.join(columns)}) SELECT {copied} FROM support_servicereferral "

    def answers() -> dict[int, float]:
        with house.as_("marta"):
            return providers.usual_answers([scene.clinic])

    for _number in range(4):
        house.sql(copy + "WHERE id = %s", [sent.pk])
    assert answers() == {}
    house.sql(copy + "WHERE id = %s", [sent.pk])
    assert answers() == {scene.clinic.principal: 4.0}
    assert "answers in 4 hours usually" in words(suggested(scene)["Clinic of the Lake"], against=False)


def test_where_a_shelter_stands_finds_it_for_nobody(scene: Scene, house: Any) -> None:
    house.sql(
        "UPDATE network_institution SET municipality = 'AL-12-vlore', areas = '{AL-06}', "
        "serves_whole_country = false WHERE name = 'House of the River'"
    )
    assert "House of the River" not in suggested(scene, area="AL-12-vlore")
    assert "House of the River" in suggested(scene, area="AL-06-korce")


def test_a_desk_with_nobody_in_it_is_suggested_only_while_another_covers_it(scene: Scene, house: Any) -> None:
    reception = scene.clinic.pk
    [(night,)] = house.sql(
        "INSERT INTO network_desk (id, principal, institution_id, name, services, phone, hours, is_open) "
        "SELECT gen_random_uuid(), nextval('network_principal_seq'), institution_id, 'Night desk', '{other}', '', '', "
        "true FROM network_desk WHERE id = %s RETURNING id",
        [reception],
    )
    house.sql("UPDATE network_deskmember SET desk_id = %s WHERE desk_id = %s", [night, reception])
    for first, last, reached in ((-9, -1, False), (-1, 1, True), (1, 9, False)):
        house.sql(
            "UPDATE network_desk SET cover_id = %s, cover_from = authz.today() + %s, cover_until = authz.today() + %s "
            "WHERE id = %s",
            [night, first, last, reception],
        )
        assert ("Clinic of the Lake" in suggested(scene)) is reached, (first, last)
