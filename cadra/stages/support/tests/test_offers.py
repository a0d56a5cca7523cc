"""Each offer keeps what was explained and every decision of hers; a no keeps its reasons and a date to ask again."""

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.db.utils import ProgrammingError

from cadra.foundation import vault
from cadra.foundation.kernel.pack import pack
from cadra.record.people.actions import ChangedMeanwhile
from cadra.stages.support import actions
from cadra.stages.support.actions import Decision, NewOffer
from cadra.stages.support.models import Offer, OfferDecision
from cadra.stages.support.queries import board, waiting
from cadra.stages.support.tests.scene import Scene
from tests.mine import work

AGAIN = dt.date(2030, 1, 5)


def three(scene: Scene, house: Any, **values: Any) -> list[Offer]:
    """The story: one accepted, one in part, one declined with reasons and a date."""
    with house.as_("marta") as marta:
        return actions.offer(
            actor=marta,
            person=scene.person,
            offers=[
                NewOffer("medical", "A woman doctor", ["spoken", "leaflet"], "sq", "yes", Decision("accepted")),
                NewOffer("psychological", "Weekly", ["spoken"], "rom", "partly", Decision("partly", ["debt"], "Twice")),
                NewOffer(
                    "residential_shelter",
                    "The rules",
                    ["visit"],
                    "sq",
                    "yes",
                    Decision("declined", ["return_to_family", "still_controlled"], "Home.", "They said no", AGAIN),
                ),
            ],
            **values,
        )


DAY = {"offer_again_on_day": "5", "offer_again_on_month": "1", "offer_again_on_year": "2030"}


def block(code: str, **values: Any) -> dict[str, Any]:
    typed = {
        "service": code,
        "explained": "Told her all",
        "explained_forms": ["spoken"],
        "explained_language": "sq",
        "understood": "yes",
        **values,
    }
    return {f"{code}-{name}": value for name, value in typed.items()}


def test_several_services_are_offered_in_one_go(scene: Scene, house: Any) -> None:
    typed = {
        "service": ["medical", "psychological", "residential_shelter"],
        "submission": str(uuid4()),
        **block("medical", decision="accepted"),
        **block("psychological", decision="partly", reasons_personal=["debt"], words="Twice a month"),
        **block(
            "residential_shelter",
            decision="declined",
            reasons_personal=["return_to_family"],
            family="Her brother said no",
            offer_again_on_day="5",
            offer_again_on_month="1",
            offer_again_on_year="2030",
            again_way="safe_phone",
            again="After six, ask for Lira",
            family_part="against",
            children="yes",
        ),
    }
    client = house.client("marta")
    assert client.post(scene.url("offer_new"), typed).status_code == 302
    assert client.post(scene.url("offer_new"), typed).status_code == 302  # pressed twice
    assert house.sql("SELECT service, decision, offer_again_on::text FROM support_offer ORDER BY service") == [
        ("medical", "accepted", None),
        ("psychological", "partly", None),
        ("residential_shelter", "declined", "2030-01-05"),
    ]
    page = client.get(scene.url("offers")).content.decode()
    assert "Accepted in part" in page
    assert "Declined" in page
    assert "On her safe telephone" in page
    [(pk,)] = house.sql("SELECT id FROM support_offer WHERE decision = 'declined'")
    told = client.get(scene.url("offer", pk)).content.decode()
    for words in ("It is against it", "Her brother said no", "Children along: Yes", "After six, ask for Lira"):
        assert words in told, words


def test_a_no_keeps_its_reasons_words_and_family_and_shows_what_the_service_can_change(
    scene: Scene, house: Any
) -> None:
    declined = three(scene, house)[2]
    page = house.client("marta").get(scene.url("offer", declined.pk)).content.decode()
    for code in ("return_to_family", "still_controlled"):
        assert str(pack().decline_reasons[code].text["en"]) in page
        assert str(pack().decline_reasons[code].response["en"]) in page
    assert "Home." in page
    assert "They said no" in page
    assert "5 January 2030" in page


