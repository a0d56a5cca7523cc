"""An institution looks after its own people: invitations, desks, accounts; its administrator reads no file."""

import re
from typing import Any

import pytest

from cadra.foundation.network.models import Desk, DeskMember
from cadra.foundation.vault.keeper import KeeperRefused, keeper
from tests import world as worlds

WORDS = "five words nobody would guess"
NORA = {"name": "Nora New", "email": "nora@cadra.example", "language": "en", "roles": ["case_manager"], "desk": ""}


def invited(house: Any, **more: Any) -> str:
    """The address of a new invitation."""
    page = house.client("ina").post("/institution/invite/", {**NORA, **more})
    found = re.search(rb"/invitation/[\w-]+/", page.content)
    assert found, page.content
    return found.group().decode()


def accept(house: Any, address: str, words: str = WORDS) -> Any:
    return house.client().post(address, {"password": words, "again": words})


def test_an_invitation_makes_exactly_the_account_it_names(house: Any) -> None:
    address = invited(house)
    form = {"password": WORDS, "again": WORDS, "email": "other@cadra.example", "roles": "ra_officer", "name": "Other"}
    assert house.client().post(address, form).url == "/account/login/"
    made = house.sql(
        "SELECT u.email, u.name, u.institution_id, h.role FROM network_user u JOIN network_roleholding h"
        " ON h.user_id = u.id WHERE u.email IN ('nora@cadra.example', 'other@cadra.example')"
    )
    assert made == [("nora@cadra.example", "Nora New", house.user("ina").institution_id, "case_manager")]


def test_an_accepted_invitation_opens_nothing_more(house: Any) -> None:
    address = invited(house)
    accept(house, address)
    assert house.client().get(address).status_code == 404
    assert accept(house, address, "another five words nobody guesses").status_code == 404
    assert house.sql("SELECT count(*) FROM network_user WHERE email = 'nora@cadra.example'") == [(1,)]


@pytest.mark.parametrize(("left", "status"), [("1 minute", 302), ("-1 second", 404)])
def test_an_invitation_opens_for_seven_days(house: Any, left: str, status: int) -> None:
    address = invited(house)
    days = house.sql("SELECT round(extract(epoch FROM expires_at - created_at) / 86400) FROM network_invitation")
    assert days == [(7,)]
    house.sql("UPDATE network_invitation SET expires_at = now() + %s::interval", [left])
    assert accept(house, address).status_code == status


def test_an_invitation_withdrawn_opens_nothing(house: Any) -> None:
    address = invited(house)
    number = house.sql("SELECT id FROM network_invitation")[0][0]
    withdraw = f"/institution/invitations/{number}/withdraw/"
    assert house.client("zana").post(withdraw).status_code == 404
    assert house.client("marta").post(withdraw).status_code == 404
    assert house.client("ina").post(withdraw).url == "/institution/"
    assert accept(house, address).status_code == 404
    assert b"Nora New" not in house.client("ina").get("/institution/").content


@pytest.mark.parametrize("address", ["/invitation/guessed/", "/invitation/" + "x" * 43 + "/"])
def test_a_guessed_link_opens_nothing(house: Any, address: str) -> None:
    invited(house)
    assert house.client().get(address).status_code == 404
    assert accept(house, address).status_code == 404


def test_the_link_itself_is_nowhere_in_the_database(house: Any) -> None:
    token = invited(house).split("/")[2]
    row = house.sql("SELECT i::text FROM network_invitation i")[0][0]
    assert token not in row


@pytest.mark.parametrize("email", ["marta@cadra.example", "MARTA@cadra.example"])
def test_nobody_is_invited_under_the_address_of_an_account(house: Any, email: str) -> None:
    page = house.client("ina").post("/institution/invite/", {**NORA, "email": email})
    assert b"already an account with this address" in page.content


def test_two_invitations_to_one_address_make_one_account(house: Any) -> None:
    first, second = invited(house), invited(house)
    accept(house, first)
    assert accept(house, second).status_code < 500
    assert house.sql("SELECT count(*) FROM network_user WHERE email = 'nora@cadra.example'") == [(1,)]


@pytest.mark.parametrize("email", ["", "not an address", "a@b", "x" * 250 + "@cadra.example"])
def test_an_address_that_is_none_is_refused_in_words(house: Any, email: str) -> None:
    page = house.client("ina").post("/institution/invite/", {**NORA, "email": email})
    assert b"/invitation/" not in page.content
    assert b"govuk-error-summary" in page.content


def test_only_the_administrator_of_the_house_invites(house: Any) -> None:
    for name in ("marta", "sys", "rea", "sara", "mona"):
        assert house.client(name).get("/institution/invite/").status_code == 404
        assert house.client(name).post("/institution/invite/", NORA).status_code == 404


def test_an_administrator_reads_no_file_and_no_key_opens(house: Any) -> None:
    world = worlds.build(house)
    for name in ("ina", "sys"):
        client = house.client(name)
        assert client.get(f"/files/{world.case_id}/").status_code == 404
        with house.as_(name) as actor:
            assert not actor.ring.keys([(world.case_id, part) for part in ("core", "identity", "story", "support")])
            assert house.sql("SELECT count(*) FROM people_person", alias="default") == [(0,)]
            with pytest.raises(KeeperRefused):
                keeper().names_match(actor.token, {"names": ["Drita"]}, 5)


def test_a_desk_is_changed_by_the_administrator_of_its_own_house(house: Any) -> None:
    desk = house.sql("SELECT id FROM network_desk WHERE name = 'Reception'")[0][0]
    for name in ("ina", "marta", "kleo", "sys"):
        assert house.client(name).get(f"/institution/desks/{desk}/").status_code == 404
        assert house.client(name).post(f"/institution/desks/{desk}/", {"hours": "x"}).status_code == 404


def seats(house: Any, name: str) -> set[str]:
    return {
        desk
        for (desk,) in house.sql(
            "SELECT d.name FROM network_deskmember m JOIN network_desk d ON d.id = m.desk_id WHERE m.user_id = %s",
            [house.user(name).pk],
        )
    }


def test_who_answers_at_two_desks_keeps_both_when_her_roles_are_saved(house: Any) -> None:
    marta = house.user("marta")
    night = Desk(institution=marta.institution, name="Night desk")
    night.save(using="owner", force_insert=True)
    DeskMember.objects.using("owner").create(user_id=marta.pk, desk_id=night.pk)
    address, ina = f"/institution/colleagues/{marta.pk}/", house.client("ina")
    shown = re.findall(r'<input[^>]*name="desks"[^>]*>', ina.get(address).content.decode())
    assert [("checked" in box) for box in shown] == [True, True]
    desks = [re.search(r'value="([^"]+)"', box)[1] for box in shown]  # type: ignore[index]
    ina.post(address, {"roles": ["case_manager", "mentor"], "desks": desks})
    assert seats(house, "marta") == {"Admission desk", "Night desk"}
    ina.post(address, {"roles": ["case_manager"], "desks": [str(night.pk)]})
    assert seats(house, "marta") == {"Night desk"}


def test_nobody_is_seated_at_a_desk_of_another_house(house: Any) -> None:
    ((reception,),) = house.sql("SELECT id FROM network_desk WHERE name = 'Reception'")
    address = f"/institution/colleagues/{house.user('marta').pk}/"
    page = house.client("ina").post(address, {"roles": ["case_manager"], "desks": [str(reception)]})
    assert b"govuk-error-summary" in page.content
    assert seats(house, "marta") == {"Admission desk"}
