"""Identity, profile and contact as lines of words: to show them, and to lay two versions side by side."""

from typing import Any

from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cadra.foundation.kernel.answers import LABELS, Answer
from cadra.foundation.kernel.pack import pack
from cadra.record.people.reaching import times_in_words
from cadra.steering.mechanism.words import CHANNEL_KINDS, DOCUMENT_KINDS, wish_word

Lines = list[tuple[str, str]]


def identity_lines(plain: dict[str, Any]) -> Lines:
    """Who she is in papers."""
    birth = plain.get("birth") or {}
    names = [_name(one) for one in plain.get("names") or []]
    return [
        (_("Name"), names[0] if names else ""),
        (_("Other names"), "\n".join(names[1:])),
        (_("Date of birth"), _day(birth.get("date")) or str(birth.get("year") or "")),
        (_("Place of birth"), birth.get("place") or ""),
        (_("Documents"), "\n".join(_document(one) for one in plain.get("documents") or [])),
    ]


def profile_lines(plain: dict[str, Any]) -> Lines:
    """What everyone who works with her needs so as not to ask again."""
    age, interpreter = plain.get("age") or {}, plain.get("interpreter") or {}
    return [
        (_("Name she goes by"), str(plain.get("called") or "")),
        (_("Languages"), ", ".join(pack().languages.label(code) for code in plain.get("languages") or [])),
        (_("Interpreter"), _interpreter(interpreter)),
        (_("Sex"), _sex(plain.get("sex"))),
        (_("Age"), _age(age)),
        (_("Nationality"), ", ".join(pack().countries.label(code) for code in plain.get("nationality") or [])),
        (_("Whom she wants to work with her"), wish_word(str(plain.get("worker_sex") or ""))),
    ]


def contact_lines(plain: dict[str, Any]) -> Lines:
    """How she may be reached safely."""
    channels = [_channel(one) for one in plain.get("channels") or []]
    where = plain.get("whereabouts") or {}
    return [
        *rule_lines(plain),
        (_("Ways to reach her"), "\n".join(channels)),
        (_("Address"), where.get("address") or ""),
    ]


def rule_lines(plain: dict[str, Any]) -> Lines:
    """What must be known before anyone reaches out to her: everything but the numbers and the address."""
    rules, where = plain.get("rules") or {}, plain.get("whereabouts") or {}
    return [
        (_("Safe times"), times_in_words(rules)),
        (_("When"), rules.get("hours") or ""),
        (_("Name to use"), rules.get("name_to_use") or ""),
        (_("Who else may answer or read"), rules.get("who_else") or ""),
        (_("May a message be left?"), _answer(rules.get("leave_message"))),
        (_("Never say"), rules.get("never_say") or ""),
        (_("Place"), pack().place_label(where["place"]) if where.get("place") else ""),
    ]


def rows(lines: Lines) -> list[dict[str, str]]:
    """For the shell's summary list."""
    return [{"key": key, "value": value} for key, value in lines]


def differences(theirs: Lines, mine: Lines) -> list[dict[str, str]]:
    """Where two versions differ: what was saved meanwhile, and what was typed here."""
    return [
        {"key": key, "theirs": saved, "mine": typed}
        for (key, saved), (_key, typed) in zip(theirs, mine, strict=True)
        if saved != typed
    ]


def _name(one: dict[str, str]) -> str:
    spoken = " ".join(part for part in (one.get("given"), one.get("family")) if part)
    return f"{spoken} ({one['note']})" if one.get("note") else spoken


def _document(one: dict[str, str]) -> str:
    kind = DOCUMENT_KINDS.get(one.get("kind", ""), one.get("kind", ""))
    country = pack().countries.label(one["country"]) if one.get("country") in pack().countries else ""
    return " · ".join(str(part) for part in (kind, one.get("number"), country) if part)


def _channel(one: dict[str, str]) -> str:
    kind = CHANNEL_KINDS.get(one.get("kind", ""), "")
    safe = {Answer.YES: _("safe"), Answer.NO: _("not safe")}.get(one.get("safe"), _("not known whether it is safe"))  # type: ignore[call-overload]
    return " · ".join(str(part) for part in (kind, one.get("value"), safe) if part)


def _interpreter(one: dict[str, Any]) -> str:
    parts = [_answer(one.get("needed"))]
    if one.get("language"):
        parts.append(pack().languages.label(one["language"]))
    if one.get("sex"):
        parts.append(_sex(one["sex"]))
    return ", ".join(part for part in parts if part)


def _sex(code: Any) -> str:
    words = {"female": _("Woman"), "male": _("Man"), "other": _("Other"), "any": _("No preference")}
    return words.get(code) or _answer(code)


def _age(age: dict[str, Any]) -> str:
    basis = pack().age_bases.get(age.get("basis"))
    years = age.get("years")
    shown = [
        _("%(years)s years") % {"years": years} if years is not None else "",
        _("born in %(year)s") % {"year": age["birth_year"]} if age.get("birth_year") else "",
        str(basis) if basis else "",
    ]
    return ", ".join(part for part in shown if part)


def _answer(value: Any) -> str:
    return str(LABELS[Answer(value)]) if value in set(Answer) else str(value or "")


def _day(value: str | None) -> str:
    day = parse_date(value) if value else None
    return date_format(day) if day else ""
