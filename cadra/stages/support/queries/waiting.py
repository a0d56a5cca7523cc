"""What waits for somebody in pillar 2: requests at a desk, answers awaited, offers to repeat, plans to review."""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from cadra.foundation.access.actor import Actor
from cadra.foundation.access.models import Refusal
from cadra.foundation.kernel.addresses import reverse
from cadra.foundation.kernel.arrays import OneOf, told_by
from cadra.foundation.kernel.clock import at, deadline, local_date, now, today
from cadra.foundation.kernel.pack import pack
from cadra.foundation.kernel.together import Kept, Wanted, parted, together
from cadra.foundation.kernel.work import WorkItem
from cadra.foundation.network.models import DeskMember
from cadra.record.cases.models import Case
from cadra.record.cases.policy import CARRYING_ROLES
from cadra.stages.support.dates import first_contact, first_help_due
from cadra.stages.support.models import (
    OPEN,
    Assessment,
    Offer,
    Plan,
    ReferralState,
    SafetyReview,
    ServiceReferral,
    Urgency,
)
from cadra.stages.support.queries import fair_work

SHOWN = 50
FILES = 1000  # files one person carries, at most
OF_A_FILE = ("id", "case_id", "reference", "opened_at", "first_contact_at", "first_help_at")
AHEAD = dt.timedelta(days=7)  # how early a date shows up as work


def wanted(actor: Actor) -> list[Wanted]:
    """What *My work* reads first, in the order `items` takes the rows: the files that wait for the actor.

    Hers and those of whom she stands in for, and of her house those nobody carries, as far as they are due soonest: no
    date of a file is before the file's own.
    """
    return [_hers(), _nobodys(actor.institution_principal) if actor.has(*CARRYING_ROLES) else None]


def _soonest_first(files: QuerySet[Case]) -> QuerySet[Case]:
    return files.filter(closed_at=None).only(*OF_A_FILE).order_by("next_due_at", "id")


@Kept
def _hers() -> QuerySet[Case]:
    covered = OneOf("manager_id", told_by("authz.stands_for"))  # PostgreSQL knows who covers whom
    return _soonest_first(Case.objects.filter(covered))[:FILES]


@Kept
def _nobodys(house: Any) -> QuerySet[Case]:
    return _soonest_first(Case.objects.filter(manager_id=None, holder=house))[:SHOWN]


def items(actor: Actor, rows: Sequence[Sequence[Case]]) -> list[WorkItem]:
    """Up to 50 things, soonest first, from the rows of `wanted`."""
    files = [case for group in rows for case in group]
    carried = {case.case_id: case.reference for case in files}
    asking = _to_ask_about(files)
    dates, fair = _dates(list(carried)), fair_work.wanted(actor, list(carried))
    referrals, asked, *rest = together(
        _referrals(list(carried), actor.user_id, _my_desks(actor)),
        _assessments(list(asking)) if asking else None,
        *dates,
        *fair,
    )
    dated, to_do = parted(rest, dates, fair)
    never = {case.case_id for case in asked}
    found = [
        *_referral_items(actor, referrals, carried),
        *_dated(dated, carried),
        *fair_work.items(to_do, carried),
        *(_never_assessed(case_id, carried, due) for case_id, due in asking.items() if case_id not in never),
        *_never_helped(rows[0]),
    ]
    far = dt.datetime.max.replace(tzinfo=dt.UTC)
    return sorted(found, key=lambda item: (not item.mine, item.due_at or far))[:SHOWN]


@Kept
def _assessments(case_ids: Any) -> QuerySet[Assessment]:
    return Assessment.objects.filter(OneOf("case_id", case_ids)).only("id", "case_id")


@Kept
def _referrals(carried: Any, sender_id: Any, desks: Any) -> QuerySet[ServiceReferral]:
    """Requests at my desks, and the answers I wait for."""
    asking = Q(state__in=[*OPEN, ReferralState.REFUSED, ReferralState.CLOSED_BY_CONSENT], settled_at=None)
    of_hers = Q(OneOf("case_id", carried)) & asking
    sent = Q(sender_id=sender_id) & asking
    at_desk = Q(OneOf("desk", desks)) & Q(state__in=OPEN)
    rows = ServiceReferral.objects.filter(at_desk | of_hers | sent)  # each arm has an index of its own
    fields = ("id", "case_id", "state", "next_due_at", "desk", "reference", "urgency", "answered_at")
    return rows.order_by(F("next_due_at").asc(nulls_first=True), "id").only(*fields)[: 2 * SHOWN]


