"""Counts and waiting times against plain Python over the same rows, and the edges of a year."""

import datetime as dt
import math
import random
from collections import Counter
from typing import Any
from uuid import uuid4

import pytest
import time_machine

from cadra.steering.monitoring import counting, snapshots
from cadra.steering.monitoring.periods import Frame, quarters
from cadra.steering.monitoring.queries import Part
from cadra.steering.monitoring.suppression import Count
from cadra.steering.monitoring.waiting import Waiting, publish

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
CASE = (
    "INSERT INTO cases_case (id, case_id, reference, status, stage, sex, age_group, is_child, is_foreign, forms, area,"
    " entry_point, in_danger, opened_at, first_contact_at, first_help_at, closed_at, last_event_at, visible_to,"
    " refused_to) VALUES (gen_random_uuid(), %s, 'R', 'presumed', 'support', %s, '9-17', true, false, %s, %s, 'border',"
    " false, %s, %s, %s, %s, now(), '{}', '{}')"
)
REFERRAL = (
    "INSERT INTO identification_referral (id, case_id, author_id, institution_id, state, screens, entry_point, area,"
    " forms, in_danger, urgent_health, is_child, version, started_at, sent_at, answer_due_at, acknowledged_at,"
    " visible_to, refused_to) VALUES (gen_random_uuid(), %s, %s, %s, %s, '{}', '', %s, '{}', false, false, false, 1,"
    " %s, %s, %s, %s, '{}', '{}')"
)
DECISION = (
    "INSERT INTO identification_decision (id, case_id, outcome, grounds, proposed_by, proposed_at, signed_by,"
    " signed_at, told_how_to_reconsider, visible_to, refused_to)"
    " VALUES (gen_random_uuid(), %s, 'potential', '{}', %s, %s, %s, %s, false, '{}', '{}')"
)
BERAT, ABROAD = "AL-01-berat", "IT"


def case(house: Any, opened: dt.datetime, **told: Any) -> Any:
    person = uuid4()
    values = [told.get("sex", "female"), told.get("forms", []), told.get("area", BERAT), opened]
    house.sql(CASE, [person, *values, opened, told.get("helped"), told.get("closed")])
    return person


def referral(
    house: Any, sent: dt.datetime, done: dt.datetime | None, *, state: str = "sent", person: Any = None
) -> Any:
    someone = person or uuid4()
    house.sql(REFERRAL, [someone, someone, someone, state, BERAT, sent, sent, sent, done])
    return someone


def reference(values: list[int], share: float) -> int:
    """The smallest value that at least this share of all values does not exceed."""
    return sorted(values)[max(0, math.ceil(round(share * len(values), 9)) - 1)]


@time_machine.travel(NOW, tick=False)
def test_half_and_nine_tenths_count_those_still_waiting_until_now(house: Any) -> None:
    chance, rows = random.Random(5), []
    for _ in range(60):
        sent = NOW - dt.timedelta(seconds=chance.randrange(3600, 300 * 86400))
        wait = dt.timedelta(seconds=chance.randrange(60, 40 * 86400))
        done = sent + wait if chance.random() < 0.7 and sent + wait < NOW else None
        rows.append((sent, done))
        referral(house, sent, done)
    found = counting.count("referrals", 2026).waits["acknowledged"]["", ""]
    waits = [int(((done or NOW) - sent).total_seconds()) for sent, done in rows]
    still = [int((NOW - sent).total_seconds()) for sent, done in rows if done is None]
    assert found == Waiting(
        n=60,
        persons=60,
        open=len(still),
        open_persons=len(still),
        half=reference(waits, 0.5),
        most=reference(waits, 0.9),
        least_open=min(still),
        half_open=reference(still, 0.5),
        longest_open=max(still),
    )


def test_a_time_is_at_least_while_someone_has_waited_less() -> None:
    hours = 3600
    final = publish(Waiting(20, 20, 5, 5, 10 * hours, 50 * hours, 60 * hours, 70 * hours, 90 * hours), 5)
    growing = publish(Waiting(20, 20, 5, 5, 10 * hours, 50 * hours, 20 * hours, 70 * hours, 90 * hours), 5)
    assert (final.half, final.half_at_least, final.most, final.most_at_least) == (10, False, 50, False)
    assert (growing.half_at_least, growing.most_at_least) == (False, True)


def test_times_of_few_people_are_not_shown() -> None:
    few = publish(Waiting(30, 4, 0, 0, 7200, 7200, None, None, None), 5)
    some = publish(Waiting(9, 9, 4, 4, 7200, 9000, 60, 90, 9000), 5)
    assert (few.half, few.most) == (None, None)
    assert (some.half, some.most, some.longest_open) == (2, None, None)  # one of nine is not a tenth


