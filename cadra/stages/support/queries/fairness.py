"""Reading rules and what she answered, restrictions with their reviews, exclusions; what oversight sees of them."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.http import Http404

from cadra.foundation.access.actor import Actor
from cadra.foundation.kernel.pack import pack
from cadra.foundation.kernel.roles import Role
from cadra.foundation.ledger import actions as ledger
from cadra.foundation.network.models import Institution
from cadra.foundation.network.queries import colleagues, desk_names, user_names
from cadra.stages.support import policy
from cadra.stages.support.fairness import is_handed_over, what_is_missing
from cadra.stages.support.models import (
    OPEN,
    Exclusion,
    ExclusionState,
    HouseRules,
    Objection,
    Offer,
    Restriction,
    RestrictionReview,
    RulesAnswer,
    ServiceReferral,
)
from cadra.stages.support.queries.files import File, file_for

SHOWN = 100
PAGE = 25


@dataclass(frozen=True)
class Rules:
    """The rules in force at an institution: its own newest, or the draft of the pack (`number` 0)."""

    institution: int
    number: int
    draft: str
    text: dict[str, str]
    written_at: dt.datetime | None = None

    def says(self, language: str) -> str:
        """The text in a language, else in the first one there is."""
        return self.text.get(language) or next(iter(self.text.values()))

    def is_same(self, answer: RulesAnswer) -> bool:
        """Whether she answered this version of these rules."""
        return (answer.institution, answer.number, answer.draft) == (self.institution, self.number, self.draft)


@dataclass(frozen=True)
class RulesPage:
    """The rules of the institution that carries the file, and all she said to them, newest first."""

    file: File
    rules: Rules
    answers: Sequence[RulesAnswer]
    names: dict[UUID, str]
    house: str

    @property
    def answered(self) -> RulesAnswer | None:
        """What she said last to the version in force; None: it has to be explained."""
        return next((one for one in self.answers if self.rules.is_same(one)), None)


@dataclass(frozen=True)
class RestrictionPage:
    """One restriction with every look at it, newest first."""

    file: File
    restriction: Restriction
    reviews: Sequence[RestrictionReview]
    names: dict[UUID, str]


@dataclass(frozen=True)
class ExclusionPage:
    """One exclusion, the offer it is about, and where she can be handed on to."""

    file: File
    exclusion: Exclusion
    offer: Offer
    referrals: Sequence[ServiceReferral]
    names: dict[UUID, str]
    desks: dict[int, str]

    @property
    def on_their_way(self) -> set[UUID]:
        """The requests somebody may have taken over by."""
        return {one.pk for one in self.referrals}


def rules_of(institution: int) -> Rules:
    """The rules in force at an institution (a principal)."""
    own = HouseRules.objects.filter(institution=institution).order_by("-number").first()
    if own is not None:
        return Rules(institution, own.number, "", own.text, own.written_at)
    draft = pack().programme_rules
    return Rules(institution, 0, draft.version, {code: draft.text.label(code) for code in pack().written_languages})


def own_rules(actor: Actor) -> Rules:
    """The rules of the actor's institution, for its administrator; 404 for anybody else."""
    if not actor.has(Role.INSTITUTION_ADMIN):
        raise Http404
    return rules_of(actor.institution_principal)


def rules_page(actor: Actor, case_id: UUID, *, to_change: bool = False) -> RulesPage:
    """The rules she lives by: those of the institution that has the file, else of the one that looks."""
    file = file_for(
        actor,
        case_id,
        RulesAnswer.objects.filter(case_id=case_id).order_by("-recorded_at", "-id")[:SHOWN],
        verb="looked_at_rules",
        to_change=to_change,
    )
    holder = file.case.holder or actor.institution_principal
    answers = file.more[0]
    house = Institution.objects.filter(principal=holder).first()
    return RulesPage(
        file, rules_of(holder), answers, user_names(one.recorded_by for one in answers), house.name if house else ""
    )


def restrictions_page(actor: Actor, case_id: UUID) -> tuple[File, list[Restriction]]:
    """The file and its restrictions: those in force by their next review, then those that ended, newest first."""
    rows = Restriction.objects.filter(case_id=case_id)
    file = file_for(
        actor, case_id, rows.order_by("-ended_on", "review_on", "id")[:SHOWN], verb="looked_at_restrictions"
    )
    return file, file.more[0]


def new_restriction(actor: Actor, case_id: UUID) -> tuple[File, list[tuple[UUID, str]]]:
    """The file to write a restriction on, and who may have decided it; 404 where another institution has the file."""
    file = file_for(actor, case_id, verb="looked_at_restrictions", to_change=True)
    if not policy.holds(actor, file.case):
        raise Http404
    return file, [(one.pk, one.name) for one in colleagues(actor.institution_id)]


