"""What keeps her safe, drawn."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from cadra.foundation.kernel.answers import LABELS, Answer
from cadra.foundation.kernel.pack import pack
from cadra.stages.support.models import RiskAssessment, SafetyPlan, SafetyReview
from cadra.stages.support.queries.safety import SafetyPage, Versions, only_number


def event(code: str) -> str:
    """What asked for a review."""
    return str(pack().safety_events.label(code)) if code else _("Its time is over")


def review_lines(page: SafetyPage) -> list[dict[str, Any]]:
    """What waits to be looked at, with its date."""
    return [{"label": review_label(one), "due": one.due_at} for one in page.reviews]


def review_label(review: SafetyReview) -> str:
    """What asks for the review, in a line."""
    if not review.event:
        return _("Look at the safety plan again with her")
    return _("Look at the safety plan again: %(why)s") % {"why": event(review.event)}


def risk_rows(page: SafetyPage | Versions, row: RiskAssessment | None) -> list[dict[str, Any]]:
    """Answers about risk, those with yes first; who threatens; how she sees it."""
    if row is None:
        return []
    answers = row.plain.get("answers") or {}
    asked = pack().protection(row.questions, "risk", child=row.for_child)
    order = [Answer.YES, Answer.UNKNOWN, Answer.DECLINED, Answer.NO, Answer.NOT_ASKED]
    lines = sorted(
        ((str(one), Answer(answers.get(one.code) or Answer.NOT_ASKED)) for one in asked),
        key=lambda line: order.index(line[1]),
    )
    sources = [_source(one, page.feared) for one in row.plain.get("sources") or []]
    rows: list[dict[str, Any]] = [{"key": _("Who or what threatens her"), "lines": sources}] if sources else []
    if row.plain.get("words"):
        rows.append({"key": _("How she sees the danger herself"), "value": row.plain["words"]})
    return rows + [
        {"key": text, "value": str(LABELS[answer]), **({"tag": "red"} if answer == Answer.YES else {})}
        for text, answer in lines
    ]


def plan_rows(row: SafetyPlan | None) -> list[dict[str, Any]]:
    """The plan part by part, whom she rings, the code word."""
    if row is None:
        return []
    parts = row.plain.get("parts") or {}
    asked = pack().protection(row.questions, "plan", child=row.for_child)
    rows: list[dict[str, Any]] = [{"key": str(one), "value": parts.get(one.code, "")} for one in asked]
    people = [" · ".join(part for part in (one["name"], one["phone"]) if part) for one in row.plain.get("people") or []]
    rows.append({"key": _("Whom she rings"), "lines": people} if people else {"key": _("Whom she rings"), "value": ""})
    rows.append({"key": _("Code word"), "value": row.plain.get("code_word") or ""})
    return rows


def whole_plan(row: SafetyPlan | None) -> list[dict[str, Any]]:
    """The plan, and what stood on the card."""
    if row is None:
        return []
    on_card = card(row)
    lines = [" · ".join((one["on_card"], one["phone"])) for one in on_card["people"]]
    lines = [line for line in (on_card["words"], *lines) if line]
    return [*plan_rows(row), {"key": _("On the card she carries"), "value": "\n".join(lines)}]


def version_cards(found: Versions, draw: Callable[[Any], list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """Each version: when, by whom, what was written otherwise than before, and all of it."""
    return [
        {
            "number": row.version,
            "when": row.written_at,
            "by": found.names.get(row.written_by, ""),
            "first": before is None,
            "changes": _changes(draw(before), draw(row)) if before is not None else [],
            "rows": draw(row),
        }
        for row, before in found.rows
    ]


def _changes(before: list[dict[str, Any]], now: list[dict[str, Any]]) -> list[dict[str, str]]:
    """{key, was, is} of each line that says something else."""
    was, said = ({row["key"]: _text(row) for row in rows} for rows in (before, now))
    found = ((key, was.get(key, ""), said.get(key, "")) for key in dict.fromkeys((*said, *was)))
    return [{"key": key, "was": old, "is": new} for key, old, new in found if old != new]


def _text(row: dict[str, Any]) -> str:
    return "\n".join(row["lines"]) if row.get("lines") else str(row.get("value") or "")


def card(row: SafetyPlan | None) -> dict[str, Any]:
    """What she carries: a few words of hers and numbers, nothing else."""
    plain = row.plain if row is not None else {}
    people = [
        {"on_card": one["on_card"], "phone": only_number(one.get("phone") or "")}
        for one in plain.get("people") or []
        if one.get("on_card")
    ]
    return {"words": plain.get("card") or "", "people": people}


def incident_events(page: SafetyPage) -> list[dict[str, Any]]:
    """What happened, newest first, for the shell's timeline."""
    found = []
    for one in page.incidents:
        words = one.plain.get("words") or {}
        done = _("Done: %(what)s") % {"what": words["done"]} if words.get("done") else ""
        found.append(
            {
                "title": event(one.kind),
                "when": one.happened_on,
                "by": page.names.get(one.recorded_by, ""),
                "text": "\n".join(line for line in (words.get("what", ""), done) if line),
            }
        )
    return found


def _source(one: dict[str, Any], feared: dict[int, str]) -> str:
    listed = feared.get(one.get("principal") or 0)
    mark = _("on the list: %(who)s") % {"who": listed} if listed else ""
    return f"{one.get('words', '')} ({mark})" if mark else str(one.get("words", ""))
