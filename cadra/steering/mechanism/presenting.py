"""From records to what the parts of the shell draw: bars, lines, matrices. No queries here."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.formats import date_format
from django.utils.timesince import timeuntil
from django.utils.translation import gettext as _

from cadra.foundation.kernel.addresses import reverse
from cadra.foundation.kernel.answers import LABELS, Answer
from cadra.foundation.kernel.clock import local, now
from cadra.foundation.kernel.compartments import Compartment
from cadra.foundation.kernel.pack import pack
from cadra.record.cases.models import StageInterval
from cadra.record.consent.models import Consent
from cadra.record.interpreting.policy import may_ask
from cadra.record.people.models import Contact
from cadra.record.people.reaching import now_is_unsafe, times_in_words
from cadra.steering.mechanism.answers import current_answers
from cadra.steering.mechanism.events import Event
from cadra.steering.mechanism.queries.colleagues import Names
from cadra.steering.mechanism.queries.opened import Opened
from cadra.steering.mechanism.words import STAGES, part_word, stage_word, status_in_full

URLS = {
    "tasks": "tasks:of_file",
    "interpreters": "interpreting:of_file",
}  # pages of the record that stand among those of a file
SHOWN_PARTS = tuple(part for part in Compartment if part != Compartment.CORE)


def frame(file: Opened, current: str, *, until: dt.datetime | None = None) -> dict[str, Any]:
    """What every page of a file draws around its own content: identity bar, parts of the file, emergency banner."""
    return {"file": file, "bar": bar(file, until), "pages": pages(file, current), "emergency": emergency_line(file)}


def bar(file: Opened, until: dt.datetime | None = None) -> dict[str, Any]:
    """The identity bar: pseudonym, safe name, and what one must know before speaking with her."""
    return {
        "reference": file.person.reference,
        "safe_name": file.called,
        "facts": [str(fact) for fact in facts(file)],
        "url": reverse("mechanism:identity", args=[file.person.pk]) if "identity" in file.parts else "",
        "until": until,
    }


def facts(file: Opened) -> list[Any]:
    """Child first, then where she stands, her languages, and whether an interpreter is needed."""
    found: list[Any] = []
    if file.case.is_child:
        disputed = (file.plain.get("age") or {}).get("basis") == "disputed"
        found.append(_("Age in doubt: treated as a child") if disputed else _("Child"))
    found += [status_in_full(file.case.status), stage_word(file.case.stage)]
    languages = [str(pack().languages.label(code)) for code in file.plain.get("languages") or [] if code]
    if languages:
        found.append(", ".join(languages))
    interpreter = file.plain.get("interpreter") or {}
    if interpreter.get("needed") == Answer.YES:
        language = interpreter.get("language")
        found.append(
            _("Interpreter needed: %(language)s") % {"language": pack().languages.label(language)}
            if language
            else _("Interpreter needed")
        )
    return found


def pages(file: Opened, current: str) -> list[dict[str, Any]]:
    """The pages of this file that are open to the actor."""
    entries = [
        ("file", _("Overview"), True),
        ("tasks", _("Tasks"), True),
        ("notes", _("Notes"), True),
        ("documents", _("Documents"), True),
        ("interpreters", _("Interpreters"), may_ask(file.actor, file.mine)),
        ("contact", _("Safe contact"), "contact" in file.parts),
        ("consents", _("Consents"), file.carried),
        ("team", _("Team"), True),
        ("refusals", _("Not to be told"), file.carried),
        ("seen", _("Who saw this file"), file.carried),
    ]
    return [
        {
            "text": text,
            "url": reverse(URLS.get(name, f"mechanism:{name}"), args=[file.person.pk]),
            "current": name == current,
        }
        for name, text, allowed in entries
        if allowed
    ]


def emergency_line(file: Opened) -> str:
    """How long an emergency opening still lasts, in words; empty without one."""
    grant = file.emergency
    if grant is None:
        return ""
    left = timeuntil(grant.until, now(), depth=2)
    return _("This file closes again at %(hour)s, in %(left)s. Every page you open is recorded.") % {
        "hour": date_format(local(grant.until), "TIME_FORMAT"),
        "left": left,
    }


def journey(stages: Sequence[StageInterval]) -> list[dict[str, Any]]:
    """The stages in their order with the days spent in each."""
    line = []
    for code, name in STAGES.items():
        spans = [span for span in stages if span.stage == code]
        current = next((span for span in spans if span.left_at is None), None)
        if not spans:
            line.append({"name": name, "state": "ahead"})
            continue
        days = sum(((span.left_at or now()) - span.entered_at).days for span in spans)
        state = "now" if current else "done"
        line.append({"name": name, "state": state, "days": days, "since": current.entered_at if current else None})
    return line


def contact_warnings(contact: Contact | None) -> list[str]:
    """What must be known before reaching out to her."""
    rules = (contact.plain.get("rules") or {}) if contact is not None else {}  # type: ignore[attr-defined]
    lines = []
    if contact is not None and now_is_unsafe(contact.plain, now()):  # type: ignore[attr-defined]
        lines.append(_("Now is not a safe time to reach her."))
    if rules.get("leave_message") == Answer.NO:
        lines.append(_("Never leave a message."))
    if rules.get("never_say"):
        lines.append(_("Never say: %(words)s") % {"words": rules["never_say"]})
    if rules.get("name_to_use"):
        lines.append(_("Use the name: %(name)s") % {"name": rules["name_to_use"]})
    if rules.get("hours"):
        lines.append(_("When: %(hours)s") % {"hours": rules["hours"]})
    if rules.get("times"):
        lines.append(_("When: %(hours)s") % {"hours": times_in_words(rules)})
    if rules.get("who_else"):
        lines.append(_("Who else may answer or read: %(who)s") % {"who": rules["who_else"]})
    return lines


def recipient_word(consent: Consent, names: Names) -> str:
    """Who it is about: the institution or desk, or the kind of recipient she was asked about."""
    named = names.principal(consent.recipient)
    kind = pack().recipients.get(consent.recipient_kind)
    return named or (str(kind) if kind else consent.recipient_kind)


def matrix(consents: Iterable[Consent], names: Names) -> dict[str, Any]:
    """Who × what × until when, for the shell's consent matrix."""
    rows = current_answers(consents)
    kinds = [part for part in SHOWN_PARTS if any(part in row.asked_for for row in rows)]
    return {
        "kinds": [part_word(part) for part in kinds],
        "rows": [
            {
                "who": recipient_word(row, names) + (f" ({state})" if (state := _state(row)) else ""),
                "url": reverse("mechanism:consent", args=[row.case_id, row.pk]),
                "cells": [_cell(row, part) for part in kinds],
            }
            for row in rows
        ],
    }


def in_force(consent: Consent) -> bool:
    """Does it still allow anything?"""
    return consent.withdrawn_at is None and (consent.until is None or consent.until > now())


def _state(consent: Consent) -> str:
    if consent.withdrawn_at:
        return _("withdrawn")
    if consent.answer == "not_yet":
        return _("wants time")
    return _("ended") if consent.until and consent.until <= now() else ""


def _cell(consent: Consent, part: str) -> dict[str, Any]:
    if part not in consent.asked_for or consent.answer == "not_yet":
        return {"agreed": None}
    return {"agreed": in_force(consent) and part in consent.compartments, "until": consent.until}


def timeline(events: Iterable[Event], names: Names) -> list[dict[str, Any]]:
    """Happenings for the shell's timeline."""
    return [{"title": one.sentence, "when": one.at, "by": names.user(one.entry.actor)} for one in events]


def answer_word(value: Any) -> Any:
    """Yes, no, not asked … or the value itself."""
    return LABELS[Answer(value)] if value in set(Answer) else value
