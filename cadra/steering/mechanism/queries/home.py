"""My work: what needs me today by urgency, then what I await from others."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cadra.foundation.access.actor import Actor
from cadra.foundation.access.models import BreakGlass
from cadra.foundation.access.policy import may_review
from cadra.foundation.access.queries import openings_to_review
from cadra.foundation.catalogue import queries as catalogue
from cadra.foundation.kernel.clock import DAY, at, day_bounds, deadline, now, today
from cadra.foundation.kernel.pack import pack
from cadra.foundation.kernel.roles import Role
from cadra.foundation.kernel.together import parted, together
from cadra.foundation.kernel.work import WorkItem
from cadra.record.cases.models import Case, Closing, Stage
from cadra.record.cases.policy import CARRYING_ROLES
from cadra.record.cases.queries import FileRow, file_rows
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
    doing, passing, stages = panels.tasks_wanted(actor), hands.wanted(actor), panels.work_wanted(actor)
    own, without, answers, openings, closings, unverified, interpreters, *rest = together(
        _own_files(actor),
        _without_manager(actor),
        _to_ask_again(actor),
        _to_review(actor),
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
    others = Case.objects.filter(case_id__in=about - {case.case_id for case in listed})
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


def _own_files(actor: Actor) -> QuerySet[Case]:
    """Files the actor carries, or carries for someone away: in danger, with a date within the week, or with an answer
    to ask for again."""
    soon = now() + dt.timedelta(days=7)
    found = Case.objects.filter(manager_id__in=actor.carriers).exclude(stage=Stage.CLOSED)
    asks = Q(case_id__in=_waiting_answers().values("case_id"))
    return found.filter(Q(next_due_at__lt=soon) | Q(in_danger=True) | asks).order_by("next_due_at", "id")[:MOST]


def _waiting_answers() -> QuerySet[Consent]:
    """What she wanted time for and has not answered since, and the day has come."""
    since = Consent.objects.filter(
        case_id=OuterRef("case_id"),
        recipient_kind=OuterRef("recipient_kind"),
        purpose=OuterRef("purpose"),
        decided_at__gt=OuterRef("decided_at"),
    ).filter(Q(recipient=OuterRef("recipient")) | Q(recipient=None))
    found = Consent.objects.filter(answer=Answer.NOT_YET, withdrawn_at=None, ask_again_on__lte=today())
    return found.filter(~Exists(since))


def _to_ask_again(actor: Actor) -> QuerySet[Consent]:
    """Answers the actor may ask for again, on the files she carries."""
    carried = Case.objects.filter(manager_id__in=actor.carriers).values("case_id")
    return _waiting_answers().filter(case_id__in=carried).order_by("ask_again_on", "id")[:MOST]


def _second_looks(actor: Actor) -> QuerySet[Closing]:
    """Closings a colleague proposed, in the files of the actor's house (for an officer: of nobody's house)."""
    if not actor.has(*CARRYING_ROLES):
        return Closing.objects.none()
    house = Q(holder=actor.institution_principal) | (Q(holder=None) if actor.has(Role.RA_OFFICER) else Q(pk=None))
    files = Case.objects.filter(house).exclude(stage=Stage.CLOSED).values("case_id")
    found = Closing.objects.filter(confirmed_at=None, returned_at=None, case_id__in=files)
    return found.exclude(proposed_by=actor.user_id).order_by("second_look_by", "id")[:MOST]


def _second(closing: Closing, row: FileRow) -> WorkItem:
    return WorkItem(
        kind="second_look",
        title=_("A closing waits for your second look"),
        url=reverse("mechanism:stage_second", args=[closing.case_id]),
        reference=row.person.reference,
        due_at=closing.second_look_by,
        called=row.called,
    )


def _to_review(actor: Actor) -> QuerySet[BreakGlass]:
    """Emergency openings that wait for the data protection officer."""
    return openings_to_review(actor)[:MOST] if may_review(actor) else BreakGlass.objects.none()


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


def _without_manager(actor: Actor) -> QuerySet[Case]:
    """Files in the custody of the actor's house that nobody carries, due soonest first; one more than is shown."""
    if not actor.has(*policy.CUSTODIANS):
        return Case.objects.none()
    found = Case.objects.filter(manager_id=None, holder=actor.institution_principal, closed_at=None)
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
