"""A million people in a few flat arrays, and the search over them.

Each person is a row; a row's name parts lie behind one another in `flat`, with a 0 after each of the
person's names. A search finds the parts that resemble an asked part, sweeps once over `flat` for the rows
that have any, adds up what the best of them are worth, weighs in the birth, and looks closely at the best rows only.

Worth is a logarithm of chances (Fellegi and Sunter): how much likelier this is when she is meant than by accident.
"""

import math
from dataclasses import dataclass

import numpy as np

from cadra.keeper.names import births
from cadra.keeper.names.births import Birth
from cadra.keeper.names.growing import Growing
from cadra.keeper.names.spelling import plain
from cadra.keeper.names.tokens import Alike, Tokens
from cadra.keeper.names.weighing import weigh

_CLOSE_LOOK = 600
NAME_AGREES = 0.85
BIRTH_AGREES = 0.75
MOST_PARTS = 8
_SCALE = 5.0
_MIDDLE = 10.0
"""A worth of so many nats is a score of one half; every `_SCALE` more multiplies its odds by e."""


@dataclass(frozen=True)
class Hit:
    """One person who may be meant."""

    row: int
    worth: float
    score: float
    name: float
    birth: float | None
    birth_words: str

    @property
    def match(self) -> bool:
        """Name and birth agree. A name alone is never a match."""
        return self.name >= NAME_AGREES and self.birth is not None and self.birth >= BIRTH_AGREES


class NameIndex:
    """Rows only ever grow; a forgotten person's row is blanked."""

    def __init__(self) -> None:
        self._tokens = Tokens()
        self._flat = Growing(np.int32)
        self._owner = Growing(np.int32)
        self._start = Growing(np.int32)
        self._year = Growing(np.uint8)
        self._monthday = Growing(np.uint16)
        self._spelt: dict[str, list[int]] = {}
        self.people = 0

    @property
    def rows(self) -> int:
        """How many rows there are, blank ones included."""
        return self._start.size

    def add(self, row: int, names: list[str], birth: Birth) -> None:
        """Put a person in a row at or after the end; rows between stay blank."""
        while self._start.size < row:
            self._append([0], Birth())
        parts: list[int] = []
        for name in names:
            parts += self._parts(name)
            parts.append(0)
        self._tokens.bear(parts)
        self._append(parts or [0], birth)
        self.people += 1

    def blank(self, row: int) -> None:
        """Forget the person in a row."""
        if row >= self.rows or not self._slice(row).any():
            return
        self._tokens.bear(self._slice(row).tolist(), -1)
        self._slice(row)[:] = 0
        self._year.view[row] = 0
        self._monthday.view[row] = 0
        self.people -= 1

    def settle(self) -> None:
        """After loading many: index all, and drop what only speeds up loading."""
        self._tokens.index(always=True)
        self._spelt.clear()

    def search(self, name: str, birth: Birth, limit: int) -> list[Hit]:
        """The people most likely meant, best first. An empty name finds nobody."""
        asked = plain(name)[:MOST_PARTS]
        if not asked or not self.rows:
            return []
        self._tokens.index()
        alike = [self._tokens.alike(part) for part in asked]
        rows = self._best_rows(alike, birth)
        tables = [dict(zip(some.numbers.tolist(), some.cost.tolist(), strict=True)) for some in alike]
        hits = [self._look(row, alike, tables, birth) for row in rows.tolist()]
        hits.sort(key=lambda hit: -hit.worth)
        return hits[:limit]

    def _best_rows(self, alike: list[Alike], birth: Birth) -> np.ndarray:
        """The rows worth a close look. One sweep over all parts finds the marked ones; the rest is sparse."""
        marked = np.zeros(len(self._tokens), dtype=bool)
        for some in alike:
            marked[some.numbers] = True
        places = np.flatnonzero(marked[self._flat.view])
        if not len(places):
            return places
        owners, parts_there = self._owner.view[places], self._flat.view[places]
        first = np.flatnonzero(np.diff(owners, prepend=-1))
        rows = owners[first]
        total = np.zeros(len(rows), dtype=np.float32)
        for some in alike:
            worth = np.zeros(len(self._tokens), dtype=np.float32)
            worth[some.numbers] = np.maximum(some.worth, 0)
            total += np.maximum.reduceat(worth[parts_there], first)
        total += births.worth_by_year(birth)[self._year.view[rows]]
        if birth.monthday:
            total[self._monthday.view[rows] == birth.monthday] += births.SAME_DAY
        if len(rows) > _CLOSE_LOOK:
            rows = rows[np.argpartition(total, len(rows) - _CLOSE_LOOK)[-_CLOSE_LOOK:]]
        return rows

    def _look(self, row: int, alike: list[Alike], tables: list[dict[int, float]], asked: Birth) -> Hit:
        known = self._birth(row)
        name = max(
            (weigh(alike, tables, parts) for parts in _names(self._slice(row).tolist())), key=lambda one: one.worth
        )
        worth = name.worth + births.worth(asked, known)
        score = 1 / (1 + math.exp((_MIDDLE - worth) / _SCALE))
        return Hit(row, worth, score, name.likeness, births.agreement(asked, known), births.words(asked, known))

    def _birth(self, row: int) -> Birth:
        place, monthday = int(self._year.view[row]), int(self._monthday.view[row])
        year = place + births.FIRST_YEAR - 1 if place else 0
        return Birth(year, monthday // 32, monthday % 32)

    def _slice(self, row: int) -> np.ndarray:
        end = self._start.view[row + 1] if row + 1 < self.rows else self._flat.size
        return self._flat.view[self._start.view[row] : end]

    def _append(self, parts: list[int], birth: Birth) -> None:
        self._owner.extend([self.rows] * len(parts))
        self._start.append(self._flat.size)
        self._flat.extend(parts)
        self._year.append(births.place_of(birth.year))
        self._monthday.append(birth.monthday)

    def _parts(self, name: str) -> list[int]:
        numbers: list[int] = []
        for word in name.split():
            known = self._spelt.get(word)
            if known is None:
                known = self._spelt[word] = [self._tokens.number(token) for token in plain(word)]
            numbers += known
        return numbers


def _names(parts: list[int]) -> list[list[int]]:
    names: list[list[int]] = [[]]
    for part in parts:
        if part:
            names[-1].append(part)
        elif names[-1]:
            names.append([])
    return names
