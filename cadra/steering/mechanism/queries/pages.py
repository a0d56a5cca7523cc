"""The pages behind the overview: notes, team, who saw the file, those who must not, her answers."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import Http404
from django.utils.translation import gettext as _

from cadra.foundation import vault
from cadra.foundation.access.actor import Actor
from cadra.foundation.access.models import BreakGlass, Refusal
from cadra.foundation.ledger import queries as ledger
from cadra.foundation.network.models import Desk, Institution, User
from cadra.record.cases.models import Asked, Assignment, Handover, Note, TeamMember
from cadra.record.consent.models import Consent, Explanation
from cadra.record.interpreting.queries import roster
from cadra.steering.mechanism.events import Event, event
from cadra.steering.mechanism.policy import may_see_looks
from cadra.steering.mechanism.queries.candidates import wish_of
from cadra.steering.mechanism.queries.colleagues import Names, names_of
from cadra.steering.mechanism.queries.opened import Opened, look, opened

NOTES = 20
LOOKS = 100
FOUND = 12


@dataclass(frozen=True)
class NotesPage:
    """Notes of the parts open to the actor, newest first; `older`: where the next page starts ('' at the end)."""

    file: Opened
    notes: list[Note]
    names: Names
    older: str


def notes_page(actor: Actor, case_id: UUID, before: dt.datetime | None = None) -> NotesPage:
    """Notes, opened and recorded."""
    wanted = Note.objects.filter(case_id=case_id)
    if before is not None:
        wanted = wanted.filter(written_at__lt=before)
    file, (rows,) = opened(actor, case_id, wanted.order_by("-written_at", "-id")[: NOTES + 1])
    notes = sorted(rows, key=lambda note: (note.written_at, note.pk), reverse=True)[:NOTES]
    vault.unseal(actor.ring, notes)
    names = names_of(users=[note.written_by for note in notes], institutions=[note.institution_id for note in notes])
    look(file, "looked_at_notes", {note.compartment_of_row for note in notes})
    return NotesPage(file, notes, names, notes[-1].written_at.isoformat() if len(rows) > NOTES else "")


def note_page(actor: Actor, case_id: UUID, note_id: UUID) -> tuple[Opened, Note, Names]:
    """One note, opened and recorded; 404 when it is not hers to read."""
    file, (rows,) = opened(actor, case_id, Note.objects.filter(case_id=case_id, pk=note_id))
    if not rows:
        raise Http404
    vault.unseal(actor.ring, rows)
    look(file, "looked_at_notes", [rows[0].compartment_of_row])
    names = names_of(users=[rows[0].written_by], institutions=[rows[0].institution_id])
    return file, rows[0], names


@dataclass(frozen=True)
class TeamPage:
    """Who works with her, who did, who was asked to, and who may see which parts until when."""

    file: Opened
    now: list[TeamMember]
    before: list[TeamMember]
    asked: list[Assignment]
    passing: Handover | None
    names: Names

    @property
    def wish(self) -> str:
        """Whom she wants to work with her."""
        return wish_of(self.file.profile)

    def sex_of(self, user_id: UUID) -> str:
        """What a colleague said of herself; '' when nothing."""
        found = self.names.users.get(user_id)
        return found.sex if found else ""


def team_page(actor: Actor, case_id: UUID) -> TeamPage:
    """The team and, for whoever carries the file, everyone it is open to."""
    file, (rows, asked, passing) = opened(
        actor,
        case_id,
        TeamMember.objects.filter(case_id=case_id).order_by("since"),
        Assignment.objects.filter(case_id=case_id)
        .filter(Q(settled_at=None) | Q(state=Asked.ACCEPTED))
        .order_by("asked_at", "id"),
        Handover.objects.filter(case_id=case_id, settled_at=None).order_by("-made_at")[:1],
    )
    look(file, "looked_at_team")
    names = names_of(
        users=[
            *(row.user_id for row in rows),
            *(one for row in asked for one in (row.user_id, row.asked_by)),
            *(one for row in passing for one in (row.to_user, row.written_by)),
            file.case.manager_id,
        ],
        institutions=[row.institution_id for row in (*rows, *asked)],
        principals=[grant.grantee for grant in file.grants] if file.carried else [],
    )
    now, before = [row for row in rows if row.until is None], [row for row in rows if row.until]
    return TeamPage(file, now, before, asked, next(iter(passing), None), names)


@dataclass(frozen=True)
class SeenPage:
    """Who saw or changed the file, newest first, refused attempts too; and emergency openings with their review."""

    file: Opened
    events: list[Event]
    openings: list[BreakGlass]
    names: Names
    older: str


def seen_page(actor: Actor, case_id: UUID, before: dt.datetime | None = None) -> SeenPage:
    """The trail of the file, for whoever carries it."""
    file, (openings,) = opened(actor, case_id, BreakGlass.objects.filter(case_id=case_id).order_by("-opened_at"))
    if not may_see_looks(actor, file.mine):
        raise Http404
    entries = ledger.trail(file.person.ledger_alias, before=before, limit=LOOKS + 1)
    shown = [event(entry) for entry in entries[:LOOKS]]
    names = names_of(
        users=[*(one.entry.actor for one in shown), *(one.user_id for one in openings)],
        institutions=[*(one.entry.institution for one in shown), *(one.institution_id for one in openings)],
    )
    look(file, "looked_at_trail")
    return SeenPage(file, shown, openings, names, shown[-1].at.isoformat() if len(entries) > LOOKS else "")


@dataclass(frozen=True)
class RefusalsPage:
    """Those who must never see the file; `found`: who answers to the words searched for."""

    file: Opened
    refusals: list[Refusal]
    names: Names
    found: list[Any] = field(default_factory=list)


def refusals_page(actor: Actor, case_id: UUID, words: str = "") -> RefusalsPage:
    """The list of those she fears, and a search in the directory, for whoever carries the file."""
    file, (rows,) = opened(actor, case_id, Refusal.objects.filter(case_id=case_id, ended_at=None).order_by("since"))
    if not file.carried:
        raise Http404
    look(file, "looked_at_refusals")
    names = names_of(principals=[row.principal for row in rows], users=[row.set_by for row in rows])
    return RefusalsPage(file, rows, names, directory(words) if words else [])


def refusal_of(actor: Actor, case_id: UUID, refusal_id: UUID) -> tuple[Opened, Refusal, Names]:
    """One refusal in force, or 404."""
    file, (rows,) = opened(actor, case_id, Refusal.objects.filter(case_id=case_id, pk=refusal_id, ended_at=None))
    if not file.carried or not rows:
        raise Http404
    look(file, "looked_at_refusals")
    return file, rows[0], names_of(principals=[rows[0].principal])


@dataclass(frozen=True)
class Listed:
    """A line of the directory: who it is and where."""

    principal: int
    name: str
    where: str


def directory(words: str) -> list[Listed]:
    """People, desks, institutions and interpreters whose name has these words, a dozen of each at most."""
    wanted = words.strip()[:60]
    if not wanted:
        return []
    houses = Institution.objects.filter(name__icontains=wanted, is_active=True)
    desks = Desk.objects.filter(name__icontains=wanted).select_related("institution")
    people = User.objects.filter(name__icontains=wanted, is_active=True).select_related("institution")
    return [
        *(Listed(one.principal, one.name, "") for one in houses[:FOUND]),
        *(Listed(one.principal, one.name, one.institution.name) for one in desks[:FOUND]),
        *(Listed(one.principal, one.name, one.institution.name) for one in people[:FOUND]),
        *(Listed(one.principal, one.name, _("Roster of interpreters")) for one in roster.called(wanted, FOUND)),
    ]


def listed(principal: int) -> Listed:
    """Who stands behind a principal, or 404."""
    name = names_of(principals=[principal]).principal(principal)
    if not name:
        raise Http404
    return Listed(principal, name, "")


@dataclass(frozen=True)
class ConsentsPage:
    """All her answers and what was explained to her, newest first."""

    file: Opened
    consents: list[Consent]
    explanations: list[Explanation]
    names: Names


def consents_page(actor: Actor, case_id: UUID, *, bears_absence: bool = False) -> ConsentsPage:
    """Her answers, for whoever carries the file. `bears_absence`: also while the keeper is away, without the words."""
    actor.ring.bears_absence = bears_absence
    file, (consents, explanations) = opened(
        actor,
        case_id,
        Consent.objects.filter(case_id=case_id).order_by("-decided_at", "id"),
        Explanation.objects.filter(case_id=case_id).order_by("-given_at", "id"),
    )
    if not file.carried:
        raise Http404
    vault.unseal(actor.ring, [*consents, *explanations])
    names = names_of(
        users=[*(one.recorded_by for one in consents), *(one.given_by for one in explanations)],
        principals=[
            *(one.recipient for one in consents if one.recipient is not None),
            *(grant.grantee for grant in file.grants),
        ],
    )
    look(file, "looked_at_consents")
    return ConsentsPage(file, consents, explanations, names)


def recipients_of(kinds: tuple[str, ...]) -> list[tuple[Institution, list[Desk]]]:
    """Institutions of these kinds with their open desks, by name."""
    houses = Institution.objects.filter(kind__in=kinds, is_active=True).prefetch_related("desks").order_by("name")
    return [(house, [desk for desk in house.desks.all() if desk.is_open]) for house in houses[:300]]
