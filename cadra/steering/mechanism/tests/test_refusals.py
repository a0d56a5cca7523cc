"""Those she fears never see the file: named people, desks and institutions, from the same moment."""

from typing import Any

from django.urls import reverse

from cadra.foundation.access.models import Refusal
from cadra.foundation.ledger import queries as ledger
from cadra.foundation.network.models import Desk


def url(name: str, *args: Any) -> str:
    return reverse(f"mechanism:{name}", args=args)


def refuse(client: Any, file: Any, principal: int) -> Any:
    return client.post(url("refusal_new", file.pk, principal), follow=True)


def test_people_desks_and_institutions_are_found_by_a_part_of_their_name(house: Any, carried: Any) -> None:
    client = house.client("marta")
    for words, found in (("kle", b"Kleo Clinic"), ("lake", b"Clinic of the Lake"), ("recep", b"Reception")):
        assert found in client.get(url("refusals", carried.pk), {"words": words}).content
    assert b"Nobody in the mechanism has this name" in client.get(url("refusals", carried.pk), {"words": "zz"}).content


def test_a_colleague_she_fears_sees_nothing_from_that_moment(house: Any, carried: Any) -> None:
    marta, sara = house.client("marta"), house.client("sara")
    assert sara.get(url("file", carried.pk)).status_code == 200
    page = refuse(marta, carried, house.user("sara").principal)
    assert b"Sara Supervisor" in page.content
    assert sara.get(url("file", carried.pk)).status_code == 404
    assert carried.reference.encode() not in sara.get("/files/").content
    with house.as_("sara") as actor:
        assert not actor.ring.keys([(carried.pk, "core")])
    assert marta.get(url("file", carried.pk)).status_code == 200


def test_nobody_refuses_herself_her_desk_or_the_house_that_holds_it(house: Any, carried: Any) -> None:
    marta, user = house.client("marta"), house.user("marta")
    desk = Desk.objects.get(institution=user.institution)
    for principal in (user.principal, user.institution.principal, desk.principal):
        page = refuse(marta, carried, principal)
        assert b"close the file to yourself" in page.content
    with house.as_("marta"):
        assert not Refusal.objects.exists()


def test_what_they_can_open_now_is_said_before(house: Any, carried: Any) -> None:
    page = house.client("marta").get(url("refusal_new", carried.pk, house.user("rea").principal))
    assert b"Open to them now" in page.content


def test_an_unknown_principal_is_not_found(house: Any, carried: Any) -> None:
    assert house.client("marta").get(url("refusal_new", carried.pk, 987654)).status_code == 404


def test_twice_is_once_and_both_are_on_her_record(house: Any, carried: Any) -> None:
    client = house.client("marta")
    for _time in range(2):
        refuse(client, carried, house.user("kleo").principal)
    with house.as_("marta"):
        assert Refusal.objects.count() == 1
    assert "refused_access" in {one.verb for one in ledger.trail(carried.ledger_alias)}


def test_on_her_word_it_is_lifted(house: Any, carried: Any) -> None:
    client = house.client("marta")
    refuse(client, carried, house.user("sara").principal)
    with house.as_("marta"):
        refusal = Refusal.objects.get()
    assert b"Only on her own word" in client.get(url("refusal_lift", carried.pk, refusal.pk)).content
    client.post(url("refusal_lift", carried.pk, refusal.pk))
    assert house.client("sara").get(url("file", carried.pk)).status_code == 200


def test_the_list_is_not_there_for_whoever_does_not_carry_the_file(house: Any, carried: Any) -> None:
    for name in ("kleo", "zana", "petrit"):
        client = house.client(name)
        assert client.get(url("refusals", carried.pk)).status_code == 404
        assert refuse(client, carried, house.user("rea").principal).status_code == 404
