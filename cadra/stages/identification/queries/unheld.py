"""Files that no institution holds: those that came in with a spreadsheet, and those whose holder was never named."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cadra.foundation.access.actor import Actor
from cadra.foundation.kernel import keyset
from cadra.foundation.kernel.addresses import reverse
from cadra.foundation.kernel.work import WorkItem
from cadra.foundation.network.models import Institution
from cadra.record.cases import custody
from cadra.record.cases import policy as cases
from cadra.record.cases.models import Case, Stage
from cadra.record.cases.queries import NEWEST, FileRow, file_rows
from cadra.stages.identification import policy
from cadra.stages.identification.models import Referral

#: As many as are given at once.
PAGE = 50
#: Counted no further: from here on it is "more than".
COUNTED = 1_000


@dataclass(frozen=True)
class UnheldPage:
    """One page of them, the soonest forgotten last. `older`: cursor of the next page."""

    rows: Sequence[FileRow]
    older: str


def unheld(actor: Actor) -> QuerySet[Case]:
    """Open files without a holder; those whose referral still waits at the desk are named there."""
    if not policy.may_answer(actor):
        raise Http404
    waiting = Referral.objects.filter(case_id=OuterRef("case_id"), state__in=policy.WAITING)
    return cases.visible(actor).filter(~Exists(waiting), holder=None).exclude(stage=Stage.CLOSED)


def page(actor: Actor, *, status: str = "", child: bool = False, cursor: str = "") -> UnheldPage:
    """Files without a holder, newest event first; the look is recorded."""
    found = unheld(actor)
    if status:
        found = found.filter(status=status)
    if child:
        found = found.filter(is_child=True)
    rows, older = keyset.page(found, NEWEST, cursor, PAGE)
    return UnheldPage(file_rows(actor, rows), older)


def count(actor: Actor) -> int:
    """How many there are; COUNTED + 1 for more."""
    return len(unheld(actor).values_list("pk")[: COUNTED + 1])


def count_words(number: int) -> str:
    """The count in words."""
    if number > COUNTED:
        return _("More than %(n)s files have no institution yet") % {"n": f"{COUNTED:,}".replace(",", " ")}
    return ngettext("%(n)s file has no institution yet", "%(n)s files have no institution yet", number) % {"n": number}


@dataclass(frozen=True)
class Choice:
    """What was chosen, looked at once more: how many can be given, by how many she shares more, and who does not
    want it."""

    rows: Sequence[FileRow]
    holder: Institution
    sharing: int
    unwilling: Sequence[FileRow]


def choice(actor: Actor, case_ids: Collection[UUID], holder: Institution) -> Choice:
    """The chosen files that can still be given to this holder; the look is recorded."""
    rows = file_rows(actor, list(unheld(actor).filter(case_id__in=case_ids).order_by("reference")[:PAGE]))
    ids = [row.case.case_id for row in rows]
    against = custody.unwilling(actor, ids, holder)
    agreed = custody.agreed_by(actor, ids, holder).keys() - against
    return Choice(
        [row for row in rows if row.case.case_id not in against],
        holder,
        len(agreed),
        [row for row in rows if row.case.case_id in against],
    )


def work(actor: Actor) -> list[WorkItem]:
    """One line for *My work*, when there are any."""
    found = count(actor) if policy.may_answer(actor) else 0
    if not found:
        return []
    return [WorkItem("unheld", count_words(found), reverse("identification:unheld"), "")]
