"""The dictionary of name parts, and finding the parts that resemble a given one."""

from bisect import bisect_left
from dataclasses import dataclass

import numpy as np

from cadra.keeper.names import likeness
from cadra.keeper.names.growing import Growing
from cadra.keeper.names.likeness import WIDTH
from cadra.keeper.names.spelling import fold, folds

_GRAMS = 4096
_CANDIDATES = 1200
_TAIL = 4096
"""How many new parts may wait outside the bigram index; they are compared one by one."""
_BY_SOUND = 0.25
"""What it costs to be the same by sound only."""
_CLIPPED = (2.8, 3.3)
"""What it costs to be a short form: the beginning (Ljubi for Ljubica) or the end (Linda for Majlinda) of a name."""
_VOWELS = "aeiouy"
_DEAREST = 6.5
_SMOOTHING = 20_000
"""Parts are taken to be at least this many, so that a small register does not call every name common."""


@dataclass(frozen=True)
class Alike:
    """The parts one asked part may stand for.

    `cost` in nats; `worth` is how much more likely the asked part is when it stands for this one than by chance,
    so that a rare part agreeing counts for more than a common one. `letters`: length of the asked part.
    """

    numbers: np.ndarray
    cost: np.ndarray
    worth: np.ndarray
    surprise: float
    letters: int


