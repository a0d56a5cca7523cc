"""Does someone of the roster fit what is wanted? Each answer with its reason, so that people decide."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from cadra.foundation.catalogue.fitting import Mark
from cadra.foundation.catalogue.words import fold
from cadra.foundation.kernel.pack import pack
from cadra.foundation.shell.templatetags.shell import moment
from cadra.record.interpreting.models import Interpreter, Way


@dataclass(frozen=True)
class Wish:
    """What is wanted. `sex` "": no preference; `area`: pack code of where it is, if said."""

    language: str
    dialect: str = ""
    sex: str = ""
    way: str = Way.IN_PERSON
    area: str = ""
    day: dt.date | None = None


@dataclass(frozen=True)
class Suggestion:
    """Someone of the roster with the reasons for and against; `bound_until`: last day of the undertaking in force."""

    interpreter: Interpreter
    bound_until: dt.date | None
    marks: Sequence[Mark]

    @property
    def fits(self) -> bool:
        """Nothing is known that would have to be settled first."""
        return not any(mark.against for mark in self.marks)


def suggestion(
    row: Interpreter, bound_until: dt.date | None, wish: Wish, *, busy: bool = False, asked: bool = False
) -> Suggestion:
    """Everything that speaks for someone, or has to be settled first, in a fixed order.

    `busy`: elsewhere at that time; `asked`: was asked for this before, and is not coming.
    """
    found = [*_tongue(row, wish), *_sex(row, wish), *_reach(row, wish), *_promise(bound_until, wish)]
    if row.at_night:
        found.append(Mark(_("also at night")))
    if busy:
        found.append(Mark(_("has another appointment then"), True))
    if asked:
        found.append(Mark(_("was asked for this before"), True))
    return Suggestion(row, bound_until, found)


def _tongue(row: Interpreter, wish: Wish) -> list[Mark]:
    spoken: dict[str, Any] = next((one for one in row.tongues if one["language"] == wish.language), {})
    name = pack().languages.label(wish.language)
    if not spoken:
        return [Mark(_("does not speak %(language)s") % {"language": name}, True)]
    level = pack().language_levels.label(spoken.get("level") or "") if spoken.get("level") else ""
    said = [Mark(f"{name}: {level.lower()}" if level else name)]
    if wish.dialect:
        same = fold(wish.dialect) in fold(spoken.get("dialect") or "")
        words = _("dialect: %(dialect)s") if same else _("dialect not sure: ask about %(dialect)s")
        said.append(Mark(words % {"dialect": wish.dialect}, not same))
    return said


def _sex(row: Interpreter, wish: Wish) -> list[Mark]:
    if not wish.sex:
        return []
    if not row.sex:
        return [Mark(_("a woman or a man: not known"), True)]
    words = _("a woman") if row.sex == "female" else _("a man")
    return [Mark(words, row.sex != wish.sex)]


def _reach(row: Interpreter, wish: Wish) -> list[Mark]:
    if wish.way != Way.IN_PERSON:
        return [Mark(_("at a distance"))] if row.at_distance else [Mark(_("not at a distance"), True)]
    if not wish.area or row.whole_country:
        return []
    region = pack().region_of(wish.area)
    near = wish.area in row.areas or (region is not None and region.code in row.areas)
    place = pack().place_label(wish.area)
    words = _("comes to %(place)s") if near else _("does not usually come to %(place)s")
    return [Mark(words % {"place": place}, not near)]


def _promise(bound_until: dt.date | None, wish: Wish) -> list[Mark]:
    if bound_until is None:
        return [Mark(_("no undertaking of confidentiality in force"), True)]
    if wish.day is not None and bound_until < wish.day:
        return [Mark(_("the undertaking ends before, on %(day)s") % {"day": moment(bound_until)}, True)]
    return []