def test_each_later_decision_stands_beside_the_earlier_ones(scene: Scene, house: Any) -> None:
    declined = three(scene, house)[2]
    with house.as_("marta") as marta:
        actions.decide(actor=marta, person=scene.person, offer=declined, version=1, decision=Decision("not_now"))
        actions.decide(actor=marta, person=scene.person, offer=declined, version=2, decision=Decision("accepted"))
        row = Offer.objects.get(pk=declined.pk)
        assert row.decision == "accepted"
        assert row.offer_again_on is None
        kept = list(OfferDecision.objects.filter(offer=row).order_by("decided_at"))
        assert [one.decision for one in kept] == ["declined", "not_now", "accepted"]
        vault.unseal(marta.ring, kept)
        assert kept[0].plain["words"] == "Home."
        with pytest.raises(ProgrammingError), transaction.atomic():
            OfferDecision.objects.filter(offer=row).update(decision="accepted")
        with pytest.raises(ProgrammingError), transaction.atomic():
            OfferDecision.objects.filter(offer=row).delete()


def test_a_second_writer_sees_the_first_ones_decision_and_loses_nothing(scene: Scene, house: Any) -> None:
    declined = three(scene, house)[2]
    with house.as_("marta") as marta:
        actions.decide(actor=marta, person=scene.person, offer=declined, version=1, decision=Decision("not_now"))
        with pytest.raises(ChangedMeanwhile):
            actions.decide(actor=marta, person=scene.person, offer=declined, version=1, decision=Decision("accepted"))
    typed = {"decision": "accepted", "words": "She said yes to me", "version": "1", "submission": str(uuid4())}
    url = scene.url("offer_decide", declined.pk)
    page = house.client("marta").post(url, typed)
    assert page.status_code == 200
    assert "while you were writing" in page.content.decode()
    assert "She said yes to me" in page.content.decode()
    assert house.client("marta").post(url, {**typed, "version": "2"}).status_code == 302
    assert house.sql("SELECT count(*) FROM support_offerdecision WHERE offer_id = %s", [declined.pk]) == [(3,)]


def test_the_same_decision_sent_twice_is_one(scene: Scene, house: Any) -> None:
    offer, submission = three(scene, house)[0], uuid4()
    with house.as_("marta") as marta:
        for _ in range(2):
            actions.decide(
                actor=marta,
                person=scene.person,
                offer=offer,
                version=1,
                decision=Decision("declined", ["debt"]),
                submission=submission,
            )
        assert OfferDecision.objects.filter(offer=offer).count() == 2


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"decision": "declined"}, "Tick at least one reason"),
        ({"decision": "not_now"}, "Say when you offer it again"),
        ({"decision": "not_now", "words": ""}, "Tick what makes it hard to decide"),
        ({"decision": "not_now", **DAY}, "Say how to offer it again safely"),
        ({"explained_forms": []}, "Say in which form it was explained"),
        ({"understood": ""}, "Choose an answer"),
    ],
)
def test_a_mistake_is_said_and_what_was_typed_stays(scene: Scene, house: Any, wrong: dict[str, Any], said: str) -> None:
    typed = {"service": ["medical"], **block("medical", **{"decision": "accepted", "words": "Her words", **wrong})}
    page = house.client("marta").post(scene.url("offer_new"), typed)
    assert page.status_code == 200
    assert said in page.content.decode()
    assert "words" not in wrong and "Her words" in page.content.decode() or wrong.get("words") == ""
    assert house.sql("SELECT count(*) FROM support_offer") == [(0,)]


def test_what_was_never_offered_needs_no_explanation(scene: Scene, house: Any) -> None:
    typed = {
        "service": ["medical"],
        "medical-service": "medical",
        "medical-decision": "not_offered",
        "medical-reasons_system": [pack().decline_reasons.where(family="system")[0].code],
    }
    assert house.client("marta").post(scene.url("offer_new"), typed).status_code == 302
    assert house.sql("SELECT decision FROM support_offer") == [("not_offered",)]


