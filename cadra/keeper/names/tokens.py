"""The dictionary of name parts, and finding the parts that resemble a given one."""

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA, JaroWinkler

from cadra.keeper.names.growing import Growing
from cadra.keeper.names.spelling import fold, folds

_GRAMS = 4096
_CANDIDATES = 1500
_TAIL = 4096
"""How many new parts may wait outside the bigram index; they are compared one by one."""
LEAST = 0.72
"""Below this likeness two parts are different names."""
SOUND_WEIGHT = 0.98
"""Sounding alike counts a little less than being written alike."""


class Tokens:
    """Every distinct part of a name once, with its sound and bigrams. Number 0 stands for 'nothing'."""

    def __init__(self) -> None:
        self._number: dict[str, int] = {"": 0}
        self.written = [""]
        self.sounds = [""]
        self._grams = Growing(np.uint16)
        self._gram_start = Growing(np.int32)
        self._gram_start.append(0)
        self._indexed = 0
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
        self.sounds.append(sound)
        self._gram_start.append(self._grams.size)
        self._grams.extend(bigrams(sound))
        return number

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

    def alike(self, token: str) -> dict[int, float]:
        """Parts that resemble `token`: number → likeness from LEAST to 1."""
        best: dict[int, float] = {}
        for sound in folds(token):
            numbers = self._candidates(sound)
            if not len(numbers):
                continue
            likeness = self._likeness(token, sound, numbers)
            for place in np.flatnonzero(likeness >= LEAST):
                number = int(numbers[place])
                best[number] = max(best.get(number, 0.0), float(likeness[place]))
        return best

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

    def _likeness(self, token: str, sound: str, numbers: np.ndarray) -> np.ndarray:
        written = [self.written[n] for n in numbers]
        sounds = [self.sounds[n] for n in numbers]
        as_written = _compare(token, written)
        as_heard = _compare(sound, sounds)
        return np.maximum(as_written, as_heard * np.float32(SOUND_WEIGHT))


def bigrams(sound: str) -> list[int]:
    """The bigrams of a sound with its two ends, as numbers below 4096 (other scripts share numbers)."""
    marked = f"`{sound}{{"
    return [((ord(a) & 63) << 6) | (ord(b) & 63) for a, b in zip(marked, marked[1:], strict=False)]


def _compare(one: str, many: list[str]) -> np.ndarray:
    """Half Jaro-Winkler (beginnings weigh more), half edits with neighbouring swaps."""
    jaro = process.cdist([one], many, scorer=JaroWinkler.normalized_similarity, dtype=np.float32)[0]
    edits = process.cdist([one], many, scorer=OSA.normalized_similarity, dtype=np.float32)[0]
    return (jaro + edits) / 2
