"""Identity is closed by default: it asks for a purpose, opens for minutes, and every look is on her record."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from cadra.foundation.ledger import queries as ledger
from cadra.record.people.models import Identity


def url(name: str, file: Any) -> str:
    return reverse(f"mechanism:{name}", args=[file.pk])


def open_identity(client: Any, file: Any) -> Any:
    return client.post(url("identity", file), {"purpose": "speak_with_her"}, follow=True)


def test_no_page_of_the_file_shows_her_name_unasked(house: Any, carried: Any) -> None:
    client = house.client("marta")
    for name in ("file", "identity", "notes", "team", "seen", "consents"):
        assert b"Canary" not in client.get(url(name, carried)).content


def test_a_purpose_opens_it_and_is_in_the_ledger(house: Any, carried: Any) -> None:
    page = open_identity(house.client("marta"), carried)
    assert b"Drita Canary" in page.content
    looks = [one for one in ledger.trail(carried.ledger_alias) if one.verb == "looked_at_identity"]
    assert looks[0].purpose == "speak_with_her"
    assert looks[0].compartments == ["core", "identity"]
    assert looks[0].actor == house.user("marta").pk


@pytest.mark.parametrize("purpose", ["", "curious", "<b>"])
def test_without_a_known_purpose_it_stays_closed(house: Any, carried: Any, purpose: str) -> None:
    page = house.client("marta").post(url("identity", carried), {"purpose": purpose})
    assert b"Canary" not in page.content
    assert "looked_at_identity" not in {one.verb for one in ledger.trail(carried.ledger_alias)}


def test_it_closes_by_itself(house: Any, carried: Any) -> None:
    client = house.client("marta")
    open_identity(client, carried)
    assert b"Canary" in client.get(url("identity", carried)).content
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(minutes=6), tick=True):
        assert b"Canary" not in client.get(url("identity", carried)).content


def test_it_can_be_closed_at_once(house: Any, carried: Any) -> None:
    client = house.client("marta")
    open_identity(client, carried)
    client.post(url("identity_close", carried))
    assert b"Canary" not in client.get(url("identity", carried)).content


def test_opening_one_file_opens_no_other(house: Any, carried: Any) -> None:
    other = make_other(house)
    client = house.client("marta")
    open_identity(client, carried)
    assert b"Second" not in client.get(url("identity", other)).content


def make_other(house: Any) -> Any:
    from cadra.steering.mechanism.tests.building import give_custody, make_file  # noqa: PLC0415

    other = make_file(house, family="Second")
    give_custody(house, other)
    return other


def test_where_she_did_not_agree_there_is_no_such_page(house: Any, carried: Any) -> None:
    withdraw(house, carried)
    client = house.client("marta")
    assert client.get(url("identity", carried)).status_code == 404
    assert b"Show identity" not in client.get(url("file", carried)).content


def withdraw(house: Any, file: Any) -> None:
    from cadra.record.consent.models import Consent  # noqa: PLC0415
    from cadra.steering.mechanism.actions import withdraw_consent  # noqa: PLC0415

    with house.as_("marta") as marta:
        withdraw_consent(actor=marta, person=file, consent=Consent.objects.get(case_id=file.pk))


def form_of(page: Any) -> dict[str, Any]:
    """What a browser would send back unchanged."""
    form = page.context["form"]
    data = {name: value for name, value in form.initial.items() if value is not None}
    if (born := data.pop("born", None)) is not None:
        data |= {"born_day": born.day, "born_month": born.month, "born_year": born.year}
    for part in page.context["lists"]:
        formset = part["formset"]
        data |= {
            f"{formset.prefix}-TOTAL_FORMS": formset.total_form_count(),
            f"{formset.prefix}-INITIAL_FORMS": formset.initial_form_count(),
        }
        for number, row in enumerate(formset.initial):
            data |= {f"{formset.prefix}-{number}-{key}": value for key, value in row.items()}
    return data


def test_the_second_editor_sees_what_changed_and_loses_nothing(house: Any, carried: Any) -> None:
    first, second = house.client("marta"), house.client("rea")
    for client in (first, second):
        open_identity(client, carried)
    edit = url("identity_edit", carried)
    marta, rea = form_of(first.get(edit)), form_of(second.get(edit))
    marta["birth_place"], rea["birth_place"] = "Fier", "Berat"
    assert first.post(edit, marta).status_code == 302
    page = second.post(edit, rea)
    assert page.status_code == 409
    assert b"Fier" in page.content
    assert b"Berat" in page.content
    again = {**rea, "version": page.context["form"].data["version"]}
    assert second.post(edit, again).status_code == 302
    with house.as_("rea") as actor:
        from cadra.foundation import vault  # noqa: PLC0415

        row = Identity.objects.get(case_id=carried.pk)
        vault.unseal(actor.ring, [row])
    assert row.plain["birth"]["place"] == "Berat"
    assert row.plain["names"][0]["family"] == "Canary"
    assert row.plain["documents"][0]["number"] == "BC1234567"


def test_the_same_form_sent_twice_is_saved_once(house: Any, carried: Any) -> None:
    client = house.client("marta")
    open_identity(client, carried)
    edit = url("identity_edit", carried)
    data = {**form_of(client.get(edit)), "birth_place": "Fier"}
    assert client.post(edit, data).status_code == 302
    assert client.post(edit, data).status_code == 302
