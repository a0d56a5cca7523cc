"""The Responsible Authority's administrator keeps the institutions of the mechanism; each its own desks and words."""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.db.utils import Error

from cadra.foundation.kernel.pack import pack
from cadra.foundation.network import queries
from cadra.foundation.network.models import Desk
from cadra.foundation.network.tests.test_own_institution import accept
from tests import cast, world

SAID = {
    "name": "Hand in Hand",
    "kind": "ngo",
    "mandate": "Accompanies whoever asks",
    "municipality": "",
    "phone": "+355 00 123 456",
    "email": "office@hand.example",
    "hours": "Every day",
    "party_since": "2020-05-01",
}


@pytest.fixture
def kept(house: Any) -> Any:
    """The house with Arta, who administers the Responsible Authority."""
    cast.join_authority(house, "arta")
    return house


def offered(page: str, name: str) -> list[str]:
    """The answers of a question with boxes."""
    boxes = re.findall(rf'<input[^>]*name="{name}"[^>]*>', page)
    return [re.search(r'value="([^"]+)"', box)[1] for box in boxes]  # type: ignore[index]


def areas(house: Any) -> list[str]:
    return offered(house.client("arta").get("/institutions/new/").content.decode(), "areas")


def said(house: Any, **more: Any) -> dict[str, Any]:
    """What is typed of a new institution."""
    return {**SAID, "areas": areas(house)[:2], "submission": str(uuid4()), **more}


def added(house: Any, **more: Any) -> Any:
    """The id of an institution that Arta has added."""
    typed = said(house, **more)
    answer = house.client("arta").post("/institutions/new/", typed)
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    return answer.url.split("/")[2]


def row(house: Any, name: str, columns: str) -> Any:
    return house.sql(f"SELECT {columns} FROM network_institution WHERE name = %s", [name])[0]


def marked(client: Any, address: str) -> str:
    """The mark of what is shown."""
    return re.search(r'name="seen" value="([^"]+)"', client.get(address).content.decode())[1]  # type: ignore[index]


# Adding ----------------------------------------------------------------------------------------------


def test_an_institution_added_is_in_the_directory_and_its_administrator_comes_in(kept: Any) -> None:
    number = added(kept)
    assert b"Accompanies whoever asks" in kept.client("ada").get(f"/directory/{number}/").content
    arta = kept.client("arta")
    assert "No administrator" in arta.get("/institutions/", {"which": "alone"}).content.decode()
    who = {"name": "Nora New", "email": "nora@cadra.example", "language": "sq", "roles": ["ra_officer"]}
    page = arta.post(f"/institutions/{number}/invite/", who)
    link = re.search(r"/invitation/[\w-]+/", page.content.decode())
    assert link
    accept(kept, link.group())
    roles = "SELECT h.role, u.institution_id::text FROM network_user u JOIN network_roleholding h ON h.user_id = u.id"
    assert kept.sql(f"{roles} WHERE u.email = 'nora@cadra.example'") == [("institution_admin", number)]
    assert "Hand in Hand" not in arta.get("/institutions/", {"which": "alone"}).content.decode()
    verbs = kept.sql("SELECT verb FROM ledger_entry WHERE verb <> 'looked' ORDER BY id")
    assert [verb for (verb,) in verbs if verb in ("added_institution", "invited")] == ["added_institution", "invited"]


def test_added_twice_is_one(kept: Any) -> None:
    typed, arta = said(kept), kept.client("arta")
    assert [arta.post("/institutions/new/", typed).status_code for _ in range(3)] == [302, 302, 302]
    assert kept.sql("SELECT count(*) FROM network_institution WHERE name = 'Hand in Hand'") == [(1,)]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 201),
        ("kind", "nothing"),
        ("areas", []),
        ("areas", ["nowhere"]),
        ("phone", "ring me"),
        ("email", "nobody"),
        ("party_since", "some day"),
        ("submission", "1"),
    ],
)
def test_what_can_not_be_is_refused_in_words_and_what_was_typed_is_kept(kept: Any, field: str, value: Any) -> None:
    page = kept.client("arta").post("/institutions/new/", said(kept, **{field: value}))
    assert page.status_code == 200
    words = page.content.decode()
    assert "govuk-error-summary" in words
    assert "Accompanies whoever asks" in words
    assert kept.sql("SELECT count(*) FROM network_institution WHERE kind = 'ngo'") == [(0,)]


