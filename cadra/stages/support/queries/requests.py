"""The provider's desk: requests sent to it, and of each only the envelope and what she agreed to share."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Q
from django.http import Http404
from django.utils.translation import get_language

from cadra.foundation import vault
from cadra.foundation.access.actor import Actor
from cadra.foundation.kernel import keyset
from cadra.foundation.kernel.compartments import Compartment
from cadra.foundation.kernel.together import together
from cadra.foundation.ledger import actions as ledger
from cadra.foundation.network.models import User
from cadra.foundation.network.queries import active_colleagues, desk_names
from cadra.record.people.models import Person
from cadra.stages.support import policy
from cadra.stages.support.models import OPEN, Delivery, Extract, ReferralState, ServiceReferral, Turn
from cadra.stages.support.sheets import Edition, Line, edition_of
from cadra.stages.support.sheets.freezing import MESSAGE

PAGE = 25
COUNTED = 1000  # requests a desk has open: beyond that the number is not worth the reading
SHOWN = "shown."  # outcome of a provider's look: in which language the sheet was drawn
ORDER = {part.value: number for number, part in enumerate(Compartment)}
#: What a desk can look at: slug → states.
LISTS: dict[str, tuple[ReferralState, ...]] = {
    "answer": (ReferralState.SENT,),
    "going": (ReferralState.WAITING_LIST, ReferralState.ACCEPTED, ReferralState.STARTED),
    "done": (ReferralState.REFUSED, ReferralState.ENDED),
}


@dataclass(frozen=True)
class RequestRow:
    """A line of the desk: the referral and the name the person goes by."""

    referral: ServiceReferral
    called: str
    desk: str


@dataclass(frozen=True)
class RequestList:
    """One page of the desk; `counts` of what waits by list slug, up to COUNTED; `older`: cursor of the next or ''."""

    rows: Sequence[RequestRow]
    counts: dict[str, int]
    older: str


@dataclass(frozen=True)
class Request:
    """One referral as its desk sees it; `parts` are (compartment, lines) exactly as sent, envelope and core first."""

    referral: ServiceReferral
    parts: Sequence[tuple[str, Sequence[Line]]]
    edition: Edition
    turns: Sequence[Turn]
    deliveries: Sequence[Delivery]
    person: Person
    desk: str
    sender: str
    names: dict[UUID, str]
    colleagues: list[tuple[str, str]]


def desk_list(actor: Actor, *, which: str = "answer", urgency: str = "", cursor: str = "") -> RequestList:
    """Requests at the actor's desks, soonest due first (done ones: newest first). Names shown are recorded."""
    at_my_desks = ServiceReferral.objects.filter(desk__in=list(actor.principals[1:-1]))
    waiting = at_my_desks.filter(state__in=OPEN)[:COUNTED]
    counts = waiting.aggregate(**{slug: Count("pk", filter=Q(state__in=LISTS[slug])) for slug in ("answer", "going")})
    found = at_my_desks.filter(state__in=LISTS[which])
    if urgency:
        found = found.filter(urgency=urgency)
    order = ("-sent_at", "-id") if which == "done" else ("next_due_at", "id")
    shown, older = keyset.page(found, order, cursor, PAGE)
    return RequestList(_opened(actor, shown), counts, older)


def request_for(actor: Actor, referral_id: UUID, *, lock: bool = False) -> ServiceReferral:
    """A referral sent to the actor's desk; 404 when there is none, when it is another's, and when her consent ended.

    `lock`: held until the transaction ends, for those who move it on.
    """
    rows = ServiceReferral.objects.select_for_update() if lock else ServiceReferral.objects
    row = rows.filter(pk=referral_id).first()
    if row is None or not policy.answers_at(actor, row):
        raise Http404
    return row


def request(actor: Actor, referral: ServiceReferral) -> Request:
    """What the desk sees of one referral, opened; the look is recorded under the parts that were open."""
    extracts, turns, deliveries, persons, colleagues = together(
        Extract.objects.filter(referral_id=referral.pk, grant_id=referral.grant_id),
        Turn.objects.filter(referral_id=referral.pk).order_by("at", "id"),
        Delivery.objects.filter(referral_id=referral.pk).order_by("on", "recorded_at", "id"),
        Person.objects.filter(pk=referral.case_id),
        active_colleagues(actor.institution_id).only("id", "name"),
    )
    if not persons:
        raise Http404
    vault.unseal(actor.ring, [referral, *extracts, *turns, *deliveries])
    extracts.sort(key=lambda row: ORDER[row.compartment_of_row])
    ledger.record(
        actor=actor,
        verb="looked_at_referral",
        subjects=[persons[0].ledger_alias],
        compartments=[row.compartment_of_row for row in extracts],
        outcome=f"{SHOWN}{get_language() or 'en'}",
        object_id=referral.pk,
    )
    message: Any = referral.plain["message"]
    content: list[tuple[str, Any]] = [
        (MESSAGE, message),
        *((r.compartment_of_row, r.plain["content"]) for r in extracts),
    ]
    desks = desk_names([referral.desk])
    acted = {referral.sender_id, *(turn.by for turn in turns if turn.by)}
    users = User.objects.filter(pk__in=acted).select_related("institution")
    names = {user.pk: f"{user.name}, {user.institution.name}" for user in users}
    return Request(
        referral,
        [(part, kept["lines"]) for part, kept in content if kept],
        edition_of(referral.edition),
        turns,
        deliveries,
        persons[0],
        desks.get(referral.desk, ""),
        names.get(referral.sender_id, ""),
        names,
        _choices(colleagues),
    )


def has_a_desk(actor: Actor) -> bool:
    """Does the actor answer at a desk at all?"""
    return policy.has_a_desk(actor)


def _opened(actor: Actor, rows: Sequence[ServiceReferral]) -> list[RequestRow]:
    if not rows:
        return []
    cores, persons = together(
        Extract.objects.filter(referral_id__in=[row.pk for row in rows], compartment_of_row=Compartment.CORE),
        Person.objects.filter(pk__in={row.case_id for row in rows}),
    )
    vault.unseal(actor.ring, cores)
    called = {row.referral_id: _called(row) for row in cores}
    ledger.record(
        actor=actor,
        verb="listed",
        subjects=[person.ledger_alias for person in persons],
        compartments=["core"],
    )
    names = desk_names(row.desk for row in rows)
    return [RequestRow(row, called.get(row.pk, ""), names.get(row.desk, "")) for row in rows]


def _called(core: Extract) -> str:
    return called_in((core.plain.get("content") or {}).get("lines", []))


def called_in(lines: Sequence[Line]) -> str:
    """The name she goes by, as it was sent."""
    return next((str(line["value"]) for line in lines if line.get("code") == "called"), "")


def colleagues_of(actor: Actor) -> list[tuple[str, str]]:
    """Who may hand over money, or stand beside: (id, name) of everybody at the actor's institution."""
    return _choices(active_colleagues(actor.institution_id))


def _choices(users: Iterable[User]) -> list[tuple[str, str]]:
    return [(str(one.pk), one.name) for one in users]
