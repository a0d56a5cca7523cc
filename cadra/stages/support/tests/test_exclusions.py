"""Nobody puts her out alone, unheard or into nothing: each missing step is refused, here and by PostgreSQL."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from cadra.foundation.access import actions as access
from cadra.foundation.kernel.pack import pack
from cadra.stages.support import actions
from cadra.stages.support.fairness import earliest_effect
from cadra.stages.support.models import Exclusion, Offer
from cadra.stages.support.tests.posted import notice
from cadra.stages.support.tests.scene import Scene


@pytest.fixture
def offer(scene: Scene, house: Any) -> Offer:
    with house.as_("marta") as marta:
        decided = actions.NewOffer("residential_shelter", "All", ["spoken"], "sq", "yes", actions.Decision("accepted"))
        return actions.offer(actor=marta, person=scene.person, offers=[decided])[0]


@pytest.fixture
def noticed(scene: Scene, house: Any, offer: Offer) -> Exclusion:
    with house.as_("marta") as marta:
        return actions.give_notice(
            actor=marta,
            person=scene.person,
            offer=offer,
            reasons=["excluded_for_rules"],
            happened_words="She came back at night twice",
            tried="Talked with her twice",
            takes_effect_on=earliest_effect(),
            submission=uuid4(),
        )


def take(scene: Scene, house: Any, name: str, verb: Any, row: Exclusion, **values: Any) -> Exclusion:
    with house.as_(name) as actor:
        now = Exclusion.objects.get(pk=row.pk)
        done: Exclusion = verb(actor=actor, person=scene.person, exclusion=now, version=now.version, **values)
        return done


def time_passes(house: Any) -> None:
    house.sql("UPDATE support_exclusion SET noticed_on = noticed_on - 30, takes_effect_on = takes_effect_on - 30")


def test_excluded_is_never_just_written_on_an_offer(scene: Scene, house: Any, offer: Offer) -> None:
    with house.as_("marta") as marta:
        said = actions.Decision("excluded", ["excluded_for_rules"])
        with pytest.raises(actions.SupportError):
            actions.decide(actor=marta, person=scene.person, offer=offer, version=offer.version, decision=said)
        with pytest.raises(IntegrityError, match="by way of"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE support_offer SET decision = 'excluded'")
        copy = (
            "INSERT INTO support_offerdecision SELECT (jsonb_populate_record(d, jsonb_build_object("
            "'id', gen_random_uuid(), 'submission', gen_random_uuid(), 'decision', 'excluded'))).* "
            "FROM support_offerdecision d"
        )
        with pytest.raises(IntegrityError, match="by way of"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(copy)
    typed = {"decision": "excluded", "reasons_system": ["excluded_for_rules"], "version": offer.version}
    assert house.client("marta").post(scene.url("offer_decide", offer.pk), typed).status_code == 200
    assert house.sql("SELECT decision FROM support_offer") == [("accepted",)]


def test_the_whole_way_needs_three_persons_her_word_and_a_hand_over(
    scene: Scene, house: Any, noticed: Exclusion
) -> None:
    with pytest.raises(actions.AnotherPerson):
        take(scene, house, "marta", actions.decide_exclusion, noticed, agrees=True, words="Yes")
    take(scene, house, "sara", actions.decide_exclusion, noticed, agrees=True, words="It can't go on")
    time_passes(house)
    with pytest.raises(actions.SupportError, match="not asked"):
        take(scene, house, "marta", actions.take_effect, noticed)
    take(scene, house, "marta", actions.hear_objection, noticed, objects=True, words="I was afraid")
    for name in ("marta", "sara"):
        with pytest.raises(actions.AnotherPerson):
            take(scene, house, name, actions.answer_objection, noticed, upholds=False, words="No")
    take(scene, house, "rea", actions.answer_objection, noticed, upholds=False, words="We looked")
    with pytest.raises(actions.SupportError, match="taken over"):
        take(scene, house, "marta", actions.take_effect, noticed)
    take(scene, house, "marta", actions.hand_on, noticed, referral=None)
    assert house.sql("SELECT count(*) FROM outbox_message WHERE kind = 'waiting'")[0][0] > 0
    take(scene, house, "marta", actions.take_effect, noticed)
    assert house.sql("SELECT decision, count(*) OVER () FROM support_offer") == [("excluded", 1)]
    decisions = house.sql("SELECT decision, reasons FROM support_offerdecision ORDER BY decided_at")
    assert decisions == [("accepted", []), ("excluded", ["excluded_for_rules"])]
    with house.as_("marta") as marta:  # the door stays open
        row = Offer.objects.get()
        again = actions.Decision("accepted")
        actions.decide(actor=marta, person=scene.person, offer=row, version=row.version, decision=again)


def test_nobody_she_fears_is_told_and_somebody_is(scene: Scene, house: Any, noticed: Exclusion) -> None:
    take(scene, house, "sara", actions.decide_exclusion, noticed, agrees=True, words="It can't go on")
    take(scene, house, "marta", actions.hear_objection, noticed, objects=False, words="")
    [(desk, principal)] = house.sql("SELECT id, principal FROM network_desk WHERE name = 'Reception'")
    house.sql(
        "INSERT INTO network_deskmember (id, desk_id, user_id) VALUES (gen_random_uuid(), %s, %s)",
        [desk, house.user("rea").pk],
    )
    with house.as_("marta") as marta:
        access.refuse(actor=marta, case_id=scene.person.pk, principal=principal)
    house.sql("DELETE FROM outbox_message")
    with pytest.raises(actions.SupportError, match="may be told"):
        take(scene, house, "marta", actions.hand_on, noticed, referral=None)
    house.sql(
        "INSERT INTO network_deskmember (id, desk_id, user_id) "
        "SELECT gen_random_uuid(), d.id, %s FROM network_desk d WHERE d.name = 'Intake desk'",
        [house.user("dita").pk],
    )
    take(scene, house, "marta", actions.hand_on, noticed, referral=None)
    assert house.sql("SELECT recipient FROM outbox_message") == [(house.user("dita").pk,)]


def test_a_provider_that_refuses_meanwhile_has_taken_over_nothing(scene: Scene, house: Any, noticed: Exclusion) -> None:
    take(scene, house, "sara", actions.decide_exclusion, noticed, agrees=True, words="It can't go on")
    take(scene, house, "marta", actions.hear_objection, noticed, objects=False, words="")
    sent = scene.refer()
    take(scene, house, "marta", actions.hand_on, noticed, referral=sent)
    time_passes(house)
    address = scene.url("exclusion", noticed.pk)
    assert "hand-over/" not in house.client("marta").get(address).content.decode()
    with house.as_("kleo") as kleo:
        actions.answer(actor=kleo, referral=sent, state="refused", reason=next(iter(pack().referral_refusals)).code)
    with pytest.raises(actions.SupportError, match="taken over"):
        take(scene, house, "marta", actions.take_effect, noticed)
    page = house.client("marta").get(address).content.decode()
    assert "Nobody has taken over yet" in page
    assert "hand-over/" in page
    take(scene, house, "marta", actions.hand_on, noticed, referral=None)
    take(scene, house, "marta", actions.take_effect, noticed)


@pytest.mark.parametrize(
    "forged",
    [
        "decided_by = proposed_by, decided_at = now(), state = 'agreed'",  # the same person twice
        "state = 'agreed'",  # nobody
        "decided_by = gen_random_uuid(), decided_at = now(), state = 'agreed'",  # in another's name
        "state = 'in_effect', effect_on = takes_effect_on",  # at once
        "takes_effect_on = takes_effect_on - 30",  # without the time of the notice
        "reasons = '{debt}'",  # another reason than the notice
    ],
)
def test_postgresql_refuses_a_step_left_out(scene: Scene, house: Any, noticed: Exclusion, forged: str) -> None:
    with house.as_("marta"), pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE support_exclusion SET {forged}")


def test_she_is_right_and_keeps_the_service(scene: Scene, house: Any, noticed: Exclusion) -> None:
    take(scene, house, "sara", actions.decide_exclusion, noticed, agrees=True, words="Yes")
    take(scene, house, "marta", actions.hear_objection, noticed, objects=True, words="No")
    done = take(scene, house, "rea", actions.answer_objection, noticed, upholds=True, words="She is right")
    assert (done.state, done.due_at) == ("stopped", None)
    assert house.sql("SELECT decision FROM support_offer") == [("accepted",)]


def test_the_pages_lead_through_it(scene: Scene, house: Any, offer: Offer) -> None:
    marta, sara = house.client("marta"), house.client("sara")
    assert "exclude/" in marta.get(scene.url("offer", offer.pk)).content.decode()
    made = marta.post(scene.url("exclusion_new", offer.pk), notice())
    assert made.status_code == 302
    page = marta.get(made["Location"]).content.decode()
    assert "decide/" not in page
    assert "decide/" in sara.get(made["Location"]).content.decode()
    typed = {"choice": "yes", "words": "I agree", "version": "1"}
    mine = marta.post(f"{made['Location']}decide/", typed)
    assert "Someone else must do this" in mine.content.decode()
    assert sara.post(f"{made['Location']}decide/", typed).status_code == 302
    stale = marta.post(f"{made['Location']}object/", {"choice": "yes", "words": "No", "version": "1"})
    assert "Somebody took a step" in stale.content.decode()
    for step, fields in (("object", {"choice": "no"}), ("hand-over", {"choice": "authority"})):
        version = house.sql("SELECT version FROM support_exclusion")[0][0]
        answer = marta.post(f"{made['Location']}{step}/", {**fields, "version": version})
        assert answer.status_code == 302, step
    early = marta.post(
        f"{made['Location']}effect/", {"version": house.sql("SELECT version FROM support_exclusion")[0][0]}
    )
    assert "The time of the notice is not over" in early.content.decode()
    assert house.client("zana").get(made["Location"]).status_code == 404
