"""One's own account, the code of conduct before the first file, absence and who stands in."""

import datetime as dt
import re
import time
from dataclasses import replace
from typing import Any

import pytest
from allauth.account.forms import EmailAwarePasswordResetTokenGenerator
from allauth.account.utils import user_pk_to_url_str

from cadra.foundation.access.backend import WithInstitution
from cadra.foundation.access.tests.signing import after_password, is_in, with_app
from cadra.foundation.kernel.clock import today
from cadra.foundation.kernel.pack import pack
from cadra.foundation.outbox.actions import post
from tests import cast
from tests import world as worlds
from tests.cast import PASSWORD

WEEK = dt.timedelta(days=7)
SECOND = """
INSERT INTO network_user (id, password, email, name, phone, institution_id, sex, languages, language, is_active,
    created_at) SELECT gen_random_uuid(), '', 'vera@cadra.example', 'Vera Second', '', institution_id, '', '{}', 'en',
    true, now() FROM network_user WHERE email = 'marta@cadra.example' RETURNING id
"""


def form(first: dt.date, last: dt.date, cover: Any = "") -> dict[str, str]:
    return {"first": first.isoformat(), "last": last.isoformat(), "cover": str(cover)}


@pytest.fixture
def vera(house: Any) -> Any:
    """A second case manager in Marta's house."""
    user_id = house.sql(SECOND)[0][0]
    role = "INSERT INTO network_roleholding (id, user_id, role, since) VALUES (gen_random_uuid(), %s, %s, now())"
    house.sql(role, [user_id, "case_manager"])
    signed = (
        "INSERT INTO network_undertaking (id, user_id, version, language, signed_at)"
        " VALUES (gen_random_uuid(), %s, %s, 'en', now())"
    )
    house.sql(signed, [user_id, pack().code_of_conduct.version])
    house.people = cast.people()
    return house.user("vera")


def test_my_account_says_who_i_am_here_and_where_i_am_signed_in(house: Any) -> None:
    client = house.client("marta")
    house.sign_in("marta")
    page = client.get("/me/").content.decode()
    assert "Marta Manager" in page and "House of the Oak" in page and "Case manager" in page
    assert page.count("Signed in ") == 2
    assert "this one" in page


def test_the_devices_of_others_are_not_among_mine(house: Any) -> None:
    house.sign_in("zana")
    assert house.client("marta").get("/me/").content.decode().count("Signed in ") == 1


def test_a_device_that_is_no_device_is_not_found(house: Any) -> None:
    assert house.client("marta").post("/me/end/", {"device": "nothing"}).status_code == 404


def test_nothing_opens_before_the_code_of_conduct_is_signed(house: Any) -> None:
    world = worlds.build(house)
    house.sql("DELETE FROM network_undertaking WHERE user_id = %s", [house.user("marta").pk])
    client = house.client("marta")
    for address in ("/", "/files/", f"/files/{world.case_id}/", "/directory/", "/me/kept/", "/me/absence/"):
        assert client.get(address).url == "/me/undertaking/", address
    assert client.get("/me/").status_code == 200
    assert client.post("/me/undertaking/", {}).url == "/me/undertaking/", "not without the tick"
    assert client.get("/").url == "/me/undertaking/"
    client.post("/me/undertaking/", {"agree": "yes"})
    assert client.get(f"/files/{world.case_id}/").status_code == 200


def test_a_new_version_asks_again_and_the_former_signature_stays_on_record(house: Any, monkeypatch: Any) -> None:
    client = house.client("ada")
    assert is_in(client)
    former = pack().code_of_conduct.version
    newer = replace(pack(), code_of_conduct=pack().code_of_conduct.model_copy(update={"version": "another"}))
    for place in ("signin", "views"):
        monkeypatch.setattr(f"cadra.foundation.access.{place}.pack", lambda: newer)
    assert client.get("/directory/").url == "/me/undertaking/"
    client.post("/me/undertaking/", {"agree": "yes"})
    assert is_in(client)
    versions = house.sql("SELECT version FROM network_undertaking WHERE user_id = %s", [house.user("ada").pk])
    assert {version for (version,) in versions} == {former, "another"}


