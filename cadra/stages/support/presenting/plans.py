"""Plan, goals, offers and the frame of a file’s pages, drawn."""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cadra.foundation.kernel.addresses import reverse
from cadra.foundation.kernel.clock import local_date
from cadra.foundation.kernel.pack import pack
from cadra.foundation.shell.templatetags.shell import moment
from cadra.stages.support.models import (
    OPEN,
    Change,
    Children,
    DecisionOnOffer,
    Goal,
    Offer,
    OfferDecision,
    ReferralState,
    ServiceReferral,
)
from cadra.stages.support.queries.boards import Board, NextDate, kept_steps, open_steps
from cadra.stages.support.queries.files import File

STATE_COLOURS = {
    ReferralState.SENT: "blue",
    ReferralState.WAITING_LIST: "yellow",
    ReferralState.ACCEPTED: "teal",
    ReferralState.STARTED: "green",
    ReferralState.REFUSED: "red",
    ReferralState.ENDED: "grey",
    ReferralState.WITHDRAWN: "grey",
    ReferralState.CLOSED_BY_CONSENT: "grey",
}
DECISION_COLOURS = {
    DecisionOnOffer.ACCEPTED: "green",
    DecisionOnOffer.PARTLY: "teal",
    DecisionOnOffer.NOT_NOW: "yellow",
    DecisionOnOffer.DECLINED: "orange",
    DecisionOnOffer.NOT_OFFERED: "grey",
    DecisionOnOffer.EXCLUDED: "red",
}
FORM_WORDS = {
    "written": gettext_lazy("in writing"),
    "spoken": gettext_lazy("spoken"),
    "gesture": gettext_lazy("by gesture"),
}


def frame(file: File, current: str) -> dict[str, Any]:
    """What every page of support on a file draws around its content."""
    case_id = file.person.pk
    entries = [
        ("safety", _("Safety"), reverse("support:safety", args=[case_id])),
        ("needs", _("Needs"), reverse("support:needs", args=[case_id])),
        ("plan", _("Plan"), reverse("support:plan", args=[case_id])),
        ("offers", _("Offers and decisions"), reverse("support:offers", args=[case_id])),
        ("help", _("Help given"), reverse("support:help", args=[case_id])),
        ("rules", _("Rules"), reverse("support:rules", args=[case_id])),
        ("restrictions", _("Restrictions"), reverse("support:restrictions", args=[case_id])),
    ]
    return {
        "file": file,
        "bar": {"reference": file.person.reference, "safe_name": file.called},
        "pages": [{"text": text, "url": url, "current": name == current} for name, text, url in entries],
        "file_url": reverse("mechanism:file", args=[case_id]),
        "may_plan": file.may_plan,
    }


def service(code: str) -> str:
    """Wording of a service."""
    return pack().services.label(code)


def state_tag(referral: ServiceReferral) -> dict[str, str]:
    """Words and colour of where a referral stands."""
    return {"text": referral.get_state_display(), "colour": STATE_COLOURS[ReferralState(referral.state)]}


def decision_tag(decision: str) -> dict[str, str]:
    """Words and colour of what she decided."""
    if not decision:
        return {"text": _("Not decided yet"), "colour": "blue"}
    return {
        "text": str(DecisionOnOffer(decision).label),
        "colour": DECISION_COLOURS[DecisionOnOffer(decision)],
    }


def goal_card(goal: Goal) -> dict[str, Any]:
    """A goal with its steps, for the board."""
    steps = [
        {
            **step,
            "by": dt.date.fromisoformat(step["by"]) if step["by"] else None,
            "done_on": dt.date.fromisoformat(step["done_on"]) if step["done_on"] else None,
            "service": service(step["service"]) if step["service"] else "",
            "url": reverse("tasks:task", args=[goal.case_id, step["id"]]),
        }
        for step in kept_steps(goal)
    ]
    return {
        "goal": goal,
        "words": goal.plain.get("words") or "",
        "service": service(goal.service) if goal.service else "",
        "steps": steps,
        "done": sum(1 for step in steps if step["done_on"]),
    }