def _my_desks(actor: Actor) -> list[int]:
    return list(actor.principals[1:-1])


def _referral_items(actor: Actor, rows: Sequence[ServiceReferral], carried: dict[UUID, str]) -> list[WorkItem]:
    desks = _my_desks(actor)
    awaited = {row.pk for row in rows if row.state in OPEN and row.desk not in desks}
    (answered,) = together(_with_someone(list(awaited), today()) if awaited else None)
    deserted = awaited - {row.pk for row in answered}
    return [_item(row, row.desk in desks and row.state in OPEN, carried, row.pk in deserted) for row in rows]


@Kept
def _with_someone(referral_ids: Any, day: Any) -> QuerySet[ServiceReferral]:
    return ServiceReferral.objects.filter(OneOf("id", referral_ids), Exists(someone_there(day))).only("id")


def someone_there(day: Any) -> QuerySet[DeskMember]:
    """Who answers at the desk of a referral on this day, or at the one that covers it, and may know of her."""
    away = Q(user__absent_from__lte=day, user__absent_until__gte=day)
    covers = {
        "desk__covers__principal": OuterRef("desk"),
        "desk__covers__cover_from__lte": day,
        "desk__covers__cover_until__gte": day,
    }
    feared = Refusal.objects.filter(case_id=OuterRef(OuterRef("case_id")), ended_at=None).values("principal")
    return (
        DeskMember.objects.filter(
            Q(desk__principal=OuterRef("desk")) | Q(**covers),
            user__is_active=True,
            user__institution__is_active=True,
        )
        .exclude(away)
        .exclude(user__principal__in=feared)
        .exclude(user__institution__principal__in=feared)
        .exclude(desk__principal__in=feared)
    )


def _item(row: ServiceReferral, at_desk: bool, carried: dict[UUID, str], deserted: bool) -> WorkItem:
    if at_desk:
        return WorkItem(
            kind="request",
            title=_at_desk(row.state),
            url=reverse("support:request", args=[row.pk]),
            reference=row.reference,
            due_at=row.next_due_at,
            mine=True,
            urgent=row.state == ReferralState.SENT and row.urgency == Urgency.URGENT,
        )
    silent = row.next_due_at is not None and row.next_due_at < now()
    return WorkItem(
        kind="service_referral",
        title=_for_sender(row.state, silent, deserted),
        url=reverse("support:referral", args=[row.case_id, row.pk]),
        reference=carried.get(row.case_id, row.reference),
        due_at=row.next_due_at,
        mine=silent or deserted or row.state not in OPEN,
        urgent=(silent or deserted) and row.urgency == Urgency.URGENT,
    )


def _at_desk(state: str) -> str:
    return {
        ReferralState.SENT: _("Answer a request"),
        ReferralState.WAITING_LIST: _("Say how the waiting list stands"),
        ReferralState.ACCEPTED: _("Begin the help you accepted"),
        ReferralState.STARTED: _("Record what was given, or end it"),
    }[ReferralState(state)]


def _for_sender(state: str, silent: bool, deserted: bool) -> str:
    if deserted and state == ReferralState.SENT:
        return _("Nobody answers at a provider’s desk now: choose another")
    if deserted:
        return _("Nobody is at a provider’s desk now: ask how it stands")
    if state == ReferralState.REFUSED:
        return _("A provider refused: choose with her what now")
    if state == ReferralState.CLOSED_BY_CONSENT:
        return _("Her consent for a provider ran out: ask her again")
    if state == ReferralState.SENT:
        return _("A provider has not answered: ask again or choose another") if silent else _("A provider's answer")
    return _("A provider is late: ask how it stands") if silent else _("Help by a provider")


def _soonest(rows: QuerySet[Any], date: str, *besides: str) -> QuerySet[Any]:
    return rows.order_by(date).only("id", "case_id", date, *besides)[:SHOWN]


