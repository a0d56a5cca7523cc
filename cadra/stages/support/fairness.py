"""What fairness asks for: days that a limit of the pack sets, and what an exclusion still lacks (mission S7, S8)."""

import datetime as dt
from collections.abc import Collection
from uuid import UUID

from django.utils.translation import gettext as _

from cadra.foundation.kernel.clock import deadline, local_date, now, today
from cadra.foundation.kernel.pack import pack
from cadra.stages.support.models import Exclusion, ExclusionState, Objection


def earliest_effect() -> dt.date:
    """The first day an exclusion noticed today can take effect (a limit of the pack)."""
    return local_date(deadline(now(), pack().limit("exclusion_notice")))


def latest_review() -> dt.date:
    """The last day a restriction may stand from today on without being looked at (a limit of the pack)."""
    return local_date(deadline(now(), pack().limit("restriction_review")))


def is_handed_over(row: Exclusion, on_their_way: Collection[UUID]) -> bool:
    """Somebody helps her afterwards: the Responsible Authority, or the desk of a request that is still on its way."""
    return row.handed_at is not None and (row.handed_referral_id is None or row.handed_referral_id in on_their_way)


def what_is_missing(row: Exclusion, on_their_way: Collection[UUID]) -> list[str]:
    """Why it can't take effect yet, in sentences; empty when it can. `on_their_way`: her open requests."""
    found = []
    if row.state != ExclusionState.AGREED:
        found.append(_("A second person has not agreed."))
    if row.objection == Objection.NOT_ASKED:
        found.append(_("She was not asked whether she objects."))
    if row.objection == Objection.OBJECTS and row.answered_by is None:
        found.append(_("Her objection has no answer from a third person."))
    if not is_handed_over(row, on_their_way):
        found.append(_("Nobody has taken over yet."))
    if today() < row.takes_effect_on:
        found.append(_("The time of the notice is not over."))
    return found
