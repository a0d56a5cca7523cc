"""A file on its way to the next hand: what is next on it, the briefing, and what waits for me to take over."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404

from cadra.foundation import vault
from cadra.foundation.access.actor import Actor
from cadra.foundation.kernel.clock import local_date
from cadra.foundation.kernel.compartments import Compartment
from cadra.foundation.kernel.pack import pack
from cadra.foundation.ledger import actions as ledger
from cadra.foundation.network.models import User
from cadra.foundation.network.queries import user_names
from cadra.record.cases.models import Asked, Assignment, Case, Handover, Passing
from cadra.record.cases.queries import file_rows
from cadra.record.consent.models import Consent
from cadra.record.people.models import Person
from cadra.record.tasks.models import State, Task
from cadra.steering.mechanism import panels, policy
from cadra.steering.mechanism.answers import current_answers
from cadra.steering.mechanism.queries.candidates import Candidate, successors, wish_of
from cadra.steering.mechanism.queries.caseload import Load, loads_by_worker
from cadra.steering.mechanism.queries.colleagues import Names, names_of
from cadra.steering.mechanism.queries.opened import Opened, look, opened

SUPPORT = str(Compartment.SUPPORT)
LINES = 40
LISTED = 50


@dataclass(frozen=True)
class HandoverPage:
    """`handover`: what is on its way or was last; `ahead`: what is next on the file, as it stands (or stood when it
    was sent); `choices`: who may take it over, with what each carries."""

    file: Opened
    handover: Handover | None
    ahead: list[dict[str, Any]]
    choices: list[Candidate]
    loads: dict[UUID, Load]
    names: Names

    @property
    def state(self) -> str:
        """Where it stands; '' when nothing is on its way."""
        return self.handover.state if self.handover else ""

    @property
    def may_write(self) -> bool:
        """May the actor give this file on?"""
        return policy.may_hand_over(self.file.actor, self.file.case, self.file.mine)

    @property
    def is_mine(self) -> bool:
        """Was it sent to the actor?"""
        return self.handover is not None and self.handover.to_user == self.file.actor.user_id

    @property
    def wish(self) -> str:
        """Whom she wants to work with her."""
        return wish_of(self.file.profile)


def handover_page(actor: Actor, case_id: UUID) -> HandoverPage:
    """The page of one hand-over, recorded; 404 unless the actor may give the file on or is asked to take it."""
    file, (found, duties, answers, *plan) = opened(
        actor,
        case_id,
        Handover.objects.filter(case_id=case_id).order_by("-made_at", "id")[:1],
        Task.objects.filter(case_id=case_id, state=State.OPEN, rests="", compartment_of_row=SUPPORT).order_by(
            "due_at", "id"
        )[:LINES],
        Consent.objects.filter(case_id=case_id),
        *panels.wanted(case_id),
    )
    row = next((one for one in found if one.state != Passing.WITHDRAWN), None)
    if row is not None and row.settled_at and row.to_user != actor.user_id:
        row = None
    may = policy.may_hand_over(actor, file.case, file.mine)
    if SUPPORT not in file.parts or not (may or (row is not None and row.to_user == actor.user_id)):
        raise Http404
    vault.unseal(actor.ring, [*([row] if row else []), *duties])
    names = names_of(
        users=[file.case.manager_id, *((row.to_user, row.from_user, row.written_by) if row else ())],
        principals=panels.desks_of(plan),
    )
    if row is None or row.state == Passing.DRAFT:
        lines = _ahead(panels.board_of(actor, plan, names.principals), duties, answers)
    else:
        lines = list(row.plain["ahead"] or []) if row.plain["ahead"] is not vault.CLOSED else []
    choices = successors(file) if may else []
    numbers = (
        loads_by_worker(file.case.holder, [one.user.pk for one in choices]) if choices and file.case.holder else {}
    )
    loads = {one.user.pk: Load(one.user, **numbers.get(one.user.pk, {})) for one in choices}
    look(file, "looked_at_handover", [SUPPORT])
    return HandoverPage(file, row, lines, choices, loads, names)


def _ahead(board: Any, duties: list[Task], answers: list[Consent]) -> list[dict[str, Any]]:
    """What is next: what she asked for, what is to be done, who must answer, what is looked at again."""
    found: list[dict[str, Any]] = []

    def add(kind: str, what: str, due: dt.date | dt.datetime | None = None) -> None:
        day = local_date(due) if isinstance(due, dt.datetime) else due
        found.append({"kind": kind, "what": what, "due": day.isoformat() if day else ""})

    for goal in board.open_goals:
        add("wants", str(goal.plain.get("words") or ""), goal.due_on)
    for task in duties:
        words = task.plain["words"]
        if words is not vault.CLOSED:
            add("task", str(words.get("what") or ""), task.due_on)
    for referral in board.open_referrals:
        service = pack().services.get(referral.service)
        desk = board.desks.get(referral.desk, "")
        add("referral", " – ".join(part for part in (str(service or ""), desk) if part), referral.next_due_at)
    for offer in board.offers:
        if offer.offer_again_on:
            add("offer", str(pack().services.get(offer.service) or offer.service), offer.offer_again_on)
    for review in board.reviews:
        add("safety", "", review.due_at)
    if board.plan is not None and board.plan.review_on:
        add("review", "", board.plan.review_on)
    for answer in current_answers(answers):
        if answer.answer == "not_yet" and answer.ask_again_on and not answer.withdrawn_at:
            add("ask", str(pack().recipients.get(answer.recipient_kind) or ""), answer.ask_again_on)
    return found[:LINES]


@dataclass(frozen=True)
class Waiting:
    """A file somebody asks me to take over."""

    handover: Handover
    person: Person
    called: str
    case: Case


def waiting_for_me(actor: Actor) -> tuple[list[Waiting], Names]:
    """What waits for me to take over, the soonest answer first, with its briefing, opened and recorded."""
    rows = list(Handover.objects.filter(to_user=actor.user_id, state=Passing.SENT).order_by("answer_by", "id")[:LISTED])
    if not rows:
        return [], names_of()
    by_case = {row.case_id: row for row in rows}
    files = file_rows(actor, list(Case.objects.filter(case_id__in=by_case)))
    vault.unseal(actor.ring, rows)
    ledger.record(
        actor=actor,
        verb="looked_at_handover",
        subjects=[one.person.ledger_alias for one in files],
        compartments=[SUPPORT],
    )
    names = names_of(users=[one for row in rows for one in (row.written_by, row.from_user)])
    told = {one.case.case_id: one for one in files}
    return [
        Waiting(row, told[row.case_id].person, told[row.case_id].called, told[row.case_id].case)
        for row in rows
        if row.case_id in told
    ], names


@dataclass(frozen=True)
class AskedPage:
    """A question put to the actor: will you work with her?"""

    assignment: Assignment
    person: Person
    asker: User | None
    stands_for: str = ""


def asked_page(actor: Actor, assignment_id: UUID) -> AskedPage:
    """What the actor was asked, recorded; 404 for anybody else."""
    row = Assignment.objects.filter(pk=assignment_id, user_id=actor.user_id).first()
    person = Person.objects.filter(pk=row.case_id).first() if row else None
    if row is None or person is None or row.state not in (Asked.ASKED, Asked.ACCEPTED):
        raise Http404
    vault.unseal(actor.ring, [row])
    ledger.record(actor=actor, verb="looked_at_question", subjects=[person.ledger_alias], compartments=["core"])
    asker = User.objects.select_related("institution").filter(pk=row.asked_by).first()
    return AskedPage(row, person, asker, user_names([row.for_user]).get(row.for_user, "") if row.for_user else "")


def assignment_page(actor: Actor, case_id: UUID, assignment_id: UUID) -> tuple[Opened, Assignment, Names]:
    """What somebody was asked, as whoever carries the file; 404 for anybody else."""
    file, (rows,) = opened(actor, case_id, Assignment.objects.filter(case_id=case_id, pk=assignment_id))
    if not rows or not file.carried:
        raise Http404
    vault.unseal(actor.ring, rows)
    look(file, "looked_at_team")
    row = rows[0]
    return file, row, names_of(users=[row.user_id, row.asked_by, row.for_user], institutions=[row.institution_id])
