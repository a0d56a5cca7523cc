"""Where pages get figures from: counted on the spot while that is quick, else what the worker counted last.

Stored for a year: {"subjects": {name: {"total": shown, "lines": {axis: {code: shown} | null},
"crosses": {"axis|axis": {"code|code": shown} | null}, "waits": {name: {"axis|code": times}}}}}; for year 0:
{"years": {year: {"total": shown, "areas": {code: shown} | null}}}. Only what may be shown is ever stored.
"""

import datetime as dt
import json
import time
from dataclasses import dataclass, field
from typing import Any

from django.db import connections, transaction

from cadra.foundation.kernel.clock import now
from cadra.foundation.kernel.pack import pack
from cadra.steering.monitoring import counting
from cadra.steering.monitoring.nesting import nest
from cadra.steering.monitoring.subjects import SUBJECTS
from cadra.steering.monitoring.suppression import Figures, Pair, Shown, protect
from cadra.steering.monitoring.waiting import Times, publish

#: Up to so many rows a page counts for itself (measured: see README); beyond, the worker does.
COUNT_AT_ONCE = 60_000
YEARS = 0
#: The past changes little: its years are counted again once a day.
PAST_EVERY = dt.timedelta(hours=20)
#: A page may count for a minute at most (the role's own limit), the worker longer.
MOST_TIME = "15min"


@dataclass(frozen=True)
class Subject:
    """One subject in one year, as it may be shown."""

    figures: Figures
    waits: dict[str, dict[Pair, Times]] = field(default_factory=dict)


@dataclass(frozen=True)
class Years:
    """Persons by year, and by area of each: year → figures with a line "area"."""

    figures: dict[int, Figures]

    @property
    def last(self) -> int:
        return max(self.figures)


@dataclass(frozen=True)
class Answer:
    """What a page asked for. `subjects` is None while the worker has not counted yet."""

    years: Years | None
    subjects: dict[str, Subject] | None
    made_at: dt.datetime


def ask(year: int | None, names: tuple[str, ...]) -> Answer:
    """The list of years and these subjects in one year, by default the newest."""
    if counting.rows_to_count() <= COUNT_AT_ONCE:
        years = count_years()
        wanted = year if year in years.figures else years.last
        return Answer(years, {name: count_subject(name, wanted) for name in names}, now())
    return _stored(year, names)


def minimum() -> int:
    """How many persons a figure inside the mechanism must be about."""
    return pack().publishing.minimum_cell_inside


def count_years() -> Years:
    return Years({year: protect(tally, minimum()) for year, tally in counting.count_years().items()})


def count_subject(name: str, year: int) -> Subject:
    counted = counting.count(name, year)
    waits = {
        wait: {place: publish(times, minimum()) for place, times in places.items()}
        for wait, places in counted.waits.items()
    }
    return Subject(nest(protect(counted.tally, minimum())), waits)


def refresh() -> int:
    """Count again what is due, when pages no longer do it themselves; how many years were counted. For the worker."""
    if counting.rows_to_count() <= COUNT_AT_ONCE:
        return 0
    began = time.monotonic()
    years = count_years()
    _store(YEARS, {"years": {str(year): _lines(figures) for year, figures in years.figures.items()}}, began)
    kept = dict(_select("SELECT year, made_at FROM monitoring_snapshot", []))
    due = [year for year in years.figures if year == years.last or kept.get(year, _never()) < now() - PAST_EVERY]
    for year in sorted(due, reverse=True):
        began = time.monotonic()
        with transaction.atomic(using=counting.ROLE):
            _select("SELECT set_config('statement_timeout', %s, true)", [MOST_TIME])
            _store(year, {"subjects": {name: _plain(count_subject(name, year)) for name in SUBJECTS}}, began)
    return len(due)


def _never() -> dt.datetime:
    return dt.datetime.min.replace(tzinfo=dt.UTC)


# In the table ---------------------------------------------------------------------------------------


def _stored(year: int | None, names: tuple[str, ...]) -> Answer:
    """The list of years, and of one year the subjects asked for."""
    rows = _select(
        """SELECT s.year, s.made_at, CASE WHEN s.year = 0 THEN s.content ELSE (
               SELECT jsonb_object_agg(n, s.content -> 'subjects' -> n) FROM unnest(%s::text[]) n) END
           FROM monitoring_snapshot s
           WHERE s.year = 0 OR s.year = coalesce(
               (SELECT y.year FROM monitoring_snapshot y WHERE y.year = %s::int AND y.year > 0),
               (SELECT max(y.year) FROM monitoring_snapshot y))""",
        [list(names), year],
    )
    found = {row[0]: row[1:] for row in rows}
    if len(found) < 2:
        return Answer(None, None, now())
    years = Years({int(key): _lined(value) for key, value in _json(found.pop(YEARS)[1])["years"].items()})
    made_at, content = next(iter(found.values()))
    return Answer(years, {name: _rich(value) for name, value in _json(content).items()}, made_at)


def _store(year: int, content: dict[str, Any], began: float) -> None:
    with connections[counting.ROLE].cursor() as cursor:
        cursor.execute(
            """INSERT INTO monitoring_snapshot (year, made_at, took_ms, content) VALUES (%s, %s, %s, %s::jsonb)
               ON CONFLICT (year) DO UPDATE SET made_at = excluded.made_at, took_ms = excluded.took_ms,
               content = excluded.content""",
            [year, now(), round(1000 * (time.monotonic() - began)), json.dumps(content)],
        )


def _select(statement: str, values: list[Any]) -> list[tuple[Any, ...]]:
    with connections[counting.ROLE].cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def _json(value: Any) -> dict[str, Any]:
    return json.loads(value) if isinstance(value, str) else value


def _lines(figures: Figures) -> dict[str, Any]:
    return {"total": figures.total, "areas": figures.lines["area"]}


def _lined(value: dict[str, Any]) -> Figures:
    return Figures(value["total"], {"area": value["areas"]})


def _plain(subject: Subject) -> dict[str, Any]:
    figures = subject.figures
    return {
        "total": figures.total,
        "lines": figures.lines,
        "crosses": {_joined(pair): _joined_keys(cells) for pair, cells in figures.crosses.items()},
        "waits": {
            name: {_joined(place): times.stored() for place, times in places.items()}
            for name, places in subject.waits.items()
        },
    }


def _rich(value: dict[str, Any]) -> Subject:
    crosses = {_split(pair): _split_keys(cells) for pair, cells in value["crosses"].items()}
    waits = {
        name: {_split(place): Times(**times) for place, times in places.items()}
        for name, places in value["waits"].items()
    }
    return Subject(Figures(value["total"], value["lines"], crosses), waits)


def _joined(pair: Pair) -> str:
    return "|".join(pair)


def _split(joined: str) -> Pair:
    first, second = joined.split("|")
    return first, second


def _joined_keys(cells: dict[Pair, Shown] | None) -> dict[str, Shown] | None:
    return cells if cells is None else {_joined(pair): shown for pair, shown in cells.items()}


def _split_keys(cells: dict[str, Shown] | None) -> dict[Pair, Shown] | None:
    return cells if cells is None else {_split(pair): shown for pair, shown in cells.items()}
