"""What was typed is never lost to a session that ended: kept for its writer alone, until it is sent or thrown away."""

import datetime as dt
import re
import time
import uuid
from typing import Any
from urllib.parse import unquote, urlencode

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse

from cadra.foundation.access import drafts, tasks
from cadra.foundation.access.tests.signing import give_code, with_app
from tests.cast import PASSWORD
from tests.world import World

LATER = dt.timedelta(minutes=16)
SITE = "http://testserver"


def notes(world: World) -> str:
    return reverse("mechanism:notes", args=[world.case_id])


def note(text: str) -> dict[str, str]:
    return {"text": text, "part": "support", "submission": str(uuid.uuid4())}


def send(client: Any, address: str, fields: dict[str, str], **headers: str) -> Any:
    """As a browser sends a form."""
    return client.post(address, urlencode(fields), content_type="application/x-www-form-urlencoded", **headers)


def rest() -> Any:
    """Long enough has passed for every session to end."""
    return time_machine.travel(dt.datetime.now(dt.UTC) + LATER, tick=True)


def sign_in_again(client: Any, house: Any, name: str, app: Any) -> None:
    client.post("/account/login/", {"login": house.user(name).email, "password": PASSWORD})
    assert give_code(client, app(time.time()))


def kept(house: Any) -> int:
    return int(house.sql("SELECT count(*) FROM access_draft")[0][0])


def hidden(page: Any) -> list[dict[str, str]]:
    """The hidden fields of each form on the page of kept forms that sends one again."""
    forms = re.findall(r'<form method="post" action="(?!/me/kept/)(?:/files|/referrals)[^"]*">(.*?)</form>', page, re.S)
    pairs = (re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form) for form in forms)
    return [dict(fields) for fields in pairs]


def test_two_tabs_that_lose_one_session_keep_both_forms(house: Any, world: World) -> None:
    app = with_app(house, "marta")
    client = house.client("marta")
    with rest():
        first = send(client, notes(world), note("What the first tab said"))
        second = send(client, notes(world), note("What the second tab said"))
        assert all(unquote(answer.url) == "/account/login/?next=/me/kept/" for answer in (first, second))
        assert kept(house) == 2
        sign_in_again(client, house, "marta", app)
        page = client.get("/me/kept/").content
        assert "“What the first tab said”".encode() in page, "and is told by her words"
        assert b"What the second tab said" in page


def test_a_tab_sent_after_signing_in_again_in_another_keeps_its_form_too(house: Any, world: World) -> None:
    app = with_app(house, "marta")
    client = Client(enforce_csrf_checks=True)
    client.cookies[settings.SESSION_COOKIE_NAME] = house.sign_in("marta")
    old = token_in(client.get(notes(world)))
    with rest():
        page = client.get("/account/login/")
        form = {"login": house.user("marta").email, "password": PASSWORD, "csrfmiddlewaretoken": token_in(page)}
        client.post("/account/login/", form)
        code = {"code": app(time.time()), "csrfmiddlewaretoken": token_in(client.get("/account/2fa/authenticate/"))}
        client.post("/account/2fa/authenticate/", code)
        sent = {**note("Said in the other tab"), "csrfmiddlewaretoken": old}
        assert send(client, notes(world), sent).status_code == 403  # not certainly from here
        answer = send(client, notes(world), sent, HTTP_ORIGIN=SITE)
        assert (answer.status_code, answer.url) == (302, "/me/kept/")
        assert b"Said in the other tab" in client.get("/me/kept/").content


def test_a_form_sent_from_elsewhere_is_never_kept(house: Any, world: World) -> None:
    client = house.client("marta")
    with rest():
        send(client, notes(world), note("planted"), HTTP_ORIGIN="https://elsewhere.example")
    assert kept(house) == 0


def test_the_form_of_one_user_is_not_kept_for_the_next_at_the_same_browser(house: Any, world: World) -> None:
    app = with_app(house, "zana")
    client = Client(enforce_csrf_checks=True)
    client.cookies[settings.SESSION_COOKIE_NAME] = house.sign_in("marta")
    old = token_in(client.get(notes(world)))
    with rest():
        page = client.get("/account/login/")
        form = {"login": house.user("zana").email, "password": PASSWORD, "csrfmiddlewaretoken": token_in(page)}
        client.post("/account/login/", form)
        code = {"code": app(time.time()), "csrfmiddlewaretoken": token_in(client.get("/account/2fa/authenticate/"))}
        client.post("/account/2fa/authenticate/", code)
        assert client.get("/directory/").status_code == 200
        sent = {**note("Marta's words"), "csrfmiddlewaretoken": old}
        assert send(client, notes(world), sent, HTTP_ORIGIN=SITE).status_code == 403
    assert kept(house) == 0


