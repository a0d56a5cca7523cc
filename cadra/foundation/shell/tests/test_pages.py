"""The gallery, the error pages and the frame around them, in both languages."""

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpResponse
from django.template.loader import get_template
from django.test import RequestFactory

from cadra.foundation.shell import errors, gallery, views

from .pages import Page

Ask = Callable[..., HttpResponse]
STATUS = {
    errors.bad_request: 400,
    errors.csrf_failure: 403,
    errors.not_found: 404,
    errors.too_large: 413,
    errors.failed: 500,
    errors.unavailable: 503,
}


@pytest.mark.parametrize("language", ["sq", "en"])
@pytest.mark.parametrize(("path", "post"), [("/gallery/", None), ("/gallery/?empty", None), ("/gallery/", {})])
def test_the_gallery_draws_every_part(ask: Ask, language: str, path: str, post: Any) -> None:
    page = Page(ask(gallery.gallery, path, language=language, post=post).content.decode())
    assert page.one("html").attrs["lang"] == language
    assert len(page.all("h1")) == 1
    assert len(page.ids) == len(set(page.ids))


def test_the_gallery_shows_every_component_there_is() -> None:
    source = get_template("shell/gallery.html").template.source
    folder = gallery.__file__.replace("gallery.py", "templates/components")
    inner = {"table_cell", "buttons", "messages", "panel"}
    for name in {p.stem for p in Path(folder).glob("*.html")} - inner:
        assert f"components/{name}.html" in source, name


def test_there_is_no_gallery_outside_a_demo(ask: Ask, settings: Any) -> None:
    settings.DEMO = settings.DEBUG = False
    with pytest.raises(Http404):
        ask(gallery.gallery)


@pytest.mark.parametrize("language", ["sq", "en"])
@pytest.mark.parametrize("view", STATUS)
def test_every_error_page_has_its_status_a_way_on_and_the_language(ask: Ask, view: Any, language: str) -> None:
    answer = ask(view, "/some/path/", language=language)
    page = Page(answer.content.decode())
    assert answer.status_code == STATUS[view]
    assert page.one("html").attrs["lang"] == language
    assert page.one("h1").text and page.one("title").text.endswith("– Çadra")


def test_not_allowed_looks_exactly_like_not_found(ask: Ask) -> None:
    allowed, found = ask(errors.not_allowed, "/files/1/"), ask(errors.not_found, "/files/1/")
    blank = [Page(a.content.decode()) for a in (allowed, found)]
    for page in blank:
        for token in page.all("input", name="csrfmiddlewaretoken"):
            page.html = page.html.replace(token.attrs["value"], "")
    assert allowed.status_code == found.status_code == 404
    assert blank[0].html == blank[1].html


def test_too_much_data_is_said_to_be_too_much(ask: Ask) -> None:
    answer = ask(lambda request: errors.bad_request(request, RequestDataTooBig()))
    assert answer.status_code == 413


def test_an_error_page_is_drawn_even_when_the_frame_cannot_be(ask: Ask, monkeypatch: Any) -> None:
    def broken(request: Any) -> Any:
        raise RuntimeError("no database")

    monkeypatch.setattr("cadra.foundation.shell.context.links_for", broken)
    monkeypatch.setattr("cadra.foundation.shell.context.languages", broken)
    answer = ask(errors.unavailable)
    assert answer.status_code == 503 and "not available" in answer.content.decode()


def test_every_page_can_change_language_signed_out_and_without_scripts(ask: Ask) -> None:
    page = Page(ask(views.help_page, "/help/?a=b").content.decode())
    button = page.one("button", name="language")
    form = next(e for e in button.inside if e.name == "form")
    assert form.attrs["method"] == "post" and button.attrs == {**button.attrs, "value": "sq", "lang": "sq"}
    assert page.one("input", name="next").attrs["value"] == "/help/?a=b"
    assert page.one("input", name="csrfmiddlewaretoken")


def test_the_first_thing_to_reach_by_keyboard_skips_to_the_content(ask: Ask) -> None:
    page = Page(ask(views.help_page).content.decode())
    assert page.all("a")[0].attrs["href"] == "#main-content"
    assert page.one("main").attrs["id"] == "main-content"


def test_sign_in_pages_are_ours_and_not_the_packages(rf: RequestFactory) -> None:
    for name in ("account/login.html", "allauth/elements/button.html", "allauth/layouts/base.html"):
        assert "/foundation/shell/templates/" in get_template(name).origin.name


def test_an_html_page_is_small(ask: Ask) -> None:
    assert len(gzip.compress(ask(gallery.gallery, "/gallery/").content)) < 15_000
