"""The directory and an institution's own pages (mission N1, N2)."""

import re
from typing import Any

import pytest

from cadra.foundation.kernel.clock import today
from cadra.foundation.network import queries


def test_everyone_signed_in_finds_an_institution_by_part_of_its_name(house: Any) -> None:
    page = house.client("ada").get("/directory/", {"text": "oak"})
    assert b"House of the Oak" in page.content
    assert b"Clinic of the Lake" not in page.content


def test_what_an_institution_is_for_stands_in_the_directory(house: Any) -> None:
    house.sql("UPDATE network_institution SET mandate = 'Treats whoever comes' WHERE name = 'Clinic of the Lake'")
    page = house.client("ada").get("/directory/", {"text": "treats whoever"})
    assert b"Clinic of the Lake" in page.content
    assert b"House of the Oak" not in page.content
    page = house.client("ada").get(f"/directory/{house.user('kleo').institution_id}/")
    assert b"Treats whoever comes" in page.content


def test_of_two_institutions_with_one_name_none_is_lost_between_pages(
    house: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PAGE", 2)
    house.sql("UPDATE network_institution SET name = 'House'")
    seen, older = set(), ""
    with house.as_("ada"):
        for _page in range(5):
            rows, older = queries.directory(after=older)
            seen |= {row.pk for row in rows}
            if not older:
                break
    assert len(seen) == house.sql("SELECT count(*) FROM network_institution WHERE is_active")[0][0] > 2


def test_a_shelter_shows_no_place(house: Any) -> None:
    house.sql("UPDATE network_institution SET municipality = 'AL-11-tirane' WHERE is_shelter")
    page = house.client("ada").get(f"/directory/{house.user('marta').institution_id}/")
    assert b"withheld" in page.content
    assert b"Tirana" not in page.content


def test_a_stranger_is_sent_to_sign_in(house: Any) -> None:
    assert house.client().get("/directory/").url.startswith("/account/login/")


def test_only_the_administrator_meets_the_pages_of_an_institution(house: Any) -> None:
    assert house.client("ina").get("/institution/").status_code == 200
    for name in ("marta", "sys", "rea"):
        assert house.client(name).get("/institution/").status_code == 404


def test_an_invited_colleague_opens_an_account_once(house: Any) -> None:
    form = {"name": "Nora New", "email": "nora@cadra.example", "language": "en", "roles": ["case_manager"], "desk": ""}
    page = house.client("ina").post("/institution/invite/", form)
    link = re.search(rb"/invitation/[\w-]+/", page.content)
    assert link
    stranger, words = house.client(), "five words nobody would guess"
    address = link.group().decode()
    assert stranger.get(address).status_code == 200
    done = stranger.post(address, {"password": words, "again": words})
    assert done.url == "/account/login/"
    assert stranger.get(address).status_code == 404
    assert house.sql(
        "SELECT role FROM network_roleholding h JOIN network_user u ON u.id = h.user_id WHERE u.email = %s",
        ["nora@cadra.example"],
    ) == [("case_manager",)]


def test_a_weak_password_is_refused_in_words(house: Any) -> None:
    form = {"name": "Nora", "email": "n@cadra.example", "language": "en", "roles": ["mentor"], "desk": ""}
    page = house.client("ina").post("/institution/invite/", form)
    address = re.search(rb"/invitation/[\w-]+/", page.content).group().decode()  # type: ignore[union-attr]
    answer = house.client().post(address, {"password": "short", "again": "short"})
    assert answer.status_code == 200
    assert b"15" in answer.content


def test_an_administrator_gives_no_role_that_reaches_across_institutions(house: Any) -> None:
    form = {"name": "Nora", "email": "n@cadra.example", "language": "en", "roles": ["ra_officer"], "desk": ""}
    page = house.client("ina").post("/institution/invite/", form)
    assert b"/invitation/" not in page.content


def test_a_role_taken_away_ends_the_session_at_once(house: Any) -> None:
    client = house.client("marta")
    assert client.get("/directory/").status_code == 200
    marta = house.user("marta")
    house.client("ina").post(f"/institution/colleagues/{marta.pk}/", {"roles": ["mentor"]})
    assert client.get("/directory/").status_code == 302


def test_a_colleague_of_another_institution_is_not_there(house: Any) -> None:
    assert house.client("ina").get(f"/institution/colleagues/{house.user('zana').pk}/").status_code == 404


def test_a_closed_account_is_signed_out_everywhere(house: Any) -> None:
    client = house.client("marta")
    house.client("ina").post(f"/institution/colleagues/{house.user('marta').pk}/active/", {"active": "no"})
    assert client.get("/directory/").status_code == 302


def test_whom_to_ring_first_stands_in_the_directory(house: Any) -> None:
    marta, home = house.user("marta"), house.user("marta").institution_id
    address, ada = f"/institution/colleagues/{marta.pk}/", house.client("ada")
    assert b"Marta Manager" not in ada.get(f"/directory/{home}/").content
    typed = {"roles": ["case_manager"], "is_focal_point": "on", "phone": "+355 00 111 222"}
    page = house.client("ina").post(address, {**typed, "phone": "ring me"})
    assert b"govuk-error-summary" in page.content
    assert house.client("ina").post(address, typed).status_code == 302
    page = ada.get(f"/directory/{home}/").content.decode()
    assert "Marta Manager" in page
    assert 'href="tel:+35500111222"' in page
    house.sql("UPDATE network_user SET absent_from = %s, absent_until = %s WHERE id = %s", [today(), today(), marta.pk])
    assert "away until" in ada.get(f"/directory/{home}/").content.decode()
    house.sql("UPDATE network_user SET is_active = false WHERE id = %s", [marta.pk])
    assert "Marta Manager" not in ada.get(f"/directory/{home}/").content.decode()


def test_a_number_stays_out_of_the_directory_until_she_is_its_focal_point(house: Any) -> None:
    marta = house.user("marta")
    typed = {"roles": ["case_manager"], "phone": "+355 00 111 222"}
    house.client("ina").post(f"/institution/colleagues/{marta.pk}/", typed)
    assert b"111 222" not in house.client("ada").get(f"/directory/{marta.institution_id}/").content


def test_an_institution_is_found_by_the_name_of_its_desk(house: Any) -> None:
    page = house.client("ada").get("/directory/", {"text": "recept"})
    assert b"Clinic of the Lake" in page.content
    assert b"House of the Oak" not in page.content
