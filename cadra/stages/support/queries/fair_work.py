"""What waits for somebody about rules, restrictions and exclusions."""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from cadra.foundation.access.actor import Actor
from cadra.foundation.kernel.addresses import reverse
from cadra.foundation.kernel.arrays import OneOf
from cadra.foundation.kernel.clock import DAY, at, today
from cadra.foundation.kernel.pack import pack
from cadra.foundation.kernel.roles import Role
from cadra.foundation.kernel.together import Kept, Wanted
from cadra.foundation.kernel.work import WorkItem
from cadra.record.cases.models import Case, Stage
from cadra.stages.support.models import Exclusion, HouseRules, Restriction, RulesAnswer

SHOWN = 50
AHEAD = dt.timedelta(days=7)


def wanted(actor: Actor, carried: list[UUID]) -> list[Wanted]:
    """Restrictions to look at again, exclusions with a step to take, files with rules to explain (to be read together;
    `items` takes their rows). Where I lead, those of my institution too: what is late, and where a second is needed."""
    house = [actor.institution_principal] if actor.has(Role.SUPERVISOR) else []
    if not carried and not house:
        return [None, None, None]
    day = today()
    return [
        _restrictions(carried, day + AHEAD, house, day),
        _exclusions(carried, house),
        _unexplained(carried, pack().programme_rules.version) if carried else None,
    ]


def items(rows: Sequence[Sequence[Any]], carried: dict[UUID, str]) -> list[WorkItem]:
    """What these rows ask for."""
    restrictions, exclusions, files = rows
    return [
        *(_restriction(row, carried) for row in restrictions),
        *(_exclusion(row, carried) for row in exclusions),
        *(_rules(row.case_id, carried) for row in files),
    ]


@Kept
def _restrictions(carried: Any, soon: Any, led: Any, day: Any) -> QuerySet[Restriction]:
    """Soon due where I carry the file; where I lead, the overdue ones."""
    mine = Q(OneOf("case_id", carried)) & Q(review_on__lte=soon)
    late = Q(OneOf("institution", led)) & Q(review_on__lt=day)
    rows = Restriction.objects.filter(mine | late, ended_on=None)
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


@Kept
def _exclusions(carried: Any, led: Any) -> QuerySet[Exclusion]:
    """Under way where I carry the file, and where I lead."""
    mine = Q(OneOf("case_id", carried)) | Q(OneOf("institution", led))
    rows = Exclusion.objects.filter(mine, due_at__isnull=False)
    return rows.order_by("due_at", "id").only("id", "case_id", "due_at")[:SHOWN]


def _exclusion(row: Exclusion, carried: dict[UUID, str]) -> WorkItem:
    return WorkItem(
        kind="exclusion",
        title=_("An exclusion waits for its next step"),
        url=reverse("support:exclusion", args=[row.case_id, row.pk]),
        reference=carried.get(row.case_id, ""),
        due_at=row.due_at,
    )


@Kept
def _unexplained(carried: Any, version: Any) -> QuerySet[Case]:
    """Her institution keeps rules of its own that were not explained to her yet, or the draft she knew was replaced."""
    newest = HouseRules.objects.filter(institution=OuterRef("holder")).order_by("-number").values("number")[:1]
    said = RulesAnswer.objects.filter(case_id=OuterRef("case_id"), institution=OuterRef("holder"))
    drafts = said.filter(number=0)
    own = Q(newest__isnull=False) & ~Exists(said.filter(number=OuterRef("newest")))
    draft = Q(newest=None) & Exists(drafts) & ~Exists(drafts.filter(draft=version))
    rows = Case.objects.filter(OneOf("case_id", carried), stage=Stage.SUPPORT).alias(newest=Subquery(newest))
    return rows.filter(own | draft).order_by("opened_at", "id").only("id", "case_id", "opened_at")[:SHOWN]


def _rules(case_id: UUID, carried: dict[UUID, str]) -> WorkItem:
    return WorkItem(
        kind="rules",
        title=_("Explain the rules of the house to her"),
        url=reverse("support:rules", args=[case_id]),
        reference=carried[case_id],
    )
