"""The first responder's reading: her drafts, screen by screen, and the receipts of what was sent."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cadra.foundation import vault
from cadra.foundation.access.actor import Actor
from cadra.foundation.kernel import keyset
from cadra.foundation.kernel.addresses import reverse
from cadra.foundation.kernel.answers import Answer
from cadra.foundation.kernel.clock import deadline, now
from cadra.foundation.kernel.compartments import Compartment
from cadra.foundation.kernel.pack import pack
from cadra.foundation.kernel.pack.models import Element, EmergencyNumber, Limit
from cadra.foundation.kernel.together import Kept, Wanted, together
from cadra.foundation.kernel.work import WorkItem
from cadra.foundation.ledger import actions as ledger
from cadra.foundation.network import queries as network
from cadra.foundation.network.models import Desk, Institution
from cadra.record.people.models import Person
from cadra.stages.identification import policy
from cadra.stages.identification.models import Receipt, Referral, ReferralAnswers

CORE, IDENTITY, CONTACT, STORY = Compartment.CORE, Compartment.IDENTITY, Compartment.CONTACT, Compartment.STORY
PAGE = 25
#: Drafts shown at once; somebody with more has forgotten some of them.
MOST_DRAFTS = 20
MOST_WORK = 50


@dataclass(frozen=True)
class Screen:
    """One page of the referral. `parts`: name of a value → compartment it is sealed in.

    `coded`: values kept in the open on the referral, so that a desk can order its work. `required`: the
    referral can't be sent before this screen is complete.
    """

    slug: str
    title: Any
    parts: Mapping[str, Compartment] = field(default_factory=dict)
    coded: tuple[str, ...] = ()
    required: bool = False


SCREENS: dict[str, Screen] = {
    screen.slug: screen
    for screen in (
        Screen("safety", gettext_lazy("Safety first"), {"answers": STORY}, required=True),
        Screen(
            "person",
            gettext_lazy("The person"),
            {
                **dict.fromkeys(("called", "sex", "age", "languages", "interpreter", "nationality"), CORE),
                **dict.fromkeys(("names", "birth", "documents"), IDENTITY),
            },
            required=True,
        ),
        Screen(
            "contact",
            gettext_lazy("How to reach her safely"),
            dict.fromkeys(("channels", "rules", "whereabouts"), CONTACT),
        ),
        Screen(
            "place",
            gettext_lazy("Where she was met"),
            {"how_found": STORY},
            coded=("entry_point", "area"),
            required=True,
        ),
        Screen(
            "indicators",
            gettext_lazy("Signs"),
            dict.fromkeys(("signs", "notes"), STORY),
            coded=("forms",),
        ),
        Screen(
            "explanations",
            gettext_lazy("What was explained"),
            dict.fromkeys(("given", "form", "language", "interpreter", "asked"), CORE),
        ),
        Screen(
            "consent",
            gettext_lazy("What she agrees to"),
            {**dict.fromkeys(("answers", "form", "witness", "ask_again_on"), CORE), "hard": STORY},
        ),
        Screen("check", gettext_lazy("Check and send")),
    )
}
ORDER = tuple(SCREENS)
TOTAL = len(ORDER)


@dataclass(frozen=True)
class DraftReferral:
    """A referral being written. `answers`: screen → its values, opened; only the screens asked for."""

    referral: Referral
    person: Person
    answers: dict[str, dict[str, Any]]

    @property
    def called(self) -> str:
        return str(self.answers.get("person", {}).get("called") or "")

    @property
    def missing(self) -> list[Screen]:
        """Screens that must be complete before it can be sent."""
        return missing(self.referral)

    @property
    def next_screen(self) -> str:
        """Where to go on: the first screen not saved yet."""
        return next((slug for slug in ORDER if slug not in self.referral.screens), "check")

    @property
    def last_day(self) -> dt.datetime:
        """When an unsent draft is deleted."""
        return deadline(self.referral.started_at, pack().limit("draft_kept"))


def missing(referral: Referral) -> list[Screen]:
    """Required screens of this referral that are not complete."""
    return [screen for screen in SCREENS.values() if screen.required and screen.slug not in referral.screens]


def after(slug: str) -> str:
    """The screen after this one."""
    return ORDER[min(ORDER.index(slug) + 1, TOTAL - 1)]


def before(slug: str) -> str | None:
    """The screen before this one, None for the first."""
    return ORDER[ORDER.index(slug) - 1] if slug != ORDER[0] else None


# Drafts ------------------------------------------------------------------------------------------


def draft_for(actor: Actor, referral_id: UUID, *screens: str) -> DraftReferral:
    """My own draft with these screens opened (all without any), looked at and recorded; else 404."""
    referral = policy.my_drafts(actor).filter(pk=referral_id).first()
    person = Person.objects.filter(pk=referral.case_id).first() if referral else None
    if referral is None or person is None:
        raise Http404
    rows = ReferralAnswers.objects.filter(referral=referral)
    opened = list(rows.filter(screen__in=screens) if screens else rows)
    ledger.record(
        actor=actor,
        verb="looked_at_draft",
        subjects=[person.ledger_alias],
        compartments=sorted({row.compartment_of_row for row in opened}),
        object_id=referral.pk,
    )
    return DraftReferral(referral, person, open_answers(actor, opened))


@Kept
def answers_of(referral_id: Any) -> QuerySet[ReferralAnswers]:
    """What its screens hold, sealed."""
    return ReferralAnswers.objects.filter(referral_id=referral_id)


def open_answers(actor: Actor, rows: Iterable[ReferralAnswers]) -> dict[str, dict[str, Any]]:
    """screen → values, from all the compartments open to the actor."""
    found: dict[str, dict[str, Any]] = {}
    for row in vault.unseal(actor.ring, rows):
        found.setdefault(row.screen, {}).update(row.plain["content"] or {})  # type: ignore[attr-defined]
    return found


def drafts(actor: Actor) -> list[DraftReferral]:
    """What I have begun and not sent, newest first, with the name she goes by."""
    return _opened_drafts(actor, list(_my_newest_drafts(actor)))


def _my_newest_drafts(actor: Actor) -> QuerySet[Referral]:
    return policy.my_drafts(actor).order_by("-started_at", "id")[:MOST_DRAFTS]


def _opened_drafts(actor: Actor, referrals: list[Referral]) -> list[DraftReferral]:
    if not referrals:
        return []
    told = ReferralAnswers.objects.filter(referral__in=referrals, screen="person", compartment_of_row=Compartment.CORE)
    people, rows = together(Person.objects.filter(pk__in=[referral.case_id for referral in referrals]), told)
    persons = {person.pk: person for person in people}
    named = {row.referral_id: row for row in vault.unseal(actor.ring, rows)}
    ledger.record(
        actor=actor,
        verb="listed_drafts",
        subjects=[person.ledger_alias for person in people],
        compartments=[Compartment.CORE],
    )
    return [
        DraftReferral(
            referral,
            persons[referral.case_id],
            {"person": named[referral.pk].plain["content"] or {}} if referral.pk in named else {},
        )
        for referral in referrals
        if referral.case_id in persons
    ]


def expired(draft: DraftReferral) -> bool:
    """Is this draft older than drafts are kept?"""
    return draft.last_day <= now()


# What the answers mean ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Immediate:
    """What to do at once: why (the question or sign), the steps, whom to ring."""

    why: str
    steps: tuple[str, ...]
    ring: tuple[EmergencyNumber, ...]
    urgent: bool


def immediate_after(screen: str, values: Mapping[str, Any]) -> list[Immediate]:
    """The immediate steps that the answers of a screen call for, urgent ones first; from the pack."""
    found = []
    if screen == "safety":
        for question in pack().safety_questions:
            told = question.answer(values.get("answers", {}).get(question.code, Answer.NOT_ASKED))
            if told.steps or told.ring:
                ring = tuple(pack().numbers(told.ring)) if told.ring else ()
                found.append(Immediate(str(question), tuple(map(str, told.steps)), ring, told.urgent))
    if screen == "indicators":
        told = pack().immediate_risk
        risks = signs_at_risk(values.get("signs", {}))
        if risks:
            ring = tuple(pack().numbers(told.ring)) if told.ring else ()
            found.append(Immediate("; ".join(risks), tuple(map(str, told.steps)), ring, True))
    return sorted(found, key=lambda one: not one.urgent)


def signs_at_risk(signs: Mapping[str, str]) -> list[str]:
    """Wording of the signs of immediate risk that were answered with yes."""
    return [
        str(pack().indicators[code])
        for code, answer in signs.items()
        if answer == Answer.YES and code in pack().indicators and pack().indicators[code].immediate_risk
    ]


def covered(signs: Mapping[str, str], *, child: bool) -> list[tuple[Element, bool]]:
    """The elements the guidance looks for, and whether any sign seen speaks of each. Never a score."""
    seen = {
        pack().indicators[code].element
        for code, answer in signs.items()
        if answer == Answer.YES and code in pack().indicators
    }
    return [(element, element.code in seen) for element in pack().elements_for(child=child)]


def answer_limit(referral: Referral) -> Limit:
    """How long the desk may take to say that it has received this."""
    urgent = referral.in_danger or referral.urgent_health
    return pack().limit("acknowledge_urgent" if urgent else "acknowledge")


def desk_phone(desk: Desk) -> str:
    """Where the desk answers the telephone, else its institution."""
    return desk.phone or desk.institution.phone


def child_contacts(actor: Actor, area: str = "") -> tuple[list[Institution], list[EmergencyNumber]]:
    """Who protects children there: up to three offices of the area (else any), and the numbers to ring."""
    recipient = pack().recipients.get("child_protection")
    offices = network.offices(recipient.kinds, area)[:3] if recipient else []
    ring = pack().safety_questions["children"].answer(Answer.YES).ring
    return offices, pack().numbers(ring) if ring else []


# Receipts ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ReceiptPage:
    """Receipts of one page; `older` is the cursor of the next page, empty on the last."""

    receipts: list[Receipt]
    older: str


def receipt_for(actor: Actor, receipt_id: UUID) -> Receipt:
    """One receipt of my institution, or 404."""
    receipt = policy.my_receipts(actor).filter(pk=receipt_id).first()
    if receipt is None:
        raise Http404
    return receipt


def has_receipt(actor: Actor, receipt_id: UUID) -> bool:
    """Was this referral sent by my institution?"""
    return policy.my_receipts(actor).filter(pk=receipt_id).exists()


def receipts(actor: Actor, *, mine_only: bool = False, cursor: str = "") -> ReceiptPage:
    """What I, or my institution, sent: newest first."""
    found = policy.my_receipts(actor)
    if mine_only:
        found = found.filter(author=actor.principal)
    rows, older = keyset.page(found, ("-sent_at", "-id"), cursor, PAGE)
    return ReceiptPage(rows, older)


def wanted(actor: Actor) -> list[Wanted]:
    """What *My work* reads, in the order `items` takes the rows: my drafts, and what of mine nobody received yet."""
    if not policy.may_refer(actor):
        return [None, None]
    unanswered = policy.my_receipts(actor).filter(author=actor.principal, received_at=None)
    return [_my_newest_drafts(actor), unanswered.order_by("answer_due_at", "id")[:MOST_WORK]]


def items(actor: Actor, rows: Sequence[list[Any]]) -> list[WorkItem]:
    """For *My work*: my unfinished drafts, and what I sent that nobody has received yet."""
    drafted, waiting = rows
    begun = [
        WorkItem(
            kind="draft_referral",
            title=_("Finish and send the referral you began"),
            url=reverse("identification:screen", args=[draft.referral.pk, draft.next_screen]),
            reference=draft.person.reference,
            due_at=draft.last_day,
            called=draft.called,
            urgent=draft.referral.in_danger,
        )
        for draft in _opened_drafts(actor, drafted)
    ]
    sent = [
        WorkItem(
            kind="unanswered_referral",
            title=_("Waiting to be received"),
            url=reverse("identification:receipt", args=[receipt.pk]),
            reference=receipt.reference,
            due_at=receipt.answer_due_at,
            mine=False,
        )
        for receipt in waiting[: MOST_WORK - len(begun)]
    ]
    return [*begun, *sent]
