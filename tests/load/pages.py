"""How long the main pages take on countries of given sizes: `script/load [pages] [FILES…]` prints the table.

A durable PostgreSQL, a keeper and the real web server (two processes) of its own; nothing here is part of the tests.
Times are the client's, on this machine, beside a bare Django page of the same size (tests/load/bare.py) measured in
the same seconds. With `--memory` each web process also shows 10,000 pages before its memory is read.
"""

import argparse
import contextlib
import http.client
import itertools
import json
import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

os.environ["CADRA_LOAD"] = "1"
import tests.house as houses

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cadra.config.settings")
import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, connections  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from cadra.foundation.catalogue.models import Service  # noqa: E402
from cadra.foundation.kernel.pack import pack  # noqa: E402
from cadra.foundation.kernel.roles import Role  # noqa: E402
from cadra.foundation.network.models import Desk, Institution, RoleHolding, User  # noqa: E402
from cadra.record.cases.models import Case  # noqa: E402
from cadra.stages.identification.tests import intake  # noqa: E402
from tests import cast  # noqa: E402
from tests.load.generate import Country, Holder, owner_url  # noqa: E402

ALONE, TOGETHER, CLIENTS, SENDS = 200, 400, 8, 160
FIRST = 2 * SENDS + 1  # the first number nobody measured with
PAGES_FOR_MEMORY = 10_000
SERVICES = 5_000
Answer = tuple[float, int, bytes]


def country(name: str, files: int) -> houses.House:
    """A migrated database with the cast and `files` files in it."""
    houses._server().create_database(name)
    houses._point_at(name)
    call_command("migrate", database="owner", verbosity=0)
    cast.settle()
    others = [Institution(name=f"House {number:03d}", kind="shelter", is_shelter=True) for number in range(200)]
    Institution.objects.using("owner").bulk_create(others)
    Desk.objects.using("owner").bulk_create(Desk(institution=one, name="Desk") for one in others)
    people = cast.people()
    big, small = people["marta"], people["zana"]
    holders = [
        Holder(big.institution.principal, big.institution_id, [big.pk], 240_000),
        Holder(small.institution.principal, small.institution_id, [small.pk], 200),
        *(
            Holder(one.principal, one.pk, [], 3_799)
            for one in Institution.objects.filter(pk__in=[one.pk for one in others])
        ),
    ]
    for holder in holders:
        staff(holder, files)
    desks = list(Desk.objects.filter(institution__in=others).select_related("institution"))
    catalogue(desks, checked_by=big)
    desk = Desk.objects.get(institution__is_responsible_authority=True)
    clinic = Desk.objects.get(institution=people["kleo"].institution)
    Country(owner_url(), desk.principal, holders, [one.principal for one in (clinic, *desks)], files).write()
    return houses.House(name, people)


def staff(holder: Holder, files: int) -> None:
    """Whoever carries its heavy files, besides those of the cast."""
    wanted = holder.workers_of(files) - len(holder.workers)
    new = [
        User(
            name=f"Worker {holder.principal} {number}",
            email=f"w{holder.principal}.{number}@cadra.example",
            institution_id=holder.institution,
            language="en",
        )
        for number in range(wanted)
    ]
    User.objects.using("owner").bulk_create(new)
    RoleHolding.objects.using("owner").bulk_create(RoleHolding(user=one, role=Role.CASE_MANAGER) for one in new)
    holder.workers.extend(one.pk for one in new)


