"""What a referral said, in words, by the parts of the file it is sealed in."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cadra.foundation.kernel.answers import LABELS, Answer
from cadra.foundation.kernel.compartments import Compartment
from cadra.foundation.kernel.pack import pack
from cadra.record.consent.models import Consent
from cadra.stages.identification.models import Referral

Row = dict[str, Any]
Answers = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Section:
    """One part of what was sent. `part`: the compartment's name; `rows` as summary_list draws them."""

    title: str
    part: str
    rows: list[Row] = field(default_factory=list)


def sections(referral: Referral, answers: Answers, parts: Iterable[str]) -> list[Section]:
    """Everything sent, compartment by compartment, as far as `parts` are open to the reader."""
    opened = set(parts)
    found = [
        Section(_("Safety"), Compartment.STORY, _safety(answers.get("safety", {}))),
        Section(_("The person"), Compartment.CORE, person_rows(answers.get("person", {}))),
        Section(_("Identity"), Compartment.IDENTITY, identity_rows(answers.get("person", {}))),
        Section(_("Safe contact"), Compartment.CONTACT, _contact(answers.get("contact", {}))),
        Section(_("Where and how she was met"), Compartment.STORY, _place(referral, answers.get("place", {}))),
        Section(_("Signs"), Compartment.STORY, signs_rows(referral, answers.get("indicators", {}))),
        Section(_("What was explained"), Compartment.CORE, _explained(answers.get("explanations", {}))),
    ]
    return [section for section in found if section.part in opened and section.rows]


def said(value: Any) -> str:
    """An answer in words: yes, no, not asked …; '' for nothing."""
    return str(LABELS[Answer(value)]) if value in set(Answer) else str(value or "")


def _safety(kept: Mapping[str, Any]) -> list[Row]:
    given = kept.get("answers") or {}
    return [
        {
            "key": str(question),
            "value": said(given.get(question.code, Answer.NOT_ASKED)),
            "tag": "red" if question.answer(given.get(question.code, Answer.NOT_ASKED)).urgent else None,
        }
        for question in pack().safety_questions
    ]


def person_rows(kept: Mapping[str, Any]) -> list[Row]:
    """The name she goes by, sex, age, languages, interpreter, nationality."""
    if not kept:
        return []
    interpreter = kept.get("interpreter") or {}
    wish = sex_wishes().get(str(interpreter.get("sex") or ""), "")
    return [
        {"key": _("Name she goes by"), "value": kept.get("called") or ""},
        {"key": _("Sex"), "value": sex(kept.get("sex"))},
        {"key": _("Age"), "value": age(kept.get("age"))},
        {"key": _("Languages"), "value": languages(kept.get("languages"))},
        {"key": _("Wants an interpreter"), "value": said(interpreter.get("needed")), "hint": wish},
        {
            "key": _("Nationality"),
            "value": ", ".join(pack().countries.label(c) for c in _list(kept.get("nationality"))),
        },
    ]


def identity_rows(kept: Mapping[str, Any]) -> list[Row]:
    """Names, birth and documents; nothing when she gave none of them."""
    rows = []
    if kept.get("names"):
        rows.append({"key": _("Names"), "lines": names(kept["names"])})
    if kept.get("birth"):
        rows.append({"key": _("Born"), "value": birth(kept["birth"])})
    if kept.get("documents"):
        rows.append({"key": _("Documents"), "lines": documents(kept["documents"])})
    return rows


def names(value: Any) -> list[str]:
    """["Given Family", …]"""
    spoken = (" ".join(part for part in (one.get("given"), one.get("family")) if part) for one in _list(value))
    return [name for name in spoken if name]


def birth(value: Any) -> str:
    """Date or year of birth, and the place."""
    value = value if isinstance(value, Mapping) else {}
    day = _day(value.get("date")) or str(value.get("year") or "")
    return ", ".join(part for part in (day, str(value.get("place") or "")) if part)


def documents(value: Any) -> list[str]:
    """Kind, number and country of each document."""
    kinds = document_kinds()
    return [
        " ".join(
            part
            for part in (
                str(kinds.get(one.get("kind"), one.get("kind") or "")),
                str(one.get("number") or ""),
                f"({pack().countries.label(one['country'])})" if one.get("country") else "",
            )
            if part
        )
        for one in _list(value)
    ]


def age(value: Any) -> str:
    """Years and how they are known."""
    value = value if isinstance(value, Mapping) else {}
    years, basis = value.get("years"), pack().age_bases.label(value.get("basis"))
    if years is None:
        return _("Not known. She is treated as a child.")
    return f"{years} · {basis}" if basis else str(years)


def sex(value: Any) -> str:
    """Woman or girl, man or boy, other, or why it is not known."""
    return {"female": _("Woman or girl"), "male": _("Man or boy"), "other": _("Other")}.get(str(value), said(value))


def languages(value: Any) -> str:
    """Names of languages, with commas."""
    return ", ".join(pack().languages.label(code) for code in _list(value))


