"""Somebody beside her is away: who stands in is asked for those days alone, sees what was opened, then nothing."""

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.db.utils import IntegrityError
from django.urls import reverse

from cadra.foundation.access import closing
from cadra.foundation.kernel.clock import DAY, at, today
from cadra.foundation.kernel.roles import Role
from cadra.foundation.network import actions as network
from cadra.foundation.network.models import RoleHolding, Training
from cadra.record.cases.models import Assignment
from cadra.steering.mechanism.tests import hands
from cadra.steering.mechanism.tests.building import agree
from tests.house import fixture_of

LAST = today() + 4 * DAY
PLACE = "lawyer"


def _setting(house: Any) -> Any:
    """Lira and Nora work in one law office; she agreed that her lawyers see who she is."""
    hands.lawyer(house)
    hands.newcomer(house, "nora", "lira", Role.LAWYER)
    person = hands.taken(house)
    with house.as_("marta") as marta:
        agree(marta, person, house.user("lira").institution, ["identity"], kind=PLACE)
    return person


file = fixture_of(_setting)


def url(name: str, *args: Any) -> str:
    return reverse(f"mechanism:{name}", args=args)


def away(house: Any, who: str = "lira", cover: str = "nora", last: dt.date = LAST) -> None:
    with house.as_(who) as actor:
        network.set_absence(actor=actor, user=house.user(who), first=today(), last=last, cover=house.user(cover))


def ask(house: Any, file: Any) -> None:
    typed = {"who": str(house.user("lira").pk), "why": "A hearing is near", "submission": str(uuid4())}
    house.client("marta").post(url("ask", file.pk, PLACE), typed)


def row_of(house: Any, who: str) -> Any:
    rows = house.sql("SELECT id FROM cases_assignment WHERE user_id = %s", [house.user(who).pk])
    return rows[0][0] if rows else None


def state_of(house: Any, who: str) -> str:
    [(state,)] = house.sql("SELECT state FROM cases_assignment WHERE user_id = %s", [house.user(who).pk])
    return str(state)


def yes(house: Any, who: str) -> Any:
    return house.client(who).post(url("asked", row_of(house, who)), {"then": "yes"})


def keys_of(house: Any, who: str, file: Any) -> set[str]:
    with house.as_(who) as actor:
        found = actor.ring.keys([(file.pk, part) for part in ("core", "identity", "story", "support")])
        return {part for _case, part in found}


def stands_in(house: Any, file: Any) -> None:
    """Lira works with her and goes away; Nora took the place for these days."""
    ask(house, file)
    yes(house, "lira")
    away(house)
    house.client("marta").post(url("stand_in", file.pk, row_of(house, "lira")))
    assert yes(house, "nora").status_code == 302


def shut(house: Any, file: Any, who: str = "nora") -> None:
    """Nothing is open: no page, no question, and after the worker's round no key."""
    client = house.client(who)
    assert client.get(url("file", file.pk)).status_code == 404
    assert client.get(url("asked", row_of(house, who))).status_code == 404
    assert file.reference.encode() not in client.get("/").content
    closing.finish()
    assert keys_of(house, who, file) == set()


def test_who_is_asked_while_away_is_stood_in_for_by_a_question_of_her_own(house: Any, file: Any) -> None:
    away(house)
    ask(house, file)
    nora = house.client("nora")
    assert file.reference.encode() in nora.get("/").content
    question = nora.get(url("asked", row_of(house, "nora"))).content
    assert b"A hearing is near" in question
    assert b"while Lira New is away. It ends by itself." in question
    assert nora.get(url("file", file.pk)).status_code == 404
    yes(house, "nora")
    assert nora.get(url("file", file.pk)).status_code == 200
    assert keys_of(house, "nora", file) == {"core", "identity"}


def test_who_goes_away_later_is_said_to_whoever_carries_the_file(house: Any, file: Any) -> None:
    ask(house, file)
    yes(house, "lira")
    waiting = b"Away, and nobody was asked to stand in"
    marta = house.client("marta")
    assert waiting not in marta.get("/").content
    away(house)
    assert waiting in marta.get("/").content
    assert b"Ask Nora New" in marta.get(url("assignment", file.pk, row_of(house, "lira"))).content
    for _twice in range(2):
        assert marta.post(url("stand_in", file.pk, row_of(house, "lira"))).status_code == 302
    assert house.sql("SELECT count(*) FROM cases_assignment WHERE for_user IS NOT NULL") == [(1,)]
    assert b"Ask Nora New" not in marta.get(url("assignment", file.pk, row_of(house, "lira"))).content
    assert waiting not in marta.get("/").content
    yes(house, "nora")
    assert keys_of(house, "nora", file) == {"core", "identity"}
    assert b"only until" in marta.get(url("team", file.pk)).content
    assert keys_of(house, "lira", file) == {"core", "identity"}  # hers stays hers


