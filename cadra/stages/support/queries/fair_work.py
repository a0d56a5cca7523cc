"""What waits for somebody about rules, restrictions and exclusions."""

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from cadra.foundation.access.actor import Actor
from cadra.foundation.kernel.arrays import among
from cadra.foundation.kernel.clock import DAY, at, today
from cadra.foundation.kernel.pack import pack
from cadra.foundation.kernel.roles import Role
from cadra.foundation.kernel.work import WorkItem
from cadra.record.cases.models import Case, Stage
from cadra.stages.support.models import Exclusion, HouseRules, Restriction, RulesAnswer

SHOWN = 50
AHEAD = dt.timedelta(days=7)


def wanted(actor: Actor, carried: Collection[UUID]) -> list[QuerySet[Any]]:
    """Restrictions to look at again, exclusions with a step to take, files with rules to explain (to be read together;
    `items` takes their rows)."""
    leads, mine = actor.has(Role.SUPERVISOR), among("case_id", carried)
    return [_restrictions(actor, mine, leads=leads), _exclusions(actor, mine, leads=leads), _unexplained(mine)]


def items(rows: Sequence[Sequence[Any]], carried: dict[UUID, str]) -> list[WorkItem]:
    """What these rows ask for."""
    restrictions, exclusions, files = rows
    return [
        *(_restriction(row, carried) for row in restrictions),
        *(_exclusion(row, carried) for row in exclusions),
        *(_rules(row.case_id, carried) for row in files),
    ]


def _restrictions(actor: Actor, mine: Q, *, leads: bool) -> QuerySet[Restriction]:
    """Soon due where I carry the file; where I lead, the overdue ones of my institution."""
    mine &= Q(review_on__lte=today() + AHEAD)
    late = Q(institution=actor.institution_principal, review_on__lt=today())
    rows = Restriction.objects.filter(ended_on=None).filter(mine | late if leads else mine)
    return rows.order_by("review_on", "id").only("id", "case_id", "review_on")[:SHOWN]


def _restriction(row: Restriction, carried: dict[UUID, str]) -> WorkItem:
    mine = row.case_id in carried
    return WorkItem(
        kind="restriction_review",
        title=_("Look at a restriction again") if mine else _("A restriction was not looked at in time"),
        url=reverse("support:restriction", args=[row.case_id, row.pk]),
        reference=carried.get(row.case_id, ""),
        due_at=at(row.review_on + DAY),
        urgent=row.review_on < today(),
    )


def _exclusions(actor: Actor, mine: Q, *, leads: bool) -> QuerySet[Exclusion]:
    """Under way where I carry the file; where I lead, those of my institution: a second person is needed."""
    rows = Exclusion.objects.filter(due_at__isnull=False)
    rows = rows.filter(mine | Q(institution=actor.institution_principal) if leads else mine)
    return rows.order_by("due_at", "id").only("id", "case_id", "due_at")[:SHOWN]


def _exclusion(row: Exclusion, carried: dict[UUID, str]) -> WorkItem:
    return WorkItem(
        kind="exclusion",
        title=_("An exclusion waits for its next step"),
        url=reverse("support:exclusion", args=[row.case_id, row.pk]),
        reference=carried.get(row.case_id, ""),
        due_at=row.due_at,
    )


def _unexplained(mine: Q) -> QuerySet[Case]:
    """Her institution keeps rules of its own that were not explained to her yet, or the draft she knew was replaced."""
    newest = HouseRules.objects.filter(institution=OuterRef("holder")).order_by("-number").values("number")[:1]
    said = RulesAnswer.objects.filter(case_id=OuterRef("case_id"), institution=OuterRef("holder"))
    drafts = said.filter(number=0)
    own = Q(newest__isnull=False) & ~Exists(said.filter(number=OuterRef("newest")))
    draft = Q(newest=None) & Exists(drafts) & ~Exists(drafts.filter(draft=pack().programme_rules.version))
    rows = Case.objects.filter(mine, stage=Stage.SUPPORT).alias(newest=Subquery(newest))
    return rows.filter(own | draft).order_by("opened_at", "id").only("id", "case_id", "opened_at")[:SHOWN]


def _rules(case_id: UUID, carried: dict[UUID, str]) -> WorkItem:
    return WorkItem(
        kind="rules",
        title=_("Explain the rules of the house to her"),
        url=reverse("support:rules", args=[case_id]),
        reference=carried[case_id],
    )
