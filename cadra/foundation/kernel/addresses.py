"""Addresses of pages. Django looks for the pattern anew each time, and a page names a hundred: here each pattern is
found once, and what stands in it is put in."""

from collections.abc import Sequence
from functools import cache
from typing import Any
from uuid import UUID

from django.urls import reverse as found_by_django

#: What stands for itself in an address, and a stand-in of the kind to find its place with.
STAND_INS = {UUID: lambda number: UUID(int=0xADD2E55 << 96 | number), int: lambda number: 907_000_001 + number}


def reverse(name: str, args: Sequence[Any] = (), kwargs: dict[str, Any] | None = None) -> str:
    """The path of a page; raises NoReverseMatch as Django's own does."""
    kinds = tuple(map(type, args))
    if kwargs or not STAND_INS.keys() >= set(kinds):
        return found_by_django(name, args=args, kwargs=kwargs)
    return _pattern(name, kinds).format(*args)


@cache
def _pattern(name: str, kinds: tuple[type, ...]) -> str:
    """The path with `{0}`, `{1}` … where its arguments stand."""
    stand_ins = [STAND_INS[kind](number) for number, kind in enumerate(kinds)]
    path = found_by_django(name, args=stand_ins)
    for number, stand_in in enumerate(stand_ins):
        path = path.replace(str(stand_in), f"{{{number}}}")
    return path