def test_signing_twice_is_signing_once(house: Any) -> None:
    house.sql("DELETE FROM network_undertaking WHERE user_id = %s", [house.user("ada").pk])
    client = house.client("ada")
    for _ in range(2):
        client.post("/me/undertaking/", {"agree": "yes"})
    assert house.sql("SELECT count(*) FROM network_undertaking WHERE user_id = %s", [house.user("ada").pk]) == [(1,)]


def test_whoever_stands_in_finds_the_work_and_gets_the_messages(house: Any, vera: Any) -> None:
    world = worlds.build(house)
    reference = house.sql("SELECT reference FROM people_person WHERE id = %s", [world.case_id])[0][0]
    house.sql("UPDATE cases_case SET next_due_at = now() + interval '1 day' WHERE case_id = %s", [world.case_id])
    standing_in = house.client("vera")
    assert reference not in standing_in.get("/").content.decode()
    answer = house.client("marta").post("/me/absence/", form(today(), today() + WEEK, vera.pk))
    assert answer.url == "/me/"
    assert reference in standing_in.get("/").content.decode()
    assert "You stand in for Marta Manager" in standing_in.get("/me/").content.decode()
    told = house.sql("SELECT kind FROM outbox_message WHERE recipient = %s", [vera.pk])
    assert told == [("changed",)]
    with house.as_("kleo") as kleo:
        assert len(post(actor=kleo, to=house.user("marta"), kind="answered", link=f"/files/{world.case_id}/")) == 2
        assert len(post(actor=kleo, to=house.user("marta"), kind="account", link="/me/")) == 1
    links = house.sql("SELECT link FROM outbox_message WHERE kind = 'answered' AND recipient = %s", [vera.pk])
    assert links == [("/",)], "the address of no file: she may be one who must never know of it"
    assert house.sql("SELECT verb FROM ledger_entry WHERE verb = 'set_absence'") == [("set_absence",)]


def test_it_begins_on_its_first_day_and_ends_with_its_last(house: Any, vera: Any) -> None:
    day = dt.timedelta(days=1)
    for first, last, covers in (
        (today(), today(), 1),
        (today() - WEEK, today(), 1),
        (today() + day, today() + WEEK, 0),
        (today() - WEEK, today() - day, 0),
    ):
        house.sql(
            "UPDATE network_user SET absent_from = %s, absent_until = %s, covered_by_id = %s WHERE email = %s",
            [first, last, vera.pk, "marta@cadra.example"],
        )
        user = WithInstitution().get_user(vera.pk)
        assert user is not None and len(user.covers) == covers


def test_an_absence_can_be_taken_away(house: Any, vera: Any) -> None:
    marta = house.client("marta")
    marta.post("/me/absence/", form(today(), today() + WEEK, vera.pk))
    marta.post("/me/absence/", {"end": "yes"})
    kept = "SELECT absent_from, absent_until, covered_by_id FROM network_user WHERE email = 'marta@cadra.example'"
    assert house.sql(kept) == [(None, None, None)]
    assert "You stand in" not in house.client("vera").get("/me/").content.decode()


def test_only_a_colleague_who_works_with_files_and_is_there_can_stand_in(house: Any, vera: Any) -> None:
    marta = house.client("marta")
    for name in ("zana", "ina", "marta"):
        page = marta.post("/me/absence/", form(today(), today() + WEEK, house.user(name).pk))
        assert page.status_code == 200, name
    house.sql(
        "UPDATE network_user SET absent_from = authz.today() + 3, absent_until = authz.today() + 4 WHERE id = %s",
        [vera.pk],
    )
    page = marta.post("/me/absence/", form(today(), today() + WEEK, vera.pk))
    assert b"away in these days too" in page.content
    assert house.sql("SELECT count(*) FROM network_user WHERE covered_by_id IS NOT NULL") == [(0,)]


