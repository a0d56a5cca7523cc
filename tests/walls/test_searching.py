"""Whether somebody is known to the mechanism cannot be found out by referring, nor by trying references (A8)."""

import re
import time
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import pytest
from django.urls import reverse

from cadra.foundation.access import actions as access
from cadra.foundation.kernel import references
from cadra.record.cases import actions as cases
from cadra.record.people import actions as people
from cadra.record.people.models import Person
from cadra.stages.identification.actions import desk
from cadra.stages.identification.actions import intake as actions
from cadra.stages.identification.queries import intake as queries
from cadra.stages.identification.tests import intake, story

pytestmark = [pytest.mark.usefixtures("quiet"), pytest.mark.once]

MANY = 100
MOST = 0.55
ROUNDS = 5
"""Noise alone puts 100 against 100 beyond the limit about one time in five; five times, in the same direction,
once in 40,000."""
MASKED = (
    (re.compile(rb'csrfmiddlewaretoken" value="[^"]*"'), b"TOKEN"),
    (re.compile(rb'nonce="[^"]*"'), b"NONCE"),
    (re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), b"ID"),
    (re.compile(rb"AL-[0-9A-Z]{4}-[0-9A-Z]{4}"), b"REFERENCE"),
    (re.compile(rb'datetime="[^"]*"'), b"WHEN"),
    (re.compile(rb"\b\d{1,2}[:.]\d{2}\b"), b"CLOCK"),
)
KNOWN = {"names": [{"given": "Drita", "family": "Canary", "note": ""}], "birth": {"date": "2002-03-27", "year": 2002}}
ANYONE = {
    "names": [{"given": "Zylfije", "family": "Unheard", "note": ""}],
    "birth": {"date": "1991-11-02", "year": 1991},
}


@pytest.fixture
def known(house: Any) -> Person:
    """Drita Canary has a file."""
    with house.as_("rea") as rea:
        person = people.open_file(actor=rea)
        people.save_identity(actor=rea, person=person, **KNOWN)
        people.register(actor=rea, person=person)
        cases.open_case(actor=rea, person=person, first_contact_at=person.created_at)
    return person


def masked(response: Any) -> tuple[int, list[str], bytes]:
    content = response.content
    for pattern, name in MASKED:
        content = pattern.sub(name, content)
    return response.status_code, sorted(name for name in response.headers if name != "X-Request-Id"), content


def auc(hits: Sequence[float], misses: Sequence[float]) -> float:
    """The chance that a hit takes longer than a miss: 0.5 when they can't be told apart (Mann and Whitney)."""
    longer = sum((hit > miss) + 0.5 * (hit == miss) for hit in hits for miss in misses)
    return longer / (len(hits) * len(misses))


