"""Waiting times, with those who still wait.

Leaving out what is still open would praise a desk for what it has not done. So whatever is open counts with the
time it has waited up to now. The result can only be too short, and we know when it may be: a half (or nine tenths)
is exact as long as nothing open has waited less than it; otherwise it is "at least".
"""

from dataclasses import asdict, dataclass
from typing import Any

from cadra.steering.monitoring.suppression import SMALLEST_MINIMUM

HOUR = 3600
#: The tenth that waits longest must not be one person.
FOR_NINE_TENTHS = 2


@dataclass(frozen=True)
class Waiting:
    """Times before protection, in seconds. `half`: half are answered within; `most`: nine of ten.

    `least_open`, `half_open`, `longest_open`: how long those still open have waited; None when nothing is open.
    """

    n: int
    persons: int
    open: int
    open_persons: int
    half: int
    most: int
    least_open: int | None
    half_open: int | None
    longest_open: int | None


@dataclass(frozen=True)
class Times:
    """What may be shown, in whole hours; None: about too few persons. `*_at_least`: it will still grow."""

    half: int | None = None
    half_at_least: bool = False
    most: int | None = None
    most_at_least: bool = False
    half_open: int | None = None
    longest_open: int | None = None

    def stored(self) -> dict[str, Any]:
        return asdict(self)


def publish(waiting: Waiting | None, minimum: int) -> Times:
    """What of some waiting times may be shown when a figure must be about `minimum` persons."""
    minimum = max(minimum, SMALLEST_MINIMUM)
    if waiting is None or waiting.persons < minimum:
        return Times()
    least = waiting.least_open
    has_tenth = waiting.persons >= minimum * FOR_NINE_TENTHS
    enough_open = waiting.open_persons >= minimum
    return Times(
        half=hours(waiting.half),
        half_at_least=least is not None and least < waiting.half,
        most=hours(waiting.most) if has_tenth else None,
        most_at_least=has_tenth and least is not None and least < waiting.most,
        half_open=hours(waiting.half_open) if enough_open and waiting.half_open is not None else None,
        longest_open=hours(waiting.longest_open) if enough_open and waiting.longest_open is not None else None,
    )


def hours(seconds: int) -> int:
    """Whole hours, to the nearest: finer times would be marks of single events."""
    return (seconds + HOUR // 2) // HOUR
