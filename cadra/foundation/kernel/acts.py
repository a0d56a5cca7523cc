"""One verb, one transaction: whatever else it calls upon shares it."""

import functools
from collections.abc import Callable
from contextvars import ContextVar
from typing import ParamSpec, TypeVar

from django.db import transaction

P = ParamSpec("P")
T = TypeVar("T")
_within = ContextVar("within an act", default=False)


def act(verb: Callable[P, T]) -> Callable[P, T]:
    """Make a function a verb of the mechanism: all of it is done, or nothing.

    Within a request it is a savepoint, so that a page may go on after a refusal. A verb within a verb has none of its
    own: when it fails the whole fails, and whoever means to go on after it says so with `transaction.atomic()`.
    """

    @functools.wraps(verb)
    def acted(*arguments: P.args, **named: P.kwargs) -> T:
        if _within.get():
            with transaction.atomic(savepoint=False):
                return verb(*arguments, **named)
        entered = _within.set(True)
        try:
            with transaction.atomic():
                return verb(*arguments, **named)
        finally:
            _within.reset(entered)

    return acted