def test_of_a_shelter_no_place_is_kept_and_areas_by_region_only(kept: Any) -> None:
    place = pack().municipalities()[0].code
    added(kept, is_shelter="on", municipality=place, areas=[place])
    where, served = row(kept, "Hand in Hand", "municipality, areas")
    assert where == ""
    assert [pack().areas[code].kind for code in served] == ["region"]


@pytest.mark.parametrize("name", ["ina", "rea", "sys", "marta", "mona", "dita"])
def test_nobody_else_meets_these_pages(kept: Any, name: str) -> None:
    number, client = added(kept), kept.client(name)
    person = kept.user("arta").pk
    for address in (
        "/institutions/",
        "/institutions/new/",
        f"/institutions/{number}/",
        f"/institutions/{number}/entry/",
        f"/institutions/{number}/invite/",
        f"/institutions/{number}/close/",
        f"/institutions/{number}/open/",
        f"/institutions/{number}/administrators/{person}/active/",
    ):
        assert client.get(address).status_code in (404, 405), address
        assert client.post(address, said(kept)).status_code == 404, address


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE network_institution SET phone = '1' WHERE name = 'Clinic of the Lake'",
        "UPDATE network_institution SET is_active = false WHERE name = 'Clinic of the Lake'",
        "UPDATE network_institution SET is_responsible_authority = true WHERE name = 'House of the Oak'",
        "DELETE FROM network_institution WHERE name = 'House of the River'",
        "UPDATE network_desk SET is_open = false WHERE name = 'Reception'",
        "DELETE FROM network_desk",
        "INSERT INTO network_institution (id, name, kind, mandate, areas, serves_whole_country, municipality, phone,"
        " email, hours, is_responsible_authority, is_shelter, is_active) VALUES (gen_random_uuid(), 'New', 'ngo', '',"
        " '{}', true, '', '', '', '', false, false, true)",
        "INSERT INTO network_desk (id, institution_id, name, services, phone, hours, is_open) SELECT"
        " gen_random_uuid(), id, 'New', '{}', '', '', true FROM network_institution WHERE name = 'Clinic of the Lake'",
    ],
)
@pytest.mark.parametrize("name", ["ina", "rea", "zana"])
def test_postgresql_lets_nobody_write_another_house(kept: Any, name: str, statement: str) -> None:
    """Ina administers the House of the Oak, and that alone."""
    with kept.as_(name), connection.cursor() as cursor:
        try:
            cursor.execute(statement)
        except Error as refused:
            assert "permission denied" in str(refused) or "row-level security" in str(refused)
            return
        assert cursor.rowcount == 0


def test_the_authority_is_made_by_no_page(kept: Any) -> None:
    """Not even by its administrator's session."""
    with kept.as_("arta"), connection.cursor() as cursor, pytest.raises(Error, match="permission denied"):
        cursor.execute("UPDATE network_institution SET is_responsible_authority = true WHERE name = 'House of the Oak'")


# The entry -------------------------------------------------------------------------------------------


def test_an_institution_says_its_own_words_and_not_what_it_is(kept: Any) -> None:
    ina, address = kept.client("ina"), "/institution/entry/"
    typed = {
        **said(kept),
        "seen": marked(ina, address),
        "municipality": pack().municipalities()[0].code,
        "name": "Another name",
        "is_shelter": "",
    }
    assert ina.post(address, typed).status_code == 302
    found = row(kept, "House of the Oak", "phone, mandate, kind, is_shelter, municipality")
    assert found == ("+355 00 123 456", "Accompanies whoever asks", "shelter", True, "")
    assert (
        b"Accompanies whoever asks" in kept.client("ada").get(f"/directory/{kept.user('ina').institution_id}/").content
    )


