"""The one place that joins the stages: what each of them says about a file, and what waits in each for somebody.

Until a stage offers its part, the page goes without it.
"""

from dataclasses import dataclass
from typing import Any

from cadra.foundation.access.actor import Actor
from cadra.foundation.kernel.work import WorkItem
from cadra.record.consent.models import Consent
from cadra.record.people.models import Person


@dataclass(frozen=True)
class Panels:
    """What the stages show on the file page; None where nothing of it is open to the actor."""

    identification: Any
    board: Any


def panels(actor: Actor, person: Person) -> Panels:
    """The identification panel and the plan board of a file."""
    return Panels(None, None)


def work(actor: Actor) -> list[WorkItem]:
    """Everything that waits for this actor in the stages, or that she awaits from others."""
    return []


def close_for_consent(*, actor: Actor, person: Person, consent: Consent) -> None:
    """Referrals and offers that stood on a consent close with it."""
