"""The invented people of the year: who they are, where they come into view, and what becomes of them.

The same people every time: chance is drawn from fixed seeds, shares from data/shape.toml.
"""

import datetime as dt
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid5

from cadra.demo import data
from cadra.foundation.kernel.clock import local_date
from cadra.foundation.kernel.pack import pack
from cadra.record.people.models import Person

SPACE = UUID("5f0c2f5e-7a0b-5d3e-9c58-0a6d9e6f3c11")
YEAR = dt.timedelta(days=362)
#: Ages as often as they are drawn.
CHILDREN = (6, 8, *range(9, 18), 15, 16, 17)
ADULTS = (*range(18, 34), 37, 41, 46)
#: Somebody's file stops growing after one of these, so that every desk and list has something to do.
STOPS = ("draft", "sent", "received", "known", "assigned", "carried", "proposed", "returned", "")


def chance(seed: object) -> random.Random:
    """Dice that fall the same way every time."""
    return random.Random(f"cadra {seed}")  # noqa: S311 - a story, not a secret


@dataclass
class Someone:
    """One invented person with her way through the mechanism. Keys are those of the data files.

    `paces`: hours a step takes instead of the usual; `again`: who this turns out to be, already known.
    """

    number: int
    started: dt.datetime
    sex: str = "female"
    years: int | None = 20
    basis: str = "stated"
    birth: dict[str, Any] = field(default_factory=dict)
    nationality: str = ""
    languages: Sequence[str] = ()
    called: str = ""
    names: Sequence[dict[str, str]] = ()
    form: str = ""
    entry: str = ""
    area: str = ""
    region: int = 1
    found_by: str = ""
    officer: str = "rea"
    police: str = ""
    social: str = ""
    child_worker: str = ""
    holder: str = ""
    manager: str = ""
    outcome: str = "potential"
    mood: str = "open"
    danger: bool = False
    stop: str = ""
    proposer: str = ""
    paces: Mapping[str, float] = field(default_factory=dict)
    fate: str = ""
    again: "Someone | None" = None
    case_id: UUID | None = None

    def __post_init__(self) -> None:
        self.dice = chance(self.number)

    def person(self) -> Person:
        """Her person, as far as whoever acts may see it."""
        return Person.objects.get(pk=self.case_id)

    @property
    def referral_id(self) -> UUID:
        """The same id at every load: a referral that is there is not made twice."""
        return uuid5(SPACE, str(self.number))

    @property
    def is_child(self) -> bool:
        return pack().presumed_child(self.years, self.basis)

    def pick(self, options: Sequence[Any]) -> Any:
        return self.dice.choice(options)

    def maybe(self, share: float) -> bool:
        return self.dice.random() < share


def everyone(now: dt.datetime, count: int | None = None) -> list[Someone]:
    """All of them, those with the longest way first; the last ones are drawn by hand (data/specials.toml)."""
    shape = data.document("shape")
    specials = data.document("specials")["person"]
    total = shape["people"]
    ordinary = max(0, total - len(specials)) if count is None else count
    found = [_ordinary(number, ordinary, now) for number in range(1, ordinary + 1)]
    hands = [_special(total + number, row, now, found) for number, row in enumerate(specials, start=1)]
    people = [*found, *(hands if count is None else [])]
    _give_shares(people, shape)
    drawn = {one.number: row.get("is", {}) for one, row in zip(hands, specials, strict=True)}
    for one in people:
        _set(one, drawn.get(one.number, {}))
        _fill(one, shape)
        _set(one, drawn.get(one.number, {}))
    _twins(people)
    return people