def test_the_grant_itself_ends_with_the_last_day(house: Any, file: Any) -> None:
    stands_in(house, file)
    grant = "SELECT g.until FROM access_grant g JOIN cases_assignment a ON a.grant_id = g.id WHERE a.user_id = %s"
    assert house.sql(grant, [house.user("nora").pk]) == [(at(LAST + DAY),)]


def test_the_day_after_she_sees_nothing(house: Any, file: Any) -> None:
    stands_in(house, file)
    assert house.client("nora").get(url("file", file.pk)).status_code == 200
    house.sql(
        "UPDATE access_grant SET until = now() WHERE id IN (SELECT grant_id FROM cases_assignment WHERE user_id = %s)",
        [house.user("nora").pk],
    )
    shut(house, file)
    assert state_of(house, "nora") == "ended"
    left = house.sql("SELECT until IS NOT NULL FROM cases_teammember WHERE user_id = %s", [house.user("nora").pk])
    assert left == [(True,)]
    assert house.client("lira").get(url("file", file.pk)).status_code == 200


def test_who_is_back_before_ends_it_at_once(house: Any, file: Any) -> None:
    stands_in(house, file)
    with house.as_("lira") as lira:
        network.end_absence(actor=lira, user=house.user("lira"))
    shut(house, file)


def test_the_place_that_ends_takes_its_stand_in_along(house: Any, file: Any) -> None:
    stands_in(house, file)
    house.client("marta").post(url("assignment", file.pk, row_of(house, "lira")))
    shut(house, file)


def test_her_consent_taken_back_shuts_the_stand_in_out(house: Any, file: Any) -> None:
    stands_in(house, file)
    [(consent,)] = house.sql("SELECT consent_id FROM access_grant WHERE grantee = %s", [house.user("nora").principal])
    house.client("marta").post(url("consent_withdraw", file.pk, consent))
    closing.finish()
    assert "identity" not in keys_of(house, "nora", file)


def fear(house: Any, file: Any, who: str) -> None:
    house.client("marta").post(url("refusal_new", file.pk, house.user(who).principal))


def test_a_stand_in_she_fears_is_never_asked(house: Any, file: Any) -> None:
    fear(house, file, "nora")
    away(house)
    ask(house, file)
    assert row_of(house, "nora") is None
    house.client("marta").post(url("stand_in", file.pk, row_of(house, "lira")))
    assert row_of(house, "nora") is None
    assert keys_of(house, "nora", file) == set()


def test_fear_named_later_takes_the_place_for_now_away(house: Any, file: Any) -> None:
    stands_in(house, file)
    fear(house, file, "nora")
    shut(house, file)


@pytest.mark.parametrize("lacks", ["role", "training"])
def test_who_stands_in_is_of_the_same_role_and_as_trained(house: Any, file: Any, lacks: str) -> None:
    lira, nora = house.user("lira"), house.user("nora")
    if lacks == "role":
        RoleHolding.objects.using("owner").filter(user=nora).update(role=Role.MENTOR)
    else:
        told = {"hours": 6, "provider": "Academy", "on": today(), "recorded_by": lira.pk}
        Training.objects.using("owner").create(user=lira, topic="children", **told)
    away(house)
    ask(house, file)
    assert row_of(house, "nora") is None


def test_postgresql_itself_lets_nobody_else_stand_in(house: Any, file: Any) -> None:
    away(house)
    ask(house, file)
    [(grant,)] = house.sql("SELECT grant_id FROM cases_assignment WHERE user_id = %s", [house.user("nora").pk])
    for wrong in ({"until": LAST + DAY}, {"for_user": house.user("kleo").pk}, {"grant_id": None}):
        told: dict[str, Any] = {"for_user": house.user("lira").pk, "until": LAST, "grant_id": grant, **wrong}
        with house.as_("marta") as marta, pytest.raises(IntegrityError, match="cannot be asked"), transaction.atomic():
            Assignment.objects.create(
                case_id=file.pk,
                place=PLACE,
                user_id=house.user("nora").pk,
                institution_id=house.user("nora").institution_id,
                asked_by=marta.user_id,
                answer_by=at(LAST),
                words=b"",
                **told,
            )
