"""An address from a kept pattern is the one Django gives."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver
from django.urls import reverse as found_by_django

from cadra.foundation.kernel.addresses import reverse


def pages(resolver: Any, space: str = "") -> list[tuple[str, list[str]]]:
    """Name and converters of every page."""
    found: list[tuple[str, list[str]]] = []
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            found += pages(one, f"{space}{one.namespace}:" if one.namespace else space)
        elif isinstance(one, URLPattern) and one.name:
            kinds = [type(kind).__name__ for kind in one.pattern.converters.values()]
            found.append((space + one.name, kinds))
    return found


def test_every_page_has_the_address_that_django_gives() -> None:
    samples = {"UUIDConverter": uuid4, "IntConverter": lambda: 31, "SlugConverter": lambda: "a-word"}
    compared = 0
    for name, kinds in pages(get_resolver()):
        if set(kinds) <= samples.keys():
            for _twice in range(2):
                args: list[Any] = [samples[kind]() for kind in kinds]
                try:
                    wanted = found_by_django(name, args=args)
                except NoReverseMatch:
                    continue
                assert reverse(name, args) == wanted
                compared += 1
    assert compared > 250


def test_one_page_keeps_its_own_things_apart() -> None:
    file, row = UUID(int=1), UUID(int=2)
    assert reverse("support:offer", [file, row]) == found_by_django("support:offer", args=[file, row])
    assert reverse("support:offer", [row, file]) == found_by_django("support:offer", args=[row, file])


@pytest.mark.parametrize("args", [[], [1], ["no id"]])
def test_an_address_that_is_none_is_refused(args: list[Any]) -> None:
    with pytest.raises(NoReverseMatch):
        reverse("mechanism:file", args)
