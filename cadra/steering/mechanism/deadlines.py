"""The next dates of a file, soonest first, whatever part of the mechanism set them."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from cadra.foundation.kernel.addresses import reverse
from cadra.foundation.kernel.clock import at
from cadra.steering.mechanism.queries.file import FilePage

SHOWN = 4


@dataclass(frozen=True)
class Deadline:
    """Something that is due: words without a name, when, and where it is done."""

    label: str
    due: dt.date | dt.datetime
    url: str = ""

    @property
    def instant(self) -> dt.datetime:
        """The moment, to sort by; a day counts until its end."""
        return self.due if isinstance(self.due, dt.datetime) else at(self.due + dt.timedelta(days=1))


def deadlines(page: FilePage) -> list[Deadline]:
    """What is due next on this file."""
    found = [*_consents(page), *_papers(page), *_stages(page)]
    known = {one.instant for one in found}
    due = page.file.case.next_due_at
    if due is not None and due not in known and (not found or due < min(known)):
        found.append(Deadline(_first_step(page), due))
    return sorted(found, key=lambda one: one.instant)[:SHOWN]


def _first_step(page: FilePage) -> str:
    """What the file waits for when nothing else sets its next date."""
    case = page.file.case
    if due_is_first_step(case.next_due_at, case.stage_due_at):
        return _("Somebody takes the file on") if case.manager_id is None else _("A first plan with her")
    return _("Next date on the file")


def due_is_first_step(due: dt.datetime | None, first_step: dt.datetime | None) -> bool:
    """Whether the next date is that of the first step of its stage."""
    return due is not None and due == first_step


def _consents(page: FilePage) -> list[Deadline]:
    def link(consent: Any) -> str:
        return reverse("mechanism:consent", args=[consent.case_id, consent.pk])

    return [
        *(Deadline(_("Ask her again"), one.ask_again_on, link(one)) for one in page.asks_again if one.ask_again_on),
        *(Deadline(_("A consent ends"), one.until, link(one)) for one in page.consents_ending if one.until),
    ]


def _papers(page: FilePage) -> list[Deadline]:
    url = reverse("mechanism:documents", args=[page.file.person.pk])
    return [Deadline(_("A paper she lacks"), one.expected_on, url) for one in page.papers if one.expected_on]


def _stages(page: FilePage) -> list[Deadline]:
    return [*_identification(page), *_plan(page)]


def _identification(page: FilePage) -> list[Deadline]:
    summary = page.panels.identification
    found = []
    if summary.decision_due_at is not None:
        found.append(Deadline(_("Decision of the identification pair"), summary.decision_due_at, summary.url))
    if summary.recovery is not None and not summary.recovery.is_over:
        found.append(Deadline(_("The time to recover and reflect ends"), summary.recovery.ends_on))
    return found


def _plan(page: FilePage) -> list[Deadline]:
    board = page.panels.board
    if board is None:
        return []
    words = {
        "review": _("Look at the plan again with her"),
        "step": _("A step of the plan"),
        "offer_again": _("Offer a service again"),
        "referral": _("A provider answers"),
        "safety": _("Look at the safety plan again with her"),
    }
    case_id = page.file.person.pk
    urls = {"safety": reverse("support:safety", args=[case_id])}
    plan = reverse("support:plan", args=[case_id])
    return [
        Deadline(words.get(one.kind, _("A date of the plan")), _due(one), urls.get(one.kind, plan))
        for one in board.next_dates
    ]


def _due(one: Any) -> dt.date | dt.datetime:
    """The moment where there is one, else the day."""
    due: dt.date | dt.datetime = one.row.due_at if one.kind == "safety" else one.on
    return due
