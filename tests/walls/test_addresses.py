"""Every address × method × member of the cast: who has no relation to a file gets no byte of it (security.md A1)."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests import world as worlds
from tests.world import CANARIES, World

OURS = ("mechanism", "shell", "access", "network", "identification", "support", "monitoring", "exchange", "outbox")
METHODS = ("get", "post", "put", "delete", "head", "options")

# The pages open without signing in, short enough to read aloud.
OPEN = {"shell:help", "shell:language", "shell:session_ended", "network:accept", "shell:gallery", "outbox:list"}

# They end the session they are asked with; they show nothing of a file.
ENDING = {"access:lock", "access:end"}

RELATED = ("rea", "petrit", "sonila", "marta", "kleo")  # they hold a living grant
UNRELATED = ("ada", "besim", "zana", "ina", "mona", "sys", "dita", "lule", "sara", None)  # lule: expired; sara: refused


def addresses() -> Iterator[tuple[str, str, dict[str, str]]]:
    """(namespace, URL name, {argument: kind}) of every address of ours, from the URL configuration itself."""

    def walk(patterns: Any, namespace: str) -> Iterator[tuple[str, str, dict[str, str]]]:
        for entry in patterns:
            if isinstance(entry, URLResolver):
                yield from walk(entry.url_patterns, entry.namespace or namespace)
            elif isinstance(entry, URLPattern) and entry.name and namespace in OURS:
                kinds = {
                    name: type(converter).__name__.removesuffix("Converter").lower()
                    for name, converter in entry.pattern.converters.items()
                }
                yield namespace, f"{namespace}:{entry.name}", kinds

    return walk(get_resolver().url_patterns, "")


def filled(world: World, namespace: str, arguments: dict[str, str]) -> dict[str, Any]:
    return {argument: world.argument(namespace, argument, kind) for argument, kind in arguments.items()}


def path_of(world: World, namespace: str, name: str, arguments: dict[str, str]) -> str:
    return reverse(name, kwargs=filled(world, namespace, arguments))


@pytest.fixture
def world(house: Any) -> World:
    return worlds.build(house)


def leaked(response: Any) -> list[str]:
    content = b"" if getattr(response, "streaming", False) else response.content
    seen = content + str(response.headers).encode()
    return [canary for canary in CANARIES if canary.encode() in seen]


def test_the_canaries_are_really_there(house: Any, world: World) -> None:
    """Without this, finding nothing would prove nothing."""
    case = world.case_id
    marta = house.client("marta")
    seen = b"".join(
        marta.get(path, follow=True).content
        for path in (f"/files/{case}/", f"/files/{case}/notes/", f"/files/{case}/plan/", f"/files/{case}/contact/")
    )
    assert b"Korbipersona" in seen
    assert b"Kanarinastrofa" in seen
    assert b"Sekretfjala" in seen
    request = house.client("kleo").get(f"/requests/{world.argument('support', 'referral_id')}/")
    assert b"Sekretfjala" in request.content


def test_who_has_no_relation_to_a_file_gets_no_byte_of_it(house: Any, world: World) -> None:
    asked, found = 0, []
    places = [
        (name, path_of(world, space, name, arguments)) for space, name, arguments in addresses() if name not in ENDING
    ]
    for member in UNRELATED:
        client = house.client(member)
        for name, path in places:
            for method in METHODS:
                response = getattr(client, method)(path)
                asked += 1
                found += [(member, method, name, canary) for canary in leaked(response)]
                if response.status_code >= 500:
                    found.append((member, method, name, str(response.status_code)))
    assert found == []
    assert asked >= 5_000


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
    client = house.client()
    for space, name, arguments in addresses():
        if name in OPEN:
            continue
        response = client.get(path_of(world, space, name, arguments))
        assert response.status_code in (302, 405), name
        if response.status_code == 302:
            assert response.url.startswith("/account/login/"), name


def test_who_had_a_yes_that_was_taken_back_gets_nothing(house: Any, world: World) -> None:
    kleo = house.client("kleo")
    request = f"/requests/{world.argument('support', 'referral_id')}/"
    assert kleo.get(request).status_code == 200
    worlds.withdraw(house, world)
    assert kleo.get(request).status_code == 404
    for space, name, arguments in addresses():
        response = kleo.get(path_of(world, space, name, arguments))
        assert leaked(response) == [], name


def test_a_form_needs_its_token_everywhere(house: Any, world: World) -> None:
    """A POST without the CSRF token is refused on every address."""
    from django.test import Client  # noqa: PLC0415

    client = Client(enforce_csrf_checks=True)
    client.cookies["cadra"] = house.sign_in("marta")
    for space, name, arguments in addresses():
        response = client.post(path_of(world, space, name, arguments))
        assert response.status_code in (403, 404, 405), name
