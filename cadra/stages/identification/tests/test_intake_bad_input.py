"""What a tired person types at night: kept, and answered in a sentence."""

from typing import Any

import pytest

from cadra.stages.identification.tests import posted


@pytest.fixture
def ada(house: Any) -> Any:
    return house.client("ada")


def born(day: str, month: str, year: str) -> dict[str, str]:
    return {"birth_date_day": day, "birth_date_month": month, "birth_date_year": year}


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (born("27", "3", "1870"), "must be"),
        (born("27", "3", "2090"), "can&#x27;t be in the future"),
        (born("31", "2", "2001"), "no such day"),
        (born("27", "", "2001"), "must include a month"),
    ],
)
def test_an_impossible_birth_date_is_said_and_kept(ada: Any, typed: dict[str, str], sentence: str) -> None:
    response = posted.fill(ada, posted.start(ada), "person", **typed)
    page = response.content.decode()
    assert response.status_code == 200
    assert sentence in page
    assert f'value="{typed["birth_date_year"]}"' in page
    assert 'value="Mira"' in page
    assert '<details class="govuk-details" open>' in page


@pytest.mark.parametrize(
    "name", ["Оксана Шевченко", "محمد الأمين", "🌿🙂", "O'Neil-D’Arc", "Ñ" * 60, "<script>alert(1)</script>"]
)
def test_a_name_in_any_script_is_kept_as_typed(ada: Any, name: str) -> None:
    referral_id = posted.start(ada)
    assert posted.fill(ada, referral_id, "person", called=name).status_code == 302
    shown = ada.get(posted.address(referral_id, "person"))
    assert shown.context["form"].initial["called"] == name
    assert b"<script>alert" not in shown.content


def test_a_name_too_long_is_not_cut_but_said(ada: Any) -> None:
    response = posted.fill(ada, posted.start(ada), "person", called="ë" * 300)
    page = response.content.decode()
    assert "This is too long: 300 characters. Shorten it to 60 or fewer" in page
    assert "ë" * 300 in page


@pytest.mark.parametrize("years", ["-1", "500", "sixteen", "1e3", "١٦x"])
def test_an_age_that_is_none_is_said(ada: Any, years: str) -> None:
    response = posted.fill(ada, posted.start(ada), "person", years=years)
    assert response.status_code == 200
    assert "years" in response.context["form"].errors


def test_age_and_birth_date_that_disagree_are_said(ada: Any) -> None:
    response = posted.fill(ada, posted.start(ada), "person", years="40", **born("27", "3", "2008"))
    assert "do not agree" in response.content.decode()


def test_in_doubt_they_may_disagree(ada: Any) -> None:
    response = posted.fill(ada, posted.start(ada), "person", years="40", basis="disputed", **born("27", "3", "2008"))
    assert response.status_code == 302


def test_the_place_the_entry_point_asks_for_is_needed(ada: Any) -> None:
    response = posted.fill(ada, posted.start(ada), "place", {"entry_point": "airport", "municipality": "AL-11-tirane"})
    assert "Choose the border point, airport or port" in response.content.decode()


def test_not_known_is_an_answer_to_where(house: Any, ada: Any) -> None:
    assert posted.fill(ada, posted.start(ada), "place", crossing="unknown").status_code == 302
    assert house.sql("SELECT entry_point, area FROM identification_referral") == [("border", "")]


def test_two_places_for_one_are_refused(ada: Any) -> None:
    typed = {"entry_point": "online", "municipality": "AL-11-tirane", "abroad": "IT"}
    assert "one place only" in posted.fill(ada, posted.start(ada), "place", typed).content.decode()


def test_a_forged_choice_is_refused(ada: Any) -> None:
    referral_id = posted.start(ada)
    assert posted.fill(ada, referral_id, "safety", in_danger="maybe").status_code == 200
    assert posted.fill(ada, referral_id, "person", basis="guessed").status_code == 200
    assert posted.fill(ada, referral_id, "place", entry_point="moon").status_code == 200


def test_there_are_no_other_screens(ada: Any) -> None:
    referral_id = posted.start(ada)
    assert ada.get(posted.address(referral_id, "blame")).status_code == 404
    assert ada.get(posted.address(referral_id, "contact") + "now/").status_code == 404


def test_text_longer_than_fits_is_kept_on_the_page(ada: Any) -> None:
    words = "She said it again. " * 200
    response = posted.fill(ada, posted.start(ada), "place", how_found=words)
    assert response.status_code == 200
    assert words.strip() in response.content.decode()