def test_an_unknown_service_or_reason_is_refused(scene: Scene, house: Any) -> None:
    with house.as_("marta") as marta:
        with pytest.raises(actions.SupportError):
            actions.offer(actor=marta, person=scene.person, offers=[NewOffer("castle")])
        with pytest.raises(actions.SupportError):
            actions.offer(
                actor=marta, person=scene.person, offers=[NewOffer("medical", decision=Decision("declined", ["mood"]))]
            )
    assert house.client("marta").get(scene.url("offer_new") + "?service=castle").status_code == 200


def test_the_day_to_offer_again_becomes_work_and_stands_on_the_board(scene: Scene, house: Any) -> None:
    three(scene, house)
    with house.as_("marta") as marta:
        [again] = [one for one in board(marta, scene.person).next_dates if one.kind == "offer_again"]
        assert again.on == AGAIN
        assert not [item for item in work(waiting, marta) if item.kind == "support_offer"]
    house.sql("UPDATE support_offer SET offer_again_on = authz.today() WHERE offer_again_on IS NOT NULL")
    with house.as_("marta") as marta:
        assert [item.kind for item in work(waiting, marta)] == ["support_offer"]


def test_not_yet_keeps_what_made_it_hard_and_comes_back_on_its_day_in_the_way_she_chose(
    scene: Scene, house: Any
) -> None:
    said = {"decision": "not_now", "hard": ["fear", "children"], "again_way": "through_trusted", "again": "By her aunt"}
    typed = {"service": ["medical"], "submission": str(uuid4()), **block("medical", **said, **DAY)}
    client = house.client("marta")
    assert client.post(scene.url("offer_new"), typed).status_code == 302
    [(pk,)] = house.sql("SELECT id FROM support_offer")
    page = client.get(scene.url("offer", pk)).content.decode()
    for code in ("fear", "children"):
        assert str(pack().difficulties[code].text["en"]) in page
    assert "By her aunt" in page
    assert "By her aunt" not in client.get("/").content.decode()
    house.sql("UPDATE support_offer SET offer_again_on = authz.today()")
    with house.as_("marta") as marta:
        assert [item.title for item in work(waiting, marta)] == ["Offer a service again: Through someone she trusts"]
    assert "Through someone she trusts" in client.get("/").content.decode()


def test_when_and_how_hard_to_read_what_was_explained_is_kept(scene: Scene, house: Any) -> None:
    told = {"explained_on_day": "2", "explained_on_month": "3", "explained_on_year": "2026", "reading_level": "easy"}
    typed = {"service": ["medical"], "submission": str(uuid4()), **block("medical", decision="accepted", **told)}
    client = house.client("marta")
    assert client.post(scene.url("offer_new"), typed).status_code == 302
    [(pk, on)] = house.sql("SELECT id, explained_on FROM support_offer")
    assert on == dt.date(2026, 3, 2)
    page = client.get(scene.url("offer", pk)).content.decode()
    assert str(pack().reading_levels["easy"].text["en"]) in page


def test_a_code_of_no_list_is_refused(scene: Scene, house: Any) -> None:
    wrong = [{"hard": ["x"]}, {"family_part": "x"}, {"again_way": "x"}, {"children": "x"}]
    with house.as_("marta") as marta:
        for one in wrong:
            with pytest.raises(actions.SupportError):
                new = NewOffer("medical", decision=Decision("not_now", **one))  # type: ignore[arg-type]
                actions.offer(actor=marta, person=scene.person, offers=[new])


def test_strangers_find_no_offer(scene: Scene, house: Any) -> None:
    offer = three(scene, house)[0]
    for name in ("kleo", "zana", "ada", "mona"):
        client = house.client(name)
        for url in (scene.url("offers"), scene.url("offer_new"), scene.url("offer", offer.pk)):
            assert client.get(url).status_code == 404, (name, url)
        assert (
            client.post(scene.url("offer_decide", offer.pk), {"decision": "accepted", "version": "1"}).status_code
            == 404
        )
        with house.as_(name):
            assert not Offer.objects.exists()