def catalogue(desks: list[Desk], *, checked_by: User) -> None:
    """5,000 services of these desks."""
    kinds = [one.code for one in pack().services]
    areas = [area.code for area in pack().municipalities()]
    services = (
        Service(
            institution=desk.institution,
            desk=desk,
            kind=kinds[number % len(kinds)],
            languages=["sq", "en"] if number % 3 else ["sq"],
            serves=["women", "girls"] if number % 2 else ["men", "boys"],
            areas=[areas[number % len(areas)]],
            whole_country=number % 10 == 0,
            day_and_night=number % 4 == 0,
            children_welcome=number % 2 == 0,
            words={"en": "Help that is given here."},
            found_by="help that is given here",
            verified_by=checked_by,
        )
        for number, desk in enumerate(itertools.islice(itertools.cycle(desks), SERVICES))
    )
    Service.objects.using("owner").bulk_create(services, batch_size=1000)


class Client:
    """One signed-in person with one connection, like a browser that keeps it open."""

    def __init__(self, address: str, cookie: str) -> None:
        self.host, self.cookie, self.csrf = urlsplit(address).netloc, cookie, ""
        self.link = http.client.HTTPConnection(self.host, timeout=60)

    def ask(self, path: str, fields: dict[str, str] | None = None, *, packed: bool = True) -> Answer:
        """(seconds, status, content) of one page; with `fields` they are posted."""
        cookie = self.cookie + (f"; csrf={self.csrf}" if self.csrf else "")
        headers = {"Cookie": cookie, "Host": self.host} | ({"Accept-Encoding": "gzip"} if packed else {})
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


@dataclass
class Page:
    """A page to measure: who asks, how the nth is asked, what answer is right, how often."""

    name: str
    who: str
    ask: Callable[[Client, int], Answer]
    status: int = 200
    alone: int = ALONE
    together: int = TOGETHER
    path: str = ""
    post: Callable[[Any, int], Any] | None = None
    """The same in this process, for counting its statements."""


@dataclass
class Measured:
    """Milliseconds at the 95th percentile, pages a second, kB compressed, the bare page's milliseconds, statements."""

    alone: float
    together: float
    rate: float
    size: float
    bare: float
    queries: str


def p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1] * 1000


