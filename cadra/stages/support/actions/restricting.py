"""Restrictions: written with a reason and a day to look again, looked at, ended (mission S7)."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID, uuid4

from django.utils.translation import gettext as _

from cadra.foundation import vault
from cadra.foundation.access.actor import Actor
from cadra.foundation.kernel.acts import act
from cadra.foundation.kernel.clock import today
from cadra.foundation.kernel.pack import pack
from cadra.record.people.models import Person
from cadra.stages.support.actions.common import (
    NotNow,
    SupportError,
    as_shown,
    done,
    keep,
    made_before,
    must_hold,
    must_plan,
)
from cadra.stages.support.fairness import latest_review
from cadra.stages.support.models import Assent, Restriction, RestrictionReview, ReviewOutcome


@dataclass(frozen=True)
class NewRestriction:
    """`kind`, `ground`: codes of the pack. `decided_by`: a user. `review_on`: at most `latest_review()`."""

    kind: str
    ground: str
    reason: str
    agreement: str
    her_words: str
    decided_by: UUID
    since: dt.date
    review_on: dt.date


@dataclass(frozen=True)
class Looked:
    """What came of a look at a restriction: why, what she says to it, and when next (None when it ends)."""

    outcome: str
    words: str
    agreement: str = Assent.NOT_ASKED
    her_words: str = ""
    next_on: dt.date | None = None


@act
def restrict(*, actor: Actor, person: Person, new: NewRestriction, submission: UUID) -> Restriction:
    """Write a restriction down. The same submission is one restriction."""
    must_plan(actor, person)
    must_hold(actor, person)
    known = made_before(Restriction, person, submission)
    if known is not None:
        return known
    if (
        new.kind not in pack().restriction_kinds
        or new.ground not in pack().restriction_grounds
        or new.agreement not in Assent.values
        or not new.reason.strip()
    ):
        raise SupportError(_("A restriction needs a kind, a ground and a reason."))
    _must_be_looked_at(new.review_on)
    if new.since > today():
        raise SupportError(_("A restriction is written down when it begins, not before."))
    row = Restriction(
        id=uuid4(),
        case_id=person.pk,
        submission=submission,
        institution=actor.institution_principal,
        kind=new.kind,
        ground=new.ground,
        agreement=new.agreement,
        decided_by=new.decided_by,
        since=new.since,
        review_on=new.review_on,
        recorded_by=actor.user_id,
    )
    keep(actor, person, "restricted", row, reason=new.reason, her_words=new.her_words or None)
    return row


@act
def look_again(
    *, actor: Actor, person: Person, restriction: Restriction, version: int, looked: Looked, submission: UUID
) -> RestrictionReview:
    """A review beside all earlier ones; it sets the next day, or ends the restriction today.

    `ChangedMeanwhile` when somebody else looked at it since it was shown; `NotNow` when it has ended.
    """
    must_plan(actor, person)
    known = made_before(RestrictionReview, person, submission)
    if known is not None:
        return known
    row = as_shown(actor, person, restriction, version)
    if row.ended_on is not None:
        raise NotNow
    if looked.outcome not in ReviewOutcome.values or looked.agreement not in Assent.values or not looked.words.strip():
        raise SupportError(_("Say why it stays or ends."))
    kept = _review(actor, row, looked, submission)
    done(actor, person, f"restriction_{looked.outcome}", row)
    return kept


@act
def end_restrictions(*, actor: Actor, person: Person, words: str) -> None:
    """The file is being closed: what still restricts her ends today, each with a review that says so."""
    must_plan(actor, person)
    for row in Restriction.objects.select_for_update().filter(case_id=person.pk, ended_on=None).order_by("since", "id"):
        _review(actor, row, Looked(ReviewOutcome.ENDED, words), uuid4())
        done(actor, person, "restriction_ended", row)


def _review(actor: Actor, row: Restriction, looked: Looked, submission: UUID) -> RestrictionReview:
    ends = looked.outcome == ReviewOutcome.ENDED
    if not ends:
        _must_be_looked_at(looked.next_on)
    kept = RestrictionReview(
        id=uuid4(),
        case_id=row.case_id,
        submission=submission,
        restriction=row,
        outcome=looked.outcome,
        agreement=looked.agreement,
        next_on=None if ends else looked.next_on,
        reviewed_by=actor.user_id,
    )
    vault.seal(actor.ring, kept, words=looked.words, her_words=looked.her_words or None)
    kept.save(force_insert=True)
    row.version += 1
    if looked.agreement != Assent.NOT_ASKED:
        row.agreement = looked.agreement
    if ends:
        row.ended_on = today()
    elif looked.next_on is not None:
        row.review_on = looked.next_on
    row.save(update_fields=["agreement", "review_on", "ended_on", "version"])
    return kept


def _must_be_looked_at(on: dt.date | None) -> None:
    if on is None or not today() <= on <= latest_review():
        raise SupportError(_("Choose a day of review within the time allowed."))
