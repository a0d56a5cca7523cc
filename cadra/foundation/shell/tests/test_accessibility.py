"""A real browser and axe find nothing on the gallery and the error pages, on a telephone and on a desk."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from playwright.sync_api import Browser

from cadra.foundation.shell import errors, gallery, views

pytestmark = pytest.mark.journey
ROOT = Path(__file__).resolve().parents[4]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
VENDOR = ROOT / "cadra" / "foundation" / "shell" / "static" / "vendor"
PAGES: dict[str, Callable[[Callable[..., HttpResponse], str], HttpResponse]] = {
    "gallery": lambda ask, code: ask(gallery.gallery, "/gallery/", language=code),
    "gallery-empty": lambda ask, code: ask(gallery.gallery, "/gallery/?empty", language=code),
    "gallery-refused": lambda ask, code: ask(gallery.gallery, "/gallery/", language=code, post={}),
    "help": lambda ask, code: ask(views.help_page, language=code),
    "ended": lambda ask, code: ask(errors.session_ended, language=code),
    **{
        view.__name__: lambda ask, code, view=view: ask(view, language=code)
        for view in (
            errors.csrf_failure,
            errors.not_found,
            errors.failed,
            errors.unavailable,
            errors.too_large,
        )
    },
}


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("language", ["sq", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_and_nothing_sticks_out(
    browser: Browser, ask: Any, name: str, language: str, width: int
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.route("**/*", lambda route: route.abort())
    page.set_content(PAGES[name](ask, language).content.decode(), wait_until="domcontentloaded")
    page.add_style_tag(content=(VENDOR / "cadra.css").read_text())
    page.add_script_tag(content=(VENDOR / "cadra.js").read_text(), type="module")
    page.evaluate(AXE.read_text() + ";0")
    found = page.evaluate("axe.run(document)")["violations"]
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    page.close()
    assert [(v["id"], [n["html"] for n in v["nodes"]]) for v in found] == []
    assert wider == 0