def measure(house: houses.House, page: Page, clients: list[Client], bare: Client) -> Measured:
    """Alone, turn by turn with the bare page; then eight at once."""
    for rested in (*clients, bare):
        rested.link.close()  # the server has closed what rested while another page was measured
    numbers = itertools.count()
    size = len(page.ask(clients[0], next(numbers))[2])
    whole = len(clients[0].ask(page.path, packed=False)[2]) if page.path else 3_000
    alone, floor = [], []
    for _ in range(page.alone):
        seconds, status, content = page.ask(clients[0], next(numbers))
        assert status == page.status, (page.name, status, content[:200])
        alone.append(seconds)
        seconds, status, _content = bare.ask(f"/?bytes={whole}")
        assert status == 200, status
        floor.append(seconds)
    began = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        many = pool.map(lambda one: [page.ask(one, next(numbers)) for _ in range(page.together // CLIENTS)], clients)
        together = [answer for share in many for answer in share]
    rate = len(together) / (time.perf_counter() - began)
    assert {answer[1] for answer in together} == {page.status}, page.name
    return Measured(
        p95(alone), p95([answer[0] for answer in together]), rate, size / 1024, p95(floor), queries(house, page)
    )


def queries(house: houses.House, page: Page) -> str:
    """Statements of one page on the application's connection + on the one that finds the session."""
    client = house.client(page.who)
    ask = page.post or (lambda client, _number: client.get(page.path))
    ask(client, FIRST)
    with CaptureQueriesContext(connection) as seen, CaptureQueriesContext(connections["gate"]) as found:
        answer = ask(client, FIRST + 1)
    assert answer.status_code == page.status, (page.name, answer.status_code)
    return f"{len(seen)}+{len(found)}"


def pages_of(house: houses.House) -> list[Page]:
    with house.as_("marta"):
        rows = Case.objects.exclude(stage="closed").order_by("-last_event_at").values_list("case_id", flat=True)
        ids = [str(row) for row in rows[:50]]
        own = rows.filter(manager_id=house.user("marta").pk)
        heavy = [str(row) for row in own]
    drafts = [str(intake.begin(house)) for _ in range(FIRST + 2)]

    def note(number: int) -> tuple[str, dict[str, str]]:
        typed = {"text": "She slept well.", "part": "support", "submission": str(uuid4())}
        return f"/files/{ids[number % 50]}/notes/", typed

    def draft(number: int) -> tuple[str, dict[str, str]]:
        return f"/referrals/{drafts[number]}/send/", {}

    def of_heavy(name: str, page: str) -> Page:
        """A page of one of her heaviest files after the other."""
        return Page(
            name,
            "marta",
            lambda client, number: client.ask(f"/files/{heavy[number % len(heavy)]}/{page}"),
            path=f"/files/{heavy[0]}/{page}",
        )

    search = "/services/?" + urlencode(
        {"need": pack().services.where(pillar=2)[0].code, "language": "sq", "tonight": "on"}
    )
    return [
        Page("help (no content)", "marta", lambda client, _: client.ask("/help/"), path="/help/"),
        Page("My work", "rea", lambda client, _: client.ask("/"), path="/"),
        Page("desk", "rea", lambda client, _: client.ask("/desk/"), path="/desk/"),
        Page("my files, 24 % of all", "marta", lambda client, _: client.ask("/files/"), path="/files/"),
        Page("my files, 0.02 % of all", "zana", lambda client, _: client.ask("/files/"), path="/files/"),
        Page(
            "file page",
            "marta",
            lambda client, number: client.ask(f"/files/{ids[number % 50]}/"),
            path=f"/files/{ids[0]}/",
        ),
        Page(
            "write a note",
            "marta",
            lambda client, number: client.ask(*note(number)),
            status=302,
            post=lambda client, number: client.post(*note(number)),
        ),
        Page("My work of a case manager", "marta", lambda client, _: client.ask("/"), path="/"),
        of_heavy("a heavy file", ""),
        of_heavy("its plan", "plan/"),
        of_heavy("its services", "offers/"),
        of_heavy("its help given", "help/"),
        of_heavy("its tasks", "tasks/"),
        Page("my tasks", "marta", lambda client, _: client.ask("/tasks/"), path="/tasks/"),
        Page("a provider's desk", "kleo", lambda client, _: client.ask("/requests/"), path="/requests/"),
        Page("search of 5,000 services", "marta", lambda client, _: client.ask(search), path=search),
        Page(
            "send a referral",
            "ada",
            lambda client, number: client.ask(*draft(number)),
            status=302,
            alone=SENDS,
            together=SENDS,
            post=lambda client, number: client.post(*draft(number)),
        ),
    ]


@contextlib.contextmanager
def serving(application: str, address: str, environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """The real web server, until it answers; what it says goes to this program's errors."""
    web = subprocess.Popen(
        [sys.executable, "-m", "granian", application, "--interface", "wsgi", "--host", "127.0.0.1", "--no-ws"]
        + ["--workers", "2", "--blocking-threads", "1", "--backlog", "1024", "--log-level", "error"]
        + ["--port", str(urlsplit(address).port)],
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
    )
    try:
        until = time.monotonic() + 60
        while True:
            try:
                Client(address, "").ask("/")
                break
            except OSError:
                if time.monotonic() > until or web.poll() is not None:
                    raise
                time.sleep(0.2)
        yield web
    finally:
        web.terminate()
        web.wait()


@contextlib.contextmanager
def bare_page() -> Iterator[Client]:
    houses._server().create_database("bare")
    wanted = ("ENGINE", "HOST", "PORT", "USER", "PASSWORD")
    described = {name: settings.DATABASES["owner"][name] for name in wanted} | {"NAME": "bare"}
    environment = {"CADRA_BARE_DATABASE": json.dumps(described)}
    made = subprocess.run(
        [sys.executable, "-m", "tests.load.bare"],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    address = f"http://localhost:{20_000 + os.getpid() % 2_000}"
    with serving("tests.load.bare:application", address, environment):
        yield Client(address, f"sessionid={made.stdout.strip()}")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])  # type: ignore[union-attr]
    asked.add_argument("files", type=int, nargs="*", default=[10_000], help="how many files each country has")
    asked.add_argument("--memory", action="store_true", help="read memory after 10,000 pages as well")
    given = asked.parse_args()
    subprocess.run(
        [sys.executable, "-m", "django", "collectstatic", "--no-input", "--verbosity", "0"],
        env={**os.environ, "CADRA_DEBUG": "0"},
        check=True,
    )
    seen: dict[str, list[Measured]] = {}
    built = {files: country(f"cadra_load_{files}", files) for files in given.files}
    with bare_page() as bare:
        for files, house in built.items():
            with measured(house, files, bare, seen) as web:
                if given.memory:
                    memory(*web)
    growth(seen)


@contextlib.contextmanager
def measured(
    house: houses.House, files: int, bare: Client, seen: dict[str, list[Measured]]
) -> Iterator[tuple[Any, str, Any]]:
    """Measure every page of one country; yields while its web server still runs."""
    houses._point_at(house.database)
    address = f"http://localhost:{18_000 + os.getpid() % 2_000}"
    environment = {
        "CADRA_BASE_URL": address,
        "CADRA_DEBUG": "0",
        "DATABASE_URL": os.environ["DATABASE_URL"].replace(houses.TEMPLATE, house.database),
    }
    with serving("cadra.config.wsgi:application", address, environment) as web:
        pages = pages_of(house)
        named = {
            who: [Client(address, f"cadra={house.sign_in(who)}") for _ in range(CLIENTS)]
            for who in {page.who for page in pages}
        }
        for client in itertools.chain(*named.values()):
            client.ask("/help/")
        print(f"\n{files:,} files, 2 web processes, {os.cpu_count()} cores, p95 in ms")
        print(f"{'page':26}{'alone':>8}{'bare':>8}{'times':>7}{'of 8':>8}{'pages/s':>9}{'kB':>7}{'queries':>9}")
        for page in pages:
            found = measure(house, page, named[page.who], bare)
            seen.setdefault(page.name, []).append(found)
            print(
                f"{page.name:26}{found.alone:8.1f}{found.bare:8.1f}{found.alone / found.bare:7.1f}"
                f"{found.together:8.1f}{found.rate:9.0f}{found.size:7.1f}{found.queries:>9}",
                flush=True,
            )
        yield web, address, (pages, named)


def memory(web: subprocess.Popen[bytes], address: str, asked: Any) -> None:
    """RSS of each web process before and after 10,000 pages."""
    pages, named = asked
    reading = [page for page in pages if page.path]
    before = sizes(web)
    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(
            lambda one: [
                page.ask(named[page.who][one], number)
                for number, page in zip(range(PAGES_FOR_MEMORY // CLIENTS), itertools.cycle(reading), strict=False)
            ],
            range(CLIENTS),
        ))  # fmt: skip
    print(f"\nMB of each web process before {before} and after {PAGES_FOR_MEMORY:,} more pages {sizes(web)}")


def sizes(web: subprocess.Popen[bytes]) -> list[int]:
    children = Path(f"/proc/{web.pid}/task/{web.pid}/children").read_text().split()
    found = []
    for child in children:
        rss = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{child}/status").read_text())
        found.append(int(rss.group(1)) // 1024 if rss else 0)
    return found


def growth(seen: dict[str, list[Measured]]) -> None:
    """How much slower each page is on the last country than on the first, beside the bare page of the same minute."""
    for name, found in seen.items():
        if len(found) > 1:
            first, last = found[0], found[-1]
            print(f"{name:26} grows {last.alone / first.alone:5.2f} times (bare page {last.bare / first.bare:5.2f})")


if __name__ == "__main__":
    main()
