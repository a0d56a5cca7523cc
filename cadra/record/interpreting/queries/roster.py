"""The roster: one page of a search, one entry, names behind principals."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db.models import Exists, F, Func, IntegerField, OuterRef, Q, QuerySet
from django.http import Http404

from cadra.foundation.access.actor import Actor
from cadra.foundation.catalogue.words import fold
from cadra.foundation.kernel import keyset
from cadra.foundation.kernel.clock import today
from cadra.foundation.kernel.pack import pack
from cadra.foundation.network.models import User
from cadra.record.interpreting import policy
from cadra.record.interpreting.models import Interpreter, Undertaking

PAGE = 25


@dataclass(frozen=True)
class Wanted:
    """What is looked for in the roster. Empty: anything. `left`: those who left it, for whoever keeps it."""

    language: str = ""
    dialect: str = ""
    sex: str = ""
    area: str = ""
    tonight: bool = False
    distance: bool = False
    bound: bool = False
    left: bool = False


def in_force(day: dt.date | None = None) -> QuerySet[Undertaking]:
    """Undertakings in force on this day and signed by now."""
    return Undertaking.objects.filter(signed_on__lte=today(), until__gte=max(day or today(), today()))


def matching(wanted: Wanted) -> QuerySet[Interpreter]:
    """Entries of the roster that answer what is looked for."""
    found = Interpreter.objects.filter(is_active=not wanted.left, institution__is_active=True)
    if wanted.language:
        found = found.filter(languages__contains=[wanted.language])
    if wanted.dialect:
        found = found.filter(found_by__contains=fold(wanted.dialect))
    if wanted.sex:
        found = found.filter(sex=wanted.sex)
    if wanted.area:
        found = found.filter(_serving(wanted.area))
    if wanted.tonight:
        found = found.filter(at_night=True)
    if wanted.distance:
        found = found.filter(at_distance=True)
    if wanted.bound:
        found = found.filter(Exists(in_force().filter(interpreter=OuterRef("pk"))))
    return found


def _serving(area: str) -> Q:
    region = pack().region_of(area)
    return Q(whole_country=True) | Q(areas__overlap=[area, *([region.code] if region else [])])


def search(actor: Actor, wanted: Wanted, *, after: str = "") -> tuple[list[Interpreter], str]:
    """One page in the order of names, and where the next starts ('' at the end); 404 for whoever has no use for it."""
    if not policy.may_search(actor):
        raise Http404
    if wanted.left and not policy.keeps_some(actor):
        raise Http404
    return keyset.page(matching(wanted).select_related("institution"), ("name", "id"), after, PAGE)


def bound_until(rows: Iterable[Interpreter]) -> dict[UUID, dt.date]:
    """entry → last day of its undertaking in force; none, no key."""
    found: dict[UUID, dt.date] = {}
    for interpreter_id, until in (
        in_force().filter(interpreter__in=[row.pk for row in rows]).values_list("interpreter_id", "until")
    ):
        found[interpreter_id] = max(until, found.get(interpreter_id, until))
    return found


@dataclass(frozen=True)
class Entry:
    """One entry with all its undertakings, newest first, and who wrote each down."""

    row: Interpreter
    undertakings: Sequence[Undertaking]
    names: dict[UUID, str]
    may_keep: bool


def entry(actor: Actor, interpreter_id: UUID) -> Entry:
    """One entry, or 404."""
    rows = Interpreter.objects.select_related("institution", "user")
    row = rows.filter(pk=interpreter_id).first() if policy.may_search(actor) else None
    if row is None or not (row.is_active or policy.may_keep(actor, row)):
        raise Http404
    papers = list(row.undertakings.order_by("-until", "-recorded_at"))
    writers = User.objects.filter(pk__in={paper.recorded_by for paper in papers}).only("id", "name")
    return Entry(row, papers, {user.pk: user.name for user in writers}, policy.may_keep(actor, row))


def kept_entry(actor: Actor, interpreter_id: UUID) -> Interpreter:
    """One entry the actor keeps, or 404."""
    row = Interpreter.objects.select_related("institution", "user").filter(pk=interpreter_id).first()
    if row is None or not policy.may_keep(actor, row):
        raise Http404
    return row


def colleagues(actor: Actor, row: Interpreter | None) -> list[User]:
    """Accounts an entry may be linked to: of the institution that keeps it."""
    home = row.institution_id if row is not None else actor.institution_id
    return list(User.objects.filter(institution_id=home, is_active=True).order_by("name", "id"))


def not_feared(rows: QuerySet[Interpreter], refused: Sequence[int]) -> QuerySet[Interpreter]:
    """Without those she fears, by whatever name they stand in the mechanism (as PostgreSQL judges it)."""
    if not refused:
        return rows
    stands_for = Func(F("pk"), function="authz.interpreter_is", output_field=ArrayField(IntegerField()))
    return rows.annotate(stands_for=stands_for).exclude(stands_for__overlap=list(refused))


def account_behind(principal: int) -> int | None:
    """The principal of the account an entry of the roster is linked to, if this principal is an entry's."""
    found = Interpreter.objects.filter(principal=principal, user__isnull=False)
    return found.values_list("user__principal", flat=True).first()


def called(words: str, most: int) -> list[Interpreter]:
    """Entries whose name has these words, for whoever asks whom she fears."""
    return list(Interpreter.objects.filter(name__icontains=words)[:most])