class Tokens:
    """Every distinct part of a name once, with its sound and bigrams. Number 0 stands for 'nothing'."""

    def __init__(self) -> None:
        self._number: dict[str, int] = {"": 0}
        self.written = [""]
        self._borne = Growing(np.int32)
        self._letters = _Coded()
        self._sounds = _Coded()
        self._grams = Growing(np.uint16)
        self._gram_start = Growing(np.int32)
        self._gram_start.append(0)
        self._borne.append(0)
        self._letters.append("")
        self._sounds.append("")
        self._indexed = 0
        self._beginnings: list[tuple[str, int]] = []
        self._ends: list[tuple[str, int]] = []
        self._pointer = np.zeros(_GRAMS + 1, dtype=np.int64)
        self._postings = np.zeros(0, dtype=np.int32)
        self._gram_count = np.zeros(0, dtype=np.uint8)

    def __len__(self) -> int:
        return len(self.written)

    def number(self, token: str) -> int:
        """The number of a token; it is taken into the dictionary when new."""
        known = self._number.get(token)
        if known is not None:
            return known
        number = self._number[token] = len(self.written)
        sound = fold(token)
        self.written.append(token)
        self._borne.append(0)
        self._letters.append(token)
        self._sounds.append(sound)
        self._gram_start.append(self._grams.size)
        self._grams.extend(bigrams(sound))
        return number

    def bear(self, numbers: list[int], by: int = 1) -> None:
        """Count that these parts are borne by one more (or, with -1, one less)."""
        borne = self._borne.view
        for number in numbers:
            borne[number] += by

    def index(self, *, always: bool = False) -> None:
        """Bring new parts into the bigram index when enough have gathered."""
        if not always and len(self) - self._indexed <= _TAIL:
            return
        count = len(self)
        starts = np.append(self._gram_start.view, self._grams.size)
        lengths = np.diff(starts)
        owners = np.repeat(np.arange(count, dtype=np.int32), lengths)
        grams = self._grams.view
        self._postings = owners[np.argsort(grams, kind="stable")]
        self._pointer = np.concatenate(([0], np.cumsum(np.bincount(grams, minlength=_GRAMS))))
        self._gram_count = np.minimum(lengths, 255).astype(np.uint8)
        self._indexed = count
        self._beginnings = sorted(zip(self.written, range(count), strict=True))
        self._ends = sorted((_backwards(part), number) for number, part in enumerate(self.written))

    def alike(self, token: str) -> Alike:
        """The parts that `token` may stand for."""
        sounds = folds(token)
        short = self._short_for(token)
        numbers = np.unique(
            np.concatenate([self._candidates(sound) for sound in sounds] + [np.array(list(short), np.int32)])
        )
        cost = likeness.costs(token, *self._letters.rows(numbers))
        coded, lengths = self._sounds.rows(numbers)
        for sound in sounds:
            np.minimum(cost, likeness.costs(sound, coded, lengths) + np.float32(_BY_SOUND), out=cost)
        for place in np.flatnonzero(np.isin(numbers, list(short))):
            cost[place] = min(cost[place], short[int(numbers[place])])
        near = cost <= min(_DEAREST, 1.0 + 0.85 * min(len(token), 2 * len(sounds[0])))
        numbers, cost = numbers[near], cost[near]
        borne = self._borne.view
        total = max(float(borne.sum()), _SMOOTHING)
        chance = (float((borne[numbers] * np.exp(-cost)).sum()) + 1.0) / total
        surprise = -float(np.log(min(chance, 0.5)))
        return Alike(numbers, cost, (surprise - cost).astype(np.float32), surprise, len(token))

    def _short_for(self, token: str) -> dict[int, float]:
        """The longer parts a short form may stand for, and at what cost."""
        stem = token.rstrip(_VOWELS)
        stem = stem if len(stem) >= 3 else token
        if len(stem) < 3:
            return {}
        end = _backwards(token) if len(_backwards(token)) >= 3 else ""
        tail = range(max(1, self._indexed), len(self))
        found = dict.fromkeys(_beginning_with(self._ends, end), _CLIPPED[1]) if end else {}
        found |= {n: _CLIPPED[1] for n in tail if end and _backwards(self.written[n]).startswith(end)}
        found |= dict.fromkeys(_beginning_with(self._beginnings, stem), _CLIPPED[0])
        found |= {n: _CLIPPED[0] for n in tail if self.written[n].startswith(stem)}
        return {number: cost for number, cost in found.items() if len(self.written[number]) > len(token)}

    def _candidates(self, sound: str) -> np.ndarray:
        grams = bigrams(sound)
        tail = np.arange(max(1, self._indexed), len(self), dtype=np.int32)
        lists = [self._postings[self._pointer[g] : self._pointer[g + 1]] for g in set(grams)]
        hits = np.concatenate(lists) if lists else self._postings[:0]
        if not len(hits):
            return tail
        shared = np.bincount(hits, minlength=self._indexed).astype(np.float32)
        dice = shared / (self._gram_count + np.float32(len(grams)))
        if len(dice) > _CANDIDATES:
            found = np.argpartition(dice, len(dice) - _CANDIDATES)[-_CANDIDATES:]
        else:
            found = np.arange(len(dice))
        return np.concatenate((found[shared[found] > 0].astype(np.int32), tail))


class _Coded:
    """Parts as rows of coded letters, growing."""

    def __init__(self) -> None:
        self._codes = Growing(np.uint8)
        self._lengths = Growing(np.uint8)

    def append(self, text: str) -> None:
        codes = likeness.coded(text)
        self._codes.extend(codes + [0] * (WIDTH - len(codes)))
        self._lengths.append(len(codes))

    def rows(self, numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return self._codes.view.reshape(-1, WIDTH)[numbers], self._lengths.view[numbers]


def _backwards(part: str) -> str:
    return part.rstrip(_VOWELS)[::-1]


def _beginning_with(ordered: list[tuple[str, int]], stem: str) -> list[int]:
    first = bisect_left(ordered, (stem, 0))
    last = bisect_left(ordered, (stem + "\U0010ffff", 0))
    return [number for _, number in ordered[first:last]]


def bigrams(sound: str) -> list[int]:
    """The bigrams of a sound with its two ends, as numbers below 4096 (other scripts share numbers)."""
    marked = f"`{sound}{{"
    return [((ord(a) & 63) << 6) | (ord(b) & 63) for a, b in zip(marked, marked[1:], strict=False)]
