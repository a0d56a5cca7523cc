"""Counting through the role of figures: one statement for each subject and year.

The alias `stats` is a role of PostgreSQL that sees the codes and times of all files and nothing else of them
(column grants in the migrations of cases, identification and support). Counts come back as they are; only
`suppression.protect` and `waiting.publish` turn them into something to show.
"""
# ruff: noqa: S608 - statements are put together from fixed texts of this app; values travel apart

import datetime as dt
import json
from dataclasses import dataclass, field
from itertools import compress
from typing import Any

from django.db import connections

from cadra.foundation.kernel.clock import local, now
from cadra.foundation.kernel.pack import pack
from cadra.record.cases.models import Status
from cadra.stages.identification.queries.assigning import AGE_GROUPS, OLDEST
from cadra.steering.monitoring.periods import FIRST_YEAR, quarters, years
from cadra.steering.monitoring.subjects import ABROAD, PLACE, SUBJECTS, UNKNOWN, Subject
from cadra.steering.monitoring.suppression import Count, Pair, Tally
from cadra.steering.monitoring.waiting import Waiting

ROLE = "stats"
SEXES = ("female", "male", "other")
COUNTED = ("cases_case", "identification_referral", "support_servicereferral", "support_offer", "support_rating")


@dataclass
class Counted:
    """One subject in one year. `waits`: name → (axis, code) → times; ("", "") is everything."""

    tally: Tally
    waits: dict[str, dict[Pair, Waiting]] = field(default_factory=dict)


def count(name: str, year: int) -> Counted:
    """Count one of SUBJECTS in a year."""
    return counted(SUBJECTS[name], quarters(year))


def counted(subject: Subject, bounds: list[dt.datetime], **values: Any) -> Counted:
    """Count a subject between the first and the last of five instants; `values`: what else its SQL asks for."""
    found = Counted(
        Tally(
            lines={axis: {} for axis in subject.lines},
            crosses={pair: {} for pair in _crosses(subject)},
            once=subject.once,
        ),
        {name: {} for name in subject.waits},
    )
    for kind, about, content in _ask(_statement(subject), {**_codes(), **values, "quarters": bounds, "now": now()}):
        row = json.loads(content)
        if kind == "wait":
            _put_wait(found.waits[about], subject.waits[about], row)
        else:
            _put_count(found.tally, (*subject.along(about), about) if kind == "part" else subject.axes, row)
    split_reasons(found.tally)
    return found


def split_reasons(tally: Tally) -> None:
    """Reasons become one line for each family: they add up to their family's figure, and are protected within it."""
    if "reason" in tally.lines:
        found = tally.lines.pop("reason")
        for family, reasons in pack().reasons_by_family():
            codes = [reason.code for reason in reasons]
            tally.lines[f"reason_{family.code}"] = {code: found[code] for code in codes if code in found}


def count_years() -> dict[int, Tally]:
    """Persons by area of every year since the first file, the present year included."""
    last = local(now()).year
    rows = _ask(
        f"""WITH {PLACE} SELECT y, coalesce(p.code, '{UNKNOWN}'), sum(n)::bigint FROM (
            SELECT width_bucket(opened_at, %(years)s::timestamptz[]) AS y, area, count(*) AS n
            FROM cases_case GROUP BY 1, 2) c LEFT JOIN place p ON p.area = c.area GROUP BY 1, 2""",
        {**_codes(), "years": years(FIRST_YEAR, last)},
    )
    tallies: dict[int, Tally] = {}
    for bucket, area, n in rows:
        if not 0 < bucket <= last - FIRST_YEAR + 1:
            continue  # dated before the first year or in the future: a mistake of typing, counted in no year
        tally = tallies.setdefault(FIRST_YEAR + bucket - 1, Tally(lines={"area": {}}, once=True))
        tally.lines["area"][area] = Count(n, n)
        tally.total = Count(tally.total.n + n, tally.total.n + n)
    return {year: tallies.get(year, Tally(lines={"area": {}})) for year in range(min([*tallies, last]), last + 1)}


def rows_to_count() -> int:
    """About how many rows there are: PostgreSQL's own estimate, without looking at one."""
    found = _ask(
        "SELECT sum(greatest(reltuples, 0))::bigint FROM pg_class WHERE oid = ANY (%(tables)s::text[]::regclass[])",
        {"tables": list(COUNTED)},
    )
    return int(found[0][0] or 0)


