"""A referral sends what she agreed to, once, to the desk she agreed to, and nothing else to anyone else."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import InternalError, ProgrammingError

from cadra.foundation import vault
from cadra.foundation.access import actions as access
from cadra.foundation.kernel.pack import pack
from cadra.record.consent.models import Answer, Consent, Explanation
from cadra.record.people import actions as people
from cadra.stages.support import actions
from cadra.stages.support.models import Extract, ServiceReferral
from cadra.stages.support.queries import providers
from cadra.stages.support.tests.posted import REFERRAL, seen_in, send
from cadra.stages.support.tests.scene import HEALTH, Scene


def note_key(house: Any) -> str:
    [(pk,)] = house.sql("SELECT id FROM cases_note WHERE compartment = 'health'")
    return f"health.note-{pk}"


def test_the_desk_receives_the_parts_she_agreed_to_and_no_other(scene: Scene, house: Any) -> None:
    sent = scene.refer(lines=["contact.channels", note_key(house)])
    with house.as_("kleo") as kleo:
        rows = vault.unseal(kleo.ring, list(Extract.objects.all()))
    content = {row.compartment_of_row: [line["value"] for line in row.plain["content"]["lines"]] for row in rows}
    assert set(content) == {"core", "contact", "health"} == set(sent.parts)
    assert "Lira" in content["core"]
    assert content["contact"] == ["+355 69 000 0000"]
    assert content["health"] == [HEALTH]


def test_the_desk_sees_no_row_of_the_file_itself(scene: Scene, house: Any) -> None:
    scene.refer()
    with house.as_("kleo"), connection.cursor() as cursor:
        for table in ("people_profile", "people_identity", "people_contact", "cases_case", "cases_note"):
            cursor.execute(f"SELECT count(*) FROM {table}")
            assert cursor.fetchone() == (0,), table
        for table in ("support_plan", "support_goal", "support_offer", "access_grant", "consent_consent"):
            cursor.execute(f"SELECT count(*) FROM {table}")
            assert cursor.fetchone() == (0,), table


def test_an_extract_of_a_part_she_refused_stays_closed_by_sql_and_by_the_keeper(scene: Scene, house: Any) -> None:
    """Two requests to two desks: each sees its own extracts; the clinic's keys open nothing of the other's parts."""
    clinic = scene.refer()
    shelter = scene.refer(
        desk=scene.other_shelter,
        service="residential_shelter",
        capacity="shelter",
        agreement=scene.agreement(asked_for=["identity"], parts=["identity"], answer=Answer.GIVEN),
    )
    [sealed] = house.sql(
        "SELECT id, content FROM support_extract WHERE referral_id = %s AND compartment = 'identity'", [shelter.pk]
    )
    with house.as_("kleo") as kleo:
        assert set(Extract.objects.values_list("referral_id", flat=True)) == {clinic.pk}
        stolen = Extract(
            id=sealed[0],
            case_id=scene.person.pk,
            grant_id=shelter.grant_id,
            compartment_of_row="identity",
            content=bytes(sealed[1]),
        )
        vault.unseal(kleo.ring, [stolen])
        assert stolen.plain["content"] is vault.CLOSED
    with house.as_("zana") as zana:
        assert set(Extract.objects.values_list("referral_id", flat=True)) == {shelter.pk}
        vault.unseal(zana.ring, [stolen])
        assert "Lirije Canarya" in str(stolen.plain["content"])


def test_another_desk_and_another_clinic_user_see_nothing(scene: Scene, house: Any) -> None:
    sent = scene.refer()
    house.sql("DELETE FROM network_deskmember WHERE user_id = %s", [house.user("kleo").pk])
    for name in ("zana", "kleo", "ada", "mona"):
        with house.as_(name):
            assert not ServiceReferral.objects.filter(pk=sent.pk).exists(), name
            assert not Extract.objects.exists(), name
        assert house.client(name).get(f"/requests/{sent.pk}/").status_code == 404, name


def test_where_she_is_and_papers_go_only_when_picked(scene: Scene, house: Any) -> None:
    agreement = scene.agreement(parts=["identity", "contact"])
    scene.refer(agreement=agreement)
    [(said,)] = {(b"".join(vault_lines(house, part)),) for part in [("identity", "contact")]}
    assert b"Lirije" in said
    assert b"Rruga e Lisit" not in said
    assert b"BA1234567" not in said


def vault_lines(house: Any, parts: tuple[str, ...]) -> list[bytes]:
    with house.as_("kleo") as kleo:
        rows = vault.unseal(kleo.ring, list(Extract.objects.filter(compartment_of_row__in=parts)))
        return [repr(row.plain["content"]).encode() for row in rows]


def test_what_was_sent_never_changes_even_by_raw_sql(scene: Scene, house: Any) -> None:
    sent = scene.refer()
    with house.as_("marta"):
        with pytest.raises(ProgrammingError), transaction.atomic():
            Extract.objects.filter(referral=sent).update(content=b"x")
        for change in ({"message": b"x"}, {"desk": scene.other_shelter.principal}, {"edition": "0" * 64}):
            with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
                ServiceReferral.objects.filter(pk=sent.pk).update(**change)


def test_her_consent_for_this_desk_is_kept_with_form_witness_and_explanation(scene: Scene, house: Any) -> None:
    sent = scene.refer()
    with house.as_("marta") as marta:
        consent = Consent.objects.get(pk=sent.consent_id)
        explanation = Explanation.objects.get(pk=consent.explanation_id)
        vault.unseal(marta.ring, [consent])
    assert consent.recipient == scene.clinic.principal
    assert consent.answer == Answer.LIMITED
    assert set(consent.compartments) == {"core", "contact", "health"}
    assert consent.plain["witness"] == "Sara Supervisor"
    assert explanation.given == ["who", "form"]
    assert consent.until > sent.sent_at


def test_a_part_she_was_not_asked_about_is_not_sent(scene: Scene) -> None:
    with pytest.raises(actions.NothingAgreed):
        scene.refer(agreement=scene.agreement(asked_for=["contact"], parts=["contact", "health"]))


def test_a_part_the_recipient_may_not_receive_is_not_sent(scene: Scene) -> None:
    """The pack lets no story go to a doctor, even when the sender sees it and she says yes."""
    assert "story" not in pack().recipients["health"].may_receive
    with pytest.raises(actions.NothingAgreed):
        scene.refer(agreement=scene.agreement(asked_for=["story"], parts=["story"]))


def test_a_part_the_sender_does_not_see_is_not_sent(scene: Scene) -> None:
    """The shelter holds no `child` part of this file."""
    with pytest.raises(actions.NothingAgreed):
        scene.refer(agreement=scene.agreement(asked_for=["child"], parts=["child"]))


def test_without_her_yes_nothing_is_sent(scene: Scene) -> None:
    with pytest.raises(actions.NothingAgreed):
        scene.refer(agreement=scene.agreement(answer=Answer.NOT_YET))


def test_a_desk_she_fears_cannot_be_chosen_and_its_people_see_nothing(scene: Scene, house: Any) -> None:
    sent = scene.refer()
    with house.as_("marta") as marta:
        access.refuse(actor=marta, case_id=scene.person.pk, principal=house.user("kleo").institution.principal)
        assert scene.clinic not in providers.find(marta, scene.person.pk)
    with pytest.raises(actions.RefusedByHer):
        scene.refer()
    with house.as_("kleo") as kleo:
        assert not ServiceReferral.objects.filter(pk=sent.pk).exists()
        assert kleo.ring.keys([(scene.person.pk, "core")]) == {}


def test_one_person_she_fears_at_a_desk_learns_nothing_not_even_that_something_waits(scene: Scene, house: Any) -> None:
    with house.as_("marta") as marta:
        access.refuse(actor=marta, case_id=scene.person.pk, principal=house.user("kleo").principal)
        assert scene.clinic not in providers.find(marta, scene.person.pk)  # nobody else answers there
    ina = house.user("ina")
    house.sql(
        "INSERT INTO network_deskmember (id, desk_id, user_id) VALUES (%s, %s, %s)", [uuid4(), scene.clinic.pk, ina.pk]
    )
    scene.refer()
    told = {row[0] for row in house.sql("SELECT recipient FROM outbox_message")}
    assert told == {ina.pk}


def test_a_desk_where_nobody_answers_is_not_offered(scene: Scene, house: Any) -> None:
    house.sql("UPDATE network_user SET is_active = false WHERE id = %s", [house.user("kleo").pk])
    with house.as_("marta") as marta:
        assert scene.clinic not in providers.find(marta, scene.person.pk)


def test_sent_twice_is_sent_once(scene: Scene, house: Any) -> None:
    submission = uuid4()
    assert scene.refer(submission=submission).pk == scene.refer(submission=submission).pk
    assert house.sql("SELECT count(*) FROM support_servicereferral") == [(1,)]
    assert house.sql("SELECT count(*) FROM access_grant WHERE scope = 'referral'") == [(1,)]
    assert house.sql("SELECT count(*) FROM outbox_message") == [(1,)]


def test_the_button_pressed_twice_sends_one(scene: Scene, house: Any) -> None:
    client, submission = house.client("marta"), str(uuid4())
    first = send(client, scene.url("refer_desk", scene.clinic.pk), submission=submission)
    second = send(client, scene.url("refer_desk", scene.clinic.pk), submission=submission)
    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"]
    assert house.sql("SELECT count(*) FROM support_servicereferral") == [(1,)]


def test_the_preview_shows_exactly_what_the_desk_reads(scene: Scene, house: Any) -> None:
    marta, kleo = house.client("marta"), house.client("kleo")
    url, typed = scene.url("refer_desk", scene.clinic.pk), {**REFERRAL, "submission": str(uuid4())}
    preview = marta.post(url, {**typed, "then": "preview"}).content.decode()
    marta.post(url, {**typed, "seen": seen_in(preview), "then": "send"})
    [(pk,)] = house.sql("SELECT id FROM support_servicereferral")
    read = kleo.get(f"/requests/{pk}/").content.decode()
    assert sent_section(preview) == sent_section(read)
    for told in ("+355 69 000 0000", "Urgent", "Safe contact", "1 March 2030"):
        assert told in sent_section(read), told
    assert HEALTH not in read


def test_what_changed_since_the_preview_is_shown_before_anything_is_sent(scene: Scene, house: Any) -> None:
    client, url = house.client("marta"), scene.url("refer_desk", scene.clinic.pk)
    typed = {**REFERRAL, "submission": str(uuid4())}
    seen = seen_in(client.post(url, {**typed, "then": "preview"}).content.decode())
    with house.as_("rea") as rea:
        people.save_profile(actor=rea, person=scene.person, called="Mira", languages=["sq"])
    again = client.post(url, {**typed, "seen": seen, "then": "send"})
    assert "Something changed since you looked" in again.content.decode()
    assert "Mira" in sent_section(again.content.decode())
    assert house.sql("SELECT count(*) FROM support_servicereferral") == [(0,)]
    assert client.post(url, {**typed, "then": "send"}).status_code == 200  # and nothing unseen is sent at all
    assert house.sql("SELECT count(*) FROM consent_consent WHERE recipient = %s", [scene.clinic.principal]) == [(0,)]


def sent_section(page: str) -> str:
    return page.split('<section class="cadra-sent"')[1].split("</section>")[0]


def test_a_line_left_out_in_the_preview_is_not_sent(scene: Scene, house: Any) -> None:
    client = house.client("marta")
    send(client, scene.url("refer_desk", scene.clinic.pk), chosen="on", lines=["contact.rules"])
    with house.as_("kleo") as kleo:
        [row] = vault.unseal(kleo.ring, list(Extract.objects.filter(compartment_of_row="contact")))
    assert "+355 69 000 0000" not in str(row.plain["content"])
    assert "10–12" in str(row.plain["content"])


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"explained": ["why"]}, "Explain this before you send"),
        ({"witness": ""}, "Write who was there when she said so"),
        ({"capacity": "counsellor", "part_contact": "yes", "part_child": "yes"}, None),
        ({"answer": "not_yet"}, "Say when you ask her again"),
        ({"until_year": "1990"}, "The date can"),
        ({"asks": "x" * 1500}, "too long"),
    ],
)
def test_a_mistake_is_said_and_what_was_typed_stays(
    scene: Scene, house: Any, wrong: dict[str, Any], said: str | None
) -> None:
    response = house.client("marta").post(scene.url("refer_desk", scene.clinic.pk), {**REFERRAL, **wrong})
    page = response.content.decode()
    assert response.status_code == 200
    if said:
        assert said in page
        assert wrong.get("asks", REFERRAL["asks"])[:20] in page
    assert house.sql("SELECT count(*) FROM support_servicereferral") == [(0,)]


def test_not_yet_is_kept_with_a_day_and_nothing_is_sent(scene: Scene, house: Any) -> None:
    typed = {
        **REFERRAL,
        "answer": "not_yet",
        "ask_again_on_day": "1",
        "ask_again_on_month": "2",
        "ask_again_on_year": "2030",
    }
    response = house.client("marta").post(scene.url("refer_desk", scene.clinic.pk), typed)
    assert response.status_code == 302
    assert house.sql(
        "SELECT answer, ask_again_on::text FROM consent_consent WHERE recipient = %s", [scene.clinic.principal]
    ) == [("not_yet", "2030-02-01")]
    assert house.sql("SELECT count(*) FROM support_servicereferral") == [(0,)]


def test_the_list_of_desks_works_without_javascript_and_never_says_where_a_shelter_is(scene: Scene, house: Any) -> None:
    house.sql("UPDATE network_institution SET municipality = 'al.kor.korce' WHERE is_shelter")
    page = house.client("marta").get(scene.url("refer")).content.decode()
    assert "Clinic of the Lake" in page
    assert "House of the River" in page
    assert "korce" not in page.lower().split("</details>", 1)[-1]
    found = house.client("marta").get(scene.url("refer") + "?words=lake").content.decode()
    assert "Clinic of the Lake" in found
    assert "House of the River" not in found


def test_whoever_does_not_carry_the_file_gets_not_found(scene: Scene, house: Any) -> None:
    for name in ("kleo", "zana", "ada", "mona"):
        client = house.client(name)
        assert client.get(scene.url("refer")).status_code == 404
        assert client.post(scene.url("refer_desk", scene.clinic.pk), REFERRAL).status_code == 404


def test_the_provider_cannot_write_itself_a_referral_or_an_extract(scene: Scene, house: Any) -> None:
    sent = scene.refer()
    with house.as_("kleo") as kleo:
        row = ServiceReferral.objects.get(pk=sent.pk)
        row.pk, row.submission = uuid4(), uuid4()
        with pytest.raises(ProgrammingError), transaction.atomic():
            row.save(force_insert=True)
        extract = Extract(
            case_id=scene.person.pk, grant_id=sent.grant_id, referral_id=sent.pk, compartment_of_row="identity"
        )
        with pytest.raises(ProgrammingError), transaction.atomic():
            extract.save(force_insert=True)
        assert kleo.ring.keys([(scene.person.pk, "identity")]) == {}
