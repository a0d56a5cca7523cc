"""What each worker of a house carries: files, how heavy they weigh, what is overdue; and the files of one of them."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Case as Choose
from django.db.models import Count, IntegerField, Min, Q, QuerySet, Sum, Value, When
from django.http import Http404

from cadra.foundation.access.actor import Actor
from cadra.foundation.kernel.clock import now
from cadra.foundation.kernel.pack import pack
from cadra.foundation.kernel.roles import Role
from cadra.foundation.network.models import User
from cadra.record.cases.models import Case, Handover, Passing, Stage
from cadra.record.cases.queries import FileRow, file_rows
from cadra.steering.mechanism import policy
from cadra.steering.mechanism.queries.candidates import kept_out
from cadra.steering.mechanism.queries.colleagues import CARRIES, carriers

FLAGS = ("in_danger", "is_child")
MOST = 200


def weight_of(case: Case) -> int:
    """How heavy one file weighs, by the country's numbers."""
    weights = pack().caseload_weights
    by_stage = weights.get(case.stage)
    flags = sum(weights[flag].value for flag in FLAGS if getattr(case, flag))
    return (by_stage.value if by_stage else 0) + flags


def _weights() -> Any:
    """The same, as PostgreSQL adds it up."""
    numbers = pack().caseload_weights
    total: Any = Choose(
        *(When(stage=stage, then=Value(numbers[stage].value)) for stage in Stage.values if stage in numbers),
        default=Value(0),
        output_field=IntegerField(),
    )
    for flag in FLAGS:
        total = total + Choose(
            When(**{flag: True}, then=Value(numbers[flag].value)), default=Value(0), output_field=IntegerField()
        )
    return Sum(total)


@dataclass(frozen=True)
class Load:
    """What one worker carries; `user` None: the files nobody carries."""

    user: User | None
    files: int = 0
    weight: int = 0
    overdue: int = 0
    danger: int = 0
    next_due: dt.datetime | None = None

    @property
    def away(self) -> bool:
        """Is she away today?"""
        return self.user is not None and self.user.away

    @property
    def gone(self) -> bool:
        """Was her account closed?"""
        return self.user is not None and not self.user.is_active

    @property
    def full(self) -> bool:
        """Should somebody look at it?"""
        return self.weight >= pack().caseload_weights["full"].value


SORTS: dict[str, Callable[[Load], Any]] = {
    "weight": lambda load: (-load.weight, _name(load)),
    "files": lambda load: (-load.files, _name(load)),
    "overdue": lambda load: (-load.overdue, -load.weight, _name(load)),
    "name": lambda load: _name(load),
}


def loads_by_worker(house: int, workers: Sequence[UUID] | None = None) -> dict[UUID | None, dict[str, Any]]:
    """user → numbers of her open files in this house, in one query."""
    found = Case.objects.filter(holder=house).exclude(stage=Stage.CLOSED)
    if workers is not None:
        found = found.filter(manager_id__in=workers)
    rows = (
        found.order_by()
        .values("manager_id")
        .annotate(
            files=Count("id"),
            weight=_weights(),
            overdue=Count("id", filter=Q(next_due_at__lt=now())),
            danger=Count("id", filter=Q(in_danger=True)),
            next_due=Min("next_due_at"),
        )
    )
    numbers: Iterable[dict[str, Any]] = map(dict, rows)
    return {row.pop("manager_id"): row for row in numbers}


def caseload(actor: Actor, sort: str = "weight") -> list[Load]:
    """Every worker of the house for who leads it, heaviest first unless told; for anybody else her own line."""
    leads = actor.has(Role.SUPERVISOR)
    if not leads and not actor.has(*policy.CUSTODIANS):
        raise Http404
    numbers = loads_by_worker(actor.institution_principal, None if leads else [actor.user_id])
    people = User.objects.select_related("covered_by").filter(institution_id=actor.institution_id)
    wanted = (
        people.filter(CARRIES | Q(pk__in=[one for one in numbers if one])) if leads else people.filter(pk=actor.user_id)
    )
    lines = [Load(user, **numbers.get(user.pk, {})) for user in wanted.distinct()]
    lines.sort(key=SORTS.get(sort, SORTS["weight"]))
    nobody = numbers.get(None)
    return [*lines, *([Load(None, **nobody)] if nobody and leads else [])]


def _name(load: Load) -> str:
    return load.user.name.casefold() if load.user else ""


@dataclass(frozen=True)
class WorkerPage:
    """The open files of one worker, the soonest date first; `handovers`: file → what is on its way; `others`: who may
    take files over; `kept_out`: file → whom she fears."""

    worker: User
    rows: list[FileRow]
    handovers: dict[UUID, Handover]
    others: list[Load]
    kept_out: dict[UUID, set[UUID]] = field(default_factory=dict)
    more: bool = False

    def of_state(self, *states: str) -> list[Handover]:
        """What is on its way, in these states."""
        return [one for one in self.handovers.values() if one.state in states]

    @property
    def ready(self) -> list[Handover]:
        """Drafts that can be sent: somebody is chosen, and the briefing has words."""
        return [one for one in self.of_state(Passing.DRAFT) if one.to_user and one.has_words]


def worker_page(actor: Actor, user_id: UUID) -> WorkerPage:
    """One worker's files: her own, or as who leads her house; 404 for anybody else."""
    worker = User.objects.select_related("covered_by").filter(pk=user_id, institution_id=actor.institution_id).first()
    if worker is None or not (
        actor.has(Role.SUPERVISOR) or (user_id == actor.user_id and actor.has(*policy.CUSTODIANS))
    ):
        raise Http404
    cases = list(_files_of(actor, user_id).order_by("next_due_at", "id")[: MOST + 1])
    rows = file_rows(actor, cases[:MOST])
    ids = [row.case.case_id for row in rows]
    on_way = {one.case_id: one for one in Handover.objects.filter(case_id__in=ids, settled_at=None)}
    numbers = loads_by_worker(actor.institution_principal)
    able = carriers(actor.institution_principal).exclude(pk=user_id).select_related("institution")
    there = [user for user in able.order_by("name", "id") if not user.away]
    return WorkerPage(
        worker,
        rows,
        on_way,
        [Load(user, **numbers.get(user.pk, {})) for user in there],
        kept_out(ids, there),
        len(cases) > MOST,
    )


def _files_of(actor: Actor, user_id: UUID) -> "QuerySet[Case]":
    found = Case.objects.filter(manager_id=user_id, holder=actor.institution_principal)
    return found.exclude(stage=Stage.CLOSED)
