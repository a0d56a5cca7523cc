"""How long the main pages take on a country of a given size: `script/load [FILES]` prints the table.

A PostgreSQL, a keeper and the real web server (two processes) of its own; nothing here is part of the tests. Times
are the client's on this machine. The floor is the help page, which asks for nothing but the session.
"""

import http.client
import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlencode, urlsplit

os.environ["CADRA_LOAD"] = "1"
import tests.house as houses

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cadra.config.settings")
import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from cadra.foundation.network.models import Desk, Institution  # noqa: E402
from cadra.record.cases.models import Case  # noqa: E402
from tests import cast  # noqa: E402
from tests.load.generate import Country, Holder, owner_url  # noqa: E402

ALONE, TOGETHER, CLIENTS = 200, 400, 8


def country(files: int) -> houses.House:
    """A migrated database with the cast and `files` files in it."""
    server = houses._server()
    server.create_database(houses.TEMPLATE)
    call_command("migrate", database="owner", verbosity=0)
    cast.settle()
    others = [Institution(name=f"House {number:03d}", kind="shelter", is_shelter=True) for number in range(200)]
    Institution.objects.using("owner").bulk_create(others)
    people = cast.people()
    big, small, rea = people["marta"], people["zana"], people["rea"]
    holders = [
        Holder(big.institution.principal, big.institution_id, big.pk, 240_000),
        Holder(small.institution.principal, small.institution_id, small.pk, 200),
        *[
            Holder(one.principal, one.pk, rea.pk, 3_799)
            for one in Institution.objects.filter(name__startswith="House 0")
        ],
        *[
            Holder(one.principal, one.pk, rea.pk, 3_799)
            for one in Institution.objects.filter(name__startswith="House 1")
        ],
    ]
    desk = Desk.objects.get(institution__is_responsible_authority=True)
    Country(owner_url(), desk.principal, holders, files).write()
    return houses.House(houses.TEMPLATE, people)


class Client:
    """One signed-in person with one connection, like a browser that keeps it open."""

    def __init__(self, address: str, token: str) -> None:
        self.host, self.token, self.csrf = urlsplit(address).netloc, token, ""
        self.link = http.client.HTTPConnection(self.host, timeout=60)

    def ask(self, path: str, fields: dict[str, str] | None = None) -> tuple[float, int, bytes]:
        """(seconds, status, content) of one page; with `fields` they are posted."""
        cookie = f"cadra={self.token}" + (f"; csrf={self.csrf}" if self.csrf else "")
        headers = {"Cookie": cookie, "Accept-Encoding": "gzip", "Host": self.host}
        began = time.perf_counter()
        if fields is None:
            self.link.request("GET", path, headers=headers)
        else:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://{self.host}"}
            self.link.request("POST", path, urlencode({**fields, "csrfmiddlewaretoken": self.csrf}), headers)
        reply = self.link.getresponse()
        content = reply.read()
        found = re.search(r"csrf=([^;]+)", reply.getheader("Set-Cookie") or "")
        self.csrf = found.group(1) if found else self.csrf
        return time.perf_counter() - began, reply.status, content


def p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1] * 1000


def measure(page: Callable[[Client, int], tuple[float, int, bytes]], clients: list[Client]) -> tuple[Any, ...]:
    """(p95 alone ms, p95 together ms, pages a second together, kB compressed)."""
    _, status, content = page(clients[0], 0)
    assert status in (200, 302), status
    alone = [page(clients[0], number)[0] for number in range(ALONE)]
    began = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        shares = pool.map(
            lambda one: [page(clients[one], number)[0] for number in range(TOGETHER // CLIENTS)], range(CLIENTS)
        )
        together = [seconds for share in shares for seconds in share]
    rate = TOGETHER / (time.perf_counter() - began)
    return p95(alone), p95(together), rate, len(content) / 1024


def main() -> None:
    files = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    house = country(files)
    port = 18_000 + os.getpid() % 2_000
    address = f"http://localhost:{port}"
    environment = {**os.environ, "CADRA_BASE_URL": address, "CADRA_DEBUG": ""}
    call_command("collectstatic", interactive=False, verbosity=0)
    web = subprocess.Popen(
        [sys.executable, "-m", "granian", "cadra.config.wsgi:application", "--interface", "wsgi", "--workers", "2",
         "--blocking-threads", "1", "--port", str(port), "--log-level", "error"],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        time.sleep(6)
        report(house, address, files)
    finally:
        web.terminate()
        web.wait()
        houses._point_at(houses.TEMPLATE)


def report(house: houses.House, address: str, files: int) -> None:
    with house.as_("marta"):
        ids = [str(row) for row in Case.objects.order_by("-last_event_at").values_list("case_id", flat=True)[:50]]
    named = {name: [Client(address, house.sign_in(name)) for _ in range(CLIENTS)] for name in ("marta", "zana", "rea")}
    for clients in named.values():
        for client in clients:
            client.ask("/help/")
    pages: list[tuple[str, str, Any]] = [
        ("floor: help", "marta", lambda client, number: client.ask("/help/")),
        ("desk", "rea", lambda client, number: client.ask("/desk/")),
        ("my files, 24 % of all", "marta", lambda client, number: client.ask("/files/")),
        ("my files, 0.02 % of all", "zana", lambda client, number: client.ask("/files/")),
        ("file page", "marta", lambda client, number: client.ask(f"/files/{ids[number % 50]}/")),
        (
            "write a note",
            "marta",
            lambda client, number: client.ask(
                f"/files/{ids[number % 50]}/notes/", {"text": "She slept well.", "compartment": "support"}
            ),
        ),
    ]
    print(f"\n{files:,} files, 2 web processes, {os.cpu_count()} cores")
    print(f"{'page':26} {'p95 alone':>10} {'p95 of 8':>10} {'pages/s':>8} {'kB':>6} {'queries':>8}")
    for name, who, page in pages:
        alone, together, rate, size = measure(page, named[who])
        print(
            f"{name:26} {alone:7.1f} ms {together:7.1f} ms {rate:8.0f} {size:6.1f} {queries(house, name, who, ids):>8}"
        )


def queries(house: houses.House, name: str, who: str, ids: list[str]) -> str:
    """Statements of one page on the application's connection."""
    path = {"floor: help": "/help/", "desk": "/desk/", "file page": f"/files/{ids[0]}/"}.get(name, "/files/")
    if name == "write a note":
        return "-"
    client = house.client(who)
    client.get(path)
    with CaptureQueriesContext(connection) as seen:
        client.get(path)
    return str(len(seen))


if __name__ == "__main__":
    main()
