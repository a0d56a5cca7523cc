"""How dear it is to take one part of a name for another: weighted edits, for many parts at once.

The unit is the natural logarithm of a chance: a slip that happens once in e² letters costs 2. Costs are rounded
knowledge of keyboards and of what is confused by ear, not fitted to anybody's names.
"""

import numpy as np

WIDTH = 20
"""Letters of a part that are compared; longer ones are cut."""
_LETTERS = 28
_OTHER = 27
_STRANGE = 3.0
_CHANGE = 2.7
_BESIDE = 2.0
_ALIKE = 1.5
_LOST = 2.2
_SWAPPED = 2.0
_FIRST = 0.4
"""What a slip in the first letter costs more: people look at beginnings."""
_NEARER_BY_EAR = (
    "ei ou iy uy ae ao iea bp dt gk vf mn sz zx cs cz ck kq cq jg gx jx dz tc hk wv lr bv td jy ij nm hx eo xd"
)
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_EASILY_LOST = {"h": 0.9, "e": 1.3, "j": 1.2, "i": 1.6, "a": 1.8, "y": 1.5, "u": 1.8, "d": 1.9, "t": 1.9, "o": 1.8}
_DOUBLED = 0.6


def coded(token: str) -> list[int]:
    """Letters as small numbers: 1 to 26, 27 for letters of other scripts."""
    return [ord(letter) - 96 if "a" <= letter <= "z" else _OTHER for letter in token[:WIDTH]]


def matrix(tokens: list[str]) -> np.ndarray:
    """Coded tokens as rows of a matrix, filled up with zeros."""
    rows = np.zeros((len(tokens), WIDTH), dtype=np.uint8)
    for row, token in zip(rows, tokens, strict=True):
        row[: min(len(token), WIDTH)] = coded(token)
    return rows


def costs(token: str, many: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """The cost of taking `token` for each row of coded parts; float32."""
    asked = coded(token)
    width = int(lengths.max()) if len(lengths) else 0
    others = np.ascontiguousarray(many[:, :width].T)
    count = others.shape[1]
    gone = _LOSS[others].copy()
    gone[1:][others[1:] == others[:-1]] = _DOUBLED
    before, above = None, _cumulated(gone, count)
    for i, letter in enumerate(asked):
        lost = _DOUBLED if i and asked[i - 1] == letter else _LOSS[letter]
        row = np.empty_like(above)
        row[0] = above[0] + lost + (_FIRST if i == 0 else 0)
        changed = _CHANGES[letter][others]
        if i == 0 and width:
            changed[0] += np.where(changed[0] > 0, np.float32(_FIRST), np.float32(0))
        for j in range(width):
            best = np.minimum(above[j] + changed[j], above[j + 1] + lost)
            np.minimum(best, row[j] + gone[j], out=best)
            if before is not None and j and asked[i - 1] != letter:
                swapped = (others[j] == asked[i - 1]) & (others[j - 1] == letter)
                if swapped.any():
                    np.minimum(best, np.where(swapped, before[j - 1] + np.float32(_SWAPPED), best), out=best)
            row[j + 1] = best
        before, above = above, row
    return above[lengths, np.arange(count)]


def _cumulated(gone: np.ndarray, count: int) -> np.ndarray:
    first = np.zeros((len(gone) + 1, count), dtype=np.float32)
    np.cumsum(gone, axis=0, out=first[1:])
    if len(gone):
        first[1:] += np.float32(_FIRST)
    return first


def _changes() -> np.ndarray:
    table = np.full((_LETTERS, _LETTERS), _CHANGE, dtype=np.float32)
    for row in _ROWS:
        for one, other in zip(row, row[1:], strict=False):
            _set(table, one, other, _BESIDE)
    for above, below in zip(_ROWS, _ROWS[1:], strict=False):
        for one, other in (*zip(above, below, strict=False), *zip(above[1:], below, strict=False)):
            _set(table, one, other, _BESIDE)
    for pair in _NEARER_BY_EAR.split():
        for one, other in zip(pair, pair[1:], strict=False):
            _set(table, one, other, _ALIKE)
    table[_OTHER, :] = table[:, _OTHER] = _STRANGE
    np.fill_diagonal(table, 0.0)
    table[_OTHER, _OTHER] = 1.0
    return table


def _set(table: np.ndarray, one: str, other: str, cost: float) -> None:
    a, b = ord(one) - 96, ord(other) - 96
    table[a, b] = table[b, a] = min(cost, float(table[a, b]))


def _loss() -> np.ndarray:
    table = np.full(_LETTERS, _LOST, dtype=np.float32)
    for letter, cost in _EASILY_LOST.items():
        table[ord(letter) - 96] = cost
    table[0] = 0.0
    return table


_CHANGES = _changes()
_LOSS = _loss()
