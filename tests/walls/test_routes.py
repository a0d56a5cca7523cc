"""What every route says besides its content: headers, cookies, tokens of forms; and that looking changes nothing.

Security.md F3 and F4, for every address of the URL configuration, the sign-in pages among them.
"""

import hashlib
import json
import os
import subprocess
import sys
from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from cadra.steering.mechanism.views import notes
from tests.walls.test_addresses import ENDING, OURS, addresses, path_of
from tests.world import World

pytestmark = [pytest.mark.usefixtures("quiet"), pytest.mark.once]

CONTENT_SECURITY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
}
HEADERS = {
    "Cache-Control": "no-store, private",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), interest-cohort=()",
}
TELLING = ("Server", "X-Powered-By", "Access-Control-Allow-Origin")
MEMBERS = ("rea", "marta", "kleo", "petrit", "ada", "dita", "mona", "ina", "sys", None)
FORM = "application/x-www-form-urlencoded"
EVERYWHERE = (*OURS, "")  # and the pages of signing in, which have no namespace
LEAVING = {*ENDING, "account_logout"}
# What a look may write: that it happened, and that the device is still there.
MARKS = {"ledger_entry", "access_session", "access_throttle"}


def everywhere(world: World) -> list[tuple[str, str]]:
    """(URL name, path) of every address there is."""
    world.ids |= {"key": "not-a-key", "uidb36": "1", "provider_id": "state", "pk": 1}
    found = [(name, path_of(world, space, name, arguments)) for space, name, arguments in addresses(EVERYWHERE)]
    assert len(found) > len(list(addresses())) + 20
    return found


def wrong_headers(response: Any) -> list[str]:
    found = [f"{name}: {response.get(name)}" for name, value in HEADERS.items() if response.get(name) != value]
    policy = set((response.get("Content-Security-Policy") or "").split("; "))
    if policy != CONTENT_SECURITY:
        found.append(f"Content-Security-Policy: {policy ^ CONTENT_SECURITY}")
    return found + [name for name in TELLING if name in response.headers]


def wrong_cookies(response: Any) -> list[str]:
    return [
        name
        for name, cookie in response.cookies.items()
        if cookie.value  # one that is taken away carries nothing
        and (not cookie["httponly"] or cookie["samesite"] != "Strict" or cookie["path"] != "/" or cookie["domain"])
    ]


def test_headers_and_cookies_are_exact_on_every_route_and_for_every_answer(house: Any, world: World) -> None:
    wrong, statuses = [], set()
    for member in ("marta", "rea", None):
        client = house.client(member)
        for name, path in everywhere(world):
            for method in ("get", "post", "delete"):
                response = getattr(client, method)(path)
                statuses.add(response.status_code)
                wrong += [(name, method, what) for what in wrong_headers(response) + wrong_cookies(response)]
                if name in LEAVING:
                    client = house.client(member)
    assert wrong == []
    assert statuses >= {200, 302, 404, 405}


