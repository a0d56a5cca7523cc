"""Referrals, requests and what was given, drawn."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from cadra.foundation.kernel.clock import deadline, now
from cadra.foundation.kernel.compartments import Compartment
from cadra.foundation.kernel.pack import pack
from cadra.foundation.kernel.pack.models import Recipient
from cadra.foundation.network.models import Desk
from cadra.foundation.shell.templatetags.shell import moment
from cadra.record.consent.models import Consent
from cadra.stages.support.models import (
    Delivery,
    DeliveryKind,
    ReferralState,
    ServiceReferral,
    Turn,
    Urgency,
)
from cadra.stages.support.presenting.plans import FORM_WORDS, due_label, service, state_tag
from cadra.stages.support.queries.extract import Choice
from cadra.stages.support.queries.providers import Suggestion
from cadra.stages.support.queries.requests import Request, RequestRow
from cadra.stages.support.queries.tongues import in_this_language


def sent_parts(parts: Iterable[tuple[str, list[dict[str, str]]]]) -> list[dict[str, Any]]:
    """What was sent, part by part, for the shared template: preview, provider and sender draw the very same."""
    return [
        {
            "title": _("So that she is not asked again") if part == "core" else str(Compartment(part).label),
            "rows": [{"key": line["label"], "value": line["value"]} for line in lines],
        }
        for part, lines in parts
        if lines
    ]


def turns_timeline(turns: Sequence[Turn], names: dict[UUID, str]) -> list[dict[str, Any]]:
    """What happened to a referral, newest first."""
    return [_turn_event(turn, names) for turn in reversed(turns)]


def _turn_event(turn: Turn, names: dict[UUID, str]) -> dict[str, Any]:
    reasons = {
        ReferralState.REFUSED: pack().referral_refusals,
        ReferralState.ENDED: pack().service_outcomes,
    }.get(ReferralState(turn.state))
    said = [reasons.label(turn.reason)] if reasons and turn.reason else []
    if turn.plain.get("words"):
        said.append(f"“{turn.plain['words']}”")
    titles = {ReferralState.SENT: _("Sent")}
    return {
        "title": titles.get(ReferralState(turn.state)) or str(ReferralState(turn.state).label),
        "when": turn.at,
        "by": names.get(turn.by, "") if turn.by else "",
        "text": "\n".join(said),
    }


def delivery_rows(deliveries: Iterable[Delivery], who: dict[UUID, str] | None = None) -> list[dict[str, Any]]:
    """Rows of the table of what was given; `who`: referral → desk that gave it."""
    return [
        {
            "when": moment(one.on),
            "service": service(one.service),
            "what": amount(one),
            "distance": one.at_distance,
            "words": one.plain.get("words") or "",
            "who": (who or {}).get(one.referral_id, "") if one.referral_id else _("Here"),
        }
        for one in deliveries
    ]


def amount(one: Delivery) -> str:
    """ "2 × Session or visit", "5,000.00 ALL"."""
    if one.kind == DeliveryKind.MONEY:
        return f"{one.amount / 100:,.2f} {one.currency}"
    return f"{one.amount} × {one.get_kind_display()}"


def desk_rows(desks: Iterable[Desk]) -> list[dict[str, Any]]:
    """Desks to choose from: who, what they say of themselves; never where a shelter stands."""
    return [
        {
            "desk": desk,
            "institution": desk.institution.name,
            "facts": [
                fact
                for fact in (
                    pack().institution_kinds.label(desk.institution.kind),
                    desk.hours or desk.institution.hours,
                    desk.phone or ("" if desk.institution.is_shelter else desk.institution.phone),
                    "" if desk.institution.is_shelter else pack().place_label(desk.institution.municipality),
                )
                if fact
            ],
        }
        for desk in desks
    ]


def suggestion_rows(found: Iterable[Suggestion]) -> list[dict[str, Any]]:
    """Desks with the reasons for and against, in words; never where a shelter stands."""
    return [
        {
            **desk_rows([one.desk])[0],
            "reasons": [mark.text for mark in one.marks if not mark.against],
            "against": [mark.text for mark in one.marks if mark.against],
            "fits": one.fits,
        }
        for one in found
    ]


def consent_rows(consent: Consent | None) -> list[dict[str, Any]]:
    """The consent a referral stands on."""
    if consent is None:
        return []
    parts = ", ".join(str(Compartment(part).label) for part in consent.compartments)
    rows: list[dict[str, Any]] = [
        {"key": _("She agreed to share"), "value": parts},
        {"key": _("How"), "value": str(FORM_WORDS.get(consent.form, consent.form))},
        {"key": _("Until"), "value": moment(consent.until) if consent.until else ""},
    ]
    if consent.withdrawn_at:
        rows.append({"key": _("Taken back"), "value": moment(consent.withdrawn_at)})
    return rows


def urgency_tag(referral: ServiceReferral) -> dict[str, str] | None:
    """A tag for the urgent ones; nothing for the others."""
    return {"text": str(Urgency.URGENT.label), "colour": "red"} if referral.urgency == Urgency.URGENT else None


def explanations() -> list[dict[str, str]]:
    """The explanations of the pack, to be said again."""
    return [{"summary": str(one), "text": str(one.body)} for one in pack().explanations]


def choice_words(choice: Choice) -> str:
    """ "Safe contact: Telephone"."""
    labels = ", ".join(dict.fromkeys(line["label"] for line in choice.lines))
    return f"{Compartment(choice.part).label}: {labels}"


def message_of(recipient: Recipient | None, asks: str) -> dict[str, str]:
    """The words of the envelope, as they will be sealed."""
    if recipient is None:
        return {"capacity": "", "purpose": "", "asks": asks}
    return {"capacity": str(recipient), "purpose": str(pack().purposes[recipient.purpose]), "asks": asks}


def answer_due(urgency: str) -> dt.datetime:
    """When an answer would be due if it were sent now."""
    limit = "referral_answer_urgent" if urgency == Urgency.URGENT else "referral_answer"
    return deadline(now(), pack().limit(limit))


def sent_words(referral: ServiceReferral) -> str:
    """What was just sent, who answers and by when."""
    return _("Sent as %(reference)s. They answer by %(when)s; you are told.") % {
        "reference": referral.reference,
        "when": moment(referral.answer_due_at),
    }


def desk_lists(which: str, counts: dict[str, int]) -> list[dict[str, Any]]:
    """The desk's lists, for the sub-navigation."""
    words = {"answer": _("To answer"), "going": _("In progress"), "done": _("Done")}
    return [
        {
            "text": text,
            "url": f"{reverse('support:requests')}?show={slug}",
            "current": slug == which,
            "count": counts[slug] if slug != "done" else 0,
        }
        for slug, text in words.items()
    ]