def test_a_form_sent_again_is_saved_and_forgotten(house: Any, world: World) -> None:
    app = with_app(house, "marta")
    client = house.client("marta")
    before = house.sql("SELECT count(*) FROM cases_note")[0][0]
    with rest():
        send(client, notes(world), note("Kept words"))
        sign_in_again(client, house, "marta", app)
        (fields,) = hidden(client.get("/me/kept/").content.decode())
        assert send(client, notes(world), fields).status_code == 302
        assert kept(house) == 0
        assert b"Kept words" in client.get(notes(world)).content
    assert house.sql("SELECT count(*) FROM cases_note")[0][0] == before + 1


@pytest.mark.parametrize("status", [404, 500])
def test_a_form_sent_again_in_vain_stays_kept(house: Any, world: World, status: int, monkeypatch: Any) -> None:
    app = with_app(house, "marta")
    client = house.client("marta")
    client.raise_request_exception = False
    with rest():
        send(client, notes(world), note("Kept words"))
        sign_in_again(client, house, "marta", app)
        (fields,) = hidden(client.get("/me/kept/").content.decode())
        address = notes(world)
        if status == 404:
            address = reverse("mechanism:notes", args=[uuid.uuid4()])
        else:
            monkeypatch.setattr("cadra.record.cases.actions.write_note", broken)
        assert send(client, address, fields).status_code == status
        assert kept(house) == 1
        assert b"Kept words" in client.get("/me/kept/").content


def test_a_form_that_comes_back_with_errors_is_forgotten_when_it_is_accepted(house: Any, world: World) -> None:
    app = with_app(house, "marta")
    client = house.client("marta")
    with rest():
        send(client, notes(world), {**note("Kept words"), "part": "nothing"})
        sign_in_again(client, house, "marta", app)
        (fields,) = hidden(client.get("/me/kept/").content.decode())
        assert send(client, notes(world), fields).status_code == 200
        assert kept(house) == 1
        assert send(client, notes(world), note("Kept words")).status_code == 302
        assert kept(house) == 0


def test_a_kept_form_can_be_thrown_away(house: Any, world: World) -> None:
    app = with_app(house, "marta")
    client = house.client("marta")
    with rest():
        send(client, notes(world), note("Kept words"))
        sign_in_again(client, house, "marta", app)
        (fields,) = hidden(client.get("/me/kept/").content.decode())
        client.post("/me/kept/", {"draft": fields["kept_draft"]})
        assert kept(house) == 0


def test_nobody_else_sees_or_throws_away_a_kept_form(house: Any, world: World) -> None:
    client = house.client("marta")
    with rest():
        send(client, notes(world), note("Kept words"))
        draft = house.sql("SELECT id FROM access_draft")[0][0]
        other = house.client("zana")
        assert b"Kept words" not in other.get("/me/kept/", follow=True).content
        other.post("/me/kept/", {"draft": str(draft)})
        other.post("/directory/", {"kept_draft": str(draft)})
    assert kept(house) == 1


def test_kept_words_and_passwords_are_nowhere_in_the_clear(house: Any, world: World) -> None:
    client = house.client("marta")
    with rest():
        send(client, notes(world), {**note("Sekretfjala kept"), "password": "Sekretpass"})
    content = bytes(house.sql("SELECT content FROM access_draft")[0][0])
    assert b"Sekret" not in content
    with rest():
        ((_, fields),) = kept_of(house, "marta")
    assert fields["text"] == "Sekretfjala kept"
    assert "password" not in fields


def test_a_lost_session_keeps_no_more_than_twenty_forms(house: Any, world: World) -> None:
    client = house.client("marta")
    with rest():
        for number in range(drafts.MOST + 5):
            send(client, notes(world), note(f"form {number}"))
    assert kept(house) == drafts.MOST


def test_what_nobody_came_back_for_is_deleted_by_the_worker_after_seven_days(house: Any, world: World) -> None:
    client = house.client("marta")
    with rest():
        send(client, notes(world), note("old"))
        send(client, notes(world), note("young"))
    age = "UPDATE access_draft SET saved_at = now() - %s::interval WHERE id = (SELECT id FROM access_draft LIMIT 1)"
    house.sql(age, ["6 days 23 hours 59 minutes"])
    assert drafts.sweep() == 0
    house.sql(age, ["7 days 1 second"])
    tasks.sweep_ended.func(0)
    assert kept(house) == 1


def kept_of(house: Any, name: str) -> list[Any]:
    with house.as_(name) as actor:
        return drafts.kept_for(actor)


def token_in(page: Any) -> str:
    found = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', page.content)
    assert found
    return found[1].decode()


def broken(**given: Any) -> None:
    raise RuntimeError("as if something had gone wrong")
