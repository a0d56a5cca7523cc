"""Somebody of her own: asking a professional to take a place beside her, the answer, and the end of it."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid4

from django.db.models import Q
from django.http import Http404
from django.utils.translation import gettext as _

from cadra.foundation import vault
from cadra.foundation.access import actions as access
from cadra.foundation.access import closing
from cadra.foundation.access.actor import Actor
from cadra.foundation.access.models import Basis, Grant, Scope
from cadra.foundation.kernel.acts import act, once
from cadra.foundation.kernel.addresses import reverse
from cadra.foundation.kernel.clock import DAY, at, deadline, now
from cadra.foundation.kernel.compartments import Compartment
from cadra.foundation.kernel.pack import pack
from cadra.foundation.kernel.pack.team import Place
from cadra.foundation.ledger import actions as ledger
from cadra.foundation.network.actions import note_untrained
from cadra.foundation.network.models import User
from cadra.foundation.network.queries import standing_behind
from cadra.foundation.outbox import actions as outbox
from cadra.record.cases import actions as cases
from cadra.record.cases.models import Asked, Assignment, Handover, Passing
from cadra.record.consent.models import Consent
from cadra.record.people.models import Person
from cadra.steering.mechanism.queries.candidates import professionals, stand_in
from cadra.steering.mechanism.queries.opened import Opened

CORE = str(Compartment.CORE)
OPEN = (Asked.ASKED, Asked.ACCEPTED)


class CannotAsk(Exception):
    """This colleague can't take this place; `str()` says so to the person who tried."""

    def __init__(self, words: str = "") -> None:
        super().__init__(words or _("This colleague can’t be chosen for this person. Choose somebody else."))


class NeedsReason(Exception):
    """It is not whom she wished for: that takes a reason."""


class Stands(Exception):
    """It stands differently by now; nothing was done."""

    def __init__(self) -> None:
        super().__init__(_("This can’t be done now: it stands differently. Look at it again."))


@dataclass(frozen=True)
class Asking:
    """What is asked: of whom, which place, in which words; `against`: why it goes against her wish."""

    place: str
    user_id: UUID
    why: str = ""
    against: str = ""


@act
def ask(*, actor: Actor, file: Opened, asking: Asking, submission: UUID) -> Assignment:
    """Ask a professional to take a place beside her. The same submission is one question.

    What the place opens (by law, else by her consent) is given with the question and opened by the answer alone; until
    then she who asks stays responsible.
    """
    if not file.changeable:
        raise Http404
    once(submission)
    known = Assignment.objects.filter(submission=submission, case_id=file.person.pk).first()
    if known is not None:
        return known
    place = pack().team_places.get(asking.place)
    if place is None or (place.child_only and not file.case.is_child):
        raise Http404
    chosen = next(iter(professionals(file, place, only=asking.user_id)), None)
    if chosen is None:
        raise CannotAsk
    against = chosen.fits is False
    if against and not asking.against.strip():
        raise NeedsReason
    words = {"why": asking.why.strip(), "against": asking.against.strip() if against else "", "answer": ""}
    opening = _opening(file, place, chosen.user)
    row = _put(actor, file, place, chosen.user, opening, words, submission=submission, against_wish=against)
    if chosen.untrained:
        note_untrained(actor=actor, missing={chosen.user.pk: chosen.untrained}, reason="")
    earlier = Assignment.objects.filter(case_id=file.person.pk, place=place.code, settled_at=None)
    earlier.filter(state=Asked.DECLINED).update(settled_at=now())
    if stand_in(file, row) is not None:
        ask_stand_in(actor=actor, file=file, assignment=row)
    return row


