"""Messages to the person herself: none goes out today, and none ever goes without asking her rule.

`actions.post` writes to colleagues only. Whoever builds a way to her asks `must_allow` before anything leaves;
where her rule lives (record/people) says here how it is asked, so that this part needs to know nothing of her.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Protocol


class Verdict(Protocol):
    """What her rule answers."""

    @property
    def automatic(self) -> bool:
        """Whether something may be sent without a human looking."""


Rule = Callable[[Mapping[str, Any] | None, Mapping[str, Any], dt.datetime], Verdict]
_rules: list[Rule] = []


class NotToHer(Exception):
    """Nothing is sent: it is not for a colleague, or her rule does not clearly allow it."""


def obey(rule: Rule) -> None:
    """From now on this rule is asked."""
    _rules[:] = [rule]


def must_allow(contact: Mapping[str, Any] | None, channel: Mapping[str, Any], at: dt.datetime) -> None:
    """Raise `NotToHer` unless her rule clearly allows this way at that instant; without a rule nothing is allowed."""
    if not _rules or not _rules[0](contact, channel, at).automatic:
        raise NotToHer("Her rule does not clearly allow it: a colleague decides.")