def sex_wishes() -> dict[str, str]:
    """What she said about who should sit across from her."""
    return {
        "female": _("She prefers a woman"),
        "male": _("She prefers a man"),
        "any": _("No preference"),
        "no_preference": _("No preference"),
    }


def document_kinds() -> dict[str, str]:
    """Kinds of document, by code."""
    return {
        "passport": _("Passport"),
        "id_card": _("Identity card"),
        "residence": _("Residence permit"),
        "birth_certificate": _("Birth certificate"),
        "other": _("Another document"),
    }


def _contact(kept: Mapping[str, Any]) -> list[Row]:
    rules, where = kept.get("rules") or {}, kept.get("whereabouts") or {}
    kinds = {"phone": _("Telephone"), "email": _("Email"), "through": _("Through someone she trusts")}
    ways = [
        {
            "key": kinds.get(one.get("kind"), one.get("kind")),
            "value": one.get("value"),
            "hint": _("Safe to use: %(answer)s") % {"answer": said(one.get("safe")) or said(Answer.NOT_ASKED)},
        }
        for one in _list(kept.get("channels"))
    ]
    words = (
        ("name_to_use", _("Ask for her by this name")),
        ("hours", _("Safe days and hours")),
        ("who_else", _("Who else uses it")),
        ("leave_message", _("May a message be left?")),
        ("never_say", _("What must never be said")),
    )
    # How comes before where: whoever rings reads the rule first.
    rows = [{"key": title, "value": said(rules[name])} for name, title in words if rules.get(name)] + ways
    place = ", ".join(
        part for part in (pack().place_label(str(where.get("place") or "")), str(where.get("address") or "")) if part
    )
    return [*rows, {"key": _("Where she is now"), "value": place}] if place else rows


def _place(referral: Referral, kept: Mapping[str, Any]) -> list[Row]:
    return [
        {"key": _("Came into view"), "value": pack().entry_points.label(referral.entry_point)},
        {"key": _("Place"), "value": place(referral.area)},
        {"key": _("What happened"), "value": kept.get("how_found") or ""},
    ]


def place(area: str) -> str:
    """A municipality, border point or country in words; why it is not known, when it is not."""
    return said(area) if area in set(Answer) else pack().place_label(area)


def signs_rows(referral: Referral, kept: Mapping[str, Any]) -> list[Row]:
    """Forms and signs, seen and not seen; signs never asked about are not listed."""
    by_answer: dict[str, list[str]] = {}
    for code, answer in (kept.get("signs") or {}).items():
        by_answer.setdefault(str(answer), []).append(pack().indicators.label(code))
    rows: list[Row] = [
        {"key": _("It may be about"), "lines": [pack().forms_of_exploitation.label(form) for form in referral.forms]},
        {"key": _("Signs seen"), "lines": by_answer.get(Answer.YES, [])},
    ]
    if by_answer.get(Answer.NO):
        rows.append({"key": _("Asked, and not so"), "lines": by_answer[Answer.NO]})
    if by_answer.get(Answer.UNKNOWN):
        rows.append({"key": _("Not known"), "lines": by_answer[Answer.UNKNOWN]})
    if kept.get("notes"):
        rows.append({"key": _("Seen or heard besides"), "value": kept["notes"]})
    return rows


def _explained(kept: Mapping[str, Any]) -> list[Row]:
    if not kept.get("given"):
        return [{"key": _("Explanations"), "value": _("None was given yet")}]
    how = [pack().information_forms.label(kept.get("form")), pack().languages.label(kept.get("language"))]
    rows: list[Row] = [
        {"key": _("Explanations"), "lines": [pack().explanations.label(code) for code in kept["given"]]},
        {"key": _("How"), "value": ", ".join(part for part in how if part)},
        {"key": _("With an interpreter"), "value": said(kept.get("interpreter"))},
    ]
    return [*rows, {"key": _("What she asked"), "value": kept["asked"]}] if kept.get("asked") else rows


def consent_rows(answers: Sequence[Consent]) -> tuple[list[str], list[Row]]:
    """(parts of the file in words, one row for each recipient with her latest answer) for the consent matrix."""
    columns = [category for category in pack().data_categories if category.code != Compartment.CORE]
    latest: dict[tuple[str, int | None], Consent] = {}
    for answer in sorted(answers, key=lambda one: one.decided_at):
        key = (answer.recipient_kind, answer.recipient if answer.recipient_kind != "authority" else None)
        latest[key] = answer
    rows = [
        {
            "who": pack().recipients.label(answer.recipient_kind),
            "cells": [_cell(answer, str(column.code)) for column in columns],
        }
        for answer in latest.values()
    ]
    return [str(column) for column in columns], rows


def _cell(answer: Consent, part: str) -> Row:
    if answer.withdrawn_at or (part in answer.asked_for and part not in answer.compartments):
        return {"agreed": False if answer.answer != "not_yet" or answer.withdrawn_at else None}
    if part in answer.compartments:
        return {"agreed": True, "until": answer.until}
    return {"agreed": None}


def _list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else []


def _day(value: Any) -> str:
    try:
        return date_format(dt.date.fromisoformat(str(value)), "DATE_FORMAT")
    except ValueError:
        return str(value or "")
