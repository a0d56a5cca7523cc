"""Requests of a file and who was asked; what waits for whoever asked; what an interpreter is told of her own."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from cadra.foundation import vault
from cadra.foundation.access.actor import Actor
from cadra.foundation.access.models import Grant
from cadra.foundation.kernel.addresses import reverse
from cadra.foundation.kernel.arrays import OneOf
from cadra.foundation.kernel.clock import DAY, local_date, now
from cadra.foundation.kernel.together import Asked, Kept, together
from cadra.foundation.kernel.work import WorkItem
from cadra.foundation.ledger import actions as ledger
from cadra.foundation.network.queries import untrained_for, user_names
from cadra.record.cases.models import Case, Stage
from cadra.record.interpreting import policy
from cadra.record.interpreting.fitting import Suggestion, Wish, suggestion
from cadra.record.interpreting.models import OPEN, STANDING, Answer, Assignment, Interpreter, Request, State
from cadra.record.interpreting.queries.roster import bound_until, in_force, not_feared
from cadra.record.people.models import Person, Profile
from cadra.record.people.queries import note_denied

MOST = 100
SUGGESTED = 30
SHOWN = 50


@dataclass(frozen=True)
class FilePage:
    """A file and its requests, opened. `profile`: what is known of her languages; `rests`: the file is closed."""

    person: Person
    profile: Mapping[str, Any]
    rests: bool
    requests: Sequence[Request]
    assignments: Sequence[Assignment]
    interpreters: Mapping[UUID, Interpreter]
    names: Mapping[UUID, str]

    @property
    def called(self) -> str:
        return str(self.profile.get("called") or "")

    def standing(self, request: Request) -> Assignment | None:
        """Who is asked, comes or came."""
        held = (*STANDING, Answer.CAME)
        return next((one for one in self.assignments if one.request_id == request.pk and one.state in held), None)


def file_page(actor: Actor, case_id: UUID) -> FilePage:
    """All requests of a file, the next first; 404 unless the actor may ask for an interpreter for it."""
    return _page(actor, case_id, Request.objects.filter(case_id=case_id).order_by("-starts_at", "id")[:MOST])


def request_page(actor: Actor, case_id: UUID, request_id: UUID) -> tuple[FilePage, Request]:
    """One request of a file, or 404."""
    page = _page(actor, case_id, Request.objects.filter(case_id=case_id, pk=request_id))
    if not page.requests:
        raise Http404
    return page, page.requests[0]


def _page(actor: Actor, case_id: UUID, wanted: QuerySet[Request]) -> FilePage:
    assigned = Assignment.objects.filter(case_id=case_id).order_by("-assigned_at", "id")
    persons, cases, profiles, grants, rows, assignments, interpreters = together(
        Person.objects.filter(pk=case_id),
        Case.objects.filter(case_id=case_id),
        Profile.objects.filter(case_id=case_id),
        Grant.objects.filter(case_id=case_id, ended_at=None, until__gt=now()),
        wanted,
        assigned[:MOST],
        Interpreter.objects.filter(OneOf("pk", assigned.values("interpreter_id"))),
    )
    mine = [grant for grant in grants if grant.grantee in actor.principals]
    if not persons:
        note_denied(actor, case_id)
    if not persons or not cases or not policy.may_ask(actor, mine):
        raise Http404
    vault.unseal(actor.ring, [*profiles, *rows])
    ids = {row.asked_by for row in rows} | {one.assigned_by for one in assignments}
    ids |= {one.answered_by for one in assignments if one.answered_by}
    names = user_names(ids)
    ledger.record(
        actor=actor,
        verb="looked_at_interpreters",
        subjects=[persons[0].ledger_alias],
        compartments=["core"],
        object_id=rows[0].pk if len(rows) == 1 else None,
    )
    return FilePage(
        persons[0],
        profiles[0].plain if profiles else {},
        cases[0].stage == Stage.CLOSED,
        rows,
        assignments,
        {row.pk: row for row in interpreters},
        names,
    )


def suggestions(request: Request) -> list[Suggestion]:
    """Who may be asked, with the reasons: first those against whom nothing is known, each by the name.

    Left out, whatever speaks for them: those she fears, and those with a conflict of interest on her record.
    """
    bound = Exists(in_force(local_date(request.starts_at)).filter(interpreter=OuterRef("pk")))
    found = _weighed(request, list(_eligible(request).order_by(bound.desc(), "name", "id")[:SUGGESTED]))
    return sorted(found, key=lambda one: (one.bound_until is None, not one.fits))


def one_suggestion(request: Request, interpreter_id: UUID) -> Suggestion:
    """One of those who may be asked, or 404: whoever may not be is not there."""
    for found in _weighed(request, list(_eligible(request).filter(pk=interpreter_id))):
        if found.bound_until is not None and found.bound_until >= local_date(request.starts_at):
            return found
    raise Http404


def _eligible(request: Request) -> QuerySet[Interpreter]:
    ruled_out = Assignment.objects.filter(case_id=request.case_id, state=Answer.CONFLICT)
    speaking = Interpreter.objects.filter(languages__contains=[request.language], is_active=True)
    speaking = speaking.filter(institution__is_active=True).exclude(pk__in=ruled_out.values("interpreter_id"))
    return not_feared(speaking, request.refused_to)


def _weighed(request: Request, rows: Sequence[Interpreter]) -> list[Suggestion]:
    wish = wish_of(request)
    bound, engaged = bound_until(rows), busy(rows, request)
    asked = set(Assignment.objects.filter(request=request).values_list("interpreter_id", flat=True))
    return [suggestion(row, bound.get(row.pk), wish, busy=row.pk in engaged, asked=row.pk in asked) for row in rows]


def wish_of(request: Request) -> Wish:
    """What a request wants."""
    words = request.plain.get("words") or {}
    return Wish(
        language=request.language,
        dialect=str(words.get("dialect") or ""),
        sex=request.sex,
        way=request.way,
        area=str(words.get("area") or ""),
        day=local_date(request.starts_at),
    )


def busy(rows: Iterable[Interpreter], request: Request) -> set[UUID]:
    """Who of them has another appointment the actor knows of that day at that time."""
    ends = request.starts_at + dt.timedelta(minutes=request.minutes)
    around = Assignment.objects.filter(
        state__in=STANDING,
        interpreter__in=[row.pk for row in rows],
        request__starts_at__lt=ends,
        request__starts_at__gt=request.starts_at - DAY,
    ).exclude(request=request)
    told = around.values_list("interpreter_id", "request__starts_at", "request__minutes")
    return {one for one, starts, lasts in told if starts + dt.timedelta(minutes=lasts) > request.starts_at}


@dataclass(frozen=True)
class Beside:
    """Who interprets an interview: the request and whoever was asked for it, if somebody."""

    request: Request
    interpreter: Interpreter | None


def of_interviews(case_id: UUID) -> list[QuerySet[Any]]:
    """What `beside` is made of, to be read together with the rest of a page about interviews."""
    held = Assignment.objects.filter(case_id=case_id, state__in=(*STANDING, Answer.CAME))
    return [
        Request.objects.filter(case_id=case_id, number__isnull=False).exclude(state=State.DROPPED).order_by("asked_at"),
        held,
        Interpreter.objects.filter(OneOf("pk", held.values("interpreter_id"))),
    ]


def beside(rows: Sequence[Sequence[Any]], number: int) -> Beside | None:
    """The interpreter of one interview, as far as the actor sees it, from the rows of `of_interviews`; the latest
    request counts."""
    asked, held, interpreters = rows
    request = next((one for one in reversed(asked) if one.number == number), None)
    if request is None:
        return None
    chosen = next((one.interpreter_id for one in held if one.request_id == request.pk), None)
    return Beside(request, next((one for one in interpreters if one.pk == chosen), None))


@Kept
def _asked_for(carriers: Any) -> QuerySet[Request]:
    found = Request.objects.filter(OneOf("asked_by", carriers), state__in=OPEN)
    return found.order_by("next_due_at", "id")[:SHOWN]


def waiting(actor: Actor) -> Asked:
    """Requests that wait for the actor, or for someone she stands in for; the soonest first."""
    return _asked_for(list(actor.carriers))


def items(rows: Iterable[Request], names: Mapping[UUID, tuple[str, str]]) -> list[WorkItem]:
    """Lines of *My work* from these rows; `names`: file → her reference, and the name she goes by if it is open."""
    titles = {
        State.WAITING: _("Find an interpreter"),
        State.ASKED: _("An interpreter answers"),
        State.ACCEPTED: _("Write down whether the interpreter came"),
    }
    return [
        WorkItem(
            kind="interpreter",
            title=titles[State(row.state)],
            url=reverse("interpreting:request", args=[row.case_id, row.pk]),
            reference=names[row.case_id][0],
            due_at=row.next_due_at,
            called=names[row.case_id][1],
            mine=row.state != State.ACCEPTED or (row.next_due_at is not None and row.next_due_at < now()),
        )
        for row in rows
        if row.case_id in names
    ]


@dataclass(frozen=True)
class Appointment:
    """What an interpreter is told: nothing of the file."""

    id: UUID
    reference: str
    starts_at: dt.datetime
    minutes: int
    way: str
    language: str
    sex: str
    state: str


def appointments() -> list[Appointment]:
    """The appointments of whoever asks, the latest first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM authz.my_appointments()")
        return [Appointment(*row) for row in cursor.fetchall()]


def on_the_roster(actor: Actor) -> bool:
    """Is there an entry linked to this account?"""
    return Interpreter.objects.filter(user_id=actor.user_id).exists()


def untrained(person: Person, chosen: Interpreter) -> dict[UUID, list[str]]:
    """Topics a child needs that a colleague who interprets has no training in; of those without an account nothing is
    known."""
    child = chosen.user_id is not None and Case.objects.filter(case_id=person.pk, is_child=True).exists()
    return untrained_for(("child",), [chosen.user_id]) if child and chosen.user_id else {}
