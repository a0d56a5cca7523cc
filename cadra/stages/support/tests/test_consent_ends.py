"""The moment she takes her consent back the provider's pages are gone, and nothing that was given is lost."""

import datetime as dt
from typing import Any

import pytest
from django.http import Http404

from cadra.foundation.kernel.clock import now
from cadra.stages.support import actions
from cadra.stages.support.models import Delivery, Extract, ServiceReferral, Turn
from cadra.stages.support.queries import board, waiting
from cadra.stages.support.tests.scene import Scene
from tests.mine import work

GIVEN = {
    "kind": "session",
    "amount": "1",
    "on_day": "1",
    "on_month": "11",
    "on_year": "2026",
    "distance": "no",
    "words": "Half written",
}


def test_the_clinics_pages_are_not_found_at_that_moment(scene: Scene, house: Any) -> None:
    sent = scene.started()
    client = house.client("kleo")
    assert client.get(f"/requests/{sent.pk}/").status_code == 200
    scene.withdraw(sent)
    assert client.get(f"/requests/{sent.pk}/").status_code == 404
    assert sent.reference not in client.get("/requests/?show=going").content.decode()
    with house.as_("kleo") as kleo:
        assert not ServiceReferral.objects.exists()
        assert not Extract.objects.exists()
        assert not Delivery.objects.exists()
        assert kleo.ring.keys([(scene.person.pk, "core")]) == {}


@pytest.mark.parametrize(
    ("page", "typed"),
    [
        ("give", GIVEN),
        ("answer", {"state": "refused", "reason": "no_place", "version": "2"}),
        ("end", {"outcome": "done", "version": "3"}),
        ("start", {"version": "2"}),
    ],
)
def test_what_the_clinic_was_writing_is_answered_with_not_found_and_nothing_is_written(
    scene: Scene, house: Any, page: str, typed: dict[str, str]
) -> None:
    sent = scene.started()
    client = house.client("kleo")
    client.get(f"/requests/{sent.pk}/")
    scene.withdraw(sent)
    before = house.sql("SELECT count(*) FROM support_turn")
    assert client.post(f"/requests/{sent.pk}/{page}/", typed).status_code == 404
    assert house.sql("SELECT count(*) FROM support_delivery") == [(0,)]
    assert house.sql("SELECT count(*) FROM support_turn") == before
    assert house.sql("SELECT state FROM support_servicereferral") == [("closed_by_consent",)]


def test_an_action_of_the_clinic_finds_nothing(scene: Scene, house: Any) -> None:
    sent = scene.started()
    scene.withdraw(sent)
    with house.as_("kleo") as kleo, pytest.raises(Http404):
        actions.deliver(actor=kleo, referral=sent)


def test_what_was_given_stays_counted_for_the_file_and_the_figures(scene: Scene, house: Any) -> None:
    sent = scene.started()
    with house.as_("kleo") as kleo:
        actions.deliver(actor=kleo, referral=sent)
    scene.withdraw(sent)
    with house.as_("marta") as marta:
        assert board(marta, scene.person).given == 1
    assert house.sql("SELECT kind, amount FROM support_delivery", alias="stats") == [("session", 1)]
    assert "1 ×" in house.client("marta").get(scene.url("help")).content.decode()


def test_the_file_still_shows_what_the_clinic_was_sent_and_who_saw_it(scene: Scene, house: Any) -> None:
    sent = scene.started()
    house.client("kleo").get(f"/requests/{sent.pk}/")
    scene.withdraw(sent)
    page = house.client("marta").get(scene.url("referral", sent.pk)).content.decode()
    assert "+355 69 000 0000" in page
    assert "Consent ended" in page
    looked = house.sql(
        "SELECT count(*) FROM ledger_entry WHERE actor = %s AND verb = 'looked_at_referral' AND %s = ANY (subjects)",
        [house.user("kleo").pk, scene.person.ledger_alias],
    )
    assert looked == [(1,)]


def test_only_the_referral_of_that_consent_closes(scene: Scene, house: Any) -> None:
    first, second = scene.refer(), scene.refer()
    scene.withdraw(first)
    with house.as_("kleo"):
        assert list(ServiceReferral.objects.values_list("pk", flat=True)) == [second.pk]


def test_the_desk_is_told_neutrally_and_once(scene: Scene, house: Any) -> None:
    sent = scene.refer()
    scene.withdraw(sent)
    scene_again = scene.consent_of(sent)
    with house.as_("marta") as marta:
        assert actions.close_for_consent(actor=marta, person=scene.person, consent=scene_again) == []
    told = house.sql("SELECT kind, link FROM outbox_message WHERE kind = 'changed'")
    assert told == [("changed", "/requests/")]


def test_a_consent_that_runs_out_closes_the_referral_by_itself_and_the_sender_is_asked_what_now(
    scene: Scene, house: Any
) -> None:
    soon = now() + dt.timedelta(days=1)
    sent = scene.refer(agreement=scene.agreement(until=soon))
    house.sql("ALTER TABLE access_grant DISABLE TRIGGER USER")
    house.sql(
        "UPDATE access_grant SET starts_at = now() - interval '2 days', until = now() - interval '1 hour' "
        "WHERE id = %s",
        [sent.grant_id],
    )
    house.sql("ALTER TABLE access_grant ENABLE TRIGGER USER")
    with house.as_("ada"):  # whoever comes next
        pass
    assert house.sql("SELECT state, next_due_at, settled_at FROM support_servicereferral") == [
        ("closed_by_consent", None, None)
    ]
    with house.as_("kleo"):
        assert not ServiceReferral.objects.exists()
    with house.as_("marta") as marta:
        assert [item.kind for item in work(waiting, marta) if item.mine] == ["service_referral"]
        assert Turn.objects.filter(state="closed_by_consent", by=None).count() == 1
