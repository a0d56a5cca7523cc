"""Rules, restrictions and exclusions, drawn."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from cadra.foundation.kernel.addresses import reverse
from cadra.foundation.kernel.pack import pack
from cadra.foundation.shell.templatetags.shell import moment
from cadra.stages.support.models import (
    Assent,
    Exclusion,
    ExclusionState,
    HandedTo,
    Objection,
    Restriction,
    RestrictionReview,
    ReviewOutcome,
    RulesAnswer,
    RulesSaid,
)
from cadra.stages.support.presenting.plans import service
from cadra.stages.support.queries.fairness import Counted, ExclusionPage, RulesPage, Seen

SAID_COLOURS = {
    RulesSaid.SIGNED: "green",
    RulesSaid.AGREED: "teal",
    RulesSaid.REFUSED: "orange",
    RulesSaid.NOT_YET: "yellow",
}
ASSENT_COLOURS = {Assent.AGREED: "green", Assent.NOT_AGREED: "orange", Assent.NOT_ASKED: "yellow"}
STATE_COLOURS = {
    ExclusionState.NOTICED: "yellow",
    ExclusionState.AGREED: "orange",
    ExclusionState.STOPPED: "green",
    ExclusionState.IN_EFFECT: "red",
}


def version_words(number: int, draft: str) -> str:
    """ "Version 3 of the house", "Draft of the country: draft-1"."""
    if number:
        return _("Version %(number)s of the institution") % {"number": number}
    return _("Draft of the country, not verified (%(version)s)") % {"version": draft}


def rules_context(page: RulesPage, language: str) -> dict[str, Any]:
    """The rules in force, whether she answered them, and all her answers."""
    answered = page.answered
    return {
        "house": page.house,
        "version": version_words(page.rules.number, page.rules.draft),
        "text": page.rules.says(language),
        "said": {"text": answered.get_said_display(), "colour": SAID_COLOURS[RulesSaid(answered.said)]}
        if answered
        else None,
        "asked_before": bool(page.answers) and answered is None,
        "events": [answer_event(one, page.names) for one in page.answers],
    }


def answer_event(answer: RulesAnswer, names: dict[UUID, str]) -> dict[str, Any]:
    """What she said to one version, for the timeline."""
    how = _("%(form)s, %(language)s; understood: %(understood)s") % {
        "form": pack().information_forms.label(answer.form),
        "language": pack().languages.label(answer.language),
        "understood": answer.get_understood_display(),
    }
    said = [version_words(answer.number, answer.draft), how]
    if answer.plain.get("words"):
        said.append(f"“{answer.plain['words']}”")
    return {
        "title": answer.get_said_display(),
        "when": answer.recorded_at,
        "by": names.get(answer.recorded_by, ""),
        "text": "\n".join(said),
    }


def assent_tag(agreement: str) -> dict[str, str]:
    """Words and colour of whether she agreed."""
    return {"text": str(Assent(agreement).label), "colour": ASSENT_COLOURS[Assent(agreement)]}


def restriction_line(row: Restriction) -> dict[str, Any]:
    """A restriction, for the list."""
    return {
        "kind": pack().restriction_kinds.label(row.kind),
        "ground": pack().restriction_grounds.label(row.ground),
        "tag": assent_tag(row.agreement),
        "row": row,
        "url": reverse("support:restriction", args=[row.case_id, row.pk]),
        "is_over": row.ended_on is not None,
    }


def restriction_rows(row: Restriction, names: dict[UUID, str]) -> list[dict[str, Any]]:
    """Everything written about a restriction when it began."""
    ground = pack().restriction_grounds.get(row.ground)
    verified = ground is not None and ground.verified
    tag = assent_tag(row.agreement)
    return [
        {"key": _("What is restricted"), "value": pack().restriction_kinds.label(row.kind)},
        {"key": _("Why"), "value": row.plain.get("reason") or ""},
        {
            "key": _("Ground"),
            "value": pack().restriction_grounds.label(row.ground),
            "hint": "" if verified else _("Not verified as a ground in law"),
        },
        {"key": _("Does she agree"), "value": tag["text"], "tag": tag["colour"]},
        {"key": _("In her words"), "value": row.plain.get("her_words") or ""},
        {"key": _("Decided by"), "value": names.get(row.decided_by, "")},
        {"key": _("Since"), "value": moment(row.since)},
        {"key": _("Ended"), "value": moment(row.ended_on) if row.ended_on else _("It is in force")},
    ]


def review_event(review: RestrictionReview, names: dict[UUID, str]) -> dict[str, Any]:
    """One look at a restriction, for the timeline."""
    said = [str(review.plain.get("words") or ""), str(Assent(review.agreement).label)]
    if review.plain.get("her_words"):
        said.append(f"“{review.plain['her_words']}”")
    if review.next_on:
        said.append(_("Next review on %(date)s") % {"date": moment(review.next_on)})
    return {
        "title": str(ReviewOutcome(review.outcome).label),
        "when": review.reviewed_at,
        "by": names.get(review.reviewed_by, ""),
        "text": "\n".join(said),
    }


def exclusion_tag(row: Exclusion) -> dict[str, str]:
    """Words and colour of where an exclusion stands."""
    return {"text": row.get_state_display(), "colour": STATE_COLOURS[ExclusionState(row.state)]}


def exclusion_rows(page: ExclusionPage) -> list[dict[str, Any]]:
    """What was written at each step."""
    row = page.exclusion
    notice = row.plain.get("notice") or {}
    reasons = [str(pack().decline_reasons.label(code)) for code in row.reasons]
    return [
        {"key": _("Reasons"), "lines": reasons},
        {"key": _("What happened"), "value": notice.get("happened", "")},
        {"key": _("What was tried before"), "value": notice.get("tried", "")},
        {"key": _("Notice"), "value": _by(row.noticed_on, page.names.get(row.proposed_by))},
        {"key": _("At the earliest from"), "value": moment(row.takes_effect_on)},
        {
            "key": _("Second person"),
            "value": _signed(row.decided_at, row.decided_by, row.plain["decision_words"], page),
        },
        {"key": _("Does she object"), "value": _objection(row)},
        {
            "key": _("Answer to her"),
            "value": _signed(row.answered_at, row.answered_by, row.plain["answer_words"], page),
        },
        {"key": _("Who takes over"), "value": str(HandedTo(row.handed_to).label) if row.handed_to else ""},
        {"key": _("In effect since"), "value": moment(row.effect_on) if row.effect_on else _("Not in effect")},
    ]


def _by(when: Any, who: str | None) -> str:
    return f"{moment(when)}, {who}" if who else str(moment(when))


def _signed(when: Any, who: UUID | None, words: Any, page: ExclusionPage) -> str:
    return f"{_by(when, page.names.get(who))}\n{words or ''}".strip() if who is not None else ""


def _objection(row: Exclusion) -> str:
    words = row.plain.get("objection_words")
    label = str(Objection(row.objection).label)
    return f"{label}\n“{words}”" if words else label


def referral_choices(page: ExclusionPage) -> list[tuple[UUID, str]]:
    """Requests on their way, as choices of who takes over."""
    return [(one.pk, f"{service(one.service)}, {page.desks.get(one.desk, '')}") for one in page.referrals]


# Oversight --------------------------------------------------------------------------------------------


def oversight_row(one: Seen, names: dict[int, str]) -> list[Any]:
    """A row of the table: nothing that tells of a person."""
    tag = assent_tag(one.agreement)
    late = _("%(days)s days late") % {"days": one.overdue_days} if one.overdue_days else moment(one.review_on)
    return [
        names.get(one.institution, ""),
        {
            "text": pack().restriction_kinds.label(one.kind),
            "hint": pack().restriction_grounds.label(one.ground),
        },
        {"text": one.weeks, "numeric": True},
        {"text": tag["text"], "tag": tag["colour"]},
        {"text": late, "tag": "red"} if one.overdue_days else {"text": late},
        {"text": one.reviews, "numeric": True},
    ]


def oversight_totals(counts: Sequence[Counted], names: dict[int, str]) -> dict[str, Any]:
    """What stands above the list: in force, overdue and without agreement, by kind and by institution."""
    return {
        "running": sum(one.running for one in counts),
        "overdue": sum(one.overdue for one in counts),
        "not_agreed": sum(one.not_agreed for one in counts),
        "kinds": _bars(counts, lambda one: pack().restriction_kinds.label(one.kind)),
        "houses": _bars(counts, lambda one: names.get(one.institution, "")),
    }


def _bars(counts: Sequence[Counted], label: Any) -> list[dict[str, Any]]:
    sums: dict[str, int] = {}
    for one in counts:
        sums[label(one)] = sums.get(label(one), 0) + one.running
    most = max(sums.values(), default=0)
    found = sorted(sums.items(), key=lambda pair: (-pair[1], pair[0]))
    return [{"label": name, "value": value, "largest": most} for name, value in found if value]
