"""The sender always knows where a referral stands, asks the next provider, and can take it back."""

from typing import Any

import pytest
from django.http import Http404

from cadra.stages.support import actions
from cadra.stages.support.models import ServiceReferral
from cadra.stages.support.queries import board
from cadra.stages.support.queries import waiting as my_work
from cadra.stages.support.tests.scene import Scene
from tests.mine import work


def refused(scene: Scene, house: Any) -> ServiceReferral:
    sent = scene.refer()
    with house.as_("kleo") as kleo:
        return actions.answer(actor=kleo, referral=sent, state="refused", reason="no_place", words="Ask in May")


def test_a_refused_referral_asks_the_sender_and_suggests_whom_nobody_asked_yet(scene: Scene, house: Any) -> None:
    row = refused(scene, house)
    page = house.client("marta").get(scene.url("referral", row.pk)).content.decode()
    assert "ended without help" in page
    assert "No free place" in page
    assert "House of the River" in page
    suggested = page.split("Ask another provider")[1].split("What happened")[0]
    assert "Clinic of the Lake" not in suggested
    with house.as_("marta") as marta:
        assert [item.mine for item in work(my_work, marta)] == [True]


def test_asking_the_next_provider_settles_the_refused_one(scene: Scene, house: Any) -> None:
    row = refused(scene, house)
    scene.refer(
        desk=scene.other_shelter,
        capacity="shelter",
        agreement=scene.agreement(asked_for=[], parts=[]),
        follows=row,
    )
    assert house.sql("SELECT settled_at IS NOT NULL FROM support_servicereferral WHERE id = %s", [row.pk]) == [(True,)]
    with house.as_("marta") as marta:
        assert not [item for item in work(my_work, marta) if item.mine]
        assert board(marta, scene.person).to_settle == []


def test_asking_another_while_one_is_silent_takes_the_silent_one_back(scene: Scene, house: Any) -> None:
    silent = scene.refer()
    scene.refer(
        desk=scene.other_shelter,
        capacity="shelter",
        agreement=scene.agreement(asked_for=[], parts=[]),
        follows=silent,
    )
    assert house.sql("SELECT state FROM support_servicereferral WHERE id = %s", [silent.pk]) == [("withdrawn",)]
    assert house.client("kleo").get(f"/requests/{silent.pk}/").status_code == 404


def test_taken_back_the_provider_sees_nothing_and_the_file_keeps_it(scene: Scene, house: Any) -> None:
    sent = scene.refer()
    client = house.client("marta")
    assert "Close this request?" in client.get(scene.url("referral_close", sent.pk)).content.decode()
    assert client.post(scene.url("referral_close", sent.pk), {"words": "She changed her mind"}).status_code == 302
    assert house.client("kleo").get(f"/requests/{sent.pk}/").status_code == 404
    page = client.get(scene.url("referral", sent.pk)).content.decode()
    assert "Taken back" in page
    assert "She changed her mind" in page
    assert client.post(scene.url("referral_close", sent.pk), {}).status_code == 302  # twice is once
    assert house.sql("SELECT count(*) FROM support_turn WHERE state = 'withdrawn'") == [(1,)]


def test_identity_stays_closed_on_the_senders_page(scene: Scene, house: Any) -> None:
    sent = scene.refer(agreement=scene.agreement(parts=["identity", "contact"]))
    page = house.client("marta").get(scene.url("referral", sent.pk)).content.decode()
    assert "Lirije" not in page
    assert "Sent; closed here" in page
    assert "Lirije" in house.client("kleo").get(f"/requests/{sent.pk}/").content.decode()


def test_overdue_silence_becomes_the_senders_work(scene: Scene, house: Any) -> None:
    sent = scene.refer(urgency="urgent")
    with house.as_("marta") as marta:
        [waiting] = work(my_work, marta)
        assert not waiting.mine
    house.sql("UPDATE support_servicereferral SET next_due_at = now() - interval '1 hour' WHERE id = %s", [sent.pk])
    with house.as_("marta") as marta:
        [late] = work(my_work, marta)
        assert late.mine
        assert late.urgent
        assert late.reference == scene.person.reference


