"""What a provider would be sent: lines in codes and her own words, part by part, chosen one by one (mission C2, S6).

A line is {"code", "label", "value"} of atoms (`sheets.saying`). Codes name the line within its part, so that the sender
can leave it out. Nothing here writes; the action freezes exactly these lines.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from cadra.foundation.kernel.answers import Answer
from cadra.foundation.kernel.clock import local_date
from cadra.foundation.kernel.compartments import Compartment
from cadra.foundation.kernel.pack import pack
from cadra.record.cases.models import Case, Note
from cadra.record.people.models import Contact, Identity, Profile
from cadra.record.people.reaching import times_in_words
from cadra.stages.support.models import Goal
from cadra.stages.support.sheets import Atom, Line, day, joined, packed, word

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
    identities, contacts, goals, notes = rows
    found = _core(profile)
    if Compartment.IDENTITY in parts:
        found += _identity(identities[0] if identities else None, profile)
    if Compartment.CONTACT in parts and contacts:
        found += _contact(contacts[0])
    if Compartment.STORY in parts:
        forms = joined(packed("forms_of_exploitation", code) for code in case.forms)
        found += _lines("story", "forms", [(word("forms"), forms)])
    if Compartment.SUPPORT in parts:
        for number, goal in enumerate(goals, start=1):
            found += _lines("support", f"goal-{number}", [(word("goal"), str(goal.plain.get("words") or ""))])
    found += [_note(note) for note in notes if note.compartment_of_row in parts and note.plain.get("text")]
    return found


def chosen(found: Iterable[Choice], keys: Collection[str] | None) -> dict[str, list[Line]]:
    """part → lines to freeze. `keys` None takes the usual ones; core is never left out."""
    content: dict[str, list[Line]] = {"core": []}
    for choice in found:
        takes = choice.usual if keys is None else choice.key in keys
        if takes or choice.part == Compartment.CORE:
            content.setdefault(choice.part, []).extend(dict(line) for line in choice.lines)
    return content


def _lines(part: str, code: str, pairs: Iterable[tuple[Atom, Any]], *, usual: bool = True) -> list[Choice]:
    """One choice of these (label, value) pairs, or none when all are empty."""
    lines = [{"code": code, "label": label, "value": value} for label, value in pairs if value]
    return [Choice(part, code, lines, usual)] if lines else []


def _core(profile: Profile | None) -> list[Choice]:
    plain = _plain(profile)
    languages = joined(packed("languages", code) for code in plain.get("languages") or [])
    return [
        *_lines("core", "called", [(word("called"), plain.get("called"))]),
        *_lines("core", "languages", [(word("languages"), languages)]),
        *_lines("core", "interpreter", [(word("interpreter"), _interpreter(plain.get("interpreter") or {}))]),
        *_lines("core", "age", [(word("age"), _age(plain.get("age") or {}))]),
        *_lines("core", "sex", [(word("sex"), _sex(plain.get("sex")))]),
    ]


def _identity(identity: Identity | None, profile: Profile | None) -> list[Choice]:
    plain = _plain(identity)
    names = [" ".join(filter(None, (name.get("given"), name.get("family")))) for name in plain.get("names") or []]
    birth = plain.get("birth") or {}
    countries = joined(_place(code) for code in _plain(profile).get("nationality") or [])
    documents = [
        (word("document"), " ".join(filter(None, (d.get("kind"), d.get("number"), d.get("country")))))
        for d in plain.get("documents") or []
    ]
    born = day(birth["date"]) if birth.get("date") else str(birth.get("year") or "")
    return [
        *_lines("identity", "name", [(word("name"), name) for name in names]),
        *_lines("identity", "birth", [(word("born"), born)]),
        *_lines("identity", "birthplace", [(word("born_in"), birth.get("place"))], usual=False),
        *_lines("identity", "nationality", [(word("nationality"), countries)]),
        *_lines("identity", "documents", documents, usual=False),
    ]


def _contact(contact: Contact) -> list[Choice]:
    plain = _plain(contact)
    rules = plain.get("rules") or {}
    channels = [(_channel_word(one.get("kind")), _channel(one)) for one in plain.get("channels") or []]
    where = plain.get("whereabouts") or {}
    return [
        # How comes before where: whoever rings reads the rule first.
        *_lines(
            "contact",
            "rules",
            [
                (word("safe_times"), times_in_words(rules)),
                (word("hours"), rules.get("hours")),
                (word("name_to_use"), rules.get("name_to_use")),
                (word("who_else"), rules.get("who_else")),
                (word("leave_message"), _answer(rules.get("leave_message"))),
                (word("never_say"), rules.get("never_say")),
            ],
        ),
        *_lines("contact", "channels", channels),
        # Where she is goes only when the sender picks it: a place of shelter is never sent by habit.
        *_lines(
            "contact",
            "whereabouts",
            [(word("whereabouts"), joined([_place(where.get("place") or ""), where.get("address") or ""]))],
            usual=False,
        ),
    ]


def _note(note: Note) -> Choice:
    label = word("note_of", date=day(local_date(note.written_at).isoformat()))
    code = f"note-{note.pk}"
    line = {"code": code, "label": label, "value": str(note.plain["text"])}
    return Choice(note.compartment_of_row, code, [line], usual=False)


def _plain(row: Any) -> dict[str, Any]:
    """Opened values of a row; a value without a key reads as nothing."""
    return {name: value or None for name, value in getattr(row, "plain", {}).items()}


def _age(age: dict[str, Any]) -> Atom:
    """ "17 · Stated by the person"; the basis alone when no number is known."""
    number = age.get("years")
    if number in (None, ""):
        return word("born_in_year", year=str(age["birth_year"])) if age.get("birth_year") else ""
    basis = str(age.get("basis") or "")
    return joined([str(number), packed("age_bases", basis) if basis in pack().age_bases else ""], " · ")


def _sex(code: str | None) -> Atom:
    words = {"female": "female", "male": "male", "other": "other_sex"}
    return word(words[code]) if code in words else _answer(code)


def _place(code: str) -> Atom:
    """An area or a country by its code; any other text is a place in somebody's words."""
    tables: dict[str, Any] = {"areas": pack().areas, "countries": pack().countries}
    return next((packed(name, code) for name, table in tables.items() if code in table), code)


def _answer(code: str | None) -> Atom:
    told = [answer.value for answer in Answer if answer != Answer.NOT_ASKED]
    return word(code) if code in told else ""


def _channel_word(kind: str | None) -> Atom:
    return word(kind if kind in ("phone", "email", "through") else "other_channel")


def _channel(channel: dict[str, Any]) -> Atom:
    value = str(channel.get("value") or "")
    return word("not_safe", value=value) if value and channel.get("safe") == Answer.NO else value


def _interpreter(interpreter: dict[str, Any]) -> Atom:
    if interpreter.get("needed") != Answer.YES:
        return _answer(interpreter.get("needed"))
    wishes = {"female": word("a_woman"), "male": word("a_man")}
    return joined(
        [
            word("needed"),
            packed("languages", interpreter.get("language") or ""),
            wishes.get(interpreter.get("sex") or "", ""),
        ]
    )
