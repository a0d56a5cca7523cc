"""Every address × method × member of the cast × relation to a file: nobody gets a byte that is not hers (A1).

The addresses come from the URL configuration itself, so a new page stands inside the wall the day it is written.
"""

import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from cadra.foundation.kernel.roles import Role
from cadra.foundation.network.queries import roles_of
from tests.walls import relations
from tests.walls.looks import Looks
from tests.walls.relations import FOREIGN, GRANTED, LOST, NOTHING, OTHERS
from tests.world import WORDS, World

pytestmark = [pytest.mark.usefixtures("quiet"), pytest.mark.once]

# First what only looks; then what may change something.
METHODS = ("get", "head", "options", "post", "put", "patch", "delete")
# HEAD and OPTIONS answer by the same code as GET: whoever has no relation to a file asks them all.
SHORTER = ("get", "post", "put", "patch", "delete")
# The roles that work nowhere in the story ask as a browser does.
SHORTEST = ("get", "post")


def spaces() -> tuple[str, ...]:
    """Every namespace of the URL configuration: each is ours."""
    return tuple(sorted({entry.namespace for entry in get_resolver().url_patterns if getattr(entry, "namespace", "")}))


OURS = spaces()
# What has no namespace: the sign-in library, and whether the service is well. Test_routes walks them, too.
UNSPACED = ("account_", "mfa_", "socialaccount_", "openid_connect_", "health")

# The pages open without signing in, short enough to read aloud.
OPEN = {
    "shell:help",
    "shell:language",
    "shell:session_ended",
    "network:accept",
    "shell:gallery",
    "outbox:list",
    "tasks:feed",
}

# They end the session they are asked with.
ENDING = {"access:lock", "access:end"}

# What an address may name without being about a file: the directory, the catalogue, one's own colleagues and desks,
# an institution's own tasks, one's calendar, a page of figures; and money of an institution, where a line, an entry, a
# year of both name nobody who was helped.
NOT_OF_A_FILE = {
    *("institution_id", "service_id", "user_id", "desk_id", "invitation_id", "house_task_id", "address_id"),
    *(
        "interpreter_id",
        "training_id",
        "leaflet",
        "reset_id",
    ),  # roster, register of trainings and leaflets hold nobody’s file
    *("token", "page", "line_id", "entry_id", "year", "kind"),
    "leaflet",  # a text of the country pack, about nobody
}
# Addresses about a file that answer whoever has no relation to it, and why. No other does.
EXPLAINED: dict[str | None, tuple[str, ...]] = {
    "ada": ("identification:receipt",),  # she sent it: that it was received, and nothing more
    "besim": ("identification:receipt",),  # her colleague
    "dita": ("mechanism:review",),  # an emergency opening, without a word of the file
}
# A provider's desk reaches what it was sent, by these addresses alone.
REQUESTS = "support:request"


def addresses(spaces: Sequence[str] = OURS) -> Iterator[tuple[str, str, dict[str, str]]]:
    """(namespace, URL name, {argument: kind}) of every address of ours, from the URL configuration itself."""

    def kinds_of(pattern: Any) -> dict[str, str]:
        named = dict.fromkeys(pattern.regex.groupindex, "slug")
        return named | {
            name: type(converter).__name__.removesuffix("Converter").lower()
            for name, converter in pattern.converters.items()
        }

    def walk(patterns: Any, namespace: str, above: dict[str, str]) -> Iterator[tuple[str, str, dict[str, str]]]:
        for entry in patterns:
            kinds = above | kinds_of(entry.pattern)
            if isinstance(entry, URLResolver):
                yield from walk(entry.url_patterns, entry.namespace or namespace, kinds)
            elif isinstance(entry, URLPattern) and entry.name and namespace in spaces:
                yield namespace, f"{namespace}:{entry.name}" if namespace else entry.name, kinds

    return walk(get_resolver().url_patterns, "", {})


def filled(world: World, namespace: str, arguments: dict[str, str]) -> dict[str, Any]:
    return {argument: world.argument(namespace, argument, kind) for argument, kind in arguments.items()}


def path_of(world: World, namespace: str, name: str, arguments: dict[str, str]) -> str:
    return reverse(name, kwargs=filled(world, namespace, arguments))


