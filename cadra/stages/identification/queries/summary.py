"""What other pages show of identification: the panel on the file page, and *My work*."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cadra.foundation import vault
from cadra.foundation.access.actor import Actor
from cadra.foundation.access.queries import grants_alive
from cadra.foundation.kernel.addresses import reverse
from cadra.foundation.kernel.clock import now
from cadra.foundation.kernel.compartments import Compartment
from cadra.foundation.kernel.pack import pack
from cadra.foundation.kernel.together import Kept, Wanted, together
from cadra.foundation.kernel.work import WorkItem
from cadra.foundation.ledger import actions as ledger
from cadra.record.cases.models import Case, Episode, Status
from cadra.record.cases.queries import case_of
from cadra.record.people.models import Person, Profile
from cadra.record.people.queries import persons_of
from cadra.stages.identification import policy
from cadra.stages.identification.models import Decision, Interview, Pair, RecoveryPeriod
from cadra.stages.identification.queries import desk
from cadra.stages.identification.queries.pair import Period, latest

MOST = 50


@dataclass(frozen=True)
class EpisodeFact:
    """One episode: number, when, how she came into view, where, forms. `referral_id` at the desk; `reason`: why a
    closed file was opened again, in words."""

    number: int
    opened_at: dt.datetime
    entry_point: str
    place: str
    forms: Sequence[str]
    referral_id: UUID | None
    reason: str


@dataclass(frozen=True)
class Summary:
    """Identification at a glance. What is in the part "what happened" is None for whoever does not see it.

    `interviews`: how often she was asked. `decided_at`: second signature of the decision in force. `url`: the
    pair's page, '' for whoever may not open it. `desk_url`: for the Responsible Authority's officer.
    """

    status: str
    status_words: str
    status_hint: str
    decided_at: dt.datetime | None
    interviews: int | None
    open_decision: Decision | None
    told: bool | None
    decision_due_at: dt.datetime | None
    pair: Pair | None
    recovery: Period | None
    episodes: Sequence[EpisodeFact]
    url: str
    desk_url: str


#: What the panel is made of, besides the file and its grants.
OF_A_SUMMARY = (
    Kept(lambda case_id: Pair.objects.filter(case_id=case_id, ended_at=None)),
    Kept(lambda case_id: Episode.objects.filter(case_id=case_id).order_by("number")),
    Kept(lambda case_id: Decision.objects.filter(case_id=case_id).order_by("proposed_at")),
    Kept(lambda case_id: RecoveryPeriod.objects.filter(case_id=case_id).order_by("starts_on", "ends_on", "set_at")),
    Kept(lambda case_id: Interview.objects.filter(case_id=case_id).only("id")),
)


def summary(actor: Actor, person: Person) -> Summary:
    """The identification panel of a file the actor can see, in one query. The page that shows it records the look."""
    (case,), grants, pairs, rows, decided, periods, asked = together(
        case_of(person.pk), grants_alive(person.pk, now()), *(query(person.pk) for query in OF_A_SUMMARY)
    )
    pair = next(iter(pairs), None)
    mine = [grant for grant in grants if grant.grantee in actor.principals and grant.scope == "file"]
    sees_story = any(Compartment.STORY in grant.compartments for grant in mine)
    decisions = decided if sees_story else []
    signed = [row for row in decisions if row.signed_at]
    episodes = [_fact(row) for row in rows]
    status = pack().statuses[case.status]
    opens = policy.may_interview(actor, pair) or policy.may_answer(actor)
    last = next((one.referral_id for one in reversed(episodes) if one.referral_id), None)
    return Summary(
        status=case.status,
        status_words=status.full,
        status_hint=str(status.hint or ""),
        decided_at=signed[-1].signed_at if signed else None,
        interviews=len(asked) if sees_story else None,
        open_decision=next((row for row in decisions if row.signed_at is None and row.returned_at is None), None),
        told=(signed[-1].told_at is not None) if signed else None,
        decision_due_at=pair.decision_due_at if pair and case.status == Status.PRESUMED else None,
        pair=pair,
        recovery=latest(periods),
        episodes=episodes,
        url=reverse("identification:overview", args=[person.pk]) if opens else "",
        desk_url=reverse("identification:desk_item", args=[last]) if last and policy.may_answer(actor) else "",
    )


def still_open(case_id: UUID) -> list[QuerySet[Any]]:
    """A decision that waits for its second signature."""
    return [Decision.objects.filter(case_id=case_id, signed_at=None, returned_at=None).only("id")]


def _fact(row: Episode) -> EpisodeFact:
    return EpisodeFact(
        number=row.number,
        opened_at=row.opened_at,
        entry_point=pack().entry_points.label(row.entry_point),
        place=pack().place_label(row.area),
        forms=[pack().forms_of_exploitation.label(form) for form in row.forms],
        referral_id=row.referral_id,
        reason=pack().stage_reasons.label(row.reason) if row.reason else "",
    )


@Kept
def _pairs_of(user_id: Any) -> QuerySet[Pair]:
    return policy.pairs_of(user_id).order_by("decision_due_at", "id")[:MOST]


def wanted(actor: Actor) -> list[Wanted]:
    """What *My work* reads first, in the order `items` takes the rows: the pairs I belong to."""
    return [_pairs_of(actor.user_id)]


def items(actor: Actor, rows: Sequence[Sequence[Pair]]) -> list[WorkItem]:
    """For *My work*: what waits at the desk, and what the pairs I belong to have to do. At most 50."""
    found = [*desk.work(actor, MOST), *_pair_work(actor, *rows)]
    return sorted(found, key=_urgency)[:MOST]


def _urgency(one: WorkItem) -> tuple[bool, bool, float]:
    due = one.due_at.timestamp() if one.due_at else float("inf")
    return not one.mine, not one.urgent, due


def _pair_work(actor: Actor, pairs: Sequence[Pair]) -> list[WorkItem]:
    """What my pairs have to do, in two queries: one reads, one records the look."""
    if not pairs:
        return []
    ids = [pair.case_id for pair in pairs]
    about = {"case_id__in": ids}
    persons, profiles, endangered, asked, decided, periods = together(
        persons_of(ids),
        Profile.objects.filter(**about),
        Case.objects.filter(**about, in_danger=True).only("id", "case_id"),
        Interview.objects.filter(**about).only("id", "case_id"),
        Decision.objects.filter(**about).defer("reasons", "returned_reason").order_by("proposed_at"),
        RecoveryPeriod.objects.filter(**about).order_by("starts_on", "ends_on", "set_at"),
    )
    vault.unseal(actor.ring, profiles)
    ledger.record(
        actor=actor,
        verb="listed_pair",
        subjects=[person.ledger_alias for person in persons],
        compartments=[Compartment.CORE],
    )
    known = {person.pk: person for person in persons}
    called = {profile.case_id: str(profile.plain.get("called") or "") for profile in profiles}
    danger, ending = {case.case_id for case in endangered}, _ending(periods)
    found = []
    for pair in sorted(pairs, key=lambda one: (one.decision_due_at, one.pk)):
        if pair.case_id not in known:
            continue
        told: dict[str, Any] = {
            "reference": known[pair.case_id].reference,
            "called": called.get(pair.case_id, ""),
            "urgent": pair.case_id in danger,
        }
        interviews = sum(1 for row in asked if row.case_id == pair.case_id)
        step = _step(actor, pair, interviews, [row for row in decided if row.case_id == pair.case_id])
        if step is not None:
            kind, title, url, is_mine = step
            found.append(WorkItem(kind, title, url, due_at=pair.decision_due_at, mine=is_mine, **told))
        if (period := ending.get(pair.case_id)) is not None:
            url = reverse("identification:recovery", args=[pair.case_id])
            title = _("The time to recover ends soon")
            found.append(WorkItem("recovery_ends", title, url, due_at=period.ends_at, **told))
    return found


def _ending(found: Sequence[RecoveryPeriod]) -> dict[UUID, Period]:
    """The times to recover that end soon, by file."""
    rows: dict[UUID, list[RecoveryPeriod]] = {}
    for row in found:
        rows.setdefault(row.case_id, []).append(row)
    periods = {case_id: latest(some) for case_id, some in rows.items()}
    return {case_id: period for case_id, period in periods.items() if period is not None and period.ends_soon}


def _step(actor: Actor, pair: Pair, asked: int, decisions: Sequence[Decision]) -> tuple[str, str, str, bool] | None:
    """(kind, words, address, mine) of the next step of this pair, or nothing."""
    page = reverse("identification:overview", args=[pair.case_id])
    if not policy.may_sign(actor, pair):
        return None if asked else ("meet", _("A child waits for the first conversation"), page, True)
    last = decisions[-1] if decisions else None
    if last is not None and last.signed_at is None and last.returned_at is None:
        paper = reverse("identification:decision", args=[pair.case_id, last.pk])
        if last.proposed_by == actor.user_id:
            return "awaiting_signature", _("Waits for the second signature"), paper, False
        return "sign_decision", _("Sign a decision or give it back"), paper, True
    signed = [row for row in decisions if row.signed_at]
    if signed and signed[-1].told_at is None:
        paper = reverse("identification:decision", args=[pair.case_id, signed[-1].pk])
        return "tell_decision", _("Tell her what was decided"), paper, True
    if last is not None and last.returned_at and last.proposed_by == actor.user_id:
        return "decision_returned", _("A decision came back to you"), page, True
    if signed and signed[-1].signed_at and signed[-1].signed_at > pair.named_at:
        return None
    if not asked:
        return "meet", _("Meet her for the first conversation"), page, True
    return "decide", _("Decide together"), page, True


__all__ = ["EpisodeFact", "Summary", "items", "still_open", "summary", "wanted"]
