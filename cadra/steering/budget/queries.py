"""Reading money as someone: an institution's own lines and entries, and what was spent on one file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404

from cadra.foundation.access.actor import Actor
from cadra.foundation.kernel import keyset
from cadra.foundation.kernel.pack import pack
from cadra.foundation.ledger import actions as ledger
from cadra.foundation.network.models import User
from cadra.foundation.network.queries import user_names
from cadra.stages.support.models import DecisionOnOffer, Delivery, Offer, OfferDecision
from cadra.stages.support.queries.files import File, file_for
from cadra.steering.budget import policy
from cadra.steering.budget.models import Assistance, Entry, Line, State

PAGE = 25
MOST = 200


@dataclass(frozen=True)
class Budget:
    """An institution's money: lines (newest period first), entries waiting for a second person."""

    lines: Sequence[Line]
    waiting: Sequence[Entry]


@dataclass(frozen=True)
class LinePage:
    """One line and a page of its entries, newest first; `older` is the cursor of the next page or ''."""

    line: Line
    entries: Sequence[Entry]
    older: str


@dataclass(frozen=True)
class EntryPage:
    """One entry with its line. `names`: user id → name. `may_decide`: the actor leads and did not write it."""

    entry: Entry
    names: dict[UUID, str]
    may_decide: bool


@dataclass(frozen=True)
class Costs:
    """What was spent on one file. `entries` by id, as far as they are the actor's institution's own.

    `unmet`: offers that came to nothing because there was no money.
    """

    file: File
    spent: Sequence[Assistance]
    entries: dict[UUID, Entry]
    deliveries: Sequence[Delivery]
    offers: Sequence[Offer]
    unmet: Sequence[Offer]


def must_see(actor: Actor) -> None:
    """404 for those whose work it is not."""
    if not policy.may_see(actor):
        raise Http404


def lines(actor: Actor) -> QuerySet[Line]:
    """The lines of the actor's institution, newest period first."""
    must_see(actor)
    return Line.objects.filter(institution=actor.institution_principal).order_by("-ends", "id")


def budget(actor: Actor) -> Budget:
    """Everything of the institution on one page."""
    waiting = Entry.objects.filter(institution=actor.institution_principal, state=State.PROPOSED)
    waiting = waiting.select_related("line").order_by("recorded_at", "id")
    return Budget(list(lines(actor)[:MOST]), list(waiting[:MOST]))


def line_page(actor: Actor, line_id: UUID, cursor: str = "") -> LinePage:
    """One line; 404 when it is another institution's."""
    line = lines(actor).filter(pk=line_id).first()
    if line is None:
        raise Http404
    entries, older = keyset.page(Entry.objects.filter(line=line), ("-on", "-id"), cursor, PAGE)
    return LinePage(line, entries, older)


def entry_page(actor: Actor, entry_id: UUID) -> EntryPage:
    """One entry; 404 when it is another institution's."""
    entry = entry_for(actor, entry_id)
    names = user_names([entry.giver, entry.witness, entry.recorded_by, entry.decided_by])
    return EntryPage(entry, names, policy.may_keep(actor) and entry.recorded_by != actor.user_id)


def entry_for(actor: Actor, entry_id: UUID, *, lock: bool = False) -> Entry:
    """An entry of the actor's institution; `lock`: held until the transaction ends."""
    must_see(actor)
    rows = Entry.objects.select_for_update(of=("self",)) if lock else Entry.objects
    entry = rows.select_related("line").filter(pk=entry_id, institution=actor.institution_principal).first()
    if entry is None:
        raise Http404
    return entry


def colleagues(actor: Actor) -> list[User]:
    """Who can hand over cash or stand beside: people of the institution who are there."""
    return list(User.objects.filter(institution_id=actor.institution_id, is_active=True).order_by("name", "id")[:MOST])


def costs(actor: Actor, case_id: UUID, *, to_change: bool = False) -> Costs:
    """What was spent on a file, and what it can be spent on; the look is recorded."""
    for_want = OfferDecision.objects.filter(offer=OuterRef("pk"), reasons__contains=[pack().money.no_funds])
    unfunded = Offer.objects.filter(Exists(for_want), case_id=case_id, decision=DecisionOnOffer.NOT_OFFERED)
    file = file_for(
        actor,
        case_id,
        Assistance.objects.filter(case_id=case_id).order_by("-recorded_at", "id")[:MOST],
        Delivery.objects.filter(case_id=case_id).order_by("-on", "-recorded_at", "id")[:MOST],
        Offer.objects.filter(case_id=case_id).order_by("-offered_at", "id")[:MOST],
        unfunded[:MOST],
        verb="looked_at_costs",
        to_change=to_change,
    )
    spent, deliveries, offers, unmet = file.more
    entries = Entry.objects.filter(pk__in=[row.entry_id for row in spent]).select_related("line")
    return Costs(file, spent, {entry.pk: entry for entry in entries}, deliveries, offers, unmet)


def exported(actor: Actor, year: int) -> Iterator[Entry]:
    """Every entry of a year, in the order of days: for accounting. Nobody who was helped is in it."""
    must_see(actor)
    ledger.record(actor=actor, verb="exported_accounts", purpose="accounting")
    rows = Entry.objects.filter(institution=actor.institution_principal, on__year=year)
    return rows.select_related("line").order_by("on", "id").iterator(chunk_size=500)