def _set(one: Someone, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(one, name, value)


def _ordinary(number: int, of: int, now: dt.datetime) -> Someone:
    """Spread over the year, the last a few days ago."""
    part = (number - 1) / max(1, of)
    return Someone(number, _daytime(now - YEAR + part * (YEAR - dt.timedelta(days=3)), chance(-number)))


def _special(number: int, row: Mapping[str, Any], now: dt.datetime, known: Sequence[Someone]) -> Someone:
    one = Someone(
        number,
        now - dt.timedelta(hours=row["hours_ago"]),
        stop=row.get("stop", ""),
        paces={"send": 0.7, **row.get("paces", {})},
    )
    if row.get("again") and known:
        one.again = known[(row["again"] - 1) % len(known)]
    return one


def _daytime(instant: dt.datetime, dice: random.Random) -> dt.datetime:
    return instant.replace(hour=dice.randint(7, 17), minute=dice.randint(0, 59), second=0, microsecond=0)


def _give_shares(people: Sequence[Someone], shape: Mapping[str, Any]) -> None:
    """Deal out what the yearly figures say, so that the shares hold exactly and not by luck."""
    dice, total = chance("shares"), len(people)
    ages = _dealt([("child", shape["children"])], "adult", total, dice)
    sexes = _dealt([("female", shape["female"])], "male", total, dice)
    forms = _dealt(list(shape["forms"].items()), next(iter(shape["forms"])), total, dice)
    met = _dealt([("mobile", shape["found_by_mobile_units"])], "other", total, dice)
    regions = _dealt([(int(region), share / 100) for region, share in shape["regions"].items()], 11, total, dice)
    every = max(total, 1)
    outcomes = _dealt(
        [("identified", shape["identified"] / every), ("not_identified", shape["not_identified"] / every)],
        "potential",
        total,
        dice,
    )
    for number, one in enumerate(people):
        one.sex, one.form, one.region, one.outcome = (
            sexes[number],
            forms[number],
            regions[number],
            outcomes[number],
        )
        one.years = one.pick(CHILDREN if ages[number] == "child" else ADULTS)
        one.entry = "" if met[number] == "other" else shape["mobile"]["point"]
    strangers = [one for one in people if one.years and one.years >= 18 and not one.again]
    for one, row in zip(strangers[2 :: max(1, len(strangers) // 7)], data.document("names")["foreign"], strict=False):
        one.nationality, one.languages, one.sex = row["nationality"], row["languages"], row["sex"]
        one.names = [{"given": row["given"], "family": row["family"], "note": ""}]


def _dealt(shares: Sequence[tuple[Any, float]], rest: Any, total: int, dice: random.Random) -> list[Any]:
    dealt = [value for value, share in shares for _ in range(round(share * total))][:total]
    dealt += [rest] * (total - len(dealt))
    dice.shuffle(dealt)
    return dealt


def _fill(one: Someone, shape: Mapping[str, Any]) -> None:
    """Everything that follows from the shares: names, place, who meets her and who carries her file."""
    names = data.document("names")
    if not one.names:
        one.names = [{"given": one.pick(names[one.sex]), "family": one.pick(names["family"]), "note": ""}]
    if not one.nationality:
        one.nationality = pack().code.upper()
        one.languages = [pack().written_languages[0], *(["rom"] if one.maybe(0.12) else [])]
    one.called = one.names[0]["given"] if one.maybe(0.6) else one.pick(names["called"])
    one.basis = one.pick(["stated", "stated", "documented", "documented", "estimated"])
    if one.basis == "estimated" and one.years and one.years >= 18:
        one.years += 4  # clear of the margin in which an estimate leaves a doubt
    if one.years is not None and one.years < 18 and one.maybe(0.06):
        one.basis = "disputed"
    _birth(one)
    one.mood = one.pick(["open"] * 6 + ["careful"] * 3 + ["closed", "later"])
    one.danger = one.maybe(0.12)
    one.officer = one.pick(["rea", "rea", "zamira", "eno"])
    _place(one, shape)
    _pair(one)
    _holder(one, shape)


def _birth(one: Someone) -> None:
    if one.years is None:
        return
    year = local_date(one.started).year - one.years
    if one.basis == "documented" or one.maybe(0.4):
        # A day that has passed this year already, so that age and date agree.
        one.birth = {"date": f"{year}-01-{one.dice.randint(1, 28):02d}", "year": year, "place": ""}
    elif one.maybe(0.5):
        one.birth = {"date": None, "year": year, "place": ""}


def _place(one: Someone, shape: Mapping[str, Any]) -> None:
    regions = pack().regions()
    region = regions[(one.region - 1) % len(regions)]
    if one.entry == shape["mobile"]["point"]:
        one.found_by = one.pick(shape["mobile"]["by"]["south" if one.region in shape["mobile"]["south"] else "north"])
    elif not one.entry:
        row = one.dice.choices(shape["entry"], [entry["share"] for entry in shape["entry"]])[0]
        one.entry, one.found_by = row["point"], one.pick(row["by"])
    if pack().entry_points[one.entry].place == "crossing":
        crossings = [area for area in pack().crossings() if area.kind == "land_crossing"] or pack().crossings()
        near = [area for area in crossings if pack().region_of(area.code) == region]
        one.area = one.pick(near or crossings).code
    else:
        one.area = one.pick(pack().municipalities(region.code)).code


def _pair(one: Someone) -> None:
    own = one.region == 6
    one.police = "petrit" if own else f"police-{one.region}"
    one.social = "sonila" if own else f"social-{one.region}"
    if one.found_by in ("police", "social"):
        one.found_by = getattr(one, one.found_by)
    if one.is_child and one.maybe(0.7):
        one.child_worker = one.pick(["lule", "arben", "blerta", "olta"])


def _holder(one: Someone, shape: Mapping[str, Any]) -> None:
    who = "children" if one.is_child else "adults"
    row = one.dice.choices(shape["holder"], [holder[who] for holder in shape["holder"]])[0]
    one.holder, one.manager = row["institution"], one.pick(row["by"])


def _twins(people: Sequence[Someone]) -> None:
    """Known people whose name somebody else spells differently; the other spelling is in data/specials.toml."""
    own = pack().code.upper()
    women = [one for one in people if one.sex == "female" and one.nationality == own and not one.stop]
    if len(women) < 3:
        return
    for number, variant in enumerate(data.document("names")["variant"]):
        one = women[len(women) // 2 + number]
        given, family = variant["written"].split(" ", 1)
        year = local_date(one.started).year - (one.years or 20)
        one.names, one.called = [{"given": given, "family": family, "note": ""}], given
        one.birth = {"date": f"{year}-01-11", "year": year, "place": ""}