def test_the_second_at_an_entry_sees_the_first_and_loses_nothing(kept: Any) -> None:
    home = kept.user("ina").institution_id
    ina, arta = kept.client("ina"), kept.client("arta")
    own, theirs = "/institution/entry/", f"/institutions/{home}/entry/"
    seen = {own: marked(ina, own), theirs: marked(arta, theirs)}
    first = {**said(kept), "name": "House of the Oak", "kind": "shelter", "is_shelter": "on", "seen": seen[theirs]}
    assert arta.post(theirs, {**first, "hours": "Day and night"}).status_code == 302
    page = ina.post(own, {**said(kept), "mandate": "Typed at the same time", "seen": seen[own]}).content.decode()
    assert "Someone changed this meanwhile" in page
    assert "Day and night" in page
    assert "Typed at the same time" in page
    assert row(kept, "House of the Oak", "mandate") == ("Accompanies whoever asks",)
    again = re.search(r'name="seen" value="([^"]+)"', page)[1]  # type: ignore[index]
    assert ina.post(own, {**said(kept), "mandate": "Typed at the same time", "seen": again}).status_code == 302
    assert row(kept, "House of the Oak", "mandate") == ("Typed at the same time",)


# Closing ---------------------------------------------------------------------------------------------


def test_an_institution_that_left_is_not_found_and_signs_nobody_in(kept: Any) -> None:
    home = kept.user("zana").institution_id
    zana, arta = kept.client("zana"), kept.client("arta")
    assert "Nobody depends on it now" in arta.get(f"/institutions/{home}/close/").content.decode()
    assert arta.post(f"/institutions/{home}/close/").status_code == 302
    assert zana.get("/directory/").status_code == 302
    assert kept.client("ada").get(f"/directory/{home}/").status_code == 404
    assert b"House of the River" in arta.get("/institutions/", {"which": "closed"}).content
    assert b"House of the River" not in arta.get("/institutions/").content
    assert arta.post(f"/institutions/{home}/open/").status_code == 302
    assert kept.client("ada").get(f"/directory/{home}/").status_code == 200
    assert kept.sql("SELECT is_active FROM network_user WHERE email = 'zana@cadra.example'") == [(False,)]


@pytest.mark.parametrize(("name", "why"), [("marta", "It holds files"), ("kleo", "Requests at its desks")])
def test_one_that_somebody_depends_on_is_not_closed_and_why_is_said(kept: Any, name: str, why: str) -> None:
    world.build(kept)
    home = kept.user(name).institution_id
    arta = kept.client("arta")
    for answer in (arta.get(f"/institutions/{home}/close/"), arta.post(f"/institutions/{home}/close/")):
        assert answer.status_code == 200
        assert why in answer.content.decode()
        assert '<form method="post"><input' not in answer.content.decode()
    assert kept.sql("SELECT count(*) FROM network_institution WHERE NOT is_active") == [(0,)]
    assert kept.sql("SELECT count(*) FROM network_user WHERE NOT is_active") == [(0,)]


def test_the_authority_itself_is_never_closed(kept: Any) -> None:
    home = kept.user("rea").institution_id
    arta = kept.client("arta")
    assert arta.post(f"/institutions/{home}/close/").status_code == 404
    assert arta.post(f"/institutions/{home}/open/").status_code == 404


def test_what_waits_is_said_to_who_administers_and_to_nobody_else(kept: Any) -> None:
    world.build(kept)
    shelter, clinic = kept.user("marta").institution, kept.user("kleo").institution
    for name, home in (("arta", clinic), ("arta", shelter), ("ina", shelter)):
        with kept.as_(name):
            assert queries.still_waits(home)
    for name, home in (("ina", clinic), ("kleo", clinic), ("rea", clinic), ("sys", clinic)):
        with kept.as_(name), pytest.raises(PermissionError):
            queries.still_waits(home)


