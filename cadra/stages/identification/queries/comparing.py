"""Who she might be: earlier files beside what she gave now, part by part. An officer decides, never this."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from cadra.foundation.access.actor import Actor
from cadra.foundation.kernel.clock import today
from cadra.record.people.actions import name_list
from cadra.record.people.models import Person
from cadra.record.people.queries import Candidate, candidates
from cadra.stages.identification.models import NotTheSame
from cadra.stages.identification.queries import sent
from cadra.stages.identification.queries.desk import Item


@dataclass(frozen=True)
class Part:
    """One part of two identities side by side; `word` says whether they agree, `agrees` True, False or None."""

    title: str
    given: Sequence[str]
    known: Sequence[str]
    word: str
    agrees: bool | None


@dataclass(frozen=True)
class Compared:
    """Somebody she might be. `strong`: name and birth agree; a name alone is never strong."""

    person: Person
    parts: Sequence[Part]
    strong: bool
    told_apart: bool


def compare(actor: Actor, seen: Item) -> list[Compared]:
    """Earlier files she might have, best first, part by part beside what she gave now. It decides nothing."""
    told = seen.answers.get("person", {})
    spoken, born = name_list(told.get("names")), _birth(told)
    if not spoken:
        return []
    found = candidates(actor, names=spoken, birth=born, besides=seen.person.pk)
    apart = set(NotTheSame.objects.filter(referral_id=seen.referral.pk).values_list("person_id", flat=True))
    return [Compared(hit.person, side_by_side(told, hit), bool(hit.match), hit.person.pk in apart) for hit in found]


def _birth(told: Mapping[str, Any]) -> dict[str, Any]:
    """Her birth for matching; without a date, the year that follows from her age."""
    born = dict(told.get("birth") or {})
    if not (born.get("date") or born.get("year")):
        years = (told.get("age") or {}).get("years")
        born["year"] = today().year - years if isinstance(years, int) else None
    return born


def side_by_side(told: Mapping[str, Any], hit: Candidate) -> list[Part]:
    """Names, birth and documents of both, each with what agrees in words."""
    known = hit.identity.plain  # type: ignore[attr-defined]
    given_names, known_names = sent.names(told.get("names")), sent.names(known.get("names"))
    name_word, name_agrees = _names_agree(given_names, known_names, float(hit.name or 0))
    birth_word, birth_agrees = _births_agree(str(hit.birth))
    numbers = {one.get("number") for one in told.get("documents") or [] if one.get("number")}
    same = numbers & {one.get("number") for one in known.get("documents") or []}
    given_birth = sent.birth(told.get("birth")) or sent.age(told.get("age"))
    parts = [
        Part(_("Name"), given_names, known_names, name_word, name_agrees),
        Part(_("Born"), [given_birth], [sent.birth(known.get("birth"))], birth_word, birth_agrees),
    ]
    if told.get("documents") or known.get("documents"):
        word = _("The same number") if same else _("No number in common")
        papers = sent.documents(told.get("documents")), sent.documents(known.get("documents"))
        parts.append(Part(_("Documents"), *papers, word, True if same else None))
    return parts


def _names_agree(given: Sequence[str], known: Sequence[str], score: float) -> tuple[str, bool | None]:
    """In what the nearest two names agree: letter by letter, but for order, for signs over letters, for spelling."""
    pairs = [(one, other) for one in given for other in known]
    if any(one == other for one, other in pairs):
        return _("The same"), True
    if any(_plain(one) == _plain(other) for one, other in pairs):
        return _("The same but for capitals or signs over letters"), True
    if any(sorted(_plain(one).split()) == sorted(_plain(other).split()) for one, other in pairs):
        return _("The same in another order"), True
    if score >= 0.85:
        return _("Much alike: spelt differently"), True
    return _("Alike in part only"), None


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.casefold())
    return " ".join("".join(one for one in letters if not unicodedata.combining(one)).split())


def _births_agree(word: str) -> tuple[str, bool | None]:
    said: dict[str, tuple[str, bool | None]] = {
        "date": (_("The same day"), True),
        "year": (_("The same year"), True),
        "near": (_("Near: some days, a year or a number apart"), None),
        "differs": (_("Different"), False),
    }
    return said.get(word, (_("Not known on one side: nothing to compare"), None))
