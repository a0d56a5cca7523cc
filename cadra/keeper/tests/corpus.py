"""Invented people with Albanian, Roma and Serbian names, as unevenly shared as in life.

The commonest given name and the commonest surname are each borne by about one in eighty of their people, a hundred
surnames by a quarter of all. Behind them lies a tail of some twenty-five thousand rarer ones that look much like one
another, since they are made of the same forefathers and endings. One in five is registered without marks.
"""

import random
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate

from cadra.keeper.tests import name_lists as lists

_PLAIN = str.maketrans("ëçšžčćđËÇŠŽČĆĐ", "ecszccdECSZCCD")


@dataclass(frozen=True)
class Invented:
    """An invented person: the name she bears, the name she was registered under, her birth and her people."""

    name: str
    registered: str
    year: int
    month: int
    day: int
    people: str

    @property
    def birth_date(self) -> str:
        return f"{self.year}-{self.month:02}-{self.day:02}"


class Corpus:
    """Draws people; the same seed gives the same people."""

    def __init__(self, seed: int = 7, rare_surnames: int = 20_000) -> None:
        self._chance = chance = random.Random(seed)
        rare = self._rare(rare_surnames)
        modern = self._mixed(b + e for b in lists.MODERN_BEGINNINGS for e in lists.MODERN_ENDINGS)
        fathers = self._mixed(
            _stem(name) + ending for name in lists.ALBANIAN_GIVEN[:250] for ending in lists.FOREFATHER_ENDINGS
        )
        serbian = self._mixed(stem + ending for stem in lists.SERBIAN_STEMS for ending in lists.SERBIAN_ENDINGS)
        self._given = {
            "albanian": _Given(chance, lists.ALBANIAN_GIVEN + modern),
            "roma": _Given(chance, lists.ROMA_GIVEN + lists.ALBANIAN_GIVEN),
            "serbian": _Given(chance, lists.SERBIAN_GIVEN),
        }
        self._surnames = {
            "albanian": _Surnames(chance, lists.ALBANIAN_SURNAMES + fathers + rare),
            "roma": _Surnames(chance, lists.ROMA_SURNAMES + fathers[:600] + rare[: rare_surnames // 10]),
            "serbian": _Surnames(chance, lists.SERBIAN_SURNAMES + serbian),
        }

    def person(self) -> Invented:
        """One invented person; one in four with a father's name between given name and surname."""
        chance = self._chance
        (people,) = chance.choices(("albanian", "roma", "serbian"), weights=(72, 13, 15))
        given, surname = self._given[people].draw(), self._surnames[people].draw()
        if chance.random() < 0.25:
            given = f"{given} {self._given[people].draw()}"
        if chance.random() < 0.04:
            surname = f"{surname}-{self._surnames[people].draw()}"
        name = f"{given} {surname}"
        registered = name.translate(_PLAIN) if chance.random() < 0.2 else name
        birth = chance.randint(1955, 2012), chance.randint(1, 12), chance.randint(1, 28)
        return Invented(name, registered, *birth, people)

    def _mixed(self, names: Iterable[str]) -> list[str]:
        once = list(dict.fromkeys(names))
        self._chance.shuffle(once)
        return once

    def _rare(self, count: int) -> list[str]:
        names: dict[str, None] = {}
        while len(names) < count:
            middle = "".join(self._chance.choices(lists.MIDDLES, k=self._chance.choice((1, 1, 2))))
            names[self._chance.choice(lists.STEMS) + middle + self._chance.choice(lists.ENDS)] = None
        return list(names)


class _Weighted:
    """Names by rank: the share of rank r falls as 1 / (r + shift) ** steepness."""

    steepness = 1.0
    shift = 18

    def __init__(self, chance: random.Random, names: list[str]) -> None:
        self._chance = chance
        self._names = list(dict.fromkeys(names))
        self._weights = list(accumulate(1 / (rank + self.shift) ** self.steepness for rank in range(len(self._names))))

    def draw(self) -> str:
        return self._chance.choices(self._names, cum_weights=self._weights)[0]


class _Given(_Weighted):
    pass


class _Surnames(_Weighted):
    steepness = 0.95
    shift = 8


def _stem(name: str) -> str:
    return name[:-1] if name[-1] in "aeiouyë" else name
