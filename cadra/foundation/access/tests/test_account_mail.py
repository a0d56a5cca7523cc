"""What the sign-in pages write goes through the outbox: no answer waits for a mail server, or tells who is known."""

import re
from typing import Any

import pytest
from allauth.account.adapter import get_adapter
from django.core import mail
from django.core.mail import EmailMessage

from cadra.foundation.access.adapters import PastTheOutbox
from cadra.foundation.access.tests.signing import after_password
from cadra.foundation.access.tests.test_second_factor import set_up
from cadra.foundation.outbox.sending import send_due
from tests.cast import PASSWORD

UNKNOWN = "nobody@cadra.example"
RESET = "/account/password/reset/"
ASKED = "SELECT kind, state, link FROM outbox_message WHERE recipient = %s ORDER BY created_at"


@pytest.fixture(autouse=True)
def post_office(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def link_in(body: Any) -> str:
    found = re.search(r"/account/password/reset/key/\S+", str(body))
    assert found, body
    return found.group()


def test_a_link_to_a_new_password_leaves_with_the_worker_and_is_stored_nowhere(house: Any) -> None:
    ada = house.user("ada")
    house.client().post(RESET, {"email": ada.email})
    assert mail.outbox == []
    assert house.sql(ASKED, [ada.pk]) == [("password", "queued", "/")]
    assert send_due() == 1
    [sent] = mail.outbox
    link = link_in(sent.body)
    assert sent.to == [ada.email]
    assert house.client().get(link, follow=True).status_code == 200
    secret = link.rstrip("/").rsplit("-", 1)[1]
    for table in ("outbox_message", "ledger_entry", "access_session", "procrastinate_jobs"):
        assert not any(secret in str(row) for row in house.sql(f"SELECT t::text FROM {table} t")), table


def test_a_known_a_closed_and_an_unknown_address_get_the_same_answer(house: Any) -> None:
    house.sql("UPDATE network_user SET is_active = false WHERE email = %s", [house.user("besim").email])
    answers = []
    for email in (house.user("ada").email, house.user("besim").email, UNKNOWN):
        client = house.client()
        answer = client.post(RESET, {"email": email})
        answers.append((answer.status_code, answer.url, client.get(answer.url).content))
    assert len({(status, url) for status, url, _ in answers}) == 1
    assert len({re.sub(rb"value=\"\w{64}\"", b"", page) for _, _, page in answers}) == 1
    send_due()
    assert [sent.to for sent in mail.outbox] == [[house.user("ada").email]]


def test_a_mail_server_that_fails_is_met_by_the_worker_alone_which_tries_again(house: Any, monkeypatch: Any) -> None:
    def fails(_mail: EmailMessage, *_: Any, **__: Any) -> int:
        raise OSError("nobody there")

    with monkeypatch.context() as broken:
        broken.setattr(EmailMessage, "send", fails)
        answer = house.client().post(RESET, {"email": house.user("ada").email})
        assert answer.url == "/account/password/reset/done/"
        assert send_due() == 0
    house.sql("UPDATE outbox_message SET next_try = now()")
    assert send_due() == 1
    assert house.client().get(link_in(mail.outbox[0].body), follow=True).status_code == 200


def test_a_link_to_a_new_password_opens_once(house: Any) -> None:
    house.client().post(RESET, {"email": house.user("ada").email})
    send_due()
    link = link_in(mail.outbox[0].body)
    client = house.client()
    form = client.get(link, follow=True).redirect_chain[-1][0]
    words = "another horse battery staple umbrella"
    assert client.post(form, {"password1": words, "password2": words}).status_code == 302
    assert b"no longer works" in house.client().get(link, follow=True).content


def test_she_is_told_when_her_password_or_second_factor_changes(house: Any) -> None:
    client = after_password(house, "ada")
    set_up(client)
    words = "another horse battery staple umbrella"
    said = {"oldpassword": PASSWORD, "password1": words, "password2": words}
    assert client.post("/account/password/change/", said).status_code == 302
    told = [(kind, link) for kind, _, link in house.sql(ASKED, [house.user("ada").pk])]
    assert told.count(("account", "/me/")) >= 2
    send_due()
    assert not any(word in str(sent.body) for sent in mail.outbox for word in ("password", "telephone", "app"))


def test_no_other_mail_can_leave_from_the_sign_in_pages(house: Any) -> None:
    with pytest.raises(PastTheOutbox):
        get_adapter().send_mail("account/email/login_code", house.user("ada").email, {})
