"""Emergency openings for the data protection officer: who, when, why, and what was opened; nothing of the file."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.http import Http404

from cadra.foundation.access.actor import Actor
from cadra.foundation.access.models import BreakGlass
from cadra.foundation.access.policy import may_review
from cadra.foundation.access.queries import openings_to_review
from cadra.foundation.network.queries import responsible_authority
from cadra.steering.mechanism.queries.colleagues import Names, names_of

MOST = 50


@dataclass(frozen=True)
class ReviewsPage:
    """Openings nobody has reviewed, oldest first, and the latest reviewed ones."""

    waiting: list[BreakGlass]
    reviewed: list[BreakGlass]
    names: Names


@dataclass(frozen=True)
class Step:
    """One thing done during an opening, as the ledger has it."""

    at: datetime
    verb: str
    compartments: list[str]


@dataclass(frozen=True)
class ReviewPage:
    """One opening, the file's reference, and what its opener did in it."""

    opening: BreakGlass
    reference: str
    steps: list[Step]
    names: Names


def require_reviewer(actor: Actor) -> None:
    """404 for everyone but a data protection officer of the Responsible Authority."""
    if not may_review(actor) or responsible_authority().pk != actor.institution_id:
        raise Http404


def reviews(actor: Actor) -> ReviewsPage:
    """What waits for review."""
    require_reviewer(actor)
    waiting = list(openings_to_review(actor)[:MOST])
    done = list(BreakGlass.objects.exclude(reviewed_at=None).order_by("-reviewed_at")[:10])
    rows = [*waiting, *done]
    names = names_of(users=[row.user_id for row in rows], institutions=[row.institution_id for row in rows])
    return ReviewsPage(waiting, done, names)


def review(actor: Actor, opening_id: UUID) -> ReviewPage:
    """One opening and what was done in it."""
    require_reviewer(actor)
    opening = BreakGlass.objects.filter(pk=opening_id).first()
    if opening is None:
        raise Http404
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM authz.emergency_steps(%s)", [opening_id])
        rows = cursor.fetchall()
    steps = [Step(at, verb, compartments) for _reference, at, verb, compartments in rows if at is not None]
    names = names_of(users=[opening.user_id], institutions=[opening.institution_id])
    return ReviewPage(opening, rows[0][0] if rows else "", steps, names)
