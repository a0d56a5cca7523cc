"""My work: what needs me today by urgency, then what I await from others."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cadra.foundation.access.actor import Actor
from cadra.foundation.access.models import BreakGlass
from cadra.foundation.access.policy import may_review
from cadra.foundation.access.queries import openings_to_review
from cadra.foundation.catalogue import queries as catalogue
from cadra.foundation.kernel.addresses import reverse
from cadra.foundation.kernel.arrays import OneOf
from cadra.foundation.kernel.clock import DAY, at, day_bounds, deadline, now, today
from cadra.foundation.kernel.pack import pack
from cadra.foundation.kernel.roles import Role
from cadra.foundation.kernel.together import Kept, Wanted, parted, together
from cadra.foundation.kernel.work import WorkItem
from cadra.record.cases.models import Case, Closing, Stage
from cadra.record.cases.policy import CARRYING_ROLES
from cadra.record.cases.queries import FileRow, cases_of, file_rows
from cadra.record.consent.models import Answer, Consent
from cadra.record.interpreting.queries import requests as interpreting
from cadra.steering.mechanism import panels, policy
from cadra.steering.mechanism.queries import hands

MOST = 50
WAITING_CUSTODY = 10

#: In the order in which they are shown.
GROUPS = ("danger", "overdue", "today", "next", "awaited")


@dataclass
class Home:
    """What waits, by urgency; `without_manager`: files of the house that nobody carries; `more` of those not shown."""

    groups: dict[str, list[WorkItem]] = field(default_factory=dict)
    without_manager: list[FileRow] = field(default_factory=list)
    more_without_manager: bool = False

    @property
    def empty(self) -> bool:
        """Nothing waits anywhere."""
        return not any(self.groups.values()) and not self.without_manager


def home(actor: Actor) -> Home:
    """Everything that waits for this actor, most urgent first."""
    carriers = list(actor.carriers)
    doing, passing, stages = panels.tasks_wanted(actor), hands.wanted(actor), panels.work_wanted(actor)
    own, without, answers, openings, closings, unverified, interpreters, *rest = together(
        _own_files(carriers, now() + dt.timedelta(days=7), today()),
        _without_manager(actor.institution_principal) if actor.has(*policy.CUSTODIANS) else None,
        _to_ask_again(carriers, today()),
        openings_to_review(actor)[:MOST] if may_review(actor) else None,
        _second_looks(actor),
        catalogue.longest_unverified(actor),
        interpreting.waiting(actor),
        *doing,
        *passing,
        *stages,
    )
    tasks, passing_on, in_stages = parted(rest, doing, passing, stages)
    listed, about_tasks = [*own, *without[:WAITING_CUSTODY]], panels.tasks_about(tasks)
    about = {row.case_id for row in (*closings, *interpreters)} | set(about_tasks)
    others = cases_of(list(about - {case.case_id for case in listed}))
    asked, *named = together(others, *hands.named(passing_on))
    rows = file_rows(actor, [*listed, *asked], also=about_tasks)
    mine, waiting = {case.pk for case in own}, {case.pk for case in without}
    told = {row.case.case_id: row for row in rows}
    to_do = panels.tasks_items(actor, tasks, rows)
    names = {row.case.case_id: (row.person.reference, row.called) for row in rows}
    to_do += interpreting.items(interpreters, names)
    told_as_task = {(item.reference, item.due_at) for item in to_do if item.mine}
    items = [
        *(
            _item(row)
            for row in rows
            if row.case.pk in mine
            and (row.case.in_danger or row.case.next_due_at)
            and (row.case.in_danger or (row.person.reference, row.case.next_due_at) not in told_as_task)
        ),
        *to_do,
        *(_ask(one, told[one.case_id]) for one in answers if one.case_id in told),
        *(_second(one, told[one.case_id]) for one in closings if one.case_id in told),
        *_review(openings),
        *hands.items(actor, passing_on, *named),
        *panels.work(actor, in_stages),
        *catalogue.work(unverified),
    ]
    return Home(
        grouped(items),
        [row for row in rows if row.case.pk in waiting],
        len(without) > WAITING_CUSTODY,
    )


def grouped(items: list[WorkItem]) -> dict[str, list[WorkItem]]:
    """Items by urgency, the soonest first; the same thing told by two parts of the mechanism is shown once."""
    found: dict[str, list[WorkItem]] = {name: [] for name in GROUPS}
    seen = set()
    for item in sorted(items, key=lambda one: (one.due_at is None, one.due_at or now())):
        if (item.kind, item.url) not in seen:
            seen.add((item.kind, item.url))
            found[group_of(item)].append(item)
    return {name: group[:MOST] for name, group in found.items()}


def group_of(item: WorkItem) -> str:
    """Danger before the clock, the clock before the rest."""
    if not item.mine:
        return "awaited"
    if item.urgent:
        return "danger"
    if item.due_at is None:
        return "next"
    if item.due_at < now():
        return "overdue"
    return "today" if item.due_at < day_bounds(today())[1] else "next"


@Kept
def _own_files(carriers: Any, soon: Any, day: Any) -> QuerySet[Case]:
    """Files the actor carries, or carries for someone away: in danger, with a date soon, or with an answer to ask for
    again."""
    found = Case.objects.filter(OneOf("manager_id", carriers)).exclude(stage=Stage.CLOSED)
    asks = Q(case_id__in=_waiting_answers(day).values("case_id"))
    return found.filter(Q(next_due_at__lt=soon) | Q(in_danger=True) | asks).order_by("next_due_at", "id")[:MOST]


def _waiting_answers(day: Any) -> QuerySet[Consent]:
    """What she wanted time for and has not answered since, and the day has come."""
    since = Consent.objects.filter(
        case_id=OuterRef("case_id"),
        recipient_kind=OuterRef("recipient_kind"),
        purpose=OuterRef("purpose"),
        decided_at__gt=OuterRef("decided_at"),
    ).filter(Q(recipient=OuterRef("recipient")) | Q(recipient=None))
    found = Consent.objects.filter(answer=Answer.NOT_YET, withdrawn_at=None, ask_again_on__lte=day)
    return found.filter(~Exists(since))


@Kept
def _to_ask_again(carriers: Any, day: Any) -> QuerySet[Consent]:
    """Answers the actor may ask for again, on the files she carries."""
    carried = Case.objects.filter(OneOf("manager_id", carriers)).values("case_id")
    return _waiting_answers(day).filter(case_id__in=carried).order_by("ask_again_on", "id")[:MOST]


def _second_looks(actor: Actor) -> Wanted:
    """Closings a colleague proposed, in the files of the actor's house (for an officer: of nobody's house)."""
    if not actor.has(*CARRYING_ROLES):
        return None
    looks = _officers_looks if actor.has(Role.RA_OFFICER) else _looks_at_home
    return looks(actor.institution_principal, actor.user_id)


_looks_at_home = Kept(lambda house, me: _proposed(Q(holder=house), me))
_officers_looks = Kept(lambda house, me: _proposed(Q(holder=house) | Q(holder=None), me))


def _proposed(held: Q, proposer: Any) -> QuerySet[Closing]:
    files = Case.objects.filter(held).exclude(stage=Stage.CLOSED).values("case_id")
    found = Closing.objects.filter(confirmed_at=None, returned_at=None, case_id__in=files)
    return found.exclude(proposed_by=proposer).order_by("second_look_by", "id")[:MOST]


def _second(closing: Closing, row: FileRow) -> WorkItem:
    return WorkItem(
        kind="second_look",
        title=_("A closing waits for your second look"),
        url=reverse("mechanism:stage_second", args=[closing.case_id]),
        reference=row.person.reference,
        due_at=closing.second_look_by,
        called=row.called,
    )


def _ask(consent: Consent, row: FileRow) -> WorkItem:
    kind = pack().recipients.get(consent.recipient_kind)
    return WorkItem(
        kind="ask_again",
        title=_("Ask her again: %(who)s") % {"who": kind or consent.recipient_kind},
        url=reverse("mechanism:consent", args=[consent.case_id, consent.pk]),
        reference=row.person.reference,
        due_at=at(consent.ask_again_on + DAY) if consent.ask_again_on else None,
        called=row.called,
    )


def _review(openings: list[BreakGlass]) -> list[WorkItem]:
    if not openings:
        return []
    due = min(deadline(one.opened_at, pack().limit("break_glass_review")) for one in openings)
    title = ngettext("%(count)s emergency opening to review", "%(count)s emergency openings to review", len(openings))
    return [WorkItem("review", title % {"count": len(openings)}, reverse("mechanism:reviews"), "", due_at=due)]


@Kept
def _without_manager(house: Any) -> QuerySet[Case]:
    """Files in the custody of this house that nobody carries, due soonest first; one more than is shown."""
    found = Case.objects.filter(manager_id=None, holder=house, closed_at=None)
    return found.order_by("next_due_at", "id")[: WAITING_CUSTODY + 1]


def _item(row: FileRow) -> WorkItem:
    title: Any = _("Danger now was reported") if row.case.in_danger else _("A date on this file")
    return WorkItem(
        kind="file",
        title=title,
        url=reverse("mechanism:file", args=[row.case.case_id]),
        reference=row.person.reference,
        due_at=row.case.next_due_at,
        called=row.called,
        urgent=row.case.in_danger,
    )


__all__ = ["GROUPS", "Home", "group_of", "grouped", "home"]
