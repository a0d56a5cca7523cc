"""Reading at the desk: what arrived, what was sent, and who she might be. Every look is recorded."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Coalesce
from django.http import Http404
from django.utils.translation import gettext as _

from cadra.foundation.access.actor import Actor
from cadra.foundation.kernel import keyset, references
from cadra.foundation.kernel.addresses import reverse
from cadra.foundation.kernel.clock import now
from cadra.foundation.kernel.compartments import Compartment
from cadra.foundation.kernel.pack import pack
from cadra.foundation.kernel.work import WorkItem
from cadra.foundation.ledger import actions as ledger
from cadra.record.cases.models import Case
from cadra.record.consent.models import Consent
from cadra.record.consent.queries import consents_for
from cadra.record.people.actions import name_list
from cadra.record.people.models import Person
from cadra.record.people.queries import named, person_for
from cadra.stages.identification import policy
from cadra.stages.identification.models import Referral, ReferralAnswers, State
from cadra.stages.identification.queries import intake, sent, unheld

PAGE = 25
WAITING = policy.WAITING
MOST_URGENT = ("-in_danger", "due", "id")
CORE, IDENTITY = Compartment.CORE, Compartment.IDENTITY
#: Open on the desk without asking; who she is in papers and how she is reached open for a purpose.
PLAIN = (CORE, Compartment.STORY)
CLOSED = (IDENTITY, Compartment.CONTACT)


@dataclass(frozen=True)
class Line:
    """A referral on the desk: its person, the name she goes by, and the clock that runs."""

    referral: Referral
    reference: str
    called: str

    @property
    def due(self) -> dt.datetime | None:
        """When the next step is due."""
        return self.referral.assign_due_at or self.referral.answer_due_at

    @property
    def step(self) -> str:
        """What it waits for, in words."""
        return steps()[self.referral.state]

    @property
    def presses(self) -> list[dict[str, str]]:
        """What makes it urgent, as tags."""
        row = self.referral
        found = [{"text": _("In danger"), "colour": "red"}] if row.in_danger else []
        found += [{"text": _("Needs a doctor"), "colour": "orange"}] if row.urgent_health else []
        return [*found, {"text": _("Child"), "colour": "purple"}] if row.is_child else found

    @property
    def entry(self) -> str:
        """How she came into view."""
        return pack().entry_points.label(self.referral.entry_point)

    @property
    def place(self) -> str:
        """Where."""
        return sent.place(self.referral.area)


def steps() -> dict[str, str]:
    """state → what it waits for."""
    return {
        State.SENT: _("To be received"),
        State.ACKNOWLEDGED: _("To be compared and registered"),
        State.CONNECTED: _("To be given to a pair"),
        State.ASSIGNED: _("Given to a pair"),
    }


@dataclass(frozen=True)
class DeskPage:
    """One page of the desk. `counts`: all, each state, danger, children, late. `older`: cursor of the next page.

    `unheld`: how many files no institution holds, in words; '' when there are none.
    """

    lines: Sequence[Line]
    counts: Mapping[str, int]
    older: str
    unheld: str


def desk(
    actor: Actor,
    *,
    state: str = "",
    danger: bool = False,
    child: bool = False,
    late: bool = False,
    cursor: str = "",
) -> DeskPage:
    """What waits at my desk: danger first, then whatever is due first."""
    if not policy.may_answer(actor):
        raise Http404
    waiting = _waiting(actor)
    counts = waiting.aggregate(
        all=Count("id"),
        **{str(step): Count("id", filter=Q(state=step)) for step in WAITING},
        danger=Count("id", filter=Q(in_danger=True)),
        child=Count("id", filter=Q(is_child=True)),
        late=Count("id", filter=Q(due__lt=now())),
    )
    if state in WAITING:
        waiting = waiting.filter(state=state)
    if danger:
        waiting = waiting.filter(in_danger=True)
    if child:
        waiting = waiting.filter(is_child=True)
    if late:
        waiting = waiting.filter(due__lt=now())
    rows, older = keyset.page(waiting, MOST_URGENT, cursor, PAGE)
    without = unheld.count(actor)
    return DeskPage(_lines(actor, rows), counts, older, unheld.count_words(without) if without else "")


def _waiting(actor: Actor) -> QuerySet[Any]:
    due = Coalesce("assign_due_at", "answer_due_at")
    return policy.arrived(actor).filter(state__in=WAITING).annotate(due=due).order_by(*MOST_URGENT)


def _lines(actor: Actor, rows: Sequence[Referral]) -> list[Line]:
    if not rows:
        return []
    ids = [row.case_id for row in rows]
    persons, called = named(actor, ids)
    ledger.record(
        actor=actor,
        verb="listed_desk",
        subjects=[person.ledger_alias for person in persons.values()],
        compartments=[CORE],
    )
    return [
        Line(row, persons[row.case_id].reference, called.get(row.case_id, "")) for row in rows if row.case_id in persons
    ]


# One referral ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Item:
    """One referral as it lies on the desk, opened."""

    referral: Referral
    person: Person
    answers: Mapping[str, Mapping[str, Any]]
    parts: Sequence[str] = PLAIN
    consents: Sequence[Consent] = field(default_factory=list)

    @property
    def called(self) -> str:
        return str(self.answers.get("person", {}).get("called") or "")

    @property
    def facts(self) -> list[str]:
        """For the bar over the referral: child, sex and age, languages, when it was sent."""
        told = self.answers.get("person", {})
        found = [_("treated as a child")] if self.referral.is_child else []
        found += [sent.sex(told.get("sex")), sent.age(told.get("age")), sent.languages(told.get("languages"))]
        return [fact for fact in found if fact]

    @property
    def gave_names(self) -> bool:
        """Whether there is a name to compare."""
        return bool(name_list(self.answers.get("person", {}).get("names")))

    @property
    def sections(self) -> list[sent.Section]:
        return sent.sections(self.referral, self.answers, self.parts)

    @property
    def closed(self) -> list[Compartment]:
        """Parts that are not open on this page."""
        return [part for part in CLOSED if part not in self.parts]

    @property
    def elements(self) -> list[tuple[Any, bool]]:
        """Elements the guidance looks for, covered or not. Never a score."""
        signs = self.answers.get("indicators", {}).get("signs") or {}
        return intake.covered(signs, child=self.referral.is_child)

    @property
    def immediate(self) -> list[intake.Immediate]:
        return intake.immediate_after("safety", self.answers.get("safety", {}))

    @property
    def step(self) -> str:
        return steps()[self.referral.state]


def referral_for(actor: Actor, referral_id: UUID) -> Referral:
    """A referral that reached my desk, or 404."""
    row = policy.arrived(actor).filter(pk=referral_id).first()
    if row is None:
        raise Http404
    return row


def item(
    actor: Actor,
    referral_id: UUID,
    *,
    parts: Sequence[str] = PLAIN,
    screens: Sequence[str] = (),
    purpose: str = "",
) -> Item:
    """What was sent, in these parts (and only these screens), opened and recorded; 404 when not at my desk."""
    row = referral_for(actor, referral_id)
    person = person_for(actor, row.case_id)
    rows = ReferralAnswers.objects.filter(referral=row, compartment_of_row__in=parts)
    opened = list(rows.filter(screen__in=screens) if screens else rows)
    answers = intake.open_answers(actor, opened)
    ledger.record(
        actor=actor,
        verb="looked_at_referral",
        subjects=[person.ledger_alias],
        compartments=sorted({one.compartment_of_row for one in opened}),
        purpose=purpose,
        object_id=row.pk,
    )
    return Item(row, person, answers, parts, [] if screens else consents_for(actor, row.case_id))


def compared_item(actor: Actor, referral_id: UUID) -> Item:
    """What is needed to compare her with others: the name she goes by and who she is in papers."""
    return item(actor, referral_id, parts=(CORE, IDENTITY), screens=("person",), purpose="matching")


# Files a referral leads to ---------------------------------------------------------------------------


def known_for(actor: Actor, person_id: UUID) -> Person:
    """A registered person a referral may be connected with, or 404."""
    if not policy.may_answer(actor):
        raise Http404
    person = person_for(actor, person_id)
    if not person.is_registered or person.merged_into:
        raise Http404
    return person


def by_reference(actor: Actor, typed: str) -> Person | None:
    """The registered person with this reference, in whatever way it was typed; None when there is none."""
    try:
        reference = references.parse(typed)
    except references.WrongReference:
        return None
    return Person.objects.filter(reference=reference, is_registered=True, merged_into=None).first()


def case_of(actor: Actor, referral: Referral) -> Case:
    """The file a referral was registered as or connected with, or 404."""
    case = Case.objects.filter(case_id=referral.case_id).first()
    if case is None:
        raise Http404
    return case


# My work -----------------------------------------------------------------------------------------


def work(actor: Actor, most: int = 50) -> list[WorkItem]:
    """What waits at the desk, for *My work*: danger first, then by clock."""
    if not policy.may_answer(actor):
        return []
    titles = {
        State.SENT: _("Confirm that a referral was received"),
        State.ACKNOWLEDGED: _("Compare and register a referral"),
        State.CONNECTED: _("Name a pair and who holds the file"),
    }
    return [
        WorkItem(
            kind=f"desk_{line.referral.state}",
            title=titles[State(line.referral.state)],
            url=reverse("identification:desk_item", args=[line.referral.pk]),
            reference=line.reference,
            due_at=line.due,
            called=line.called,
            urgent=line.referral.in_danger,
        )
        for line in _lines(actor, list(_waiting(actor)[:most]))
    ] + unheld.work(actor)
