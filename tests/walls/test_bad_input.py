"""What tired people, bad lines and two colleagues do to a form: said in a sentence, and nothing typed is lost."""

import datetime as dt
import io
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client

from cadra.config.wsgi import application
from cadra.foundation.kernel.clock import at, deadline, local
from cadra.foundation.kernel.pack import pack
from cadra.foundation.kernel.pack.models import Limit
from cadra.record.cases import actions as cases
from cadra.stages.identification.tests import intake, posted
from cadra.stages.support import actions as support
from cadra.stages.support.tests.posted import GOAL
from cadra.stages.support.tests.scene import Scene, make_file
from tests.walls.forms import consent_typed, posted_forms, url

NAMES = ["Оксана Шевченко", "محمد الأمين", "🌿🙂", "Ëngjëllushe O'Neil-D’Arc", "王小明", "<b>Drita</b>"]


@pytest.fixture
def scene(house: Any) -> Scene:
    return make_file(house)


def browser_post(client: Any, path: str, fields: dict[str, Any]) -> Any:
    """As a browser sends a form without a file."""
    return client.post(path, urlencode(fields, doseq=True), content_type="application/x-www-form-urlencoded")


def text(response: Any) -> str:
    found: str = response.content.decode()
    return found


def shown(response: Any, *sentences: str) -> bool:
    page = text(response).replace("&#x27;", "'").replace("’", "'").replace("&amp;", "&")
    missing = [sentence for sentence in sentences if sentence.replace("’", "'") not in page]
    assert missing == []
    return True


