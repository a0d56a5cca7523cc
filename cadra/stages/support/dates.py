"""The dates of a referral: when its desk answers, is reminded, and when silence goes up to who leads."""

import datetime as dt
from typing import Any

from cadra.foundation.kernel.clock import at, deadline, now
from cadra.foundation.kernel.pack import pack
from cadra.record.cases.models import Case
from cadra.stages.support.models import CLOSED, ReferralState, ServiceReferral, Urgency


def limit_of(name: str, urgency: str) -> str:
    """The limit of the pack for this urgency."""
    return f"{name}_urgent" if urgency == Urgency.URGENT else name


def first_dates(moment: dt.datetime, urgency: str) -> dict[str, Any]:
    """Of something sent now: the answer, the reminder before it, the alarm after it."""
    due = deadline(moment, pack().limit(limit_of("referral_answer", urgency)))
    return {
        "answer_due_at": due,
        "next_due_at": due,
        "remind_at": deadline(moment, pack().limit(limit_of("referral_reminder", urgency))),
        "alarm_at": deadline(due, pack().limit(limit_of("referral_alarm", urgency))),
    }


def set_next(row: ServiceReferral, on: dt.date | None = None) -> None:
    """What is due next in its state: the day that was said, else the pack's time; nothing once it is closed."""
    if row.state in CLOSED:
        row.next_due_at = row.alarm_at = None
        return
    limits = {ReferralState.ACCEPTED: "first_help", ReferralState.WAITING_LIST: "offer_again"}
    usual = limits.get(ReferralState(row.state), "plan_review")
    row.next_due_at = at(on + dt.timedelta(days=1)) if on is not None else deadline(now(), pack().limit(usual))
    row.alarm_at = deadline(row.next_due_at, pack().limit(limit_of("referral_alarm", row.urgency)))


def first_contact(case: Case) -> dt.datetime:
    """From when the time to the first help counts."""
    return case.first_contact_at or case.opened_at


def first_help_due(case: Case) -> dt.datetime:
    """Until when the first help should have come."""
    return deadline(first_contact(case), pack().limit("first_help"))