@act
def ask_stand_in(*, actor: Actor, file: Opened, assignment: Assignment) -> Assignment:
    """Somebody beside her is away: ask who stands in for her to take the place for these days. Twice is one question.

    Never more than the place opens, as far as she agreed to it for the stand-in; it ends by itself with the last day.
    """
    if not file.changeable:
        raise Http404
    row = Assignment.objects.select_for_update().get(pk=assignment.pk, case_id=file.person.pk)
    known = Assignment.objects.filter(
        case_id=row.case_id, place=row.place, for_user=row.user_id, state__in=OPEN
    ).first()
    if known is not None:
        return known
    chosen = stand_in(file, row) if row.state in OPEN and row.for_user is None else None
    last = User.objects.values_list("absent_until", flat=True).get(pk=row.user_id)
    if chosen is None or last is None:
        raise CannotAsk
    opening = [
        replace(
            one, compartments=[part for part in one.compartments if part in row.parts], until=_first(one.until, last)
        )
        for one in _opening(file, pack().team_places[row.place], chosen.user)
    ]
    vault.unseal(actor.ring, [row])
    words = {"why": row.plain["words"]["why"], "against": "", "answer": ""}
    place = pack().team_places[row.place]
    return _put(actor, file, place, chosen.user, opening, words, for_user=row.user_id, until=last)


def _first(until: dt.datetime | None, last: dt.date) -> dt.datetime:
    return min(until or at(last + DAY), at(last + DAY))


def _put(
    actor: Actor,
    file: Opened,
    place: Place,
    user: User,
    opening: list[access.NewGrant],
    words: dict[str, str],
    **more: Any,
) -> Assignment:
    """The question, what a yes to it opens, and the message that something waits."""
    grants = access.give(actor=actor, grants=opening)
    row = Assignment(
        id=uuid4(),
        case_id=file.person.pk,
        place=place.code,
        user_id=user.pk,
        institution_id=user.institution_id,
        parts=list(grants[0].compartments) if grants else [],
        grant_id=grants[0].pk if grants else None,
        asked_by=actor.user_id,
        answer_by=deadline(now(), pack().limit("team_answer")),
        **more,
    )
    vault.seal(actor.ring, row, words=words)
    row.save(force_insert=True)
    _note(actor, file.person, "asked_to_join", row, "against_her_wish" if row.against_wish else "")
    outbox.post(actor=actor, to=user, kind="waiting", link=reverse("mechanism:asked", args=[row.pk]))
    return row


@act
def accept(*, actor: Actor, assignment: Assignment) -> Assignment:
    """Whoever was asked says yes: from now on she is of the team. Twice is once."""
    row = _mine(actor, assignment)
    if row.state == Asked.ACCEPTED:
        return row
    if row.state != Asked.ASKED:
        raise Stands
    row.state, row.answered_at, row.settled_at = Asked.ACCEPTED, now(), now()
    row.save(update_fields=["state", "answered_at", "settled_at"])
    actor.ring.forget()
    person = Person.objects.get(pk=row.case_id)
    cases.join_team(actor=actor, person=person, user_id=row.user_id, institution_id=row.institution_id, role=row.place)
    _note(actor, person, "accepted_to_join", row)
    _tell(actor, row)
    return row


@act
def decline(*, actor: Actor, assignment: Assignment, words: str) -> Assignment:
    """Whoever was asked says no, or cannot go on: it goes back to who asked, and nothing stays open to her."""
    row = _mine(actor, assignment)
    if row.state == Asked.DECLINED:
        return row
    if row.state not in OPEN:
        raise Stands
    person = Person.objects.get(pk=row.case_id)
    vault.unseal(actor.ring, [row])
    vault.seal(actor.ring, row, words={**row.plain["words"], "answer": words.strip()})
    _note(actor, person, "declined_to_join", row)
    cases.leave_team(actor=actor, person=person, user_ids=[row.user_id], roles=[row.place])
    row.state, row.answered_at, row.settled_at = Asked.DECLINED, now(), None
    _tell(actor, row)
    if row.grant_id is not None:
        closing.give_up(actor=actor, grant_id=row.grant_id)
    # Last: with this the file closes to her.
    Assignment.objects.filter(pk=row.pk).update(
        words=row.words, state=row.state, answered_at=row.answered_at, settled_at=None
    )
    return row


@act
def take_back(*, actor: Actor, file: Opened, assignment: Assignment) -> Assignment:
    """The question is taken back, or her place beside her ends: nothing stays open to her by it. Twice is once."""
    if not file.changeable:
        raise Http404
    row = Assignment.objects.select_for_update().get(pk=assignment.pk, case_id=file.person.pk)
    if row.state in OPEN:
        _close(actor, file.person, row)
        outbox.post(actor=actor, to=row.user_id, kind="changed", link=reverse("mechanism:home"))
    elif row.settled_at is None:
        Assignment.objects.filter(pk=row.pk).update(settled_at=now())
    return row


