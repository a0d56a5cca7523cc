"""Referrals, requests and what was given, drawn."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cadra.foundation.kernel.addresses import reverse
from cadra.foundation.kernel.clock import deadline, now
from cadra.foundation.kernel.compartments import Compartment
from cadra.foundation.kernel.pack import pack
from cadra.foundation.network.models import Desk
from cadra.foundation.shell.templatetags.shell import moment
from cadra.record.consent.models import Consent
from cadra.stages.support.dates import limit_of
from cadra.stages.support.models import (
    Delivery,
    DeliveryKind,
    Rated,
    Rating,
    ReferralState,
    ServiceReferral,
    Turn,
    Urgency,
)
from cadra.stages.support.presenting.plans import FORM_WORDS, due_label, service, state_tag
from cadra.stages.support.queries.extract import Choice
from cadra.stages.support.queries.providers import Suggestion
from cadra.stages.support.queries.referrals import ShownPage
from cadra.stages.support.queries.requests import Request, RequestRow, called_in
from cadra.stages.support.sheets import Edition, Line, current, page, said


def sheet(edition: Edition, parts: Iterable[tuple[str, Sequence[Line]]]) -> str:
    """What the desk reads, as it reads it: the preview and its page draw this."""
    return page(edition, parts)


def senders_sheet(edition: Edition, parts: Iterable[tuple[str, Sequence[Line]]], *, language: str | None = None) -> str:
    """The same for the sender, her identity closed: whoever wants to read it opens it for a purpose."""
    return page(edition, parts, language, closed=_("Sent; closed here"))


def shown_context(shown: ShownPage, asked: str) -> dict[str, Any]:
    """The sheet in the language asked for (else the one first opened), openings, and the proof in words."""
    names = dict(settings.LANGUAGES)
    opened = [language for _at, _who, language in shown.openings if language in names]
    language = asked if asked in names else (opened[0] if opened else get_language() or "")
    untold = [_("A part was sent that is not open to you now."), _("The proof needs all parts.")]
    proof = {
        True: _("What is kept here is what was sent on that day: the ledger bears it out."),
        False: _("What is kept here is not what the ledger says was sent. Tell your data protection officer now."),
        None: " ".join(untold) if shown.sent_at else _("The ledger has no entry of this sending."),
    }
    return {
        "referral": shown.referral,
        "service": service(shown.referral.service),
        "desk": shown.desk,
        "sheet": senders_sheet(shown.edition, shown.parts, language=language),
        "languages": [
            {"text": name, "url": f"?in={code}", "current": code == language} for code, name in settings.LANGUAGES
        ],
        "sent_at": shown.sent_at,
        "alarming": shown.proven is False or shown.sent_at is None,
        "proof": proof[shown.proven],
        "openings": [
            {"title": who or _("Someone at the desk"), "when": at, "by": "", "text": names.get(language, language)}
            for at, who, language in reversed(shown.openings)
        ],
    }


def rating_event(rating: Rating, names: dict[UUID, str]) -> dict[str, Any]:
    """What she answered on one day; questions that were not asked are left out."""
    told = [
        f"{pack().rating_questions.label(code)} {Rated(answer).label}"
        for code, answer in rating.answers.items()
        if answer != Rated.NOT_ASKED
    ]
    if rating.plain.get("words"):
        told.append(f"“{rating.plain['words']}”")
    return {
        "title": _("What she thinks of it"),
        "when": rating.asked_on,
        "by": names.get(rating.asked_by, ""),
        "text": "\n".join(told),
    }


def turns_timeline(turns: Sequence[Turn], names: dict[UUID, str]) -> list[dict[str, Any]]:
    """What happened to a referral, newest first."""
    return [_turn_event(turn, names) for turn in reversed(turns)]


def _turn_event(turn: Turn, names: dict[UUID, str]) -> dict[str, Any]:
    reasons = {
        ReferralState.REFUSED: pack().referral_refusals,
        ReferralState.ENDED: pack().service_outcomes,
    }.get(ReferralState(turn.state))
    said = [reasons.label(turn.reason)] if reasons and turn.reason else []
    if turn.place:
        said.append(_("Place %(place)s on the list") % {"place": turn.place})
    if turn.next_on:
        words = _("Begins on %(date)s") if turn.state == ReferralState.ACCEPTED else _("News on %(date)s")
        said.append(words % {"date": moment(turn.next_on)})
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
        paid = f", {one.get_way_display()}" if one.way else ""
        return f"{one.amount / 100:,.2f} {one.currency}{paid}"
    return f"{one.amount} × {one.get_kind_display()}"


def suggestion_rows(found: Iterable[Suggestion]) -> list[dict[str, Any]]:
    """Desks to choose from: who, what they say of themselves, reasons for and against; never where a shelter stands."""
    return [
        {
            "desk": one.desk,
            "institution": one.desk.institution.name,
            "facts": _facts(one.desk),
            "reasons": [mark.text for mark in one.marks if not mark.against],
            "against": [mark.text for mark in one.marks if mark.against],
        }
        for one in found
    ]


def _facts(desk: Desk) -> list[str]:
    house = desk.institution
    told = (
        pack().institution_kinds.label(house.kind),
        desk.hours or house.hours,
        desk.phone or ("" if house.is_shelter else house.phone),
        "" if house.is_shelter else pack().place_label(house.municipality),
    )
    return [fact for fact in told if fact]


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
    words = current().words()
    labels = ", ".join(dict.fromkeys(said(line["label"], words) for line in choice.lines))
    return f"{Compartment(choice.part).label}: {labels}"


def answer_verified(urgency: str) -> bool:
    """Whether the time to answer is verified against the country's rules; else it is only a setting."""
    return pack().limit(limit_of("referral_answer", urgency)).verified


def answer_due(urgency: str) -> dt.datetime:
    """When an answer would be due if it were sent now."""
    return deadline(now(), pack().limit(limit_of("referral_answer", urgency)))


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
            "count": counts.get(slug, 0),
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


def request_context(request: Request) -> dict[str, Any]:
    """One request as its desk sees it."""
    referral = request.referral
    state = referral.state
    return {
        "referral": referral,
        "called": called_in(dict(request.parts).get("core", [])),
        "service": service(referral.service),
        "tag": state_tag(referral),
        "urgency": urgency_tag(referral),
        "sender": request.sender,
        "desk": request.desk,
        "sheet": sheet(request.edition, request.parts),
        "events": turns_timeline(request.turns, request.names),
        "deliveries": delivery_rows(request.deliveries),
        "due_label": due_label(referral),
        "may_answer": state in (ReferralState.SENT, ReferralState.WAITING_LIST, ReferralState.ACCEPTED),
        "may_start": state == ReferralState.ACCEPTED,
        "may_give": state in (ReferralState.ACCEPTED, ReferralState.STARTED),
        "may_end": state in (ReferralState.ACCEPTED, ReferralState.STARTED),
    }
