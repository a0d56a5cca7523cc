"""An emergency opens a file for two hours: everybody is told, it ends by itself, and some things it never does."""

import datetime as dt
import re
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from cadra.foundation.ledger import queries as ledger
from cadra.foundation.outbox.models import Message
from cadra.foundation.vault.keeper import keeper
from cadra.record.cases.models import Case
from cadra.record.people.models import Contact
from cadra.steering.mechanism import actions
from cadra.steering.mechanism.queries.opened import opened

GIVEN = {"reason": "danger_to_life", "understood": "on"}


def ask(client: Any, reference: str, **more: Any) -> Any:
    return client.post("/emergency/", {"reference": reference, **GIVEN, **more}, follow=True)


def address(file: Any) -> str:
    return reverse("mechanism:file", args=[file.pk])


def carry(house: Any, file: Any) -> None:
    with house.as_("marta") as marta:
        actions.take_custody(actor=marta, file=opened(marta, file.pk)[0])


def test_it_opens_at_once_and_says_how_long(house: Any, carried: Any) -> None:
    client = house.client("zana")
    assert client.get(address(carried)).status_code == 404
    page = ask(client, carried.reference.lower().replace("-", " "))
    assert page.status_code == 200
    assert b"This file closes again at" in page.content


def test_manager_and_data_protection_officer_are_told_at_once(house: Any, carried: Any) -> None:
    carry(house, carried)
    ask(house.client("zana"), carried.reference)
    told = dict(Message.objects.values_list("recipient", "link"))
    assert told == {house.user("dita").pk: "/reviews/", house.user("marta").pk: address(carried)}


def test_without_a_manager_the_supervisors_of_the_holder_are_told(house: Any, carried: Any) -> None:
    ask(house.client("zana"), carried.reference)
    assert house.user("sara").pk in set(Message.objects.values_list("recipient", flat=True))


def test_asked_twice_it_is_one_opening_told_once(house: Any, carried: Any) -> None:
    client = house.client("zana")
    ask(client, carried.reference)
    ask(client, carried.reference)
    assert Message.objects.filter(recipient=house.user("dita").pk).count() == 1
    assert house.sql("SELECT count(*) FROM access_breakglass") == [(1,)]


def test_the_contact_part_never_opens(house: Any, carried: Any) -> None:
    client = house.client("zana")
    ask(client, carried.reference)
    assert client.get(reverse("mechanism:contact", args=[carried.pk])).status_code == 404
    assert b"the river" not in client.get(address(carried)).content
    with house.as_("zana") as zana:
        assert not Contact.objects.filter(case_id=carried.pk).exists()
        assert not zana.ring.keys([(carried.pk, "contact")])


def test_it_reads_and_never_writes_or_passes_on(house: Any, carried: Any) -> None:
    client = house.client("zana")
    ask(client, carried.reference)
    notes = reverse("mechanism:notes", args=[carried.pk])
    assert client.post(notes, {"text": "x", "part": "support"}).status_code == 404
    for name in ("consents", "refusals", "seen", "contact_edit", "profile"):
        assert client.get(reverse(f"mechanism:{name}", args=[carried.pk])).status_code == 404


def test_it_ends_by_itself_after_two_hours(house: Any, carried: Any) -> None:
    client = house.client("zana")
    ask(client, carried.reference)
    house.sql("UPDATE access_grant SET until = starts_at + interval '1 millisecond' WHERE basis = 'break_glass'")
    assert client.get(address(carried)).status_code == 404


def test_the_keeper_ends_it_by_its_own_clock(house: Any, carried: Any) -> None:
    with house.as_("zana") as zana:
        assert actions.open_in_emergency(actor=zana, reference=carried.reference, reason="medical")
    rows = house.sql("SELECT until - starts_at FROM access_grant WHERE basis = 'break_glass'")
    assert rows == [(dt.timedelta(hours=2),)]
    zana = house.actor("zana")
    assert keeper().open_keys(zana.ring.token, [(carried.pk, "identity")])


def test_someone_on_the_refusal_list_never_opens_it(house: Any, carried: Any) -> None:
    with house.as_("marta") as marta:
        file, _rest = opened(marta, carried.pk)
        actions.refuse(actor=marta, file=file, principal=house.user("zana").principal)
    page = ask(house.client("zana"), carried.reference)
    assert b"No file can be opened with this reference" in page.content
    assert house.sql("SELECT count(*) FROM access_breakglass") == [(0,)]
    attempts = [one for one in ledger.trail(carried.ledger_alias) if one.outcome == "denied"]
    assert attempts[0].actor == house.user("zana").pk


def test_refusing_the_institution_refuses_its_people(house: Any, carried: Any) -> None:
    with house.as_("marta") as marta:
        file, _rest = opened(marta, carried.pk)
        actions.refuse(actor=marta, file=file, principal=house.user("zana").institution.principal)
    assert b"No file can be opened" in ask(house.client("zana"), carried.reference).content


def test_the_answer_is_the_same_whatever_the_cause(house: Any, carried: Any) -> None:
    with house.as_("marta") as marta:
        file, _rest = opened(marta, carried.pk)
        actions.refuse(actor=marta, file=file, principal=house.user("zana").principal)
    client = house.client("zana")
    answers = [ask(client, reference) for reference in (carried.reference, "AL-2222-2222", "nonsense")]
    said = {re.sub(rb"notice-[0-9a-f]{8}", b"", page.content.split(b"<h1")[1].split(b"<form")[0]) for page in answers}
    assert len(said) == 1
    assert {page.status_code for page in answers} == {200}


@pytest.mark.parametrize("name", ["mona", "ina", "sys", "dita"])
def test_roles_without_files_have_no_such_page(house: Any, carried: Any, name: str) -> None:
    assert ask(house.client(name), carried.reference).status_code == 404


@pytest.mark.parametrize("missing", ["reason", "understood"])
def test_a_reason_and_the_confirmation_are_needed(house: Any, carried: Any, missing: str) -> None:
    given = {key: value for key, value in GIVEN.items() if key != missing}
    page = house.client("zana").post("/emergency/", {"reference": carried.reference, **given})
    assert page.status_code == 200
    assert house.sql("SELECT count(*) FROM access_breakglass") == [(0,)]


def test_an_opening_does_not_move_the_file(house: Any, carried: Any) -> None:
    ask(house.client("zana"), carried.reference)
    with house.as_("rea"):
        assert Case.objects.get(case_id=carried.pk).manager_id is None


def test_the_remaining_time_is_told_in_words(house: Any, carried: Any) -> None:
    client = house.client("zana")
    ask(client, carried.reference)
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(minutes=10), tick=True):
        assert b"1\xc2\xa0hour" in client.get(address(carried)).content