def offer_line(offer: Offer) -> dict[str, Any]:
    """An offer, for lists."""
    return {
        "offer": offer,
        "service": service(offer.service),
        "tag": decision_tag(offer.decision),
        "again": again_line(offer),
        "url": reverse("support:offer", args=[offer.case_id, offer.pk]),
    }


def referral_line(referral: ServiceReferral, desks: dict[int, str]) -> dict[str, Any]:
    """A referral, for the board."""
    return {
        "referral": referral,
        "service": service(referral.service),
        "desk": desks.get(referral.desk, ""),
        "tag": state_tag(referral),
        "is_open": referral.state in OPEN,
        "label": due_label(referral),
        "standing": standing(referral),
        "url": reverse("support:referral", args=[referral.case_id, referral.pk]),
    }


def standing(referral: ServiceReferral) -> str:
    """Where it stands, on one line: sent, opened, reminded, answered, and what is due next."""
    state = ReferralState(referral.state)
    told = [_("Sent %(when)s") % {"when": moment(local_date(referral.sent_at))}]
    if state == ReferralState.SENT:
        if referral.received_at:
            told.append(_("opened %(when)s") % {"when": moment(local_date(referral.received_at))})
        else:
            told.append(_("not opened yet"))
        told += [_("reminded")] if referral.reminded_at else []
        told += [_("silent, both sides told")] if _is_late(referral) else []
    elif referral.answered_at:
        told.append(_("answered %(when)s") % {"when": moment(local_date(referral.answered_at))})
    if state == ReferralState.WAITING_LIST and referral.waiting_place:
        told.append(_("place %(place)s on the list") % {"place": referral.waiting_place})
    if state == ReferralState.REFUSED:
        told.append(pack().referral_refusals.label(referral.answer_reason))
    if state == ReferralState.ENDED:
        told.append(pack().service_outcomes.label(referral.outcome))
    if referral.started_at and state != ReferralState.ENDED:
        told.append(_("begun %(when)s") % {"when": moment(local_date(referral.started_at))})
    return " · ".join(filter(None, told))


def _is_late(referral: ServiceReferral) -> bool:
    return bool(referral.escalated_at and referral.next_due_at and referral.escalated_at >= referral.next_due_at)


def due_label(referral: ServiceReferral) -> str:
    """What is due next of an open referral."""
    return {
        ReferralState.SENT: _("Answer"),
        ReferralState.WAITING_LIST: _("News of the waiting list"),
        ReferralState.ACCEPTED: _("Help begins"),
        ReferralState.STARTED: _("Next entry or the end"),
    }.get(ReferralState(referral.state), "")


def next_lines(board: Board) -> list[dict[str, Any]]:
    """The next dates of the board, each with a link."""
    return [_next_line(one) for one in board.next_dates[:6]]


def _next_line(one: NextDate) -> dict[str, Any]:
    case_id = one.row.case_id
    if one.kind == "referral":
        label = f"{due_label(one.row)}: {service(one.row.service)}"
        return {
            "due": one.row.next_due_at,
            "label": label,
            "url": reverse("support:referral", args=[case_id, one.row.pk]),
        }
    if one.kind == "offer_again":
        label = _("Offer again: %(service)s") % {"service": service(one.row.service)}
        return {"due": one.on, "label": label, "url": reverse("support:offer", args=[case_id, one.row.pk])}
    if one.kind == "safety":
        label = _("Look at the safety plan again with her")
        return {"due": one.row.due_at, "label": label, "url": reverse("support:safety", args=[case_id])}
    if one.kind == "step":
        step = next((step for step in open_steps(one.row) if step["by"] == one.on.isoformat()), None)
        url = reverse("tasks:task", args=[case_id, step["id"]]) if step else ""
        return {"due": one.on, "label": step["what"] if step else _("A step"), "url": url}
    url = reverse("support:plan_agree", args=[case_id])
    return {"due": one.on, "label": _("Look at the plan again with her"), "url": url}