def test_the_account_of_another_houses_administrator_is_closed_and_opened(kept: Any) -> None:
    ina, home = kept.user("ina"), kept.user("ina").institution_id
    client, arta = kept.client("ina"), kept.client("arta")
    address = f"/institutions/{home}/administrators/{ina.pk}/active/"
    assert arta.post(address, {"active": "no"}).status_code == 302
    assert client.get("/directory/").status_code == 302
    assert arta.post(address, {"active": "yes"}).status_code == 302
    marta = f"/institutions/{home}/administrators/{kept.user('marta').pk}/active/"
    assert arta.post(marta, {"active": "no"}).status_code == 404


# Desks -----------------------------------------------------------------------------------------------


def test_a_desk_added_twice_is_one_and_its_services_are_found(kept: Any) -> None:
    ina = kept.client("ina")
    page = ina.get("/institution/desks/new/").content.decode()
    service = offered(page, "services")[0]
    typed = {
        "submission": str(uuid4()),
        "name": "Night desk",
        "services": [service],
        "phone": "123 45",
        "hours": "22–6",
    }
    assert [ina.post("/institution/desks/new/", typed).status_code for _ in range(2)] == [302, 302]
    assert kept.sql("SELECT count(*) FROM network_desk WHERE name = 'Night desk' AND services = %s", [[service]]) == [
        (1,)
    ]
    assert b"House of the Oak" in kept.client("ada").get("/directory/", {"service": service}).content


def desk_typed(client: Any, address: str, **more: Any) -> dict[str, Any]:
    return {"name": "Reception", "hours": "", "phone": "", "seen": marked(client, address), **more}


def administered(house: Any, name: str) -> Any:
    """A client of somebody who administers this colleague's house."""
    cast.join(house, "olta", beside="ina")
    home = house.user(name).institution_id
    house.sql("UPDATE network_user SET institution_id = %s WHERE email = 'olta@cadra.example'", [home])
    house.people["olta"] = cast.people()["olta"]
    return house.client("olta")


def test_the_last_open_desk_is_not_closed_while_requests_wait_there(kept: Any) -> None:
    world.build(kept)
    olta = administered(kept, "kleo")
    ((desk,),) = kept.sql("SELECT id FROM network_desk WHERE name = 'Reception'")
    address = f"/institution/desks/{desk}/"
    page = olta.post(address, desk_typed(olta, address)).content.decode()
    assert "no other desk is open" in page
    assert kept.sql("SELECT is_open FROM network_desk WHERE id = %s", [desk]) == [(True,)]
    Desk(institution=kept.user("kleo").institution, name="Ward").save(using="owner", force_insert=True)
    assert olta.post(address, desk_typed(olta, address)).status_code == 302
    assert kept.sql("SELECT is_open FROM network_desk WHERE id = %s", [desk]) == [(False,)]


def test_where_referrals_arrive_is_never_closed_and_stays_where_it_was(kept: Any) -> None:
    arta = kept.client("arta")
    with kept.as_("arta"):
        before = queries.intake_desk()
    address = f"/institution/desks/{before.pk}/"
    page = arta.post(address, desk_typed(arta, address, name="Arrivals")).content.decode()
    assert "Referrals arrive here" in page
    typed = {"submission": str(uuid4()), "name": "Archive"}
    assert arta.post("/institution/desks/new/", typed).status_code == 302
    with kept.as_("arta"):
        assert queries.intake_desk().pk == before.pk


def test_the_second_at_a_desk_sees_the_first_and_loses_nothing(kept: Any) -> None:
    ina = kept.client("ina")
    ((desk,),) = kept.sql("SELECT id FROM network_desk WHERE institution_id = %s", [kept.user("ina").institution_id])
    address = f"/institution/desks/{desk}/"
    typed = desk_typed(ina, address, name="Admission desk", is_open="on")
    assert ina.post(address, {**typed, "hours": "Saved first"}).status_code == 302
    page = ina.post(address, {**typed, "hours": "Typed second"}).content.decode()
    assert "Someone changed this meanwhile" in page
    assert "Saved first" in page
    assert "Typed second" in page
    assert kept.sql("SELECT hours FROM network_desk WHERE id = %s", [desk]) == [("Saved first",)]
