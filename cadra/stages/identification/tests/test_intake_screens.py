"""The screens: few, saved one by one, left and resumed, and never lost to a tired thumb."""

import datetime as dt
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cadra.foundation.kernel.clock import now
from cadra.stages.identification.queries import intake as queries
from cadra.stages.identification.tests import posted
from cadra.stages.identification.views.intake import FORMS


def test_there_are_at_most_eight_screens() -> None:
    assert [*FORMS, "check"] == list(queries.SCREENS)
    assert len(queries.SCREENS) <= 8


def test_at_most_twelve_answers_are_compulsory(house: Any) -> None:
    """Sent empty, the screens ask for what is compulsory; an entry point then asks for its place as well."""
    ada = house.client("ada")
    referral_id = posted.start(ada)
    asked = 0
    for screen in FORMS:
        response = posted.fill(ada, referral_id, screen, {})
        asked += len(response.context["form"].errors) if response.status_code == 200 else 0
    place = posted.fill(ada, referral_id, "place", {"entry_point": "border"})
    asked += len(place.context["form"].errors)
    assert 0 < asked <= 12


def test_the_compulsory_answers_alone_can_be_sent(house: Any) -> None:
    ada = house.client("ada")
    referral_id = posted.written(ada)
    response = ada.post(reverse("identification:send", args=[referral_id]))
    assert response.headers["Location"] == reverse("identification:receipt", args=[referral_id])
    assert "Intake desk" in ada.get(response.headers["Location"]).content.decode()


