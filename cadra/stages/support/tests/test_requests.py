"""The provider's desk: what waits, with its clock; one request with what was agreed; each answer told to the sender."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, InternalError, transaction

from cadra.foundation.kernel.clock import deadline
from cadra.foundation.kernel.pack import pack
from cadra.stages.support import actions
from cadra.stages.support.models import OPEN, ServiceReferral, Turn
from cadra.stages.support.tests.scene import HEALTH, Scene


def test_an_empty_desk_says_what_will_appear(scene: Scene, house: Any) -> None:
    page = house.client("kleo").get("/requests/").content.decode()
    assert "Nothing waits for an answer" in page


def test_urgent_requests_have_the_shorter_clock_of_the_pack(scene: Scene) -> None:
    urgent, ordinary = scene.refer(urgency="urgent"), scene.refer()
    assert urgent.answer_due_at == deadline(urgent.sent_at, pack().limit("referral_answer_urgent"))
    assert ordinary.answer_due_at == deadline(ordinary.sent_at, pack().limit("referral_answer"))


def test_the_desk_lists_soonest_due_first_and_filters(scene: Scene, house: Any) -> None:
    ordinary, urgent = scene.refer(), scene.refer(urgency="urgent")
    client = house.client("kleo")
    page = client.get("/requests/").content.decode()
    assert page.index(urgent.reference) < page.index(ordinary.reference)
    assert "Lira" in page
    filtered = client.get("/requests/?urgency=urgent").content.decode()
    assert urgent.reference in filtered
    assert ordinary.reference not in filtered
    assert client.get("/requests/?show=nothing").status_code == 404
    assert client.get("/requests/?older=broken").status_code == 404


def test_the_desk_pages_through_many_requests_without_losing_one(scene: Scene, house: Any) -> None:
    sent = {scene.refer().reference for _ in range(27)}
    client = house.client("kleo")
    first = client.get("/requests/").content.decode()
    cursor = first.split("older=")[1].split('"')[0]
    second = client.get(f"/requests/?show=answer&older={cursor}").content.decode()
    assert {reference for reference in sent if reference in first + second} == sent


def test_the_request_shows_only_what_was_agreed(scene: Scene, house: Any) -> None:
    sent = scene.refer()
    page = house.client("kleo").get(f"/requests/{sent.pk}/").content.decode()
    assert "A first check-up with a woman doctor." in page
    assert "Lira" in page
    for closed in ("Lirije", "Canarya", "BA1234567", "Rruga e Lisit", HEALTH, "She told of a farm"):
        assert closed not in page


def test_the_first_opening_is_marked_and_the_sender_sees_it(scene: Scene, house: Any) -> None:
    sent = scene.refer()
    assert "Not opened by them yet" in house.client("marta").get(scene.url("referral", sent.pk)).content.decode()
    client = house.client("kleo")
    client.get(f"/requests/{sent.pk}/")
    [(first,)] = house.sql("SELECT received_at FROM support_servicereferral")
    client.get(f"/requests/{sent.pk}/")
    assert house.sql("SELECT received_at FROM support_servicereferral") == [(first,)]
    assert first is not None
    assert "Opened by them on" in house.client("marta").get(scene.url("referral", sent.pk)).content.decode()


def test_what_was_sent_in_one_language_is_read_in_the_other(scene: Scene, house: Any) -> None:
    """The sender writes in English; the clinic reads in Albanian, and the words she typed stay as typed."""
    sent = scene.refer()
    client = house.client("kleo")
    read = {}
    for code in ("en", "sq"):
        client.cookies["cadra-language"] = code
        read[code] = client.get(f"/requests/{sent.pk}/").content.decode()
    service = pack().recipients["health"]
    for code, other in (("en", "sq"), ("sq", "en")):
        assert service.text[code] in read[code]
        assert service.text[other] not in read[code]
        assert "A first check-up with a woman doctor." in read[code]
    assert "Name she goes by" in read["en"]
    assert "Name she goes by" not in read["sq"]


def test_accepting_through_the_page_tells_the_sender_neutrally(scene: Scene, house: Any) -> None:
    sent = scene.refer()
    typed = {
        "state": "accepted",
        "begins_on_day": "1",
        "begins_on_month": "2",
        "begins_on_year": "2030",
        "words": "Tuesday at ten",
        "version": "1",
    }
    assert house.client("kleo").post(f"/requests/{sent.pk}/answer/", typed).status_code == 302
    [(kind, link)] = house.sql("SELECT kind, link FROM outbox_message WHERE recipient = %s", [house.user("marta").pk])
    assert (kind, link) == ("answered", scene.url("referral", sent.pk))
    page = house.client("marta").get(scene.url("referral", sent.pk)).content.decode()
    assert "Tuesday at ten" in page
    assert "Accepted" in page


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"state": "refused", "version": "1"}, "Choose why it is refused"),
        ({"state": "waiting_list", "version": "1"}, "Say when you will know more"),
        ({"state": "accepted", "version": "1"}, "Say when it begins"),
        ({"version": "1", "words": "kept words"}, "kept words"),
    ],
)
def test_a_mistake_in_the_answer_is_said(scene: Scene, house: Any, typed: dict[str, str], said: str) -> None:
    sent = scene.refer()
    response = house.client("kleo").post(f"/requests/{sent.pk}/answer/", typed)
    assert response.status_code == 200
    assert said in response.content.decode()
    assert house.sql("SELECT state FROM support_servicereferral") == [("sent",)]


def test_every_answer_stays_readable_after_the_next_one(scene: Scene, house: Any) -> None:
    sent = scene.refer()
    with house.as_("kleo") as kleo:
        actions.answer(actor=kleo, referral=sent, state="waiting_list", words="In May", next_on=dt.date(2030, 5, 1))
        actions.answer(actor=kleo, referral=sent, state="accepted", words="Sooner after all")
    page = house.client("marta").get(scene.url("referral", sent.pk)).content.decode()
    assert "In May" in page
    assert "Sooner after all" in page


def test_the_place_on_the_list_and_the_day_of_news_reach_the_sender(scene: Scene, house: Any) -> None:
    sent = scene.refer()
    on = {"look_again_on_day": "1", "look_again_on_month": "5", "look_again_on_year": "2030"}
    typed = {"state": "waiting_list", "place": "3", "version": "1", **on}
    assert house.client("kleo").post(f"/requests/{sent.pk}/answer/", typed).status_code == 302
    page = house.client("marta").get(scene.url("referral", sent.pk)).content.decode()
    for told in ("Place 3 on the list", "News on 1 May 2030", "place 3 on the list"):
        assert told in page, told
    with house.as_("kleo") as kleo:
        row = actions.answer(actor=kleo, referral=sent, state="accepted", place=3)
    assert row.waiting_place is None


def test_two_colleagues_answering_the_same_request_are_told(scene: Scene, house: Any) -> None:
    sent = scene.refer()
    with house.as_("kleo") as kleo:
        actions.answer(actor=kleo, referral=sent, state="accepted", version=1)
        with pytest.raises(actions.AnsweredMeanwhile):
            actions.answer(actor=kleo, referral=sent, state="refused", reason="no_place", version=1)
    stale = {"state": "refused", "reason": "no_place", "version": "1", "words": "my own words"}
    page = house.client("kleo").post(f"/requests/{sent.pk}/answer/", stale).content.decode()
    assert "stands differently" in page
    assert "my own words" in page
    assert house.sql("SELECT state FROM support_servicereferral") == [("accepted",)]
    for step, typed in (("start", {"version": "1"}), ("end", {"version": "1", "outcome": "done"})):
        page = house.client("kleo").post(f"/requests/{sent.pk}/{step}/", typed).content.decode()
        assert "stands differently" in page
        assert 'name="version" value="1"' not in page, "whoever has looked again may go on"


def test_a_refusal_needs_a_reason_of_the_pack(scene: Scene, house: Any) -> None:
    sent = scene.refer()
    with house.as_("kleo") as kleo, pytest.raises(actions.SupportError):
        actions.answer(actor=kleo, referral=sent, state="refused", reason="because")


def test_a_closed_request_stays_closed_even_by_raw_sql(scene: Scene, house: Any) -> None:
    sent = scene.refer()
    with house.as_("kleo") as kleo:
        actions.answer(actor=kleo, referral=sent, state="refused", reason="no_place")
        with pytest.raises(actions.NotNow):
            actions.answer(actor=kleo, referral=sent, state="accepted")
        with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
            ServiceReferral.objects.filter(pk=sent.pk).update(state="accepted", next_due_at=sent.sent_at)


def test_a_referral_always_has_a_state_and_while_open_a_next_date(scene: Scene, house: Any) -> None:
    """Along its whole way, and the database refuses an open one without a clock."""
    sent = scene.refer()
    steps = [
        lambda kleo: actions.answer(actor=kleo, referral=sent, state="waiting_list"),
        lambda kleo: actions.answer(actor=kleo, referral=sent, state="accepted"),
        lambda kleo: actions.start(actor=kleo, referral=sent),
        lambda kleo: actions.deliver(actor=kleo, referral=sent),
    ]
    for step in steps:
        with house.as_("kleo") as kleo:
            step(kleo)
            row = ServiceReferral.objects.get(pk=sent.pk)
            assert row.state in OPEN
            assert row.next_due_at is not None
            with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
                ServiceReferral.objects.filter(pk=sent.pk).update(next_due_at=None)
    with house.as_("kleo") as kleo:
        actions.end(actor=kleo, referral=sent, outcome="done")
        assert Turn.objects.filter(referral=sent).count() == 5
        assert ServiceReferral.objects.get(pk=sent.pk).next_due_at is None


def test_someone_at_no_desk_is_told_so_and_signed_out_people_are_sent_to_sign_in(house: Any) -> None:
    assert "You answer at no desk" in house.client("ada").get("/requests/").content.decode()
    assert house.client().get("/requests/").status_code == 302


def test_pages_stay_within_twelve_queries(scene: Scene, house: Any, django_assert_max_num_queries: Any) -> None:
    sent = scene.refer()
    client, marta = house.client("kleo"), house.client("marta")
    with django_assert_max_num_queries(12):
        client.get("/requests/")
    with django_assert_max_num_queries(12):
        client.get(f"/requests/{sent.pk}/")
    with django_assert_max_num_queries(12):
        marta.get(scene.url("referral", sent.pk))
    with django_assert_max_num_queries(12):
        marta.get(scene.url("plan"))
