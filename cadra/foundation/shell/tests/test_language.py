"""Changing the language keeps the page and leads nowhere else."""

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from cadra.foundation.shell import language

from .saving import saved

Ask = Callable[..., HttpResponse]


def test_it_keeps_the_page_and_remembers(ask: Ask, settings: Any) -> None:
    answer = ask(language.choose, "/language/", post={"language": "sq", "next": "/people/?stage=a"})
    cookie = answer.cookies[settings.LANGUAGE_COOKIE_NAME]
    assert (answer.status_code, answer["Location"]) == (302, "/people/?stage=a")
    assert cookie.value == "sq" and cookie["httponly"] and cookie["samesite"] == "Strict"


@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example", "javascript:x", "", "\\\\e"])
def test_it_never_leads_to_another_site(ask: Ask, target: str) -> None:
    assert ask(language.choose, post={"language": "sq", "next": target})["Location"] == "/"


def test_an_unknown_language_changes_nothing(ask: Ask) -> None:
    assert not ask(language.choose, post={"language": "xx", "next": "/"}).cookies


def test_a_signed_in_users_choice_is_handed_over(rf: RequestFactory, settings: Any) -> None:
    class Someone:
        is_authenticated = True

    settings.LANGUAGE_SAVED_BY = "cadra.foundation.shell.tests.saving.keep"
    saved.clear()
    request = rf.post("/language/", {"language": "en", "next": "/"})
    request.user = Someone()
    language.choose(request)
    assert [code for _, code in saved] == ["en"]


@pytest.mark.parametrize(("browser", "code"), [("sq-AL,en;q=0.5", "sq"), ("de,en;q=0.5", "en"), ("", "en")])
def test_without_a_choice_the_browser_decides(rf: RequestFactory, browser: str, code: str) -> None:
    seen = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(request.LANGUAGE_CODE)
        return HttpResponse()

    answer = language.Language(view)(rf.get("/", headers={"Accept-Language": browser}))
    assert seen == [code] and answer["Content-Language"] == code