def test_headers_are_exact_when_something_is_wrong(house: Any, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A form without its token, a mistake of ours, too much, not understood, no such page."""
    client = house.client("marta")
    client.raise_request_exception = False
    strict = Client(enforce_csrf_checks=True)
    monkeypatch.setattr(notes.queries, "notes_page", None)
    page = f"/files/{world.case_id}/notes/"
    answers = {
        403: strict.post("/account/login/", {}),
        404: client.get("/no/such/page/"),
        413: client.post("/language/", "x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1), content_type=FORM),
        500: client.get(page),
        400: client.get("/", headers={"host": "somewhere.else.example"}),
    }
    assert {status: answer.status_code for status, answer in answers.items()} == {one: one for one in answers}
    assert {status: wrong_headers(answer) for status, answer in answers.items()} == {one: [] for one in answers}


def test_signing_out_empties_the_browser(house: Any) -> None:
    response = house.client("marta").post("/account/logout/")
    assert response["Clear-Site-Data"] == '"cache", "storage"'


def test_over_https_cookies_are_bound_to_the_host_and_browsers_stay_on_https() -> None:
    asked = [
        "SESSION_COOKIE_NAME",
        "SESSION_COOKIE_SECURE",
        "SESSION_COOKIE_HTTPONLY",
        "SESSION_COOKIE_SAMESITE",
        "CSRF_COOKIE_NAME",
        "CSRF_COOKIE_SECURE",
        "CSRF_COOKIE_HTTPONLY",
        "CSRF_COOKIE_SAMESITE",
        "LANGUAGE_COOKIE_SAMESITE",
        "SECURE_SSL_REDIRECT",
        "SECURE_HSTS_SECONDS",
        "SECURE_HSTS_INCLUDE_SUBDOMAINS",
        "DEBUG",
        "ALLOWED_HOSTS",
    ]
    program = (
        f"import json; from cadra.config import settings as s; print(json.dumps([getattr(s, n) for n in {asked}]))"
    )
    environment = {**os.environ, "CADRA_BASE_URL": "https://cadra.example", "CADRA_DEBUG": "0"}
    made = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, check=True)
    assert dict(zip(asked, json.loads(made.stdout), strict=True)) == {
        "SESSION_COOKIE_NAME": "__Host-cadra",
        "SESSION_COOKIE_SECURE": True,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Strict",
        "CSRF_COOKIE_NAME": "__Host-csrf",
        "CSRF_COOKIE_SECURE": True,
        "CSRF_COOKIE_HTTPONLY": True,
        "CSRF_COOKIE_SAMESITE": "Strict",
        "LANGUAGE_COOKIE_SAMESITE": "Strict",
        "SECURE_SSL_REDIRECT": True,
        "SECURE_HSTS_SECONDS": 63072000,
        "SECURE_HSTS_INCLUDE_SUBDOMAINS": True,
        "DEBUG": False,
        "ALLOWED_HOSTS": ["cadra.example"],
    }


@pytest.mark.parametrize("what", ["no token", "a foreign origin"])
def test_every_form_refuses_a_missing_token_and_a_foreign_origin(house: Any, world: World, what: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies[settings.SESSION_COOKIE_NAME] = house.sign_in("marta")
    before, let_through = state(house), []
    token = SimpleCookie(client.get("/help/").cookies.output(header=""))[settings.CSRF_COOKIE_NAME].value
    extra: dict[str, Any] = {} if what == "no token" else {"origin": "https://elsewhere.example", "x-csrftoken": token}
    for name, path in everywhere(world):
        for method in ("post", "put", "patch", "delete"):
            status = getattr(client, method)(path, headers=extra).status_code
            if status not in (403, 404, 405):
                let_through.append((name, method, status))
    assert let_through == []
    assert changed(before, state(house)) == set()
    ours = client.post("/language/", {"language": "sq"}, headers={"origin": settings.BASE_URL, "x-csrftoken": token})
    assert ours.status_code == 302, "with its token and from here it is done"


def test_before_the_code_of_conduct_is_signed_no_file_opens(house: Any, world: World) -> None:
    """Of every address, only those of signing in, of her own account and of the code itself answer (mission N8)."""
    house.sql("DELETE FROM network_undertaking WHERE user_id = %s", [house.user("marta").pk])
    client, opened = house.client("marta"), set()
    for name, path in everywhere(world):
        response = client.get(path)
        if not (response.status_code == 302 and response.url == "/me/undertaking/"):
            opened.add(name)
    mine = ("account_", "mfa_", "socialaccount_", "openid_connect_", "access:", "shell:")
    assert {name for name in opened if not name.startswith(mine)} <= {"health", "outbox:list", "network:accept"}
    assert client.post("/me/undertaking/", {"agree": "yes"}).status_code == 302
    assert client.get(f"/files/{world.case_id}/").status_code == 200


def state(house: Any) -> dict[str, str]:
    """table → a hash of all its rows."""
    tables = [row[0] for row in house.sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
    return {
        table: hashlib.sha256(
            str(house.sql(f'SELECT t::text FROM {table} t ORDER BY t::text COLLATE "C"')).encode()
        ).hexdigest()
        for table in tables
        if table not in MARKS
    }


def changed(before: dict[str, str], after: dict[str, str]) -> set[str]:
    return {table for table in before if before[table] != after[table]}


@pytest.mark.parametrize("member", MEMBERS)
def test_looking_changes_nothing(house: Any, world: World, member: str | None) -> None:
    """GET, HEAD and OPTIONS of every address, by people in every relation to the file."""
    client, before = house.client(member), state(house)
    for method in ("get", "head", "options"):
        for _name, path in everywhere(world):
            getattr(client, method)(path)
    assert changed(before, state(house)) == set()


def test_a_change_is_noticed(house: Any, world: World) -> None:
    """The control of looking: writing one note changes tables."""
    before = state(house)
    response = house.client("marta").post(f"/files/{world.case_id}/notes/", {"text": "One", "part": "support"})
    assert response.status_code == 302
    assert "cases_note" in changed(before, state(house))
