"""Weighing one asked name against one known name, part by part, in whatever order."""

from dataclasses import dataclass

from cadra.keeper.names.tokens import Alike

_ADDED = 2.5
"""What an asked part costs that she does not bear (a husband's name); its letters are then as surprising to either."""
_LEFT_OUT = (0.7, 2.0, 3.0)
"""What parts she bears cost when they were not asked for: a father's name is often left out, more than that seldom."""
_CROSSED = 0.8
"""What it costs when two parts stand in the other order."""
_SURPLUS = 0.25
"""What a part without counterpart takes from the likeness: father's names and second surnames come and go."""
_PER_LETTER = 2.2
"""Nats for each letter at which two parts are wholly unlike."""


@dataclass(frozen=True)
class Weighed:
    """`worth` in nats ranks; `likeness`, 0 to 1, is for people and for deciding what is called a match."""

    worth: float
    likeness: float


def weigh(alike: list[Alike], tables: list[dict[int, float]], parts: list[int]) -> Weighed:
    """How well a name fits: each asked part takes its best free partner. `tables`: its cost by part."""
    if not parts:
        return Weighed(0.0, 0.0)
    pairs = sorted(
        (cost - alike[a].surprise, a, p, cost)
        for a, costs in enumerate(tables)
        for p, part in enumerate(parts)
        if (cost := costs.get(part)) is not None
    )
    partner: dict[int, int] = {}
    taken: set[int] = set()
    worth = likeness = 0.0
    for gain, a, p, cost in pairs:
        if a not in partner and p not in taken and -gain > -_ADDED:
            partner[a] = p
            taken.add(p)
            worth -= gain
            likeness += max(0.0, 1 - cost / (_PER_LETTER * max(alike[a].letters, 3)))
    worth -= _ADDED * (len(alike) - len(partner))
    left_out = len(parts) - len(taken)
    worth -= sum(_LEFT_OUT[min(place, 2)] for place in range(left_out))
    worth -= _CROSSED * _crossings(partner)
    fewer, more = sorted((len(alike), len(parts)))
    return Weighed(worth, likeness / (fewer + _SURPLUS * (more - fewer)))


def _crossings(partner: dict[int, int]) -> int:
    """1 when any two parts stand the other way round, else 0: a name is turned round once."""
    places = [partner[a] for a in sorted(partner)]
    return int(places != sorted(places))
