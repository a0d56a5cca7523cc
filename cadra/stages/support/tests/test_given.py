"""Help that arrived is written down by whoever gave it, counts once, and its first time stands on the file."""

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError, ProgrammingError

from cadra.foundation.kernel.clock import today
from cadra.foundation.network.models import User
from cadra.stages.support import actions
from cadra.stages.support.models import Delivery
from cadra.stages.support.tests.scene import Scene


def first_help(house: Any) -> Any:
    [(moment,)] = house.sql("SELECT first_help_at FROM cases_case")
    return moment


def test_the_first_help_by_a_provider_is_noted_on_a_file_the_provider_cannot_see(scene: Scene, house: Any) -> None:
    sent = scene.started()
    assert first_help(house) is None
    with house.as_("kleo") as kleo:
        given = actions.deliver(actor=kleo, referral=sent)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE cases_case SET first_help_at = NULL")
            assert cursor.rowcount == 0
    assert first_help(house) == given.recorded_at


@pytest.mark.parametrize(
    ("recorded", "came"),
    [("2026-07-01 21:30Z", "2026-07-01 21:30Z"), ("2026-07-01 22:30Z", "2026-07-01 10:00Z")],
    ids=["before midnight in Tirana", "after it"],
)
def test_what_was_given_yesterday_counts_from_yesterday_noon(
    scene: Scene, house: Any, recorded: str, came: str
) -> None:
    sent = scene.started()
    with house.as_("kleo") as kleo:
        given = actions.deliver(actor=kleo, referral=sent)
    house.sql("UPDATE cases_case SET first_help_at = NULL, first_contact_at = '2026-01-01Z'")
    house.sql(
        "INSERT INTO support_delivery "
        "SELECT (jsonb_populate_record(NULL::support_delivery, to_jsonb(d) || jsonb_build_object("
        "'id', %s::uuid, 'submission', %s::uuid, 'on', '2026-07-01', 'recorded_at', %s::timestamptz))).* "
        "FROM support_delivery d WHERE id = %s",
        [uuid4(), uuid4(), recorded, given.pk],
    )
    assert first_help(house) == dt.datetime.fromisoformat(came)


def test_only_the_earliest_help_counts_and_never_before_the_first_contact(scene: Scene, house: Any) -> None:
    sent = scene.started()
    with house.as_("kleo") as kleo:
        actions.deliver(actor=kleo, referral=sent)
    first = first_help(house)
    with house.as_("kleo") as kleo:
        actions.deliver(actor=kleo, referral=sent)
    assert first_help(house) == first
    with house.as_("marta") as marta:
        actions.deliver_own(actor=marta, person=scene.person, service="basic_needs", on=today() - dt.timedelta(days=9))
    [(contact,)] = house.sql("SELECT first_contact_at FROM cases_case")
    assert first_help(house) == contact


def test_giving_to_an_accepted_request_begins_it(scene: Scene, house: Any) -> None:
    sent = scene.refer()
    with house.as_("kleo") as kleo:
        with pytest.raises(actions.NotNow):
            actions.deliver(actor=kleo, referral=sent)
        actions.answer(actor=kleo, referral=sent, state="accepted")
        actions.deliver(actor=kleo, referral=sent)
    assert house.sql("SELECT state FROM support_servicereferral") == [("started",)]


def test_written_twice_counts_once(scene: Scene, house: Any) -> None:
    sent, submission = scene.started(), str(uuid4())
    typed = {
        "kind": "money",
        "way": "transfer",
        "amount": "1250.50",
        "on_day": "1",
        "on_month": "11",
        "on_year": "2025",
        "distance": "yes",
        "submission": submission,
    }
    client = house.client("kleo")
    assert client.post(f"/requests/{sent.pk}/give/", typed).status_code == 302
    assert client.post(f"/requests/{sent.pk}/give/", typed).status_code == 302
    assert house.sql("SELECT amount, currency, at_distance FROM support_delivery") == [(125050, "ALL", True)]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"amount": "0"}, "more than nothing"),
        ({"amount": "1.5"}, "whole number"),
        ({"amount": "two"}, "number"),
        ({"on_year": "2090"}, "future"),
        ({"on_year": "1870"}, "Check the year"),
    ],
)
def test_a_mistake_is_said_and_nothing_is_written(scene: Scene, house: Any, wrong: dict[str, str], said: str) -> None:
    sent = scene.started()
    typed = {"kind": "nights", "amount": "1", "on_day": "1", "on_month": "11", "on_year": "2025", "distance": "no"}
    response = house.client("kleo").post(f"/requests/{sent.pk}/give/", {**typed, "words": "kept", **wrong})
    assert response.status_code == 200
    assert said in response.content.decode()
    assert "kept" in response.content.decode()
    assert house.sql("SELECT count(*) FROM support_delivery") == [(0,)]


def test_the_holder_writes_down_its_own_help(scene: Scene, house: Any) -> None:
    typed = {
        "service": "basic_needs",
        "kind": "goods",
        "amount": "3",
        "on_day": "1",
        "on_month": "11",
        "on_year": "2025",
        "distance": "no",
    }
    client = house.client("marta")
    assert client.post(scene.url("help_new"), typed).status_code == 302
    assert "3 × Goods" in client.get(scene.url("help")).content.decode()
    assert house.client("kleo").post(scene.url("help_new"), typed).status_code == 404


