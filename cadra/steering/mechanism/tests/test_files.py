"""My files: found by reference, narrowed by filters, never by a name; nothing of anyone else's."""

from typing import Any

import pytest
from django.urls import reverse

from cadra.foundation.ledger import queries as ledger
from cadra.record.cases import queries as cases
from cadra.record.cases.models import Case
from cadra.steering.mechanism.tests.building import give_custody, make_file


@pytest.mark.parametrize("typed", ["{}", " {} ", "lower", "spaces", "bare"])
def test_a_reference_is_found_however_it_is_said(house: Any, carried: Any, typed: str) -> None:
    reference = carried.reference
    said = {"lower": reference.lower(), "spaces": reference.replace("-", " "), "bare": reference[3:].replace("-", "")}
    page = house.client("marta").get("/files/", {"reference": said.get(typed, typed.format(reference))})
    assert page.status_code == 302
    assert page["Location"] == reverse("mechanism:file", args=[carried.pk])


def test_anothers_reference_and_an_unused_one_have_the_same_answer(house: Any, carried: Any) -> None:
    other = make_file(house)
    client = house.client("zana")
    words = b"No file with this reference is open to you"
    for reference in (carried.reference, other.reference):
        assert words in client.get("/files/", {"reference": reference}).content


def test_a_mistyped_reference_is_said(house: Any, carried: Any) -> None:
    page = house.client("marta").get("/files/", {"reference": carried.reference[:-1]})
    assert b"a character is missing or mistyped" in page.content


@pytest.mark.parametrize("words", ["Drita", "Canary", "Dee", "Dritë Çanari"])
def test_no_name_finds_a_file(house: Any, carried: Any, words: str) -> None:
    page = house.client("marta").get("/files/", {"reference": words})
    assert page.status_code == 200
    assert b"This is not a reference" in page.content


def test_filters_narrow_the_list(house: Any, carried: Any) -> None:
    other = make_file(house, called="Other")
    give_custody(house, other)
    with house.as_("marta") as marta:
        Case.objects.filter(case_id=other.pk).update(stage="support", manager_id=marta.user_id)
    client = house.client("marta")

    def shown(**given: str) -> set[str]:
        page = client.get("/files/", given).content.decode()
        return {one.reference for one in (carried, other) if one.reference in page}

    assert shown() == {carried.reference, other.reference}
    assert shown(stage="support") == {other.reference}
    assert shown(stage="identification") == {carried.reference}
    assert shown(mine="on") == {other.reference}
    assert shown(worker="none") == {carried.reference}
    assert shown(worker=str(house.user("marta").pk)) == {other.reference}
    assert shown(overdue="on") == set()
    assert shown(status="nonsense") == {carried.reference, other.reference}


def test_a_page_of_the_list_leaves_one_look_on_each_file(house: Any, carried: Any) -> None:
    house.client("marta").get("/files/")
    looks = [one for one in ledger.trail(carried.ledger_alias) if one.verb == "listed"]
    assert len(looks) == 1


def test_the_list_goes_on_where_the_page_ended(house: Any, carried: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    others = [make_file(house, called=f"Number {number}") for number in range(2)]
    for one in others:
        give_custody(house, one)
    monkeypatch.setattr(cases, "PAGE", 2)
    client = house.client("marta")
    first = client.get("/files/")
    second = client.get(first.context["older_url"])
    references = [one.reference.encode() for one in (carried, *others)]
    on_first = [one for one in references if one in first.content]
    on_second = [one for one in references if one in second.content]
    assert (len(on_first), len(on_second)) == (2, 1)
    assert not set(on_first) & set(on_second)


@pytest.mark.parametrize("cursor", ["x", "W10=", "////"])
def test_a_wrong_cursor_is_not_found(house: Any, carried: Any, cursor: str) -> None:
    assert house.client("marta").get("/files/", {"cursor": cursor}).status_code == 404
