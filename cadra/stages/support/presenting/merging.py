"""The plan by date, what changed in it, and what two people wrote at once — drawn in words."""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cadra.foundation.kernel.addresses import reverse
from cadra.foundation.kernel.clock import DAY, month_later, today
from cadra.foundation.kernel.pack import pack
from cadra.foundation.shell.templatetags.shell import moment
from cadra.stages.support.merging import Conflict, Difference, spans
from cadra.stages.support.presenting.plans import goal_card
from cadra.stages.support.queries.boards import Board

VIEWS = {"goal": gettext_lazy("By goal"), "date": gettext_lazy("By date")}
SPANS = {
    "overdue": gettext_lazy("Overdue"),
    "week": gettext_lazy("In the next 7 days"),
    "month": gettext_lazy("Within a month"),
    "later": gettext_lazy("Later"),
    "undated": gettext_lazy("Without a day"),
    "done": gettext_lazy("Done"),
}
FIELD_WORDS = {
    "words": gettext_lazy("Her words"),
    "service": gettext_lazy("Service"),
    "what": gettext_lazy("Step"),
    "who": gettext_lazy("Who"),
    "by": gettext_lazy("By when"),
    "for": gettext_lazy("Whose task"),
}
KIND_WORDS = {
    "added": gettext_lazy("New goal"),
    "removed": gettext_lazy("Goal reached or dropped since"),
    "changed": gettext_lazy("Her words"),
    "service": gettext_lazy("Service"),
    "step_added": gettext_lazy("New step"),
    "step_removed": gettext_lazy("Step taken off"),
    "step_what": gettext_lazy("Step"),
    "step_who": gettext_lazy("Who, in “%(step)s”"),
    "step_by": gettext_lazy("By when, in “%(step)s”"),
    "step_service": gettext_lazy("Service, in “%(step)s”"),
    "step_for": gettext_lazy("Whose task, in “%(step)s”"),
}
SPAN_LABELS = {"added": gettext_lazy("added:"), "removed": gettext_lazy("taken away:")}
People = Sequence[tuple[str, str]]


def view_chosen(asked: str, remembered: str) -> str:
    """By goal or by date: as asked now, else as last time."""
    return next((one for one in (asked, remembered) if one in VIEWS), "goal")


def views(case_id: UUID, current: str) -> list[dict[str, Any]]:
    """The switch between the two."""
    url = reverse("support:plan", args=[case_id])
    return [{"text": text, "url": f"{url}?by={code}", "current": code == current} for code, text in VIEWS.items()]


def by_date(board: Board) -> list[dict[str, Any]]:
    """All steps of open goals in the order of their days, in groups."""
    groups: dict[str, list[dict[str, Any]]] = {code: [] for code in SPANS}
    for goal in board.open_goals:
        card = goal_card(goal)
        for step in card["steps"]:
            groups[_span(step)].append({"step": step, "card": card})
    for rows in groups.values():
        rows.sort(key=lambda one: one["step"]["done_on"] or one["step"]["by"] or dt.date.max)
    return [{"code": code, "heading": SPANS[code], "rows": rows} for code, rows in groups.items() if rows]


def _span(step: dict[str, Any]) -> str:
    if step["done_on"]:
        return "done"
    if not step["by"]:
        return "undated"
    if step["by"] < today():
        return "overdue"
    if step["by"] <= today() + 7 * DAY:
        return "week"
    return "month" if step["by"] <= month_later(today(), 1) else "later"


def review_lines(changes: Sequence[tuple[str, Sequence[Difference]]], people: People) -> list[dict[str, Any]]:
    """What changed since she agreed: goal by goal, lines of words kept, added, taken away."""
    return [{"goal": words, "lines": difference_lines(different, people)} for words, different in changes]


def difference_lines(different: Sequence[Difference], people: People) -> list[dict[str, Any]]:
    """Each difference as a label, the spans of its words, and a plain sentence."""
    found = []
    for one in different:
        before, after = (_said(one.kind, text, people) for text in (one.before, one.after))
        label = str(KIND_WORDS[one.kind]) % {"step": one.about}
        marked = [
            {"kind": kind, "text": text, "label": SPAN_LABELS.get(kind, "")} for kind, text in spans(before, after)
        ]
        arrow = f"{before} → {after}" if before and after else after or before
        found.append({"label": label, "spans": marked, "text": f"{label}: {arrow}"})
    return found


def conflict_lines(conflicts: Sequence[Conflict], people: People) -> list[dict[str, Any]]:
    """Where both changed the same: what it says now and what was typed."""
    return [
        {
            "label": FIELD_WORDS[one.field],
            "now": _said(one.field, one.now, people),
            "mine": _said(one.field, one.mine, people),
        }
        for one in conflicts
    ]


def _said(kind: str, text: str, people: People) -> str:
    """Codes, days and ids in words."""
    if not text:
        return ""
    if kind.endswith("service"):
        return str(pack().services.label(text))
    if kind.endswith("by"):
        return str(moment(dt.date.fromisoformat(text)))
    if kind.endswith("for"):
        return dict(people).get(text, _("a colleague"))
    return text