@pytest.mark.parametrize("screen", [*FORMS, "check"])
def test_a_screen_costs_few_queries(house: Any, screen: str) -> None:
    ada = house.client("ada")
    referral_id = posted.written(ada)
    counted = [connections[alias] for alias in ("default", "gate")]
    with CaptureQueriesContext(counted[0]) as app, CaptureQueriesContext(counted[1]) as gate:
        assert ada.get(posted.address(referral_id, screen)).status_code == 200
    spent = [q["sql"] for q in [*app, *gate] if not q["sql"].startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"))]
    assert 0 < len(spent) <= 12, spent


def test_a_saved_screen_shows_what_was_typed(house: Any) -> None:
    ada = house.client("ada")
    referral_id = posted.start(ada)
    birth = {"birth_date_year": "2002", "birth_date_month": "3", "birth_date_day": "27"}
    posted.fill(ada, referral_id, "person", given="Drita", family="Canary", **birth)
    page = ada.get(posted.address(referral_id, "person")).content.decode()
    for words in ("Mira", "Drita", "Canary", 'value="2002"', 'value="24"'):
        assert words in page


def test_a_draft_is_resumed_where_it_was_left(house: Any) -> None:
    ada = house.client("ada")
    referral_id = posted.start(ada)
    posted.fill(ada, referral_id, "safety", then="leave")
    posted.fill(ada, referral_id, "person")
    listed = ada.get(reverse("identification:receipts")).content.decode()
    assert "Mira" in listed
    assert posted.address(referral_id, "contact") in listed


def test_a_screen_left_half_done_keeps_what_is_there_and_is_not_complete(house: Any) -> None:
    ada = house.client("ada")
    referral_id = posted.start(ada)
    response = posted.fill(ada, referral_id, "person", {"called": "Mira", "years": "19", "then": "leave"})
    assert response.headers["Location"] == reverse("identification:receipts")
    page = ada.get(posted.address(referral_id, "person")).content.decode()
    assert 'value="Mira"' in page and 'value="19"' in page
    sent = ada.post(reverse("identification:send", args=[referral_id]), follow=True)
    assert "was not sent" in sent.content.decode()


def test_what_is_wrong_is_never_saved_when_leaving(house: Any) -> None:
    ada = house.client("ada")
    referral_id = posted.start(ada)
    response = posted.fill(ada, referral_id, "person", {"called": "x" * 300, "then": "leave"})
    assert response.status_code == 200
    assert "This is too long: 300 characters" in response.content.decode()


def test_saving_a_screen_again_replaces_it(house: Any) -> None:
    """Back, change, save: one answer row, the last word counts."""
    ada = house.client("ada")
    referral_id = posted.start(ada)
    posted.fill(ada, referral_id, "place")
    posted.fill(ada, referral_id, "place", entry_point="street", crossing="", municipality="AL-11-tirane")
    assert house.sql("SELECT entry_point, area FROM identification_referral") == [("street", "AL-11-tirane")]
    assert house.sql("SELECT count(*) FROM identification_referralanswers WHERE screen = 'place'") == [(1,)]


def test_back_after_sending_leads_to_the_receipt(house: Any) -> None:
    ada = house.client("ada")
    referral_id = posted.written(ada)
    ada.post(reverse("identification:send", args=[referral_id]))
    for screen in ("safety", "check"):
        response = ada.get(posted.address(referral_id, screen))
        assert response.headers["Location"] == reverse("identification:receipt", args=[referral_id])
    late = posted.fill(ada, referral_id, "person", called="Changed")
    assert late.headers["Location"] == reverse("identification:receipt", args=[referral_id])


def test_the_button_pressed_twice_begins_one_referral(house: Any) -> None:
    ada = house.client("ada")
    token = {"submission": "7b6ef3c4-0b4f-4a79-9b8c-0a4c1de5a001"}
    first = ada.post(reverse("identification:start"), token)
    second = ada.post(reverse("identification:start"), token)
    assert first.headers["Location"] == second.headers["Location"]
    assert house.sql("SELECT count(*) FROM identification_referral") == [(1,)]


def test_a_link_begins_nothing(house: Any) -> None:
    assert house.client("ada").get(reverse("identification:start")).status_code == 302
    assert house.sql("SELECT count(*) FROM identification_referral") == [(0,)]


@pytest.mark.parametrize("name", ["besim", "rea", "zana"])
def test_a_colleague_cannot_open_my_draft(house: Any, name: str) -> None:
    ada, other = house.client("ada"), house.client(name)
    referral_id = posted.written(ada)
    none = other.get(posted.address("7b6ef3c4-0b4f-4a79-9b8c-0a4c1de5a0ff", "person"))  # type: ignore[arg-type]
    for address in (posted.address(referral_id, "person"), posted.address(referral_id, "check")):
        answer = other.get(address)
        assert answer.status_code == none.status_code == 404
    assert posted.fill(other, referral_id, "safety").status_code == 404
    assert other.post(reverse("identification:send", args=[referral_id])).status_code == 404
    assert other.post(reverse("identification:discard", args=[referral_id])).status_code == 404


@pytest.mark.parametrize("name", ["mona", "sys", "ina", "dita", "rea"])
def test_who_does_not_meet_people_does_not_refer(house: Any, name: str) -> None:
    client = house.client(name)
    assert client.get(reverse("identification:receipts")).status_code == 404
    assert client.post(reverse("identification:start"), {}).status_code == 404


@pytest.mark.parametrize("name", ["marta", "lule", "kleo", "petrit", "sonila"])
def test_whoever_meets_people_may_refer(house: Any, name: str) -> None:
    client = house.client(name)
    referral_id = posted.written(client)
    assert client.post(reverse("identification:send", args=[referral_id])).status_code == 302


def test_a_draft_too_old_is_gone_and_says_so(house: Any) -> None:
    ada = house.client("ada")
    referral_id = posted.written(ada)
    house.sql("UPDATE identification_referral SET started_at = %s", [now() - dt.timedelta(days=30)])
    page = ada.get(posted.address(referral_id, "person"), follow=True).content.decode()
    assert "begun too long ago" in page
    assert house.sql("SELECT count(*) FROM identification_referral") == [(0,)]
    assert house.sql("SELECT count(*) FROM identification_referralanswers") == [(0,)]


def test_a_draft_thrown_away_opens_for_nobody(house: Any) -> None:
    ada = house.client("ada")
    referral_id = posted.written(ada)
    case_id = house.sql("SELECT case_id FROM identification_referral")[0][0]
    assert ada.get(reverse("identification:discard", args=[referral_id])).status_code == 200
    ada.post(reverse("identification:discard", args=[referral_id]))
    assert ada.get(posted.address(referral_id, "person")).status_code == 404
    with house.as_("ada") as actor:
        assert actor.ring.keys([(case_id, "core"), (case_id, "identity")]) == {}


def test_pages_carry_no_name_in_title_or_address(house: Any) -> None:
    ada = house.client("ada")
    referral_id = posted.written(ada)
    for screen in queries.SCREENS:
        page = ada.get(posted.address(referral_id, screen)).content.decode()
        title = page.split("<title>")[1].split("</title>")[0]
        assert "Mira" not in title


def test_a_draft_too_old_leaves_the_list_by_itself(house: Any) -> None:
    ada = house.client("ada")
    posted.written(ada)
    house.sql("UPDATE identification_referral SET started_at = %s", [now() - dt.timedelta(days=30)])
    page = ada.get(reverse("identification:receipts")).content.decode()
    assert "Mira" not in page and "has been deleted" in page
    assert house.sql("SELECT count(*) FROM identification_referral") == [(0,)]


def test_another_ones_draft_cannot_be_found_out_by_its_id(house: Any) -> None:
    """A forged form names a draft that exists: a new one is begun as if it did not."""
    theirs = posted.start(house.client("besim"))
    begun = house.client("ada").post(reverse("identification:start"), {"submission": str(theirs)})
    assert begun.status_code == 302 and str(theirs) not in begun.headers["Location"]


def test_what_was_typed_when_the_session_had_ended_is_offered_again(house: Any) -> None:
    ada = house.client("ada")
    referral_id = posted.start(ada)
    house.sql("UPDATE access_session SET rests_until = now() - interval '1 day'")
    as_a_browser = {"data": urlencode(posted.PERSON), "content_type": "application/x-www-form-urlencoded"}
    ended = ada.post(posted.address(referral_id, "person"), **as_a_browser)
    assert reverse("account_login") in ended.headers["Location"]
    assert house.sql("SELECT count(*) FROM identification_referralanswers") == [(0,)]
    back = house.client("ada")
    page = back.get(reverse("access:kept")).content.decode()
    assert posted.address(referral_id, "person") in page and 'value="Mira"' in page
    assert posted.fill(back, referral_id, "person").status_code == 302
