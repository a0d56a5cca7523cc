"""A real browser on a real server, for journeys and for looking at pages.

Loaded by `-p tests.browser`, so that every worker has one browser: Playwright runs once in a process. The server runs
in a thread of the test process over the test's own database; the browser is the system's Chromium.
"""

import os
import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

# The shell draws pages as Chromium does, without the windows around them, which nobody looks at and which cost as much.
SHELLS = ("chromium-headless-shell", "chromium", "chromium-browser")
CHROMIUM = next(filter(None, map(shutil.which, SHELLS)), None)
# Chromium's own background errands are refused by a closed network and only make noise.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 900}
AXE = Path(__file__).resolve().parents[1] / "node_modules/axe-core/axe.min.js"


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: test output is for failures."""


class _Server(ThreadingHTTPServer, WSGIServer):
    daemon_threads = True

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """As always, and the thread's connections to the database end with it."""
        from django.db import connections  # noqa: PLC0415 - settings exist only now

        try:
            super().process_request_thread(request, client_address)
        finally:
            connections.close_all()


@contextmanager
def serving() -> Iterator[str]:
    """The address of a server of this process's Django, on a free port."""
    from django.conf import settings  # noqa: PLC0415 - settings exist only now
    from django.contrib.staticfiles.handlers import StaticFilesHandler  # noqa: PLC0415
    from django.core.wsgi import get_wsgi_application  # noqa: PLC0415

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = _Server(("127.0.0.1", port), _Quiet)
    server.set_app(StaticFilesHandler(get_wsgi_application()))
    address = f"http://localhost:{port}"
    settings.ALLOWED_HOSTS.append("localhost")
    settings.CSRF_TRUSTED_ORIGINS.append(address)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield address
    finally:
        server.shutdown()
        server.server_close()
        settings.ALLOWED_HOSTS.remove("localhost")
        settings.CSRF_TRUSTED_ORIGINS.remove(address)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium, started once."""
    # Playwright keeps an event loop in this thread, which Django would take for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield running
        running.close()


@pytest.fixture
def site(house: Any) -> Iterator[str]:
    """The address at which this test's house is served."""
    with serving() as address:
        yield address


def person_at(
    browser: Browser, site: str, house: Any, name: str | None, *, language: str = "en", phone: bool = False
) -> Page:
    """A page of a browser signed in as a member of the cast, in a language, on a phone or a desk."""
    context: BrowserContext = browser.new_context(base_url=site, viewport=PHONE if phone else DESKTOP)
    cookies = [{"name": "cadra-language", "value": language, "url": site}]
    if name:
        cookies.append({"name": "cadra", "value": house.sign_in(name), "url": site})
    context.add_cookies(cookies)  # type: ignore[arg-type]
    context.set_default_timeout(30_000)
    return context.new_page()


def axe(page: Page, *without: str) -> list[str]:
    """What axe finds on the page, but for these rules: 'rule: element' lines, empty when nothing."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    rules = {rule: {"enabled": False} for rule in without}
    found = page.evaluate("rules => axe.run(document, {resultTypes: ['violations'], rules})", rules)
    return [f"{rule['id']}: {node['target']}" for rule in found["violations"] for node in rule["nodes"]]
