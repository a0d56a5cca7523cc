"""The stages' panels on the file page, as the parts of the shell draw them."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cadra.foundation.kernel.pack import pack
from cadra.foundation.shell.templatetags.shell import moment
from cadra.stages.support import presenting as support
from cadra.steering.mechanism.panels import pair_of
from cadra.steering.mechanism.queries.file import FilePage

GOALS, REFERRALS = 3, 3


def identification_rows(page: FilePage) -> list[dict[str, Any]]:
    """Status, how often she was asked, the pair, and the time to recover with its bar on removal."""
    summary = page.panels.identification
    rows: list[dict[str, Any]] = [{"key": _("Status"), "value": summary.status_words, "hint": summary.status_hint}]
    if summary.decided_at:
        rows.append({"key": _("Decided"), "value": moment(summary.decided_at)})
    elif summary.open_decision is not None:
        rows.append({"key": _("Decision"), "value": _("Waits for the second signature")})
    if summary.interviews is not None:
        asked = ngettext("%(count)s conversation", "%(count)s conversations", summary.interviews)
        rows.append({"key": _("How often she was asked"), "value": asked % {"count": summary.interviews}})
    if summary.pair is not None:
        members = [page.names.user(one) for one in pair_of(summary)]
        rows.append({"key": _("Identification pair"), "lines": [name for name in members if name]})
    rows += _recovery(summary.recovery)
    for episode in summary.episodes[1:]:
        key = _("Came back") if episode.reason else _("Came back after new harm")
        rows.append({"key": key, "value": moment(episode.opened_at), "hint": episode.reason})
    return rows


def standing_lines(page: FilePage) -> list[str]:
    """What matters now of identification, in a few words."""
    summary = page.panels.identification
    lines = []
    if summary.open_decision is not None:
        lines.append(_("A decision waits for its second signature"))
    elif summary.told is False:
        lines.append(_("She has not been told the decision yet"))
    period = summary.recovery
    if period is not None and not period.is_over:
        lines.append(_("Time to recover and reflect until %(day)s") % {"day": moment(period.ends_on)})
        if period.bars_removal:
            lines.append(_("Until then she may not be removed from the country"))
    return lines


def responsible(page: FilePage) -> dict[str, str]:
    """Who answers for the file: its carrier, else the institution that holds it, else the Responsible Authority."""
    case = page.file.case
    house = page.names.principal(case.holder) if case.holder is not None else pack().say("authority")
    return {"name": page.names.user(case.manager_id), "house": house}


def first_help_of(page: FilePage) -> dict[str, Any] | None:
    """How long the first help took, or what could be the first; nothing where the plan is closed to the actor."""
    return support.first_help(page.file.case, offering=page.file.changeable) if page.panels.board else None


def _recovery(period: Any) -> list[dict[str, Any]]:
    if period is None:
        return []
    dates = _("%(start)s to %(end)s") % {"start": moment(period.starts_on), "end": moment(period.ends_on)}
    over = [_("It is over.")] if period.is_over else []
    row = {"key": _("Time to recover and reflect"), "lines": [dates, *over]}
    if not period.verified:
        row["hint"] = _("The length is a setting, not verified against the law.")
    rows: list[dict[str, Any]] = [row]
    if period.bars_removal and not period.is_over:
        until = _("Until %(day)s") % {"day": moment(period.ends_on)}
        rows.append({"key": _("May not be removed"), "value": until, "hint": pack().say("removal_bar")})
    return rows


def board_lines(page: FilePage) -> dict[str, Any] | None:
    """Goals in her words, what was offered, what is on its way; nothing where the plan is closed to the actor."""
    board = page.panels.board
    if board is None:
        return None
    referrals = [*board.to_settle, *board.open_referrals]
    return {
        "goals": [support.goal_card(goal) for goal in board.open_goals[:GOALS]],
        "offers": [
            {"tag": support.decision_tag(decision or ""), "count": len(offers)}
            for decision, offers in board.by_decision
        ],
        "referrals": [support.referral_line(one, board.desks) for one in referrals[:REFERRALS]],
        "more": max(0, len(board.open_goals) - GOALS) + max(0, len(referrals) - REFERRALS),
        "given": board.given,
        "agreed_on": board.plan.agreed_on if board.plan else None,
    }
