"""Money, drawn: rows of tables, what forms choose from. No queries here."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from cadra.foundation.kernel.addresses import reverse
from cadra.foundation.kernel.pack import pack
from cadra.foundation.shell.templatetags.shell import moment
from cadra.stages.support.models import DecisionOnOffer, Delivery, Offer
from cadra.stages.support.presenting import amount, service
from cadra.steering.budget.models import Assistance, Entry, Line, State, Way
from cadra.steering.budget.money import said
from cadra.steering.budget.queries import Costs, EntryPage

COLOURS = {State.PROPOSED: "yellow", State.APPROVED: "green", State.REFUSED: "red", State.TAKEN_BACK: "grey"}


def colour(entry: Entry) -> str:
    """The colour of where an entry stands."""
    return COLOURS[State(entry.state)]


def period(line: Line) -> str:
    """ "1 January 2026 to 31 December 2026"."""
    return _("%(first)s to %(last)s") % {"first": moment(line.starts), "last": moment(line.ends)}


def line_card(line: Line) -> dict[str, Any]:
    """One line of the budget: what is left of it, drawn as a bar of what was spent."""
    return {
        "url": reverse("budget:line", args=[line.pk]),
        "title": line.programme,
        "funder": line.funder,
        "period": period(line),
        "amount": said(line.amount, line.currency),
        "left": said(line.left, line.currency),
        "below": line.left < 0,
        "spent": min(100, 100 * line.spent // line.amount),
        "spent_words": said(line.spent, line.currency),
    }


def entry_row(entry: Entry, *, with_line: bool = False) -> list[Any]:
    """One row of a table of entries."""
    first = {"text": entry.reference, "url": reverse("budget:entry", args=[entry.pk])}
    return [
        first,
        moment(entry.on),
        *([entry.line.programme] if with_line else []),
        service(entry.service),
        {"text": said(entry.amount, entry.currency), "numeric": True},
        {"text": str(entry.get_state_display()), "tag": colour(entry)},
    ]


def entry_head(*, with_line: bool = False) -> list[Any]:
    """Heads of the same table."""
    return [
        _("Reference"),
        _("Day"),
        *([_("Programme")] if with_line else []),
        _("Service"),
        {"text": _("Amount"), "numeric": True},
        _("State"),
    ]


def entry_rows(page: EntryPage) -> list[dict[str, Any]]:
    """Everything one entry says; nothing in it leads to a person who was helped."""
    entry, line = page.entry, page.entry.line

    def name(user: UUID | None) -> str:
        return page.names.get(user, "") if user else ""

    rows = [
        (_("Amount"), said(entry.amount, entry.currency)),
        (_("Programme"), line.programme),
        (_("Funder"), line.funder),
        (_("Left on this line"), said(line.left, line.currency)),
        (_("Service"), service(entry.service)),
        (_("Day"), moment(entry.on)),
        (_("How it was paid"), str(entry.get_way_display())),
    ]
    if entry.way == Way.CASH:
        rows += [(_("Handed over by"), name(entry.giver)), (_("Stood beside"), name(entry.witness))]
    rows.append((_("Written by"), name(entry.recorded_by)))
    if entry.decided_at:
        rows.append((_("Decided by"), f"{name(entry.decided_by)}, {moment(entry.decided_at)}"))
    if entry.reason:
        rows.append((_("Below nothing, because"), pack().override_reasons.label(entry.reason)))
    return [{"key": key, "value": value} for key, value in rows]


def cost_rows(costs: Costs) -> list[dict[str, Any]]:
    """What was spent on a file. Entries of another institution are its own: only that there is one is told."""
    things: dict[UUID | None, Delivery | Offer] = {row.pk: row for row in costs.deliveries}
    things |= {row.pk: row for row in costs.offers}
    return [_cost(row, things, costs.entries.get(row.entry_id)) for row in costs.spent]


def _cost(row: Assistance, things: dict[UUID | None, Delivery | Offer], entry: Entry | None) -> dict[str, Any]:
    thing = things.get(row.delivery_id or row.offer_id)
    return {
        "when": moment(entry.on if entry else row.recorded_at),
        "what": thing_words(thing) if thing else "",
        "amount": said(entry.amount, entry.currency) if entry else _("Written by another institution"),
        "state": str(entry.get_state_display()) if entry else "",
        "colour": colour(entry) if entry else "",
        "line": entry.line.programme if entry else "",
        "words": row.plain.get("words") or "",
    }


def things(costs: Costs) -> list[tuple[str, str]]:
    """What a cost can be for: things given, and offers she took."""
    taken = (DecisionOnOffer.ACCEPTED, DecisionOnOffer.PARTLY)
    given = [(f"delivery:{row.pk}", thing_words(row)) for row in costs.deliveries]
    offered = [(f"offer:{row.pk}", thing_words(row)) for row in costs.offers if row.decision in taken]
    return [*given, *offered]


def thing_words(thing: Delivery | Offer) -> str:
    """ "Medical help, 2 × Session or visit, 3 May 2026"."""
    if isinstance(thing, Delivery):
        return f"{service(thing.service)}, {amount(thing)}, {moment(thing.on)}"
    return _("%(service)s, offered on %(day)s") % {
        "service": service(thing.service),
        "day": moment(thing.offered_at.date()),
    }


def line_choice(line: Line) -> tuple[str, str]:
    """A line to choose: what is left decides whether somebody else must approve."""
    return str(line.pk), _("%(programme)s (%(funder)s), left: %(left)s") % {
        "programme": line.programme,
        "funder": line.funder,
        "left": said(line.left, line.currency),
    }
