"""Her rule decides whether she may be reached: everyone is asked, nobody passes without a reason, no machine at all."""

import ast
import datetime as dt
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from cadra.foundation.outbox import actions as outbox
from cadra.foundation.outbox import reaching as door
from cadra.foundation.outbox.reaching import NotToHer
from cadra.record.people import actions as people
from cadra.record.people.contacts import NotSafe, reach_out
from cadra.record.people.models import ContactMade
from cadra.record.people.reaching import Why, may_contact
from cadra.stages.support import actions as support
from cadra.stages.support.tests.scene import Scene, make_file

PHONE = {"kind": "phone", "value": "+355 69 000 0000", "safe": "yes"}
MORNINGS = {"days": [1, 2], "from": "10:00", "until": "12:00"}
NIGHT = {"days": [5], "from": "22:00", "until": "01:00"}
NINE = dt.datetime(2026, 1, 5, 9, 30, tzinfo=dt.UTC)  # a Monday, 10:30 on the country's clock
CONTACT = {"channels": [PHONE], "rules": {"times": [MORNINGS], "leave_message": "yes"}, "whereabouts": {}}


def changed(**rules: Any) -> dict[str, Any]:
    return {**CONTACT, "rules": {**CONTACT["rules"], **rules}}  # type: ignore[dict-item]


@pytest.fixture
def scene(house: Any) -> Scene:
    return make_file(house)


@pytest.mark.parametrize(
    ("contact", "channel", "at", "against"),
    [
        (CONTACT, PHONE, NINE, ()),
        (CONTACT, PHONE, NINE + dt.timedelta(hours=2), (Why.NOT_NOW,)),
        (CONTACT, PHONE, NINE + dt.timedelta(days=2), (Why.NOT_NOW,)),
        (CONTACT, PHONE, NINE - dt.timedelta(minutes=31), (Why.NOT_NOW,)),
        (changed(times=[NIGHT]), PHONE, dt.datetime(2026, 1, 9, 23, 30, tzinfo=dt.UTC), ()),  # 00:30 on Saturday
        (changed(times=[NIGHT]), PHONE, dt.datetime(2026, 1, 10, 22, 30, tzinfo=dt.UTC), (Why.NOT_NOW,)),
        (CONTACT, {**PHONE, "value": "another"}, NINE, (Why.NOT_HERS,)),
        ({**CONTACT, "channels": [{**PHONE, "safe": "no"}]}, PHONE, NINE, (Why.NOT_SAFE,)),
        ({**CONTACT, "channels": [{**PHONE, "safe": "not_asked"}]}, PHONE, NINE, (Why.NOT_KNOWN_SAFE,)),
        (CONTACT, {"kind": "visit", "value": "x"}, NINE, (Why.NOT_HERS,)),
        (None, PHONE, NINE, (Why.NOTHING_KNOWN,)),
        ({}, PHONE, NINE, (Why.NOTHING_KNOWN,)),
    ],
)
def test_her_rule_decides(contact: Any, channel: Any, at: dt.datetime, against: tuple[Why, ...]) -> None:
    verdict = may_contact(contact, channel, at)
    assert verdict.against == against
    assert verdict.allowed is (not against)


@pytest.mark.parametrize(
    ("contact", "automatic"),
    [
        (CONTACT, True),
        (changed(leave_message="not_asked"), False),
        (changed(who_else="His mother"), False),
        (changed(hours="When the shop is closed"), False),
        (changed(times=[]), False),
    ],
)
def test_a_machine_may_only_where_nothing_is_unclear(contact: Any, automatic: bool) -> None:
    assert may_contact(contact, PHONE, NINE).automatic is automatic


def test_the_outbox_asks_her_rule_and_writes_to_colleagues_only(house: Any, monkeypatch: Any) -> None:
    door.must_allow(CONTACT, PHONE, NINE)
    with pytest.raises(NotToHer):
        door.must_allow(changed(who_else="His mother"), PHONE, NINE)
    with pytest.raises(NotToHer):
        door.must_allow(CONTACT, PHONE, NINE + dt.timedelta(hours=5))
    monkeypatch.setattr(door, "_rules", [])
    with pytest.raises(NotToHer):
        door.must_allow(CONTACT, PHONE, NINE)
    with house.as_("rea") as rea:
        person = people.open_file(actor=rea)
        for to in (person.pk, uuid4(), person, "+355 69 000 0000"):
            with pytest.raises(NotToHer):
                outbox.post(actor=rea, to=to, kind="waiting", link="/")


def test_only_the_outbox_sends_anything() -> None:
    sends = {"EmailMessage", "EmailMultiAlternatives", "send_mail", "send_mass_mail", "get_connection", "smtplib"}
    root = Path(door.__file__).resolve().parents[2]
    found = set()
    for path in root.rglob("*.py"):
        if "tests" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom | ast.Import) and sends & {
                part for alias in node.names for part in (alias.name, *alias.name.split("."))
            }:
                found.add(path.relative_to(root).parts[1])
    # access: the messages of the sign-in library, to colleagues; outside: whether the mail server answers
    assert found <= {"outbox", "access", "outside.py"}


def page(scene: Scene, name: str, *arguments: Any) -> str:
    return reverse(f"mechanism:{name}", args=[scene.person.pk, *arguments])


def save(scene: Scene, contact: dict[str, Any]) -> None:
    with scene.house.as_("rea") as rea:
        people.save_contact(actor=rea, person=scene.person, **contact)