def seconds(act: Callable[[], Any]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def told_apart(measure: Callable[[int], tuple[float, float]]) -> list[float]:
    """AUCs of the rounds it took: ends at the first that is within the limit. `measure` gives (hit, miss)."""
    found = []
    for _ in range(ROUNDS):
        pairs = [measure(number) for number in range(MANY)]
        found.append(auc([hit for hit, _ in pairs], [miss for _, miss in pairs]))
        if abs(found[-1] - 0.5) <= MOST - 0.5:
            break
    return found


def can_tell(found: Sequence[float]) -> bool:
    beyond = [value for value in found if abs(value - 0.5) > MOST - 0.5]
    return len(beyond) == ROUNDS and len({value > 0.5 for value in beyond}) == 1


def interleaved(number: int, hit: Callable[[], float], miss: Callable[[], float]) -> tuple[float, float]:
    """One of each, the first of the two changing every time."""
    if number % 2:
        return hit(), miss()
    later = miss()
    return hit(), later


def drafted(house: Any, told: dict[str, Any]) -> UUID:
    """A draft with the compulsory screens alone."""
    with house.as_("ada") as ada:
        referral = actions.start_referral(actor=ada)
        for screen in ("safety", "person", "place"):
            values = {**intake.SCREENS[screen], **(told if screen == "person" else {})}
            actions.save_screen(actor=ada, referral_id=referral.pk, screen=screen, **values)
    return referral.pk


def handled(house: Any, referral_id: UUID, known: Person | None) -> None:
    """The desk receives it, and connects it with a known file or registers a new one."""
    with house.as_("rea") as rea:
        desk.acknowledge(actor=rea, referral=story.referral(referral_id))
        if known is None:
            desk.register_new(actor=rea, referral=story.referral(referral_id))
        else:
            desk.connect_known(actor=rea, referral=story.referral(referral_id), known=Person.objects.get(pk=known.pk))


def pages_of(client: Any, referral_id: UUID) -> list[tuple[int, list[str], bytes]]:
    """Everything the referrer can ask about one referral."""
    return [
        masked(client.get(path))
        for path in (
            reverse("identification:receipt", args=[referral_id]),
            reverse("identification:screen", args=[referral_id, "person"]),
            reverse("identification:screen", args=[referral_id, "check"]),
            reverse("mechanism:home"),
            reverse("mechanism:file", args=[referral_id]),
        )
    ]


def test_the_referrer_sees_the_same_whether_she_is_known_or_not(house: Any, known: Person) -> None:
    seen = []
    for told, match in ((KNOWN, known), (ANYONE, None)):
        besim = house.client("besim")
        referral_id = intake.begin(house, "besim", person=told)
        check = masked(besim.get(reverse("identification:screen", args=[referral_id, "check"])))
        assert check[0] == 200
        sent = masked(besim.post(reverse("identification:send", args=[referral_id]), {}))
        waiting = pages_of(besim, referral_id)
        handled(house, referral_id, match)
        seen.append([sent, *waiting, *pages_of(besim, referral_id)])
        house.sql("DELETE FROM identification_receipt")
    assert seen[0] == seen[1]


def test_a_hit_was_a_hit(house: Any, known: Person) -> None:
    """Without this the two could be alike because nothing was ever found."""
    for told, expected in ((KNOWN, True), (ANYONE, False)):
        referral_id = story.sent(house, **told)
        with house.as_("rea") as rea:
            desk.acknowledge(actor=rea, referral=story.referral(referral_id))
        page = house.client("rea").get(reverse("identification:match", args=[referral_id])).content.decode()
        assert (known.reference in page) is expected


def test_sending_takes_as_long_for_a_known_person(house: Any, known: Person) -> None:
    ada = house.client("ada")

    def send(told: dict[str, Any]) -> Callable[[], float]:
        address = reverse("identification:send", args=[drafted(house, told)])
        return lambda: seconds(lambda: ada.post(address, {}))

    found = told_apart(lambda number: interleaved(number, send(KNOWN), send(ANYONE)))
    assert not can_tell(found), found


def _receipts(house: Any, known: Person) -> list[tuple[str, str]]:
    """(hit, miss) pairs. Which of the two was sent first alternates: rows written earlier are found a little sooner."""

    def sent(told: dict[str, Any], match: Person | None) -> str:
        receipt = intake.send(house, "ada", person=told)
        handled(house, receipt.pk, match)
        return reverse("identification:receipt", args=[receipt.pk])

    pairs = []
    for number in range(4):
        if number % 2:
            pairs.append((sent(KNOWN, known), sent(ANYONE, None)))
        else:
            miss = sent(ANYONE, None)
            pairs.append((sent(KNOWN, known), miss))
    return pairs


def opened(client: Any, pairs: Sequence[tuple[str, str]]) -> Callable[[int], tuple[float, float]]:
    """Opens a pair, the next one each time both orders have been tried."""

    def measure(number: int) -> tuple[float, float]:
        hit, miss = pairs[number // 2 % len(pairs)]
        return interleaved(number, lambda: seconds(lambda: client.get(hit)), lambda: seconds(lambda: client.get(miss)))

    return measure


def test_the_receipt_takes_as_long_for_a_known_person(house: Any, known: Person) -> None:
    ada = house.client("ada")
    found = told_apart(opened(ada, _receipts(house, known)))
    assert not can_tell(found), found


def test_the_measure_would_notice(house: Any, known: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: a receipt that looked whether she is known would be told apart."""
    ada = house.client("ada")
    pairs = _receipts(house, known)
    usual = queries.receipt_for
    pause = sorted(seconds(lambda: ada.get(pairs[0][1])) for _ in range(9))[4] * 0.5

    def looking(actor: Any, receipt_id: UUID) -> Any:
        if any(str(receipt_id) in hit for hit, _ in pairs):
            time.sleep(pause)
        return usual(actor, receipt_id)

    monkeypatch.setattr(queries, "receipt_for", looking)
    found = told_apart(opened(ada, pairs))
    assert can_tell(found), found


def test_a_reference_that_is_closed_to_her_and_one_that_is_nobodys_look_the_same(house: Any, known: Person) -> None:
    """In an emergency: refused, and not there."""
    with house.as_("rea") as rea:
        access.refuse(actor=rea, case_id=known.pk, principal=house.user("marta").principal)
    marta = house.client("marta")
    seen = []
    for reference in (known.reference, references.new()):
        response = marta.post(reverse("mechanism:emergency"), {"reference": reference, "reason": "danger_to_life"})
        seen.append(masked(response))
    assert seen[0] == seen[1]
    assert seen[0][0] < 500
