"""Those who were not helped: every figure against plain Python, and no part tells what its whole hides."""

import datetime as dt
from collections import Counter
from typing import Any
from uuid import UUID, uuid4

import time_machine

from cadra.foundation.kernel.pack import pack
from cadra.steering.monitoring import counting, snapshots
from cadra.steering.monitoring.nesting import known, nest
from cadra.steering.monitoring.subjects import NOT_TAKEN
from cadra.steering.monitoring.suppression import FEW, HIDDEN, Count, Figures
from cadra.steering.monitoring.tests.many import offer
from cadra.steering.monitoring.tests.test_counting import NOW, case

FIRST = dt.datetime(2026, 2, 1, 12, tzinfo=dt.UTC)


def later(days: int) -> dt.datetime:
    return FIRST + dt.timedelta(days=days)


@time_machine.travel(NOW, tick=False)
def test_a_service_refused_once_is_followed_until_it_is_taken(house: Any) -> None:
    paths: list[tuple[str, list[list[str]]]] = [
        ("taken", [["declined", "accepted"]]),
        ("taken", [["not_now"], ["partly"]]),
        ("again", [["excluded"], ["declined"]]),
        ("waiting", [["not_offered"], []]),
        ("never", [["declined"]]),
        ("", [["accepted", "declined"], ["accepted"]]),  # what she first took is not followed
        ("", [["accepted"]]),
    ]
    for _became, offers in paths:
        person, day = case(house, FIRST), 0
        for decisions in offers:
            day += 1
            offer(house, person, [(word, [], later(day := day + 1)) for word in decisions], at=later(day))
    found = counting.count("again", 2026).tally
    assert found.lines["became"] == {
        "taken": Count(3, 3),
        "again": Count(1, 1),
        "waiting": Count(1, 1),
        "never": Count(1, 1),
    }
    assert found.total == Count(6, 6)


@time_machine.travel(NOW, tick=False)
def test_reasons_are_counted_by_group_and_family_as_plain_python_counts_them(house: Any) -> None:
    reasons = pack().decline_reasons
    said: Counter[tuple[str, str]] = Counter()
    families: Counter[tuple[str, str]] = Counter()
    for n, code in enumerate(reasons.codes):
        sex = ("female", "male")[n % 2]
        several = [code, reasons.codes[(7 * n) % len(reasons)]]
        offer(house, case(house, FIRST, sex=sex), [(NOT_TAKEN[n % 5], several, later(1))], at=FIRST)
        said.update({(reasons[one].family, one) for one in several})
        families.update({(sex, reasons[one].family) for one in several})
    found = counting.count("declined", 2026).tally
    for family in pack().decline_families:
        line = {code: cell.n for code, cell in found.lines[f"reason_{family.code}"].items()}
        assert line == {code: n for (of, code), n in said.items() if of == family.code}
    assert {place: cell.n for place, cell in found.crosses["sex", "family"].items()} == dict(families)


@time_machine.travel(NOW, tick=False)
def test_offers_not_taken_are_the_same_number_on_both_sides(crowd: Any) -> None:
    offers, declined = (counting.count(name, 2025).tally for name in ("offers", "declined"))
    for axis in ("sex", "age", "service"):
        by_group: Counter[str] = Counter()
        for (code, decision), cell in offers.crosses[axis, "decision"].items():
            by_group[code] += cell.n if decision in NOT_TAKEN else 0
        assert +by_group == {code: cell.n for code, cell in declined.lines[axis].items()}


def test_requests_are_counted_by_kind_of_provider(house: Any) -> None:
    desk, kind = house.sql(
        "SELECT d.principal, i.kind FROM network_desk d JOIN network_institution i ON i.id = d.institution_id LIMIT 1"
    )[0]
    someone: UUID = uuid4()
    house.sql(
        "INSERT INTO support_servicereferral (id, submission, grant_id, consent_id, case_id, reference, service,"
        " urgency, desk, sender_id, sender_institution, parts, state, sent_at, answer_due_at, answer_reason,"
        " answered_at, outcome, version, visible_to, refused_to)"
        " VALUES (%(i)s, %(i)s, %(i)s, %(i)s, %(i)s, 'R', 'medical', 'ordinary', %(desk)s, %(i)s, 1, '{}', 'refused',"
        " %(at)s, %(at)s, 'no_funds', %(at)s, '', 1, '{}', '{}')",
        {"i": someone, "desk": desk, "at": FIRST},
    )
    found = counting.count("requests", 2026)
    assert found.tally.crosses["provider", "state"] == {(kind, "refused"): Count(1, 1)}
    assert found.tally.lines["refusal"] == {"no_funds": Count(1, 1)}
    assert found.waits["answered"]["provider", kind].n == 1


def test_a_part_is_closed_when_its_whole_is_not_shown() -> None:
    shown: dict[str, Any] = {"state": {"refused": 9}, "refusal": {"no_place": 9}}
    for whole, part in ((9, {"no_place": 9}), (FEW, None), (HIDDEN, None)):
        lines = {**shown, "state": {"refused": whole}, "refusal": {"no_place": 9}}
        assert nest(Figures(20, lines)).lines["refusal"] == part
    assert nest(Figures(20, {"state": None, "refusal": {"no_place": 9}})).lines["refusal"] is None


def test_a_sum_of_hidden_cells_is_said_only_when_it_follows_anyway() -> None:
    assert known({"accepted": 12, "declined": 5, "not_now": 6}, 23) == 11
    assert known({"accepted": 12, "declined": FEW, "not_now": HIDDEN}, 23) == 11
    assert known({"accepted": HIDDEN, "declined": FEW, "not_now": 6}, 23) is None
    assert known({"accepted": HIDDEN, "waiting": FEW, "not_now": 6}, 23) == 6
    assert known(None, 23) is None and known({"accepted": 3}, FEW) is None


def test_the_page_has_help_reasons_and_what_became_of_it(crowd: Any) -> None:
    html = crowd.client("mona").get("/figures/not-helped/", {"year": "2025"}).content.decode()
    for heading in (
        "Helped and not helped, by sex",
        "Reasons: The assistance system",
        "Offered again, and taken later",
    ):
        assert heading in html
    assert snapshots.count_subject("persons", 2025).waits["help"]["sex", "female"].half is not None