def restriction_page(actor: Actor, case_id: UUID, restriction_id: UUID, *, to_change: bool = False) -> RestrictionPage:
    """One restriction, or 404."""
    file = file_for(
        actor,
        case_id,
        Restriction.objects.filter(case_id=case_id, pk=restriction_id),
        RestrictionReview.objects.filter(restriction_id=restriction_id).order_by("-reviewed_at", "-id")[:SHOWN],
        verb="looked_at_restrictions",
        to_change=to_change,
    )
    rows, reviews = file.more
    if not rows:
        raise Http404
    who = [rows[0].decided_by, rows[0].recorded_by, *(one.reviewed_by for one in reviews)]
    return RestrictionPage(file, rows[0], reviews, user_names(who))


def exclusion_page(actor: Actor, case_id: UUID, exclusion_id: UUID, *, to_change: bool = False) -> ExclusionPage:
    """One exclusion, or 404."""
    file = file_for(
        actor,
        case_id,
        Exclusion.objects.filter(case_id=case_id, pk=exclusion_id),
        Offer.objects.filter(case_id=case_id, pk__in=Exclusion.objects.filter(pk=exclusion_id).values("offer_id")),
        ServiceReferral.objects.filter(case_id=case_id, state__in=OPEN).order_by("-sent_at")[:SHOWN],
        verb="looked_at_exclusion",
        to_change=to_change,
    )
    rows, offers, referrals = file.more
    if not rows or not offers:
        raise Http404
    row = rows[0]
    names = user_names([row.proposed_by, row.decided_by, row.answered_by, row.handed_by])
    return ExclusionPage(file, row, offers[0], referrals, names, desk_names(one.desk for one in referrals))


def open_steps(actor: Actor, page: ExclusionPage) -> list[str]:
    """What this person may do about an exclusion now (the actions ask again)."""
    row = page.exclusion
    if row.due_at is None or not page.file.may_plan:
        return []
    agreed = row.state == ExclusionState.AGREED
    asked = {
        "decide": not agreed and actor.user_id != row.proposed_by,
        "object": row.objection != Objection.OBJECTS,
        "answer": agreed
        and row.objection == Objection.OBJECTS
        and row.answered_by is None
        and actor.user_id not in (row.proposed_by, row.decided_by),
        "hand-over": agreed and not is_handed_over(row, page.on_their_way),
        "effect": not what_is_missing(row, page.on_their_way),
        "stop": True,
    }
    return [name for name, may in asked.items() if may]


# Oversight: rows without a person ---------------------------------------------------------------------


@dataclass(frozen=True)
class Seen:
    """One restriction as oversight sees it: no file, no name, no words; since when only in whole weeks."""

    id: UUID
    institution: int
    kind: str
    ground: str
    agreement: str
    weeks: int
    review_on: dt.date
    overdue_days: int
    reviews: int


@dataclass(frozen=True)
class Counted:
    """How many restrictions of one kind stand in one institution."""

    institution: int
    kind: str
    running: int
    overdue: int
    not_agreed: int


def oversight_counts(actor: Actor) -> tuple[list[Counted], dict[int, str]]:
    """Counts by institution and kind, and the names of the institutions."""
    if not policy.may_oversee(actor):
        raise Http404
    with connection.cursor() as cursor:
        cursor.execute("SELECT institution, kind, running, overdue, not_agreed FROM authz.oversee_counts()")
        counts = [Counted(*row) for row in cursor.fetchall()]
    held = Institution.objects.filter(principal__in={one.institution for one in counts})
    return counts, dict(held.values_list("principal", "name"))


def oversight(
    actor: Actor,
    *,
    show: str = "",
    institution: str = "",
    kind: str = "",
    agreement: str = "",
    after: str = "",
) -> tuple[list[Seen], str]:
    """A page of all restrictions everywhere, the longest overdue review first, and where it goes on ("" at its end).

    The look is recorded.
    """
    if not policy.may_oversee(actor):
        raise Http404
    day, row = _place(after)
    asked = [show or "running", int(institution) if institution else None, kind, agreement, day, row, PAGE + 1]
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM authz.oversee_restrictions(%s, %s, %s, %s, %s, %s, %s)", asked)
        found = [Seen(*line) for line in cursor.fetchall()]
    ledger.record(actor=actor, verb="oversaw_restrictions")
    shown = found[:PAGE]
    older = f"{shown[-1].review_on.isoformat()}.{shown[-1].id}" if len(found) > PAGE else ""
    return shown, older


def _place(after: str) -> tuple[dt.date | None, UUID | None]:
    """Where the list goes on. 404 for a place that is none."""
    if not after:
        return None, None
    day, _dot, row = after.partition(".")
    try:
        return dt.date.fromisoformat(day), UUID(row)
    except ValueError:
        raise Http404 from None
