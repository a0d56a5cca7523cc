"""The file in one screen: what it shows, read in few round trips, with one look recorded for all of it."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from cadra.foundation import vault
from cadra.foundation.access.actor import Actor
from cadra.foundation.kernel.clock import now, today
from cadra.foundation.kernel.compartments import Compartment
from cadra.foundation.kernel.together import Kept
from cadra.foundation.ledger import actions as ledger
from cadra.foundation.ledger import queries as ledger_queries
from cadra.record.cases.models import StageInterval, TeamMember
from cadra.record.consent.models import Answer, Consent
from cadra.record.documents import queries as documents
from cadra.record.documents.models import Paper
from cadra.record.people.models import Contact
from cadra.steering.mechanism.answers import current_answers
from cadra.steering.mechanism.events import SHARED, Event, event
from cadra.steering.mechanism.panels import Panels, board_of, desks_of, identification_of, pair_of, wanted
from cadra.steering.mechanism.queries.colleagues import Names, names_of
from cadra.steering.mechanism.queries.opened import Opened, opened

EVENTS = 4


#: What the page shows besides the plan.
ON_THE_PAGE = (
    Kept(lambda case_id: StageInterval.objects.filter(case_id=case_id).order_by("entered_at")),
    Kept(lambda case_id: TeamMember.objects.filter(case_id=case_id, until=None).order_by("since")),
    Kept(lambda case_id: Consent.objects.filter(case_id=case_id).order_by("-decided_at", "id")),
    Kept(lambda case_id: Contact.objects.filter(case_id=case_id)),
    documents.papers_lacking,
)


@dataclass(frozen=True)
class FilePage:
    """Everything the file page shows."""

    file: Opened
    stages: list[StageInterval]
    team: list[TeamMember]
    consents: list[Consent]
    contact: Contact | None
    papers: list[Paper]
    panels: Panels
    events: list[Event]
    names: Names

    @property
    def asks_again(self) -> list[Consent]:
        """What she wanted time for, soonest first."""
        standing = current_answers(self.consents)
        waiting = [c for c in standing if c.answer == Answer.NOT_YET and c.ask_again_on and not c.withdrawn_at]
        return sorted(waiting, key=lambda consent: consent.ask_again_on or dt.date.max)

    @property
    def consents_ending(self) -> list[Consent]:
        """Consents in force with their ends, soonest first."""
        found = [c for c in current_answers(self.consents) if c.until and now() < c.until and not c.withdrawn_at]
        return sorted(found, key=lambda consent: consent.until or now())

    @property
    def today(self) -> dt.date:
        """The day it is in the country."""
        return today()


def file_page(actor: Actor, case_id: UUID) -> FilePage:
    """One file, as much of it as is open to the actor."""
    file, (stages, team, consents, contacts, papers, *plan) = opened(
        actor,
        case_id,
        *(query(case_id) for query in ON_THE_PAGE),
        *wanted(case_id),
    )
    vault.unseal(actor.ring, contacts)
    contact = contacts[0] if contacts else None
    summary = identification_of(actor, file.person)
    events = _events(file)
    names = names_of(
        users=[
            *(one.user_id for one in team),
            file.case.manager_id,
            *(one.entry.actor for one in events),
            *pair_of(summary),
        ],
        institutions=[one.institution_id for one in team],
        principals=[
            *(consent.recipient for consent in consents if consent.recipient is not None),
            *desks_of(plan),
            *([file.case.holder] if file.case.holder is not None else []),
        ],
    )
    board = board_of(actor, plan, names.principals) if Compartment.SUPPORT in file.parts else None
    shown = Panels(summary, board)
    ledger.record(
        actor=actor,
        verb="looked_at_file",
        subjects=[file.person.ledger_alias],
        compartments=sorted({*file.core_shown, *_besides(contact, papers), *shown.parts}),
    )
    return FilePage(file, stages, team, consents if file.carried else [], contact, papers, shown, events, names)


def _besides(contact: Contact | None, papers: list[Paper]) -> list[str]:
    return [*(["contact"] if contact else []), *(["support"] if papers else [])]


def _events(file: Opened) -> list[Event]:
    """The latest changes: all of them when the actor carries the file, else those of the own house and milestones."""
    entries = ledger_queries.changes(
        file.person.ledger_alias,
        house=None if file.carried else file.actor.institution_id,
        shared=SHARED,
        limit=EVENTS,
    )
    return [event(entry) for entry in entries]
