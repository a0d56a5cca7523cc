"""What a provider would be sent: lines in plain words, part by part, chosen line by line (mission C2, S6).

A line is {"code", "label", "value"}, and under "also" what other languages say (tongues.py). Codes name the line
within its part, so that the sender can leave it out.
Nothing here writes; the action freezes exactly these lines.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cadra.foundation.kernel.answers import LABELS, Answer
from cadra.foundation.kernel.clock import local
from cadra.foundation.kernel.compartments import Compartment
from cadra.foundation.kernel.pack import pack
from cadra.record.cases.models import Case, Note
from cadra.record.people.models import Contact, Identity, Profile
from cadra.record.people.reaching import times_in_words
from cadra.stages.support.models import Goal
from cadra.stages.support.queries.tongues import add_other_languages

Line = dict[str, Any]
NOTES = 20  # newest notes of each part that can be chosen


@dataclass(frozen=True)
class Choice:
    """Something that can be sent: `lines` under one code. `usual`: sent unless the sender leaves it out."""

    part: str
    code: str
    lines: Sequence[Line]
    usual: bool = True

    @property
    def key(self) -> str:
        """Part and code in one word, for forms."""
        return f"{self.part}.{self.code}"


def sources(case_id: UUID, parts: Collection[str]) -> list[QuerySet[Any]]:
    """The queries these parts are built from, for `file_for(…, *sources)`; `choices` takes their rows."""
    noted = [part for part in parts if part != Compartment.CORE]
    return [
        Identity.objects.filter(case_id=case_id) if Compartment.IDENTITY in parts else Identity.objects.none(),
        Contact.objects.filter(case_id=case_id) if Compartment.CONTACT in parts else Contact.objects.none(),
        Goal.objects.filter(case_id=case_id, reached_on=None, dropped_on=None).order_by("written_at", "id")
        if Compartment.SUPPORT in parts
        else Goal.objects.none(),
        Note.objects.filter(case_id=case_id, compartment_of_row__in=noted).order_by("-written_at", "-id")[:NOTES],
    ]


def choices(
    parts: Collection[str], *, case: Case, profile: Profile | None, rows: Sequence[Sequence[Any]]
) -> list[Choice]:
    """What can be sent of these parts, core first. `rows` as found by `sources`, opened."""

    def build() -> list[Choice]:
        return _choices(parts, case, profile, rows)

    found = build()
    add_other_languages(_lines_of(found), lambda: _lines_of(build()))
    return found


def _lines_of(found: Iterable[Choice]) -> list[Line]:
    return [line for choice in found for line in choice.lines]


def _choices(
    parts: Collection[str], case: Case, profile: Profile | None, rows: Sequence[Sequence[Any]]
) -> list[Choice]:
    identities, contacts, goals, notes = rows
    found = _core(profile)
    if Compartment.IDENTITY in parts:
        found += _identity(identities[0] if identities else None, profile)
    if Compartment.CONTACT in parts and contacts:
        found += _contact(contacts[0])
    if Compartment.STORY in parts:
        forms = [str(pack().forms_of_exploitation[code]) for code in case.forms if code in pack().forms_of_exploitation]
        found += _lines("story", "forms", [(_("Forms of exploitation"), ", ".join(forms))])
    if Compartment.SUPPORT in parts:
        for number, goal in enumerate(goals, start=1):
            label = _("Goal, in her words")
            found += _lines("support", f"goal-{number}", [(label, str(goal.plain.get("words") or ""))])
    found += [_note(note) for note in notes if note.compartment_of_row in parts and note.plain.get("text")]
    return found


def chosen(found: Iterable[Choice], keys: Collection[str] | None) -> dict[str, list[Line]]:
    """part → lines to freeze. `keys` None takes the usual ones; core is never left out."""
    content: dict[str, list[Line]] = {}
    for choice in found:
        takes = choice.usual if keys is None else choice.key in keys
        if takes or choice.part == Compartment.CORE:
            content.setdefault(choice.part, []).extend(dict(line) for line in choice.lines)
    return content


def _lines(part: str, code: str, pairs: Iterable[tuple[str, Any]], *, usual: bool = True) -> list[Choice]:
    """One choice of these (label, value) pairs, or none when all are empty."""
    lines = [{"code": code, "label": str(label), "value": str(value)} for label, value in pairs if value]
    return [Choice(part, code, lines, usual)] if lines else []


def _core(profile: Profile | None) -> list[Choice]:
    plain = _plain(profile)
    interpreter = plain.get("interpreter") or {}
    languages = [_language(code) for code in plain.get("languages") or []]
    return [
        *_lines("core", "called", [(_("Name she goes by"), plain.get("called"))]),
        *_lines("core", "languages", [(_("Languages"), ", ".join(languages))]),
        *_lines("core", "interpreter", [(_("Interpreter"), _interpreter(interpreter))]),
        *_lines("core", "age", [(_("Age"), age_in_words(plain.get("age") or {}))]),
        *_lines("core", "sex", [(_("Sex"), _sex(plain.get("sex")))]),
    ]


def _identity(identity: Identity | None, profile: Profile | None) -> list[Choice]:
    plain = _plain(identity)
    names = [" ".join(filter(None, (name.get("given"), name.get("family")))) for name in plain.get("names") or []]
    birth = plain.get("birth") or {}
    countries = [pack().place_label(code) for code in _plain(profile).get("nationality") or []]
    documents = [
        (_("Document"), " ".join(filter(None, (d.get("kind"), d.get("number"), d.get("country")))))
        for d in plain.get("documents") or []
    ]
    return [
        *_lines("identity", "name", [(_("Name"), name) for name in names]),
        *_lines("identity", "birth", [(_("Born"), _birth(birth))]),
        *_lines("identity", "birthplace", [(_("Born in"), birth.get("place"))], usual=False),
        *_lines("identity", "nationality", [(_("Nationality"), ", ".join(countries))]),
        *_lines("identity", "documents", documents, usual=False),
    ]


def _contact(contact: Contact) -> list[Choice]:
    plain = _plain(contact)
    rules = plain.get("rules") or {}
    kinds = {"phone": _("Telephone"), "email": _("E-mail"), "through": _("Through someone she trusts")}
    channels = [
        (kinds.get(channel.get("kind", ""), _("Other")), _channel(channel)) for channel in plain.get("channels") or []
    ]
    where = plain.get("whereabouts") or {}
    place = pack().place_label(where["place"]) if where.get("place") in pack().areas else where.get("place")
    return [
        # How comes before where: whoever rings reads the rule first.
        *_lines(
            "contact",
            "rules",
            [
                (_("Safe times"), times_in_words(rules)),
                (_("Safe hours"), rules.get("hours")),
                (_("Name to use"), rules.get("name_to_use")),
                (_("Who else uses it"), rules.get("who_else")),
                (_("May a message be left?"), _answer(rules.get("leave_message"))),
                (_("Never say or leave"), rules.get("never_say")),
            ],
        ),
        *_lines("contact", "channels", channels),
        # Where she is goes only when the sender picks it: a place of shelter is never sent by habit.
        *_lines(
            "contact",
            "whereabouts",
            [(_("Where she is"), ", ".join(filter(None, (place, where.get("address")))))],
            usual=False,
        ),
    ]


def _birth(birth: dict[str, Any]) -> str:
    """The date in words, or the year alone."""
    if birth.get("date"):
        return str(date_format(dt.date.fromisoformat(birth["date"]), "DATE_FORMAT"))
    return str(birth.get("year") or "")


def _note(note: Note) -> Choice:
    when = date_format(local(note.written_at), "DATE_FORMAT")
    label = _("Note of %(date)s") % {"date": when}
    line = {"code": f"note-{note.pk}", "label": label, "value": str(note.plain["text"])}
    return Choice(note.compartment_of_row, line["code"], [line], usual=False)


def _plain(row: Any) -> dict[str, Any]:
    """Opened values of a row; a value without a key reads as nothing."""
    return {name: value or None for name, value in getattr(row, "plain", {}).items()}


def age_in_words(age: dict[str, Any]) -> str:
    """ "17 · Stated by the person"; the basis alone when no number is known."""
    basis = pack().age_bases.get(age.get("basis"))
    number = age.get("years")
    if number in (None, ""):
        return _("born %(year)s") % {"year": age["birth_year"]} if age.get("birth_year") else ""
    return f"{number} · {basis}" if basis else str(number)


def _sex(code: str | None) -> str:
    words = {"female": _("Woman or girl"), "male": _("Man or boy"), "other": _("Other")}
    return words.get(code or "", "") or _answer(code)


def _language(code: str) -> str:
    return str(pack().languages[code]) if code in pack().languages else code


def _answer(code: str | None) -> str:
    return str(LABELS[Answer(code)]) if code in set(Answer) and code != Answer.NOT_ASKED else ""


def _channel(channel: dict[str, Any]) -> str:
    value = str(channel.get("value") or "")
    if value and channel.get("safe") == Answer.NO:
        return _("%(value)s (not safe)") % {"value": value}
    return value


def _interpreter(interpreter: dict[str, Any]) -> str:
    if interpreter.get("needed") != Answer.YES:
        return _answer(interpreter.get("needed"))
    wishes = {"female": _("a woman"), "male": _("a man")}
    told = [_language(interpreter.get("language") or ""), wishes.get(interpreter.get("sex") or "", "")]
    return ", ".join([_("Needed"), *filter(None, told)])