def _ask(statement: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connections[ROLE].cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def _codes() -> dict[str, Any]:
    """The codes of the pack: a value outside them is counted as not known."""
    country = pack()
    regions = {area.code: country.region_of(area.code) for area in country.areas}
    places = {code: region.code for code, region in regions.items() if region is not None}
    places |= {one.code: ABROAD for one in country.countries if one.code.lower() != country.code}
    return {
        "areas": list(places),
        "places": list(places.values()),
        "statuses": list(Status.values),
        "sexes": list(SEXES),
        "ages": [*(code for _, code in AGE_GROUPS), OLDEST],
        "entry_points": list(country.entry_points.codes),
        "forms": list(country.forms_of_exploitation.codes),
        "services": list(country.services.codes),
        "reasons": list(country.decline_reasons.codes),
        "families": [reason.family for reason in country.decline_reasons],
        "kinds": list(country.institution_kinds.codes),
        "questions": list(country.rating_questions.codes),
        "refusals": list(country.referral_refusals.codes),
        "endings": [reason.code for reason in country.reasons_to("closed")],
    }


def _crosses(subject: Subject) -> tuple[Pair, ...]:
    return (*subject.crosses, *((axis, part) for part in subject.parts for axis in subject.along(part)))


# The statement: fixed texts of this app put together, never a value -----------------------------------


def _statement(subject: Subject) -> str:
    sets = ((), *((axis,) for axis in subject.axes), *subject.crosses)
    selects = [_counts("count", "", "one", subject.axes, sets, subject.once)]
    for name, select in subject.parts.items():
        along = subject.along(name)
        sets = (("part",), *((axis, "part") for axis in along))
        selects.append(_counts("part", name, f"({select}) x", (*along, "part"), sets, subject.once))
    selects += [_waits(name, axes, "unanswered" in subject.rows) for name, axes in subject.waits.items()]
    return f"WITH {PLACE}, one AS MATERIALIZED ({subject.rows}) " + " UNION ALL ".join(selects)


def _counts(
    kind: str, about: str, source: str, axes: tuple[str, ...], sets: tuple[tuple[str, ...], ...], once: bool
) -> str:
    names = ", ".join(axes)
    grouped = ", ".join(f"({', '.join(one)})" for one in sets)
    persons = "count(*)" if once else "count(DISTINCT person)"
    return (
        f"SELECT '{kind}' AS kind, '{about}' AS about, jsonb_build_array(GROUPING({names}), jsonb_build_array({names}),"
        f" count(*), {persons}) AS row FROM {source} GROUP BY GROUPING SETS ({grouped})"
    )


def _waits(name: str, axes: tuple[str, ...], leave_out: bool) -> str:
    names = ", ".join(axes)
    grouped = ", ".join(["()", *(f"({axis})" for axis in axes)])
    wait, still = f"{name}_wait", f"{name}_open"
    return (
        f"SELECT 'wait', '{name}', jsonb_build_array(GROUPING({names}), jsonb_build_array({names}), count(*),"
        f" count(DISTINCT person), count(*) FILTER (WHERE {still}), count(DISTINCT person) FILTER (WHERE {still}),"
        f" percentile_disc(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY {wait}),"
        f" min({wait}) FILTER (WHERE {still}), max({wait}) FILTER (WHERE {still}),"
        f" percentile_disc(0.5) WITHIN GROUP (ORDER BY {wait}) FILTER (WHERE {still}))"
        f" FROM one {'WHERE NOT unanswered' if leave_out else ''} GROUP BY GROUPING SETS ({grouped})"
    )


# Its answer -----------------------------------------------------------------------------------------


def _grouped(axes: tuple[str, ...], bits: int, codes: list[Any]) -> tuple[list[str], list[str]]:
    """GROUPING() has a bit for each column that was *not* grouped by, the first column's the highest."""
    taken = [not bits >> (len(axes) - 1 - place) & 1 for place in range(len(axes))]
    return list(compress(axes, taken)), list(compress(codes, taken))


def _put_count(tally: Tally, axes: tuple[str, ...], row: list[Any]) -> None:
    names, codes = _grouped(axes, row[0], row[1])
    found = Count(row[2], row[3])
    if not names:
        tally.total = found
    elif len(names) == 1:
        tally.lines[names[0]][codes[0]] = found
    else:
        tally.crosses[names[0], names[1]][codes[0], codes[1]] = found


def _put_wait(waits: dict[Pair, Waiting], axes: tuple[str, ...], row: list[Any]) -> None:
    names, codes = _grouped(axes, row[0], row[1])
    n, persons, still, still_persons, tenths, least, longest, half_open = row[2:]
    if n:
        place = (names[0], codes[0]) if names else ("", "")
        half, most = tenths
        waits[place] = Waiting(n, persons, still, still_persons, half, most, least, half_open, longest)