def places(world: World) -> list[tuple[str, str, bool]]:
    """(URL name, path, whether it is about a file); those that end the session come last."""
    found = [
        (name, path_of(world, space, name, arguments), bool(set(arguments) - NOT_OF_A_FILE))
        for space, name, arguments in addresses()
    ]
    return sorted(found, key=lambda place: place[0] in ENDING)


def shown(response: Any) -> list[str]:
    """Words of the file in the page or its headers."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    seen = content + str(response.headers).encode()
    return [word for word in WORDS if word.encode() in seen]


def closed(words: list[str], opens: frozenset[str]) -> list[str]:
    """Those of them that these parts do not open."""
    return [word for word in words if not WORDS[word] & opens]


@dataclass
class Sweep:
    """Everything one member of the cast can ask about one file, and what must not come of it."""

    house: Any
    world: World

    def __post_init__(self) -> None:
        self.asked = 0
        self.found: list[tuple[str | None, str, str, str]] = []

    def ask(
        self,
        member: str | None,
        opens: frozenset[str] = NOTHING,
        pages: tuple[str, ...] = (),
        methods: Sequence[str] = METHODS,
    ) -> None:
        """`opens`: the parts she may read. `pages`: beginnings of names of addresses of the file that may answer."""
        pages = pages or EXPLAINED.get(member, ())
        opens |= {"draft"} if member == "ada" else NOTHING
        client = self.house.client(member)
        looks = Looks(self.house, self.world, member)
        for method in methods:
            for name, path, of_a_file in places(self.world):
                began = time.time_ns()
                response = getattr(client, method)(path)
                self.asked += 1
                words = shown(response)
                wrong = closed(words, opens) + looks.missing(began, words)
                if response.status_code >= 500 or (
                    of_a_file and response.status_code < 300 and not name.startswith(pages)
                ):
                    wrong.append(str(response.status_code))
                self.found += [(member, method, name, one) for one in wrong]
                if name in ENDING and response.status_code < 400:
                    client = self.house.client(member)


def expected(members: int, methods: Sequence[str] = METHODS) -> int:
    return len(list(addresses())) * len(methods) * members


def test_every_role_and_every_address_stands_inside_the_wall(house: Any) -> None:
    cast = {name for name in (*FOREIGN, *GRANTED) if name}
    held = {role for name in cast for role in roles_of(house.user(name))}
    assert held | set(OTHERS.values()) == set(Role)
    asked = {"secretary", "board", *(member for members in LOST.values() for member in members)}
    assert set(OTHERS) <= asked
    unspaced = [name for _space, name, _arguments in addresses(("",))]
    assert [name for name in unspaced if not name.startswith(UNSPACED)] == []
    assert len(OURS) >= 13


def test_the_canaries_are_really_there_and_who_is_shown_one_leaves_a_look(house: Any, world: World) -> None:
    """Without this, finding nothing would prove nothing. Here identity is open, too: Marta said why she looks."""
    marta, kleo = house.client("marta"), house.client("kleo")
    marta.post(f"/files/{world.case_id}/identity/", {"purpose": "correct_record"})
    kleos = [path for name, path, _ in places(world) if name.startswith(REQUESTS)]
    seen = {
        "marta": [path for _, path, of_a_file in places(world) if of_a_file],
        "kleo": kleos,
        "ada": [path for _, path, _ in places(world.of_the_draft())],
        "rea": [path for _, path, of_a_file in places(world) if of_a_file],
    }
    for name, paths in seen.items():
        client = {"marta": marta, "kleo": kleo}.get(name) or house.client(name)
        opens, looks, unseen = GRANTED.get(name, frozenset({"draft"})), Looks(house, world, name), []
        met: set[str] = set()
        for path in paths:
            began = time.time_ns()
            words = shown(client.get(path))
            met.update(words)
            unseen += [(path, missing) for missing in looks.missing(began, words)]
        missing = {word for word, parts in WORDS.items() if parts & opens and (name, word) not in UNSHOWN} - met
        assert (missing, unseen) == (set(), []), name


# What a page of this member does not show although it is open to her.
UNSHOWN = {
    *(("rea", word) for word in ("Canarybird", "Shenjaidentity")),  # she would first say why she looks
    ("marta", "Zogjtreguar"),  # interviews and reasons stay with the pair
    *(("kleo", word) for word in ("Deshmitari", "Shenjacore", "Shenjacontact")),  # not in what was sent
}


@pytest.mark.parametrize("members", [FOREIGN[:3], FOREIGN[3:6], FOREIGN[6:8], FOREIGN[8:]], ids=str)
def test_who_has_no_relation_to_a_file_gets_no_byte_of_it(
    house: Any, world: World, members: tuple[str | None, ...]
) -> None:
    sweep = Sweep(house, world)
    for member in members:
        sweep.ask(member)
    assert sweep.found == []
    assert sweep.asked == expected(len(members))


@pytest.mark.parametrize("how", LOST, ids=lambda how: how.__name__)
def test_who_had_it_and_lost_it_gets_no_byte_of_it(house: Any, world: World, how: Any) -> None:
    relations.lose(house, world)
    sweep = Sweep(house, world)
    for member in LOST[how]:
        sweep.ask(member, methods=SHORTEST if member in OTHERS else SHORTER)
    assert sweep.found == []
    assert sweep.asked == expected(2, SHORTER) + expected(1, SHORTEST)


def test_a_role_that_works_nowhere_in_the_story_gets_no_byte_of_it(house: Any, world: World) -> None:
    relations.let_in(house)
    sweep = Sweep(house, world)
    for member in ("secretary", "board"):
        sweep.ask(member, methods=SHORTEST)
    assert sweep.found == []
    assert sweep.asked == expected(2, SHORTEST)


@pytest.mark.parametrize("member", GRANTED)
def test_who_may_see_some_parts_gets_no_byte_of_the_others(house: Any, world: World, member: str) -> None:
    sweep = Sweep(house, world)
    sweep.ask(member, GRANTED[member], pages=(REQUESTS,) if member == "kleo" else ("",))
    assert sweep.found == []
    assert sweep.asked == expected(1)


def test_a_draft_is_its_authors_alone(house: Any, world: World) -> None:
    """Own: she asks everything about her draft. Her colleague, the authority and a stranger find nothing."""
    sweep = Sweep(house, world.of_the_draft())
    for member in ("besim", "zana"):
        sweep.ask(member)
    sweep.ask("rea", relations.ALL, pages=("exchange:", "mechanism:review"))  # her own lists are of the other file
    sweep.ask("ada", pages=("identification:",))
    assert sweep.found == []
    assert sweep.asked == expected(4)


def test_the_wall_is_ten_thousand_requests_long() -> None:
    assert expected(len(FOREIGN) + len(GRANTED) + 4) >= 10_000


def test_the_wall_notices_a_policy_that_lets_everybody_through(house: Any, world: World) -> None:
    """The control: row security widened, the pages of the file answer a stranger."""
    house.sql("ALTER POLICY people_person_see ON people_person USING (true)")
    house.sql("ALTER POLICY cases_case_see ON cases_case USING (true)")
    sweep = Sweep(house, world)
    sweep.ask("zana", methods=("get",))
    assert len(sweep.found) >= 3


def test_a_file_that_is_not_hers_and_one_that_does_not_exist_look_the_same(house: Any, world: World) -> None:
    client = house.client("zana")
    nowhere = "00000000-0000-4000-8000-000000000000"
    hidden = re.compile(rb'csrf[^>]*value="[^"]*"|nonce="[^"]*"|/files/[0-9a-f-]{36}|[0-9a-f-]{36}')
    for space, name, arguments in addresses():
        if "case_id" not in arguments:
            continue
        hers = client.get(path_of(world, space, name, arguments))
        kwargs = filled(world, space, arguments) | {"case_id": nowhere}
        none = client.get(reverse(name, kwargs=kwargs))
        same = [(page.status_code, hidden.sub(b"", page.content)) for page in (hers, none)]
        assert same[0] == same[1], name
        assert hers.status_code in (404, 405), name


def test_nobody_passes_without_signing_in_but_through_the_open_pages(house: Any, world: World) -> None:
    client = Client()
    for space, name, arguments in addresses():
        if name in OPEN:
            continue
        response = client.get(path_of(world, space, name, arguments))
        assert response.status_code in (302, 405), name
        if response.status_code == 302:
            assert response.url.startswith("/account/login/"), name