@act
def shut_out(*, actor: Actor, person: Person, principals: Collection[int]) -> None:
    """She fears somebody: whatever they were asked, or do beside her, ends with it, in all of that house or desk."""
    out = standing_behind(principals)
    for row in Assignment.objects.select_for_update().filter(case_id=person.pk, user_id__in=out, state__in=OPEN):
        _close(actor, person, row)
    Handover.objects.filter(case_id=person.pk, to_user__in=out, state__in=[Passing.DRAFT, Passing.SENT]).update(
        state=Passing.WITHDRAWN, settled_at=now()
    )
    cases.leave_team(actor=actor, person=person, user_ids=out)


@act
def end_all(*, actor: Actor, person: Person) -> None:
    """The file is being closed: who was asked, and what was on its way, ends with it."""
    for row in Assignment.objects.select_for_update().filter(case_id=person.pk, state__in=OPEN):
        _close(actor, person, row)
    Assignment.objects.filter(case_id=person.pk, settled_at=None).update(settled_at=now())
    passing = Handover.objects.filter(case_id=person.pk)
    passing.filter(state__in=[Passing.DRAFT, Passing.SENT]).update(state=Passing.WITHDRAWN)
    passing.filter(settled_at=None).update(settled_at=now())


def _opening(file: Opened, place: Place, user: User) -> list[access.NewGrant]:
    """What the place opens to this professional, and never more than the actor sees; nothing where her house sees it
    anyway. By law, else by what she agreed to for her, her house, or her kind of recipient."""
    if user.institution.principal == file.case.holder:
        return []
    by_law = [str(part) for part in place.by_law if part in file.parts]
    basis, parts, consent = Basis.ASSIGNMENT, [CORE, *(part for part in by_law if part != CORE)], None
    if parts == [CORE]:
        consent = _agreed(file, place, user)
        if consent is not None:
            basis, parts = Basis.CONSENT, [CORE, *(p for p in consent.compartments if p in file.parts and p != CORE)]
    return [
        access.NewGrant(
            case_id=file.person.pk,
            grantee=user.principal,
            compartments=parts,
            purpose=place.code,
            basis=basis,
            scope=Scope.REFERRAL,
            consent_id=consent.pk if consent else None,
            until=consent.until if consent else None,
        )
    ]


def _agreed(file: Opened, place: Place, user: User) -> Consent | None:
    """Her latest answer about this professional, if it shares something now."""
    about = Q(recipient__in=[user.principal, user.institution.principal])
    if place.consent:
        about |= Q(recipient=None, recipient_kind=place.consent)
    latest = Consent.objects.filter(about, case_id=file.person.pk).order_by("-decided_at", "-id").first()
    if latest is None or latest.withdrawn_at or not latest.compartments:
        return None
    return latest if latest.until is None or latest.until > now() else None


def _mine(actor: Actor, assignment: Assignment) -> Assignment:
    row = Assignment.objects.select_for_update().filter(pk=assignment.pk, user_id=actor.user_id).first()
    if row is None:
        raise Http404
    return row


def _close(actor: Actor, person: Person, row: Assignment) -> None:
    after = Asked.WITHDRAWN if row.state == Asked.ASKED else Asked.ENDED
    if row.state == Asked.ACCEPTED:
        cases.leave_team(actor=actor, person=person, user_ids=[row.user_id], roles=[row.place])
    access.end(actor=actor, grants=list(Grant.objects.filter(pk__in=[row.grant_id], ended_at=None)), reason=str(after))
    Assignment.objects.filter(pk=row.pk).update(state=after, settled_at=now())
    _note(actor, person, "ended_place", row)


def _tell(actor: Actor, row: Assignment) -> None:
    link = reverse("mechanism:assignment", args=[row.case_id, row.pk])
    outbox.post(actor=actor, to=row.asked_by, kind="answered", link=link)


def _note(actor: Actor, person: Person, verb: str, row: Assignment, purpose: str = "") -> None:
    ledger.record(
        actor=actor,
        verb=verb,
        subjects=[person.ledger_alias],
        compartments=list(row.parts),
        purpose=purpose,
        object_id=row.pk,
    )
