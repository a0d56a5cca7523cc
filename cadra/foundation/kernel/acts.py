"""One verb, one transaction: whatever else it calls upon shares it."""

import functools
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

from django.db import connection, transaction

P = ParamSpec("P")
T = TypeVar("T")


@dataclass
class _Act:
    """The verb under way: how deep its savepoint lies, and what is to be written when it ends."""

    depth: int
    waiting: dict[Callable[[list[Any]], None], list[Any]] = field(default_factory=dict)


_within: ContextVar[_Act | None] = ContextVar("within an act", default=None)


def act(verb: Callable[P, T]) -> Callable[P, T]:
    """Make a function a verb of the mechanism: all of it is done, or nothing.

    Within a request it is a savepoint, so that a page may go on after a refusal. A verb within a verb has none of its
    own: when it fails the whole fails, and whoever means to go on after it says so with `transaction.atomic()`.
    """

    @functools.wraps(verb)
    def acted(*arguments: P.args, **named: P.kwargs) -> T:
        if _within.get() is not None:
            with transaction.atomic(savepoint=False):
                return verb(*arguments, **named)
        with transaction.atomic():
            under_way = _Act(_depth())
            entered = _within.set(under_way)
            try:
                done = verb(*arguments, **named)
                for write, rows in under_way.waiting.items():
                    write(rows)
            finally:
                _within.reset(entered)
            return done

    return acted


def once(submission: UUID) -> None:
    """Hold back a second sending of the same form until the first is done (transaction-long)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [str(submission)])


def write_at_the_end(write: Callable[[list[Any]], None], rows: list[Any]) -> None:
    """Write rows when the verb under way ends, together with others for the same place; at once when there is none.

    Within a savepoint of its own a verb may yet be undone alone: what is said there is written there.
    """
    under_way = _within.get()
    if under_way is None or _depth() != under_way.depth:
        write(rows)
    else:
        under_way.waiting.setdefault(write, []).extend(rows)


def _depth() -> int:
    return sum(savepoint is not None for savepoint in connection.savepoint_ids)
