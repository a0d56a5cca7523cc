"""What people answered about services: counted as plain Python counts it, and never so that one person can be heard."""

import datetime as dt
import json
from collections import Counter
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine

from cadra.steering.monitoring import counting
from cadra.steering.monitoring.tests.test_counting import NOW

YES, NO = {"helped": "yes"}, {"helped": "no"}


def institution(house: Any, name: str) -> int:
    found: int = house.user(name).institution.principal
    return found


def rated(
    house: Any, answers: dict[str, str], at: dt.datetime, *, by: str = "kleo", person: UUID | None = None
) -> UUID:
    """Somebody was asked about the service of the desk at this colleague's institution."""
    someone, provider = person or uuid4(), institution(house, by)
    house.sql("ALTER TABLE support_rating DISABLE TRIGGER USER")
    house.sql("ALTER TABLE support_servicereferral DISABLE TRIGGER USER")
    [(desk,)] = house.sql(
        "SELECT d.principal FROM network_desk d JOIN network_institution i ON i.id = d.institution_id"
        " WHERE i.principal = %s",
        [provider],
    )
    referral = uuid4()
    house.sql(
        "INSERT INTO support_servicereferral (id, submission, grant_id, consent_id, case_id, reference, service,"
        " urgency, desk, sender_id, sender_institution, parts, state, sent_at, answer_due_at, answer_reason, outcome,"
        " version, visible_to, refused_to)"
        " VALUES (%(i)s, %(i)s, %(i)s, %(i)s, %(who)s, 'R', 'medical', 'ordinary', %(desk)s, %(i)s, 1, '{}', 'ended',"
        " %(at)s, %(at)s, '', '', 1, '{}', '{}')",
        {"i": referral, "who": someone, "desk": desk, "at": at},
    )
    house.sql(
        "INSERT INTO support_rating (id, case_id, submission, referral_id, service, desk, provider, answers, form,"
        " asked_on, asked_by, asked_by_institution, recorded_at, visible_to, refused_to)"
        " VALUES (gen_random_uuid(), %(who)s, gen_random_uuid(), %(i)s, 'medical', %(desk)s, %(provider)s, %(said)s,"
        " 'spoken', %(at)s, %(i)s, 1, %(at)s, '{}', '{}')",
        {"who": someone, "i": referral, "desk": desk, "provider": provider, "said": json.dumps(answers), "at": at},
    )
    return someone


@time_machine.travel(NOW, tick=False)
def test_the_newest_answer_counts_and_what_was_not_asked_never_does(house: Any) -> None:
    first = dt.datetime(2026, 2, 3, 9, tzinfo=dt.UTC)
    person = rated(house, {"helped": "no", "safe": "not_asked"}, first)
    rated(house, {"helped": "yes", "safe": "not_asked"}, first + dt.timedelta(days=90), person=person)
    rated(house, {"helped": "declined", "safe": "no"}, first)
    rated(house, {"helped": "no"}, first, by="marta", person=person)  # of another provider it is another answer
    tally = counting.count("ratings", 2026).tally
    found = {place: cell.n for place, cell in tally.crosses["question", "answer"].items()}
    expected = {("helped", "yes"): 1, ("helped", "declined"): 1, ("helped", "no"): 1, ("safe", "no"): 1}
    assert found == expected
    by_kind = {place: cell.n for place, cell in tally.crosses["provider", "answer"].items()}
    assert by_kind == {("health", "yes"): 1, ("health", "declined"): 1, ("health", "no"): 1, ("shelter", "no"): 1}


@time_machine.travel(NOW, tick=False)
def test_every_answer_of_a_year_is_counted_along_every_line(crowd: Any) -> None:
    rows = crowd.sql("SELECT answers FROM support_rating WHERE asked_on BETWEEN '2025-01-01' AND '2025-12-31'")
    said = [json.loads(answers) if isinstance(answers, str) else answers for (answers,) in rows]
    expected = Counter((code, answer) for answers in said for code, answer in answers.items() if answer != "not_asked")
    tally = counting.count("ratings", 2025).tally
    cross = {place: cell.n for place, cell in tally.crosses["question", "answer"].items()}
    for axis in ("question", "answer", "service", "provider", "area", "quarter"):
        assert sum(cell.n for cell in tally.lines[axis].values()) == tally.total.n == sum(cross.values())
    assert set(cross) == set(expected)
    assert all(n <= expected[place] for place, n in cross.items())  # somebody was asked twice


def own(house: Any, name: str) -> str:
    """What a provider reads."""
    page: str = house.client(name).get("/figures/own/").content.decode()
    return page.split("<main")[1]


@pytest.fixture
def before() -> dt.datetime:
    """A day in the last half of a year that is over."""
    now = dt.datetime.now(dt.UTC)
    return dt.datetime(now.year - (now.month < 7), 3 if now.month > 6 else 9, 3, 9, tzinfo=dt.UTC)


def test_a_provider_reads_of_its_own_services_only_what_enough_people_said(house: Any, before: dt.datetime) -> None:
    for _number in range(4):
        rated(house, YES, before)
    for _number in range(9):
        rated(house, NO, before, by="zana")
    assert "cadra-bar" not in own(house, "kleo"), "four people can be told apart"
    rated(house, YES, before)
    page = own(house, "kleo")
    assert "Did it help you?" in page and "cadra-bar" in page
    assert "100 %" in page, "what another provider was told is mixed in"
    assert "cadra-bar" not in own(house, "marta")


def test_one_more_answer_changes_nothing_of_what_was_read(house: Any, before: dt.datetime) -> None:
    """Neither one given now, nor one that is written down late, nor a newer one of somebody who is counted."""
    people = [rated(house, YES, before) for _number in range(5)]
    page = own(house, "kleo")
    now = dt.datetime.now(dt.UTC)
    rated(house, NO, now, person=people[0])
    rated(house, NO, now)
    late = rated(house, NO, now)
    house.sql("UPDATE support_rating SET asked_on = %s WHERE case_id = %s", [before, late])
    assert [line for line in own(house, "kleo").splitlines() if "cadra-bar" in line or "%" in line] == [
        line for line in page.splitlines() if "cadra-bar" in line or "%" in line
    ]


def test_who_gives_no_services_has_no_such_page(house: Any) -> None:
    for name in ("ada", "mona", "sys", "petrit"):
        assert house.client(name).get("/figures/own/").status_code == 404, name
    assert house.client("kleo").get("/requests/").content.decode().count("/figures/own/") == 1
