"""What waits on *My work* because somebody was asked, a file changes hands, or nobody is there to carry it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cadra.foundation.access.actor import Actor
from cadra.foundation.kernel.addresses import reverse
from cadra.foundation.kernel.arrays import OneOf, told_by
from cadra.foundation.kernel.clock import now, today
from cadra.foundation.kernel.pack import pack
from cadra.foundation.kernel.together import Kept, Wanted
from cadra.foundation.kernel.work import WorkItem
from cadra.foundation.network.models import User
from cadra.foundation.network.queries import away_on
from cadra.record.cases.models import Asked, Assignment, Case, Handover, Passing
from cadra.record.people.models import Person
from cadra.record.people.queries import persons_of

MOST = 50


def _soonest(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.order_by("answer_by", "id")[:MOST]


def _unsettled(model: type[Model], asker: str, carriers: Any, *states: str) -> QuerySet[Any]:
    """What was asked by these, or about the files they carry, and is not over for them."""
    carried = Case.objects.filter(OneOf("manager_id", carriers)).values("case_id")
    mine = Q(OneOf(asker, carriers)) | Q(OneOf("case_id", carried))
    return _soonest(model._default_manager.filter(mine, settled_at=None, state__in=states))


_asked_of_me = Kept(lambda me: _soonest(Assignment.objects.filter(user_id=me, state=Asked.ASKED)))
_asked_by_me = Kept(lambda carriers: _unsettled(Assignment, "asked_by", carriers, Asked.ASKED, Asked.DECLINED))
_handed_to_me = Kept(lambda me: _soonest(Handover.objects.filter(to_user=me, state=Passing.SENT)))
_handed_on = Kept(lambda carriers: _unsettled(Handover, "written_by", carriers, Passing.SENT, Passing.DECLINED))


@Kept
def _away_beside(carriers: Any, day: Any) -> QuerySet[Assignment]:
    """Places beside her, in the files they carry, whose professional is away while nobody was asked to stand in."""
    carried = Case.objects.filter(OneOf("manager_id", carriers)).values("case_id")
    away = User.objects.filter(away_on(day), covered_by__isnull=False).values("pk")
    found = Assignment.objects.filter(case_id__in=carried, state__in=[Asked.ASKED, Asked.ACCEPTED], for_user=None)
    for_now = Assignment.objects.filter(
        case_id=OuterRef("case_id"), place=OuterRef("place"), for_user=OuterRef("user_id"), until__gte=day
    )
    for_now = for_now.filter(state__in=[Asked.ASKED, Asked.ACCEPTED, Asked.DECLINED])
    return _soonest(found.filter(~Exists(for_now), user_id__in=away, grant_id__isnull=False))


@Kept
def _falling_to_me() -> QuerySet[Case]:
    fallen = OneOf("case_id", told_by("authz.files_falling_to_me", MOST))
    return Case.objects.filter(fallen).order_by("next_due_at", "id")


def wanted(actor: Actor) -> list[Wanted]:
    """What *My work* reads, in the order `items` takes the rows; without joins, so that it shares a round trip."""
    me, carriers = actor.user_id, list(actor.carriers)
    return [
        _asked_of_me(me),
        _asked_by_me(carriers),
        _handed_to_me(me),
        _handed_on(carriers),
        _away_beside(carriers, today()),
        _falling_to_me(),
    ]


def named(rows: Sequence[Sequence[Any]]) -> list[Wanted]:
    """Whom the rows of `wanted` are about, and whose files fall to the actor; asked for only when there are any."""
    *about, falling = rows
    persons = {row.case_id for group in about for row in group}
    managers = {case.manager_id for case in falling if case.manager_id}
    return [
        persons_of(list(persons)) if persons else None,
        User.objects.filter(pk__in=managers).only("id", "name") if managers else None,
    ]


def items(
    actor: Actor, rows: Sequence[Sequence[Any]], persons: Sequence[Person], managers: Sequence[User]
) -> list[WorkItem]:
    """Lines of *My work* from the rows of `wanted` and `named`."""
    asked, given, mine, sent, away, falling = rows
    references = {person.pk: person.reference for person in persons}
    return [
        *(_asked(row, references) for row in asked),
        *(_given(row, references) for row in given),
        *(_away(row, references) for row in away),
        *_to_take_over(mine, references),
        *(_sent(row, references) for row in sent if row.to_user != actor.user_id),
        *_falling(falling, {user.pk: user.name for user in managers}),
    ]


def _place(code: str) -> str:
    return str(pack().team_places.get(code) or code)


def _asked(row: Assignment, references: dict[UUID, str]) -> WorkItem:
    return WorkItem(
        kind="asked",
        title=_("You are asked to work with her: %(place)s") % {"place": _place(row.place)},
        url=reverse("mechanism:asked", args=[row.pk]),
        reference=references.get(row.case_id, ""),
        due_at=row.answer_by,
    )


def _given(row: Assignment, references: dict[UUID, str]) -> WorkItem:
    late = row.state == Asked.ASKED and row.answer_by < now()
    if row.state == Asked.DECLINED:
        title = _("Declined, ask somebody else: %(place)s")
    elif late:
        title = _("No answer, ask again or somebody else: %(place)s")
    else:
        title = _("Asked, not answered yet: %(place)s")
    return WorkItem(
        kind="team",
        title=title % {"place": _place(row.place)},
        url=reverse("mechanism:assignment", args=[row.case_id, row.pk]),
        reference=references.get(row.case_id, ""),
        due_at=row.answer_by,
        mine=late or row.state == Asked.DECLINED,
    )


def _away(row: Assignment, references: dict[UUID, str]) -> WorkItem:
    return WorkItem(
        kind="stand_in",
        title=_("Away, and nobody was asked to stand in: %(place)s") % {"place": _place(row.place)},
        url=reverse("mechanism:assignment", args=[row.case_id, row.pk]),
        reference=references.get(row.case_id, ""),
    )


def _to_take_over(rows: Sequence[Handover], references: dict[UUID, str]) -> list[WorkItem]:
    """One line, however many files: they are looked at together."""
    if not rows:
        return []
    title = ngettext("A file is handed to you", "%(count)s files are handed to you", len(rows))
    return [
        WorkItem(
            kind="take_over",
            title=title % {"count": len(rows)},
            url=reverse("mechanism:handovers"),
            reference=references.get(rows[0].case_id, "") if len(rows) == 1 else "",
            due_at=rows[0].answer_by,
        )
    ]


def _sent(row: Handover, references: dict[UUID, str]) -> WorkItem:
    late = row.state == Passing.SENT and row.answer_by is not None and row.answer_by < now()
    if row.state == Passing.DECLINED:
        title = _("Not taken over: choose somebody else")
    elif late:
        title = _("No answer to your hand-over: choose somebody else")
    else:
        title = _("Handed over, not accepted yet")
    return WorkItem(
        kind="handover",
        title=title,
        url=reverse("mechanism:handover", args=[row.case_id]),
        reference=references.get(row.case_id, ""),
        due_at=row.answer_by,
        mine=late or row.state == Passing.DECLINED,
    )


def _many(files: Sequence[Case]) -> str:
    return f"{len(files)}+" if len(files) >= MOST else str(len(files))


def _falling(cases: Sequence[Case], names: dict[UUID, str]) -> list[WorkItem]:
    """One line for each colleague who is not there, with the soonest date of her files."""
    found: dict[UUID | None, list[Case]] = {}
    for case in cases:
        found.setdefault(case.manager_id, []).append(case)
    lines = []
    for manager, files in found.items():
        dates = [case.next_due_at for case in files if case.next_due_at]
        if manager is None:
            title = ngettext(
                "%(count)s file nobody carries, and nobody is there to take it on",
                "%(count)s files nobody carries, and nobody is there to take them on",
                len(files),
            ) % {"count": _many(files)}
            url = reverse("mechanism:files") + "?worker=none"
        else:
            title = ngettext(
                "%(count)s file of %(name)s, who is not there: you answer for it",
                "%(count)s files of %(name)s, who is not there: you answer for them",
                len(files),
            ) % {"count": _many(files), "name": names.get(manager, "")}
            url = reverse("mechanism:worker", args=[manager])
            if len(files) == 1:
                url = reverse("mechanism:handover", args=[files[0].case_id])
        lines.append(
            WorkItem(
                kind="falling",
                title=title,
                url=url,
                reference="",
                due_at=min(dates, default=None),
                urgent=any(case.in_danger for case in files),
            )
        )
    return lines