def request_row(row: RequestRow) -> dict[str, Any]:
    """A line of the desk."""
    referral = row.referral
    return {
        "url": reverse("support:request", args=[referral.pk]),
        "reference": referral.reference,
        "called": row.called,
        "service": service(referral.service),
        "desk": row.desk,
        "urgency": urgency_tag(referral),
        "is_new": referral.received_at is None,
        "tag": state_tag(referral),
        "due": referral.next_due_at,
        "label": due_label(referral),
        "sent_at": referral.sent_at,
    }


def request_context(page: Request) -> dict[str, Any]:
    """One request as its desk sees it."""
    referral = page.referral
    shown: Any = referral
    core = dict(page.parts).get("core", [])
    state = referral.state
    return {
        "referral": referral,
        "called": next((line["value"] for line in core if line.get("code") == "called"), ""),
        "service": service(referral.service),
        "tag": state_tag(referral),
        "urgency": urgency_tag(referral),
        "message": in_this_language(shown.plain["message"] or {}),
        "sender": page.sender,
        "desk": page.desk,
        "parts": sent_parts(page.parts),
        "events": turns_timeline(page.turns, page.names),
        "deliveries": delivery_rows(page.deliveries),
        "due_label": due_label(referral),
        "may_answer": state in (ReferralState.SENT, ReferralState.WAITING_LIST, ReferralState.ACCEPTED),
        "may_start": state == ReferralState.ACCEPTED,
        "may_give": state in (ReferralState.ACCEPTED, ReferralState.STARTED),
        "may_end": state in (ReferralState.ACCEPTED, ReferralState.STARTED),
    }
