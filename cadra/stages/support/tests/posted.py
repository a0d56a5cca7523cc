"""What a browser posts in tests of support: the fields of a form as a person fills them in."""

import datetime as dt
from typing import Any
from uuid import uuid4

from cadra.foundation.kernel.clock import today
from cadra.stages.support.fairness import earliest_effect

# A request to a provider's desk: contact, and nothing else of what she was asked about.
REFERRAL: dict[str, Any] = {
    "service": "medical",
    "capacity": "health",
    "urgency": "urgent",
    "asks": "A check-up with a woman doctor.",
    "explained": ["who", "form"],
    "explained_form": "spoken",
    "explained_language": "sq",
    "interpreter": "no",
    "answer": "given",
    "part_identity": "no",
    "part_contact": "yes",
    "part_health": "no",
    "form": "spoken",
    "witness": "Sara",
    "until_day": "1",
    "until_month": "3",
    "until_year": "2030",
}
OFFER: dict[str, Any] = {
    "service": ["medical"],
    "medical-service": "medical",
    "medical-explained": "Told",
    "medical-explained_forms": ["spoken"],
    "medical-explained_language": "sq",
    "medical-understood": "yes",
    "medical-decision": "accepted",
}
GOAL: dict[str, Any] = {"words": "A room", "steps-TOTAL_FORMS": "0", "steps-INITIAL_FORMS": "0"}
NEEDS: dict[str, Any] = {"held_on_day": "7", "held_on_month": "1", "held_on_year": "2026", "held_how": "together"}
SAFETY_PLAN: dict[str, Any] = {
    "version": "0",
    "p_steps": "To the neighbour",
    "people-TOTAL_FORMS": "0",
    "people-INITIAL_FORMS": "0",
}
RISK: dict[str, Any] = {
    "version": "0",
    "q_threats": "yes",
    "sources-TOTAL_FORMS": "0",
    "sources-INITIAL_FORMS": "0",
}
INCIDENT: dict[str, Any] = {
    "kind": "threat",
    "happened_on_day": "7",
    "happened_on_month": "1",
    "happened_on_year": "2026",
    "what": "He rang twice",
}


def send(client: Any, url: str, **typed: Any) -> Any:
    """Look at what they will read, then send it, as a browser does. `typed` besides REFERRAL."""
    data = {**REFERRAL, "submission": str(uuid4()), **typed}
    preview = client.post(url, {**data, "then": "preview"}).content.decode()
    return client.post(url, {**data, "seen": seen_in(preview), "then": "send"})


def seen_in(preview: str) -> str:
    """The mark of what a preview showed."""
    return preview.split('name="seen" value="')[1].split('"')[0]


RULES: dict[str, Any] = {"form": "spoken", "language": "sq", "understood": "yes", "said": "signed", "words": "Yes"}


def _day(name: str, on: dt.date) -> dict[str, Any]:
    return {f"{name}_day": on.day, f"{name}_month": on.month, f"{name}_year": on.year}


def restriction(decided_by: Any) -> dict[str, Any]:
    """A telephone taken for a day."""
    return {
        "kind": "telephone",
        "reason": "He rang her",
        "ground": "danger_others",
        "agreement": "agreed",
        "her_words": "For this week",
        "decided_by": str(decided_by),
        **_day("since", today()),
        **_day("review_on", today()),
    }


def notice() -> dict[str, Any]:
    """Notice that she may lose a service."""
    return {
        "reasons": ["excluded_for_rules"],
        "happened": "She came back at night twice",
        "tried": "Talked with her",
        **_day("takes_effect_on", earliest_effect()),
    }