@time_machine.travel(NOW, tick=False)
def test_a_decision_on_an_earlier_referral_is_not_one_on_this(house: Any) -> None:
    first, again = dt.datetime(2024, 2, 1, tzinfo=dt.UTC), dt.datetime(2026, 2, 1, tzinfo=dt.UTC)
    person = referral(house, first, None)
    referral(house, again, None, person=person)
    house.sql(DECISION, [person, uuid4(), first, uuid4(), first + dt.timedelta(days=9)])
    assert counting.count("referrals", 2024).tally.lines["decided"] == {"done": Count(1, 1)}
    assert counting.count("referrals", 2026).tally.lines["decided"] == {"waiting": Count(1, 1)}


def test_a_draft_is_nobodys_referral(house: Any) -> None:
    referral(house, NOW - dt.timedelta(days=9), None, state="draft")
    assert counting.count("referrals", 2026).tally.total == Count(0, 0)


@time_machine.travel(NOW, tick=False)
def test_help_that_never_came_counts_to_the_day_the_file_was_closed(house: Any) -> None:
    opened = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
    case(house, opened, closed=opened + dt.timedelta(days=10))
    case(house, opened, helped=opened + dt.timedelta(days=1))
    case(house, opened)
    counted = counting.count("persons", 2026)
    assert counted.tally.lines["help"] == {"closed": Count(1, 1), "came": Count(1, 1), "waiting": Count(1, 1)}
    assert counted.waits["help"]["", ""].half == 10 * 86400


@pytest.mark.parametrize(
    ("instant", "year", "quarter"),
    [
        ("2026-03-28T23:30:00+00:00", 2026, "1"),
        ("2026-03-31T21:59:59+00:00", 2026, "1"),  # 23:59:59 in Tirana: the clock is already on summer time
        ("2026-03-31T22:00:00+00:00", 2026, "2"),  # midnight in Tirana
        ("2026-09-30T22:00:00+00:00", 2026, "4"),
        ("2025-12-31T22:59:59+00:00", 2025, "4"),
        ("2025-12-31T23:00:00+00:00", 2026, "1"),  # midnight on winter time
    ],
)
def test_a_quarter_begins_at_midnight_in_the_country(house: Any, instant: str, year: int, quarter: str) -> None:
    case(house, dt.datetime.fromisoformat(instant))
    assert counting.count("persons", year).tally.lines["quarter"] == {quarter: Count(1, 1)}
    assert counting.count_years()[year].total == Count(1, 1)


def test_the_quarters_of_a_year_with_summer_time_follow_each_other() -> None:
    bounds = quarters(2026)
    assert [end - start for start, end in zip(bounds, bounds[1:], strict=False)] == [
        dt.timedelta(days=90, hours=-1),
        dt.timedelta(days=91),
        dt.timedelta(days=92),
        dt.timedelta(days=92, hours=1),
    ]


@time_machine.travel(NOW, tick=False)
def test_everybody_is_counted_once_along_every_line(crowd: Any) -> None:
    opened = crowd.sql("SELECT sex, area, forms, opened_at FROM cases_case")
    start, end = quarters(2025)[0], quarters(2025)[4]
    mine = [row for row in opened if start <= row[3] < end]
    tally = counting.count("persons", 2025).tally
    assert tally.total.n == len(mine) == sum(cell.n for cell in tally.crosses["area", "sex"].values())
    sexes = Counter(row[0] or "not_known" for row in mine)
    assert {code: cell.n for code, cell in tally.lines["sex"].items()} == dict(sexes)
    forms = Counter(form for row in mine for form in (row[2] or ["not_known"]))
    assert {code: cell.n for code, cell in tally.lines["form"].items()} == dict(forms)
    regions = Counter(row[1][:5] for row in mine)
    assert {code: cell.n for code, cell in tally.lines["area"].items()} == dict(regions)


def test_places_abroad_and_unknown_values_have_their_own_lines(house: Any) -> None:
    for area in (ABROAD, "AL", "", "somewhere"):
        case(house, NOW, area=area, sex="secret", forms=["other_pack"])
    tally = counting.count("persons", 2026).tally
    assert tally.lines["area"] == {"abroad": Count(1, 1), "not_known": Count(3, 3)}
    assert tally.lines["sex"] == {"not_known": Count(4, 4)}
    assert tally.lines["form"] == {"not_known": Count(4, 4)}


def test_a_group_too_small_is_not_broken_down(house: Any) -> None:
    for n in range(30):
        case(house, NOW, sex=("female", "male")[n % 2])
    for _ in range(3):
        case(house, NOW, area="AL-12-vlore")
    subject = snapshots.count_subject("persons", 2026)
    part = Part(subject, Frame(2026, "area", "AL-12"))
    assert (part.total, part.line("sex")) == ("few", None)