def decision_event(decision: OfferDecision, names: dict[UUID, str]) -> dict[str, Any]:
    """One decision, for the timeline of an offer."""
    lines = [str(pack().decline_reasons.label(code)) for code in decision.reasons]
    said = [*lines]
    if decision.plain.get("words"):
        said.append(f"“{decision.plain['words']}”")
    if decision.hard:
        hard = ", ".join(pack().difficulties.label(code) for code in decision.hard)
        said.append(_("Hard to decide: %(what)s") % {"what": hard})
    said += _family_lines(decision)
    if decision.offer_again_on:
        said.append(_("To be offered again on %(date)s") % {"date": moment(decision.offer_again_on)})
        how = [pack().offer_ways.label(decision.again_way), str(decision.plain.get("again") or "")]
        said += [". ".join(filter(None, how))] if any(how) else []
    return {
        "title": str(DecisionOnOffer(decision.decision).label),
        "when": decision.decided_at,
        "by": names.get(decision.recorded_by, ""),
        "text": "\n".join(said),
    }


def _family_lines(decision: OfferDecision) -> list[str]:
    """The family's part, and whether children may come along."""
    part = pack().family_parts.label(decision.family_part)
    told = ". ".join(filter(None, (part, str(decision.plain.get("family") or ""))))
    found = [_("Her family: %(words)s") % {"words": told}] if told else []
    if decision.children:
        found.append(_("Children along: %(answer)s") % {"answer": Children(decision.children).label})
    return found


def again_line(offer: Offer) -> str:
    """How to offer it again safely, in a few words; empty when nothing was agreed."""
    return pack().offer_ways.label(offer.again_way) if offer.offer_again_on else ""


def guidance(decision: OfferDecision | None) -> list[dict[str, str]]:
    """For each reason she gave now, what the service can change (pack)."""
    codes = decision.reasons if decision is not None else []
    return [
        {"reason": str(pack().decline_reasons[code]), "response": str(pack().decline_reasons[code].response)}
        for code in codes
        if code in pack().decline_reasons
    ]


def explained_rows(offer: Offer) -> list[dict[str, Any]]:
    """What was explained, in which form and language, and whether it was understood."""
    forms = [pack().information_forms.label(code) for code in offer.explained_forms]
    level = [{"key": _("How hard the text is to read"), "value": pack().reading_levels.label(offer.reading_level)}]
    return [
        {"key": _("What was explained"), "value": offer.plain.get("explained") or ""},
        {"key": _("When"), "value": moment(offer.explained_on) if offer.explained_on else ""},
        {"key": _("In which form"), "value": ", ".join(forms)},
        {"key": _("In which language"), "value": pack().languages.label(offer.explained_language)},
        *(level if offer.reading_level else []),
        {"key": _("Understood"), "value": offer.get_understood_display()},
    ]


def change_events(changes: Sequence[Change], names: dict[UUID, str]) -> list[dict[str, Any]]:
    """Earlier wordings of goals and agreements, newest first."""
    return [_change_event(change, names) for change in changes]


def _change_event(change: Change, names: dict[UUID, str]) -> dict[str, Any]:
    before = change.plain.get("before") or {}
    if change.goal_id is None:
        agreement = before.get("agreement") or {}
        title = _("Earlier agreement")
        form = FORM_WORDS.get(agreement.get("form", ""), "")
        said = [f"{before.get('agreed_on') or ''} {form}".strip(), agreement.get("her_words") or ""]
    else:
        title = _("A goal before it was changed")
        said = [f"“{before.get('words') or ''}”"]
        said += [step_words(step) for step in before.get("steps") or []]
    return {
        "title": title,
        "when": change.changed_at,
        "by": names.get(change.changed_by, ""),
        "text": "\n".join(filter(None, said)),
    }


def step_words(step: dict[str, str]) -> str:
    """ "Ask for the card – Marta – 3 May 2027 (done)"."""
    by = moment(dt.date.fromisoformat(step["by"])) if step.get("by") else ""
    told = " – ".join(filter(None, (step.get("what"), step.get("who"), by)))
    if step.get("done_on"):
        return _("%(step)s (done)") % {"step": told}
    return _("%(step)s (dropped)") % {"step": told} if step.get("dropped_on") else told