def test_a_colleague_of_the_provider_cannot_close_it_and_a_stranger_finds_nothing(scene: Scene, house: Any) -> None:
    sent = scene.refer()
    for name in ("kleo", "zana", "ada"):
        assert house.client(name).get(scene.url("referral", sent.pk)).status_code == 404
        assert house.client(name).post(scene.url("referral_close", sent.pk), {}).status_code == 404
    with house.as_("zana") as zana, pytest.raises(Http404):
        actions.close(actor=zana, person=scene.person, referral=sent)


def test_the_desks_work_shows_what_waits_there(scene: Scene, house: Any) -> None:
    sent = scene.refer(urgency="urgent")
    with house.as_("kleo") as kleo:
        [item] = work(my_work, kleo)
    assert item.kind == "request"
    assert item.mine
    assert item.urgent
    assert item.reference == sent.reference
    assert item.due_at == sent.answer_due_at


def test_a_refusal_at_a_desk_of_ones_own_is_the_senders_work(scene: Scene, house: Any) -> None:
    """Whoever answers at the desk she asked before has still to choose with her what now."""
    refused(scene, house)
    house.sql(
        "INSERT INTO network_deskmember (id, desk_id, user_id) VALUES (gen_random_uuid(), %s, %s)",
        [scene.clinic.pk, house.user("marta").pk],
    )
    del house.tokens["marta"]  # she signs in anew: a session keeps what its owner stood for
    with house.as_("marta") as marta:
        assert scene.clinic.principal in marta.principals
        [item] = work(my_work, marta)
    assert item.kind == "service_referral"
    assert item.mine


def test_the_same_is_asked_elsewhere_and_her_consent_anew(scene: Scene, house: Any) -> None:
    """What was asked stands there already; nothing she agreed to for the first desk is taken over."""
    row = refused(scene, house)
    client = house.client("marta")
    page = client.get(scene.url("referral", row.pk)).content.decode()
    url = page.split('<a class="govuk-button" role="button"')[1].split('href="')[1].split('"')[0].replace("&amp;", "&")
    form = client.get(url).content.decode()
    assert "A first check-up with a woman doctor." in form
    assert "does not count here" in form
    assert "checked" not in form.split("What she agrees to, now")[1].split("</form>")[0]
    assert house.sql("SELECT count(*) FROM consent_consent WHERE recipient = %s", [scene.other_shelter.principal]) == [
        (0,)
    ]


def test_a_desk_without_anybody_is_the_senders_work_before_any_date(scene: Scene, house: Any) -> None:
    sent = scene.refer()
    house.sql(
        "UPDATE network_user SET absent_from = authz.today() - 1, absent_until = authz.today() + 9 WHERE id = %s",
        [house.user("kleo").pk],
    )
    with house.as_("marta") as marta:
        [item] = work(my_work, marta)
    assert item.mine and "Nobody answers" in item.title
    page = house.client("marta").get(scene.url("referral", sent.pk)).content.decode()
    assert "Nobody answers at this desk now" in page
    assert "House of the River" in page


def test_where_it_stands_is_one_line(scene: Scene, house: Any) -> None:
    sent = scene.refer()
    page = house.client("marta").get(scene.url("plan")).content.decode()
    assert "not opened yet" in page
    house.client("kleo").get(f"/requests/{sent.pk}/")
    assert "· opened " in house.client("marta").get(scene.url("plan")).content.decode()


def away(house: Any, name: str, cover: str | None = None) -> None:
    house.sql(
        "UPDATE network_user SET absent_from = authz.today() - 1, absent_until = authz.today() + 9, covered_by_id = %s"
        " WHERE id = %s",
        [house.user(cover).pk if cover else None, house.user(name).pk],
    )


def test_while_the_carrier_is_away_it_is_the_work_of_her_cover_else_of_who_leads(scene: Scene, house: Any) -> None:
    scene.refer()
    with house.as_("sara") as sara:
        assert work(my_work, sara) == []
    for cover in ("sara", None):
        away(house, "marta", cover)
        with house.as_("sara") as sara:
            assert [item.kind for item in work(my_work, sara)] == ["service_referral"]
    away(house, "sara")
    with house.as_("rea") as rea:
        assert [item.kind for item in work(my_work, rea)] == ["service_referral"]
    with house.as_("zana") as zana:
        assert work(my_work, zana) == []
