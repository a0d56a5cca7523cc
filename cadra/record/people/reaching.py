"""May she be reached this way, now? Everyone who would ring, write or go there asks here first (mission C9).

Pure functions on the opened values of `models.Contact`. Whoever sends her something by machine also asks `automatic`.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from cadra.foundation.kernel.answers import Answer
from cadra.foundation.kernel.clock import local

VISIT = "visit"  # going to where she is, beside the kinds of channels


class Why(StrEnum):
    """Why not. Each is something she said, or that nobody has asked her."""

    NOTHING_KNOWN = "nothing_known"
    NOT_HERS = "not_hers"
    NOT_SAFE = "not_safe"
    NOT_KNOWN_SAFE = "not_known_safe"
    NOT_NOW = "not_now"
    HOURS_IN_WORDS = "hours_in_words"
    NO_MESSAGE = "no_message"
    OTHERS_READ = "others_read"

    @property
    def label(self) -> Any:
        """The reason as a sentence."""
        return SENTENCES[self]


SENTENCES = {
    Why.NOTHING_KNOWN: _("She was not asked yet how she may be reached."),
    Why.NOT_HERS: _("This way is not one of those she gave."),
    Why.NOT_SAFE: _("She said that this way is not safe."),
    Why.NOT_KNOWN_SAFE: _("Nobody has asked her whether this way is safe."),
    Why.NOT_NOW: _("Now is not a safe time."),
    Why.HOURS_IN_WORDS: _("Her safe hours are written in words only: read them first."),
    Why.NO_MESSAGE: _("She has not said that a message may be left."),
    Why.OTHERS_READ: _("Others may answer or read here."),
}


@dataclass(frozen=True)
class Verdict:
    """`against`: what stops anyone. `unclear`: what a person must weigh, and stops a machine."""

    against: tuple[Why, ...] = ()
    unclear: tuple[Why, ...] = ()

    @property
    def allowed(self) -> bool:
        """Whether a colleague may use this way now without giving a reason."""
        return not self.against

    @property
    def automatic(self) -> bool:
        """Whether something may be sent to her this way now without a human looking."""
        return not self.against and not self.unclear


def may_contact(contact: Mapping[str, Any] | None, channel: Mapping[str, Any], at: dt.datetime) -> Verdict:
    """Whether `channel` may be used at that instant. `contact`: {"channels", "rules", …} opened; None: no record."""
    if not contact or not (contact.get("channels") or contact.get("rules") or contact.get("whereabouts")):
        return Verdict((Why.NOTHING_KNOWN,))
    rules = contact.get("rules") or {}
    against = _of_channel(contact, channel)
    if now_is_unsafe(contact, at):
        against.append(Why.NOT_NOW)
    unclear = []
    if rules.get("hours") or not rules.get("times"):
        unclear.append(Why.HOURS_IN_WORDS)
    if rules.get("leave_message") != Answer.YES:
        unclear.append(Why.NO_MESSAGE)
    if rules.get("who_else"):
        unclear.append(Why.OTHERS_READ)
    return Verdict(tuple(against), tuple(unclear))


def now_is_unsafe(contact: Mapping[str, Any] | None, at: dt.datetime) -> bool:
    """Whether the hours she gave say that nobody reaches out now, whatever the way."""
    times = ((contact or {}).get("rules") or {}).get("times") or []
    return bool(times) and not any(_within(one, local(at)) for one in times)


def times_in_words(rules: Mapping[str, Any]) -> str:
    """Her safe times, as on a card at the door: "Mon, Tue: 10:00–12:00"."""
    return "; ".join(_in_words(one) for one in rules.get("times") or [])


def _in_words(window: Mapping[str, Any]) -> str:
    days = window.get("days") or []
    named = ", ".join(str(WEEKDAYS[day - 1]) for day in days) if 0 < len(days) < 7 else str(_("Every day"))
    return f"{named}: {window['from']}–{window['until']}"


def _of_channel(contact: Mapping[str, Any], channel: Mapping[str, Any]) -> list[Why]:
    if channel.get("kind") == VISIT:
        return [] if (contact.get("whereabouts") or {}).get("address") else [Why.NOT_HERS]
    known = [one for one in contact.get("channels") or [] if _same(one, channel)]
    if not known:
        return [Why.NOT_HERS]
    safe = known[0].get("safe")
    if safe == Answer.NO:
        return [Why.NOT_SAFE]
    return [] if safe == Answer.YES else [Why.NOT_KNOWN_SAFE]


def _same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return (one.get("kind"), one.get("value")) == (other.get("kind"), other.get("value"))


def _within(window: Mapping[str, Any], instant: dt.datetime) -> bool:
    """Whether the country's clock shows a time in this window; one that ends before it begins runs past midnight."""
    start, end = (dt.time.fromisoformat(window[name]) for name in ("from", "until"))
    days: Sequence[int] = window.get("days") or range(1, 8)
    time, today = instant.time(), instant.isoweekday()
    if start <= end:
        return today in days and start <= time < end
    yesterday = today - 1 or 7
    return (today in days and time >= start) or (yesterday in days and time < end)