@pytest.mark.parametrize(("first", "last"), [(3, 1), (-9, -2)])
def test_days_that_make_no_absence_are_refused_in_words(house: Any, first: int, last: int) -> None:
    days = [today() + dt.timedelta(days=number) for number in (first, last)]
    page = house.client("marta").post("/me/absence/", form(*days))
    assert page.status_code == 200
    assert b"govuk-error-summary" in page.content


def test_an_administrator_enters_the_absence_of_a_colleague_and_of_nobody_elsewhere(house: Any, vera: Any) -> None:
    ina, marta = house.client("ina"), house.user("marta")
    address = f"/institution/colleagues/{marta.pk}/absence/"
    assert ina.post(address, form(today(), today() + WEEK, vera.pk)).url == "/institution/"
    assert "Vera Second stands in" in ina.get("/institution/").content.decode()
    for name in ("zana", "vera", "rea"):
        assert house.client(name).get(address).status_code == 404
    elsewhere = f"/institution/colleagues/{house.user('zana').pk}/absence/"
    assert ina.get(elsewhere).status_code == 404
    assert ina.post(elsewhere, form(today(), today())).status_code == 404


def test_standing_in_opens_no_file_that_was_not_open_before(house: Any) -> None:
    """Work is shown and told; access comes from grants alone."""
    world = worlds.build(house)
    house.sql(
        "UPDATE network_user SET absent_from = authz.today(), absent_until = authz.today(), covered_by_id = %s"
        " WHERE email = 'marta@cadra.example'",
        [house.user("zana").pk],
    )
    zana = house.client("zana")
    assert zana.get(f"/files/{world.case_id}/").status_code == 404
    assert zana.get("/").status_code == 200


AGENTS = {
    "Mozilla/5.0 (Linux; Android 14; Mobile; rv:128.0) Gecko/128.0 Firefox/128.0": "Firefox, Android",
    "Mozilla/5.0 (Windows NT 10.0; Win64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0": "Edge, Windows",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18 Safari/604": "Safari, iPhone",
    "<script>alert(1)</script>": "",
}


@pytest.mark.parametrize("agent", AGENTS)
def test_a_device_is_called_by_its_browser_and_system_and_nothing_it_says_of_itself(house: Any, agent: str) -> None:
    app = with_app(house, "ada")
    client = house.client()
    client.post("/account/login/", {"login": house.user("ada").email, "password": PASSWORD})
    client.post("/account/2fa/authenticate/", {"code": app(time.time())}, HTTP_USER_AGENT=agent)
    client.get("/directory/", HTTP_USER_AGENT=agent)
    assert house.sql("SELECT device FROM access_session WHERE cardinality(principals) > 0") == [(AGENTS[agent],)]


def test_the_words_beside_fields_of_signing_in_are_written_like_all_others(house: Any) -> None:
    """The sign-in library writes “New Password (Again)”: one capital, at the beginning, is enough."""
    mine = after_password(house, "ada")
    pages = ["/account/2fa/totp/activate/", "/account/2fa/webauthn/add/", "/account/password/change/"]
    answers = [mine.get(page, follow=True) for page in pages]
    answers += [house.client().get(f"/account/{page}/") for page in ("login", "password/reset")]
    answers += [
        house.client("ada").get("/account/password/change/"),
        house.client().get(reset_link(house), follow=True),
    ]
    labels = {
        " ".join(re.sub("<[^>]+>", "", label).split())
        for answer in answers
        for label in re.findall(r"<label[^>]*>(.*?)</label>", answer.content.decode(), re.DOTALL)
    }
    assert {"Email", "Password", "Current password", "New password", "New password again"} <= labels
    assert [label for label in labels if any(word[0].isupper() for word in label.replace("(", "").split()[1:])] == []


def reset_link(house: Any) -> str:
    ada, tokens = house.user("ada"), EmailAwarePasswordResetTokenGenerator()
    return f"/account/password/reset/key/{user_pk_to_url_str(ada)}-{tokens.make_token(ada)}/"