# Pressed twice -----------------------------------------------------------------------------------


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Do things at the same moment, each in a thread of its own; their results."""
    ready = threading.Barrier(len(acts))
    found: list[Any] = [None] * len(acts)

    def run(number: int, act: Callable[[], Any]) -> None:
        try:
            ready.wait(10)
            found[number] = act()
        except Exception as error:
            found[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return found


def pressed_thrice(house: Any, name: str, path: str, fields: dict[str, Any]) -> list[int]:
    """Twice at once, and once more later, with Back. Returns the statuses."""
    clients = [house.client(name) for _ in range(3)]
    answers = at_once(*[lambda client=client: client.post(path, fields) for client in clients[:2]])
    return [answer.status_code for answer in (*answers, clients[2].post(path, fields))]


@pytest.mark.parametrize("what", ["note", "consent", "goal", "offer", "refer"])
def test_pressed_twice_is_done_once(house: Any, scene: Scene, what: str) -> None:
    path, typed, table = posted_forms(house, scene)[what]
    before = house.sql(f"SELECT count(*) FROM {table}")[0][0]
    mails = house.sql("SELECT count(*) FROM outbox_message")[0][0]
    statuses = pressed_thrice(house, "marta", path, {**typed, "submission": str(uuid4())})
    assert statuses == [302, 302, 302]
    assert house.sql(f"SELECT count(*) FROM {table}") == [(before + 1,)]
    told = house.sql("SELECT count(*) FROM outbox_message")[0][0] - mails
    assert told == (1 if what == "refer" else 0)


def test_a_referral_sent_twice_is_one_and_both_see_its_receipt(house: Any) -> None:
    referral_id = intake.begin(house)
    path = url("identification:send", referral_id)
    assert pressed_thrice(house, "ada", path, {}) == [302, 302, 302]
    assert house.sql("SELECT count(*) FROM identification_receipt") == [(1,)]
    assert house.sql("SELECT count(*) FROM access_grant WHERE basis = 'legal_duty'") == [(1,)]


def test_begun_twice_is_one_draft(house: Any) -> None:
    fields = {"submission": str(uuid4())}
    assert pressed_thrice(house, "ada", url("identification:start"), fields) == [302, 302, 302]
    assert house.sql("SELECT count(*) FROM identification_referral") == [(1,)]


def test_back_after_sending_says_so_and_shows_the_receipt(house: Any) -> None:
    ada = house.client("ada")
    referral_id = posted.written(ada)
    ada.post(url("identification:send", referral_id), {})
    again = posted.fill(ada, referral_id, "person", called="Someone else")
    assert again.status_code == 302
    assert shown(ada.get(again.url), "This referral was already sent. It can't be changed any more.")


# Two at the same record --------------------------------------------------------------------------


def test_the_second_at_an_identity_sees_the_first_and_loses_nothing(house: Any, scene: Scene) -> None:
    path = url("mechanism:identity_edit", scene.person.pk)
    clients = [house.client("marta"), house.client("sara")]
    for client in clients:
        client.post(url("mechanism:identity", scene.person.pk), {"purpose": "correct_record"})
    version = house.sql("SELECT version FROM people_identity")[0][0]
    management = {
        f"{kind}-{name}": "1" if name == "TOTAL_FORMS" else "0"
        for kind in ("names", "documents")
        for name in ("TOTAL_FORMS", "INITIAL_FORMS")
    }

    def typed(family: str, shown_version: int) -> dict[str, Any]:
        return {**management, "version": shown_version, "names-0-given": "Lirije", "names-0-family": family}

    first = clients[0].post(path, typed("Written-First", version))
    assert first.status_code == 302, text(first)
    second = clients[1].post(path, typed("Written-Second", version))
    assert second.status_code == 409
    assert shown(
        second, "Someone else saved this meanwhile", "Nothing of yours is lost", "Written-First", "Written-Second"
    )
    assert f'name="version" value="{version + 1}"' in text(second)
    assert clients[1].post(path, typed("Written-Second", version + 1)).status_code == 302


def test_the_second_at_a_note_sees_the_first_and_loses_nothing(house: Any, scene: Scene) -> None:
    with house.as_("marta") as marta:
        note = cases.write_note(actor=marta, person=scene.person, compartment="support", text="As it was")
    path = url("mechanism:note", scene.person.pk, note.pk)
    telephone, desk = house.client("marta"), house.client("marta")
    assert telephone.post(path, {"text": "From the telephone", "version": 1}).status_code == 302
    late = desk.post(path, {"text": "From the desk", "version": 1})
    assert late.status_code == 409
    assert shown(late, "This note was saved elsewhere meanwhile", "From the telephone", "From the desk")
    assert desk.post(path, {"text": "From the desk", "version": 2}).status_code == 302


def test_the_second_at_a_goal_sees_the_first_and_loses_nothing(house: Any, scene: Scene) -> None:
    with house.as_("marta") as marta:
        goal = support.add_goal(actor=marta, person=scene.person, words="As it was")
    path = url("support:goal", scene.person.pk, goal.pk)
    no_steps = {"steps-TOTAL_FORMS": "0", "steps-INITIAL_FORMS": "0"}
    first, second = house.client("marta"), house.client("sara")
    assert first.post(path, {**no_steps, "words": "By the first", "version": 1}).status_code == 302
    late = second.post(path, {**no_steps, "words": "By the second", "version": 1})
    assert shown(late, "By the first", "By the second")
    assert second.post(path, {**no_steps, "words": "By the second", "version": 2}).status_code == 302


def test_two_saving_one_record_at_the_same_moment_never_both_win_unseen(house: Any, scene: Scene) -> None:
    with house.as_("marta") as marta:
        note = cases.write_note(actor=marta, person=scene.person, compartment="support", text="As it was")
    path = url("mechanism:note", scene.person.pk, note.pk)
    clients = [house.client("marta") for _ in range(4)]
    answers = at_once(
        *[
            lambda client=client, number=number: client.post(path, {"text": f"Text {number}", "version": 1})
            for number, client in enumerate(clients)
        ]
    )
    assert sorted(answer.status_code for answer in answers) == [302, 409, 409, 409]


# The line breaks, the session ends ---------------------------------------------------------------


def test_what_was_saved_before_the_line_broke_is_there_on_another_device(house: Any) -> None:
    ada = house.client("ada")
    referral_id = posted.start(ada)
    posted.fill(ada, referral_id, "safety")
    posted.fill(ada, referral_id, "person", called="Mira")
    environ = Client()._base_environ(
        REQUEST_METHOD="POST",
        PATH_INFO=posted.address(referral_id, "place"),
        CONTENT_TYPE="application/x-www-form-urlencoded",
        CONTENT_LENGTH="5000",
        HTTP_COOKIE=f"cadra={house.sign_in('ada')}",
    )
    environ["wsgi.input"] = io.BytesIO(b"entry_point=border&crossing=x-kap")  # and then the line broke
    statuses: list[str] = []
    application(environ, lambda status, headers: statuses.append(status))
    assert statuses[0][0] in "34", statuses
    other = house.client("ada")
    assert "Mira" in text(other.get(posted.address(referral_id, "person")))
    assert house.sql("SELECT state, screens FROM identification_referral") == [("draft", ["safety", "person"])]
    assert posted.fill(other, referral_id, "place").status_code == 302


NO_CHANNELS = {"channels-TOTAL_FORMS": "0", "channels-INITIAL_FORMS": "0"}


def run_out(house: Any) -> None:
    house.sql("UPDATE access_session SET rests_until = now() - interval '1 hour'")


@pytest.mark.parametrize(
    ("name", "path", "fields", "kept"),
    [
        ("marta", "mechanism:notes", {"text": "Half a note, хочу спать", "part": "support"}, "Half a note, хочу спать"),
        ("marta", "mechanism:contact_edit", {**NO_CHANNELS, "hours": "After ten", "version": "1"}, "After ten"),
        ("marta", "support:goal_new", {**GOAL, "words": "A room of my own"}, "A room of my own"),
    ],
)
def test_a_form_half_written_when_the_session_ended_is_kept_and_resumed(
    house: Any, scene: Scene, name: str, path: str, fields: dict[str, Any], kept: str
) -> None:
    client, address = house.client(name), url(path, scene.person.pk)
    run_out(house)
    answer = browser_post(client, address, {**fields, "submission": str(uuid4())})
    assert answer.status_code == 302
    assert answer.url == f"{url('account_login')}?next=%2Fme%2Fkept%2F"
    sealed = bytes(house.sql("SELECT content FROM access_draft")[0][0])
    assert kept.encode() not in sealed
    back = house.client(name)
    page = back.get("/me/kept/")
    assert shown(page, "What you typed was kept", "Nothing has been sent", kept)
    assert kept not in text(house.client("sara").get("/me/kept/", follow=True))
    draft = house.sql("SELECT id FROM access_draft")[0][0]
    resumed = browser_post(back, address, {**fields, "submission": str(uuid4()), "kept_draft": str(draft)})
    assert resumed.status_code == 302
    assert house.sql("SELECT count(*) FROM access_draft") == [(0,)]


def test_two_kept_forms_of_one_page_are_both_kept(house: Any, scene: Scene) -> None:
    """Two notes half written in two windows."""
    address = url("mechanism:notes", scene.person.pk)
    for words in ("The first window", "The second window"):
        client = house.client("marta")
        run_out(house)
        browser_post(client, address, {"text": words, "part": "support", "submission": str(uuid4())})
    assert shown(house.client("marta").get("/me/kept/"), "The first window", "The second window")


def test_a_kept_form_goes_back_to_the_whole_address_it_came_from(house: Any, scene: Scene) -> None:
    client = house.client("marta")
    run_out(house)
    address = url("mechanism:consent_new", scene.person.pk) + "?kind=health"
    browser_post(client, address, {**consent_typed(house), "submission": str(uuid4())})
    assert shown(house.client("marta").get("/me/kept/"), f'action="{address}"')


def test_a_password_is_never_kept(house: Any) -> None:
    client = house.client("marta")
    run_out(house)
    browser_post(client, "/account/password/change/", {"oldpassword": "secret-one", "password1": "b", "password2": "b"})
    assert house.sql("SELECT count(*) FROM access_draft") == [(0,)]


# Too large, not what it says ---------------------------------------------------------------------


class Endless(io.RawIOBase):
    """A request body that says how large it is and counts what is read of it."""

    def __init__(self, head: bytes, size: int) -> None:
        self.head, self.left, self.given = head, size, 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        size = min(self.left, 1 << 20 if size < 0 else size)
        part, self.head = self.head[:size], self.head[size:]
        part += b"x" * (size - len(part))
        self.left -= len(part)
        self.given += len(part)
        return part


@pytest.mark.parametrize("kind", ["file", "text"])
def test_two_hundred_megabytes_are_refused_in_a_sentence_before_they_are_read(
    house: Any, scene: Scene, kind: str, tmp_path: Path
) -> None:
    size = 200 * 1024 * 1024
    boundary, head, content_type = "b0und", b"text=", "application/x-www-form-urlencoded"
    if kind == "file":
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="f"; filename="a.xlsx"\r\n\r\n'.encode()
        content_type = f"multipart/form-data; boundary={boundary}"
    body = Endless(head, size)
    environ = Client()._base_environ(
        REQUEST_METHOD="POST",
        PATH_INFO=url("mechanism:notes", scene.person.pk),
        CONTENT_TYPE=content_type,
        CONTENT_LENGTH=str(size),
        HTTP_COOKIE=f"{settings.SESSION_COOKIE_NAME}={house.sign_in('marta')}; csrf={'k' * 32}",
    )
    environ["wsgi.input"] = body
    answered: list[str] = []
    page = b"".join(application(environ, lambda status, headers: answered.append(status))).decode()
    assert answered == ["413 Request Entity Too Large"]
    assert "That is too large" in page
    assert "Nothing was saved." in page
    assert "A file may have up to 25 MB." in page
    assert body.given < 30 * 1024 * 1024


@pytest.mark.parametrize(
    "words", ["a\x00b", "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"), "\u202egnp.exe"]
)
def test_characters_no_keyboard_has_never_break_a_page(house: Any, scene: Scene, words: str) -> None:
    client = house.client("marta")
    notes = url("mechanism:notes", scene.person.pk)
    assert client.post(notes, {"text": words, "part": "support"}).status_code in (200, 302)
    for path in ("/files/", notes, url("support:refer", scene.person.pk), "/directory/"):
        for name in ("q", "words", "before", "cursor", "older", "service", "area", "worker", "stage"):
            assert client.get(path, {name: words}).status_code < 500, (path, name)


# Dates -------------------------------------------------------------------------------------------


def date_typed(name: str, day: str, month: str, year: str) -> dict[str, str]:
    return {f"{name}_day": day, f"{name}_month": month, f"{name}_year": year}


@pytest.mark.parametrize(
    ("year", "sentence"), [("1870", "or later. Check the year"), ("2090", "The date can't be in the future")]
)
def test_a_birth_in_1870_or_2090_is_said_and_kept_as_typed(house: Any, scene: Scene, year: str, sentence: str) -> None:
    ada = house.client("ada")
    screen = posted.fill(ada, posted.start(ada), "person", **date_typed("birth_date", "27", "3", year))
    marta = house.client("marta")
    marta.post(url("mechanism:identity", scene.person.pk), {"purpose": "correct_record"})
    lists = {f"{kind}-{name}": "0" for kind in ("names", "documents") for name in ("TOTAL_FORMS", "INITIAL_FORMS")}
    typed = {**lists, "version": "1", **date_typed("born", "27", "3", year)}
    correction = marta.post(url("mechanism:identity_edit", scene.person.pk), typed)
    for response in (screen, correction):
        assert response.status_code == 200
        assert shown(response, sentence)
        assert f'value="{year}"' in text(response)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        (date_typed("until", "1", "3", "1870"), "The date can't be in the past"),
        (date_typed("until", "1", "3", "2090"), "or earlier. Check the year"),
        (date_typed("until", "31", "2", "2030"), "There is no such day in that month"),
    ],
)
def test_consent_until_an_impossible_day_is_said(
    house: Any, scene: Scene, changed: dict[str, str], sentence: str
) -> None:
    typed = {**consent_typed(house), **changed, "submission": str(uuid4())}
    response = house.client("marta").post(url("mechanism:consent_new", scene.person.pk) + "?kind=health", typed)
    assert response.status_code == 200
    assert shown(response, sentence)
    assert house.sql("SELECT count(*) FROM consent_consent WHERE recipient_kind = 'health'") == [(0,)]


@pytest.mark.parametrize(
    ("begin", "limit", "end"),
    [
        # 25 October 2026, 03:00 becomes 02:00 in Tirana; 28 March 2027, 02:00 becomes 03:00.
        ("2026-10-24T12:00+02:00", ("hours", 24), "2026-10-25T11:00+01:00"),
        ("2026-10-24T12:00+02:00", ("days", 1), "2026-10-25T12:00+01:00"),
        ("2027-03-27T12:00+01:00", ("hours", 24), "2027-03-28T13:00+02:00"),
        ("2027-03-27T12:00+01:00", ("days", 1), "2027-03-28T12:00+02:00"),
        ("2027-03-27T02:30+01:00", ("days", 1), "2027-03-28T03:30+02:00"),  # 02:30 does not exist that day
    ],
)
def test_deadlines_keep_their_length_and_their_hour_over_the_clock_change(
    begin: str, limit: tuple[str, int], end: str
) -> None:
    usual = pack().limit("referral_answer")
    changed = usual.model_copy(update={"unit": type(usual.unit)(limit[0]), "value": limit[1]})
    assert isinstance(changed, Limit)
    assert deadline(dt.datetime.fromisoformat(begin), changed) == dt.datetime.fromisoformat(end)


def test_a_day_on_which_the_clock_changes_begins_at_midnight_there() -> None:
    for day in (dt.date(2026, 10, 25), dt.date(2027, 3, 28)):
        assert local(at(day)).replace(tzinfo=None) == dt.datetime.combine(day, dt.time.min)


# Names -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_a_name_in_any_script_goes_all_the_way_as_it_was_typed(house: Any, name: str) -> None:
    """Written by the responder, read at the desk and in the register, found again by matching."""
    ada = house.client("ada")
    referral_id = posted.written(ada)
    filled = posted.fill(ada, referral_id, "person", called=name, given=name, family="Canary")
    assert filled.status_code == 302
    sent = ada.post(url("identification:send", referral_id), {})
    assert sent.url.startswith("/receipts/")
    page = text(house.client("rea").get(url("identification:desk_item", referral_id)))
    assert name in page.replace("&#x27;", "'").replace("&lt;", "<").replace("&gt;", ">")
    assert "<b>Drita" not in page


def test_a_name_of_three_hundred_characters_is_kept_and_one_longer_is_said(house: Any, scene: Scene) -> None:
    marta = house.client("marta")
    marta.post(url("mechanism:identity", scene.person.pk), {"purpose": "correct_record"})
    management = {f"{kind}-INITIAL_FORMS": "0" for kind in ("names", "documents")}
    management |= {"names-TOTAL_FORMS": "1", "documents-TOTAL_FORMS": "0"}
    path = url("mechanism:identity_edit", scene.person.pk)
    too_long = marta.post(path, {**management, "version": "1", "names-0-given": "ë" * 301})
    assert too_long.status_code == 200
    assert shown(too_long, "301")
    assert "ë" * 301 in text(too_long)
    assert marta.post(path, {**management, "version": "1", "names-0-given": "ë" * 300}).status_code == 302
    assert "ë" * 300 in text(marta.get(url("mechanism:identity", scene.person.pk)))


def test_ids_that_are_no_ids_are_not_found(house: Any) -> None:
    client = house.client("marta")
    for path in (
        "/files/1/",
        "/files/00000000-0000-0000-0000-00000000000g/",
        f"/files/{UUID(int=0)}/",
        "/referrals/x/person/",
    ):
        assert client.get(path).status_code == 404