def test_a_number_is_shown_after_her_rule_and_the_contact_is_written_down(scene: Scene, house: Any) -> None:
    always = {"days": [], "from": "00:00", "until": "23:59:59.999999"}
    save(scene, changed(times=[always], name_to_use="Aunt Vera", never_say="the shelter"))
    client = house.client("marta")
    for address in (page(scene, "contact"), page(scene, "contact_reach", 0)):
        shown = client.get(address).content.decode()
        assert "Aunt Vera" in shown
        assert PHONE["value"] not in shown
    made = client.post(page(scene, "contact_reach", 0), {})
    shown = client.get(made.url).content.decode()
    assert shown.index("Never say: the shelter") < shown.index(PHONE["value"])
    colleague = house.client("sara").get(made.url)  # has not read her rule
    assert colleague.status_code == 200
    assert PHONE["value"] not in colleague.content.decode()
    assert client.post(made.url, {"result": "reached", "what": "She is well"}).status_code == 302
    assert "She is well" in client.get(page(scene, "contact")).content.decode()
    assert house.sql("SELECT result, against FROM people_contactmade") == [("reached", [])]


def test_outside_her_hours_it_stops_and_goes_on_only_with_a_reason(scene: Scene, house: Any) -> None:
    save(scene, changed(times=[{"days": [], "from": "03:00", "until": "03:00"}]))  # never
    client = house.client("marta")
    assert "Now is not a safe time" in client.get(page(scene, "file")).content.decode()
    stop = client.get(page(scene, "contact_reach", 0)).content.decode()
    assert "Stop: her rule is against it" in stop
    refused = client.post(page(scene, "contact_reach", 0), {"why": "  "})
    assert "Give a reason, or wait for a safe time" in refused.content.decode()
    assert PHONE["value"] not in refused.content.decode()
    assert house.sql("SELECT count(*) FROM people_contactmade") == [(0,)]
    sent = {"why": "Her house is on fire", "submission": str(uuid4())}
    made = [client.post(page(scene, "contact_reach", 0), sent) for _twice in range(2)]
    assert PHONE["value"] in client.get(made[1].url).content.decode()
    assert house.sql("SELECT against, made_by FROM people_contactmade") == [(["not_now"], house.user("marta").pk)]
    assert b"fire" not in bytes(house.sql("SELECT words FROM people_contactmade")[0][0])
    verbs = {verb for (verb,) in house.sql("SELECT verb FROM ledger_entry")}
    assert "reached_out_against_rule" in verbs


def test_without_a_reason_no_code_gets_past_either(scene: Scene, house: Any) -> None:
    with house.as_("marta") as marta, pytest.raises(NotSafe):
        reach_out(actor=marta, person=scene.person, contact=CONTACT, channel={**PHONE, "value": "other"})
    with house.as_("marta"):
        assert not ContactMade.objects.exists()


def test_where_she_is_stands_behind_the_same_door(scene: Scene, house: Any) -> None:
    client = house.client("marta")
    assert "Rruga e Lisit 7" not in client.get(page(scene, "contact")).content.decode()
    made = client.post(page(scene, "contact_reach", 1), {})
    assert "Rruga e Lisit 7" in client.get(made.url).content.decode()


def test_hours_are_typed_as_days_and_a_time(scene: Scene, house: Any) -> None:
    typed = {
        "channels-TOTAL_FORMS": "0",
        "channels-INITIAL_FORMS": "0",
        "days": ["1", "3"],
        "from_hour": "10",
        "until_hour": "12:00",
    }
    client = house.client("marta")
    wrong = client.post(page(scene, "contact_edit"), {**typed, "until_hour": "", "from_hour": "10:00"})
    assert "Write from when and until when" in wrong.content.decode()
    assert client.post(page(scene, "contact_edit"), {**typed, "from_hour": "10:00"}).status_code == 302
    assert "Monday, Wednesday: 10:00–12:00" in client.get(page(scene, "contact")).content.decode()


def lives(client: Any, scene: Scene, address: str, version: int) -> None:
    rows = {"channels-TOTAL_FORMS": "0", "channels-INITIAL_FORMS": "0"}
    typed = {**rows, "address": address, "version": str(version)}
    assert client.post(page(scene, "contact_edit"), typed).status_code == 302


def reviews(house: Any) -> list[Any]:
    return list(house.sql("SELECT event, done_at IS NULL FROM support_safetyreview ORDER BY asked_at"))


def test_a_move_asks_for_a_look_at_her_safety_by_itself(scene: Scene, house: Any) -> None:
    client = house.client("marta")
    lives(client, scene, "Rruga e Lisit 7", 1)  # the same place again
    assert reviews(house) == []
    lives(client, scene, "Rruga e Re 1", 2)
    lives(client, scene, "Rruga e Re 2", 3)
    assert reviews(house) == [("move", True)]
    with house.as_("marta") as marta:
        support.review_safety(actor=marta, person=scene.person)
    lives(client, scene, "Rruga e Re 3", 4)
    assert [one for one in reviews(house) if one[0] == "move"] == [("move", False), ("move", True)]


def test_nobody_outside_learns_who_reached_her(scene: Scene, house: Any) -> None:
    made = house.client("marta").post(page(scene, "contact_reach", 1), {})
    for outsider in ("kleo", "zana"):
        assert house.client(outsider).get(made.url).status_code == 404
        with house.as_(outsider):
            assert not ContactMade.objects.exists()