def _of(model: type[Model], carried: Any, **dates: Any) -> QuerySet[Any]:
    return model._default_manager.filter(OneOf("case_id", carried), **dates)


#: Offers to repeat, plans, needs and safety plans to look at again, of these files, until a day (an instant).
BY_DAY = (
    Kept(lambda files, day: _soonest(_of(Offer, files, offer_again_on__lte=day), "offer_again_on", "again_way")),
    Kept(lambda files, day: _soonest(_of(Plan, files, review_on__lte=day), "review_on")),
    Kept(lambda files, day: _soonest(_of(Assessment, files, next_on__lte=day), "next_on")),
)
REVIEWS = Kept(
    lambda files, moment: _soonest(_of(SafetyReview, files, done_at=None, due_at__lt=moment), "due_at", "incident")
)


def _dates(carried: list[UUID]) -> list[Wanted]:
    """What of these files has a date within the week, in the order `_dated` takes the rows."""
    if not carried:
        return [None] * (len(BY_DAY) + 1)
    until = today() + AHEAD
    return [*(query(carried, until) for query in BY_DAY), REVIEWS(carried, at(until))]


def _dated(rows: Sequence[Sequence[Any]], carried: dict[UUID, str]) -> list[WorkItem]:
    """What the rows of `_dates` ask for; a safety plan after something that happened can't wait."""
    offers, plans, needs, reviews = rows
    found: list[tuple[str, Any, dt.date]] = [
        *(("offer", one, one.offer_again_on) for one in offers),
        *(("review", one, one.review_on) for one in plans),
        *(("needs", one, one.next_on) for one in needs),
        *(("incident" if one.incident_id else "safety", one, local_date(one.due_at)) for one in reviews),
    ]
    titles = {
        "offer": _("Offer a service again"),
        "review": _("Look at the plan again with her"),
        "needs": _("Ask her about her needs again"),
        "safety": _("Look at the safety plan again with her"),
        "incident": _("Look at the safety plan again with her"),
    }
    ways = {one.pk: pack().offer_ways.label(one.again_way) for one in offers if one.again_way}
    return [
        WorkItem(
            kind=f"support_{kind}",
            title=f"{titles[kind]}: {ways[row.pk]}" if row.pk in ways else titles[kind],
            url=_where(kind, row.case_id, row.pk),
            reference=carried[row.case_id],
            due_at=at(on + dt.timedelta(days=1)),
            urgent=kind == "incident",
        )
        for kind, row, on in found
    ]


def _where(kind: str, case_id: UUID, row: UUID) -> str:
    if kind == "offer":
        return reverse("support:offer", args=[case_id, row])
    pages = {"needs": "support:needs", "safety": "support:safety", "incident": "support:safety"}
    return reverse(pages.get(kind, "support:plan"), args=[case_id])


def _to_ask_about(files: Sequence[Case]) -> dict[UUID, dt.datetime]:
    """Files in which needs must have been asked about by a day within the week: those that were opened first."""
    limit = pack().limit("needs_assessment")
    longest = sorted(files, key=lambda case: case.opened_at)[:SHOWN]
    by = {case.case_id: deadline(case.opened_at, limit) for case in longest}
    return {case_id: due for case_id, due in by.items() if due < now() + AHEAD}


def _never_assessed(case_id: UUID, carried: dict[UUID, str], due: dt.datetime) -> WorkItem:
    return WorkItem(
        kind="support_needs",
        title=_("Ask her about her needs"),
        url=reverse("support:needs", args=[case_id]),
        reference=carried[case_id],
        due_at=due,
    )


def _never_helped(hers: Sequence[Case]) -> list[WorkItem]:
    """Files she carries in which no help came, after the pack's time for it: those that wait longest."""
    waiting = sorted((case for case in hers if case.first_help_at is None), key=first_contact)[:SHOWN]
    due = {case: first_help_due(case) for case in waiting}
    return [
        WorkItem(
            kind="support_first_help",
            title=_("No help has come yet: offer something small"),
            url=f"{reverse('mechanism:file', args=[case.case_id])}#first-help",
            reference=case.reference,
            due_at=when,
        )
        for case, when in due.items()
        if when < now()
    ]