def test_a_provider_cannot_hang_help_on_another_referral_or_change_what_was_given(scene: Scene, house: Any) -> None:
    mine = scene.started()
    other = scene.refer(
        desk=scene.other_shelter,
        service="residential_shelter",
        capacity="shelter",
        agreement=scene.agreement(asked_for=[], parts=[]),
    )
    with house.as_("kleo") as kleo:
        given = actions.deliver(actor=kleo, referral=mine)
        stray = Delivery(
            case_id=scene.person.pk,
            grant_id=mine.grant_id,
            referral_id=other.pk,
            service="medical",
            kind="session",
            on=today(),
            by_institution=kleo.institution_principal,
            recorded_by=kleo.user_id,
        )
        with pytest.raises(ProgrammingError), transaction.atomic():
            stray.save(force_insert=True)
        with pytest.raises(ProgrammingError), transaction.atomic():
            Delivery.objects.filter(pk=given.pk).update(amount=99)


def test_it_ends_with_an_outcome_and_the_sender_is_told(scene: Scene, house: Any) -> None:
    sent = scene.started()
    typed = {"outcome": "done", "words": "She is well", "version": "3"}
    assert house.client("kleo").post(f"/requests/{sent.pk}/end/", typed).status_code == 302
    assert house.sql("SELECT state, outcome FROM support_servicereferral") == [("ended", "done")]
    page = house.client("marta").get(scene.url("referral", sent.pk)).content.decode()
    assert "She is well" in page
    assert "Fully given" in page


MONEY = {"kind": "money", "amount": "40", "on_day": "1", "on_month": "11", "on_year": "2025", "distance": "no"}


def colleague(house: Any, first: str = "klara", at: str = "kleo") -> Any:
    """One more at the clinic."""
    user = User(name="Klara Clinic", email=f"{first}@cadra.example", institution=house.user(at).institution)
    user.save(using="owner", force_insert=True)
    return user.pk


def test_money_in_cash_is_given_by_one_and_seen_by_another(scene: Scene, house: Any) -> None:
    sent, klara, kleo = scene.started(), colleague(house), house.user("kleo").pk
    typed = {**MONEY, "way": "cash", "giver": str(kleo), "witness": str(klara), "submission": str(uuid4())}
    assert house.client("kleo").post(f"/requests/{sent.pk}/give/", typed).status_code == 302
    assert house.sql("SELECT way, giver, witness FROM support_delivery") == [("cash", kleo, klara)]


@pytest.mark.parametrize(
    ("way", "giver", "witness", "said"),
    [
        ("", "", "", "Say how the money was given"),
        ("cash", "kleo", "", "no cash without two people"),
        ("cash", "", "kleo", "no cash without two people"),
        ("cash", "kleo", "kleo", "Choose somebody else than the one who hands it over"),
        ("cash", "kleo", "marta", "Select a valid choice"),
    ],
)
def test_no_money_without_a_way_and_no_cash_without_two_colleagues(
    scene: Scene, house: Any, way: str, giver: str, witness: str, said: str
) -> None:
    sent = scene.started()
    colleague(house)
    hands = {name: str(house.user(who).pk) for name, who in (("giver", giver), ("witness", witness)) if who}
    page = house.client("kleo").post(f"/requests/{sent.pk}/give/", {**MONEY, "way": way, **hands})
    assert said in page.content.decode()
    with house.as_("kleo") as kleo, pytest.raises(actions.SupportError):
        ids = {name: house.user(who).pk for name, who in (("giver", giver), ("witness", witness)) if who}
        actions.deliver(actor=kleo, referral=sent, kind="money", amount=4000, way=way, **ids)
    assert house.sql("SELECT count(*) FROM support_delivery") == [(0,)]


def test_her_own_house_gives_no_cash_alone_either(scene: Scene, house: Any) -> None:
    marta, sara = house.user("marta").pk, house.user("sara").pk
    typed = {**MONEY, "service": "basic_needs", "way": "cash", "giver": str(marta), "witness": str(marta)}
    client = house.client("marta")
    assert b"Choose somebody else" in client.post(scene.url("help_new"), typed).content
    typed |= {"witness": str(sara), "submission": str(uuid4())}
    assert client.post(scene.url("help_new"), typed).status_code == 302
    assert b"40.00 ALL, In cash" in client.get(scene.url("help")).content


@pytest.mark.parametrize("wrong", [{"way": ""}, {"witness": None}, {"witness": "same"}, {"witness": "marta"}])
def test_postgresql_takes_no_cash_without_two_colleagues(scene: Scene, house: Any, wrong: dict[str, Any]) -> None:
    sent, klara, kleo = scene.started(), colleague(house), house.user("kleo").pk
    people = {"same": kleo, "marta": house.user("marta").pk}
    told = {"way": "cash", "giver": kleo, "witness": klara, **{k: people.get(v, v) for k, v in wrong.items()}}
    if not told["way"]:
        told |= {"giver": None, "witness": None}
    with house.as_("kleo") as actor, pytest.raises(IntegrityError), transaction.atomic():
        Delivery.objects.create(
            case_id=sent.case_id,
            referral=sent,
            grant_id=sent.grant_id,
            service=sent.service,
            kind="money",
            amount=4000,
            currency="ALL",
            on=today(),
            by_institution=actor.institution_principal,
            recorded_by=actor.user_id,
            words=b"",
            **told,
        )
