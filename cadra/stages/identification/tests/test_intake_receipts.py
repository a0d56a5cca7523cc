"""Receipts: what stays with the referrer, and what waits for her."""

import datetime as dt
from typing import Any
from uuid import uuid4

from django.urls import reverse

from cadra.foundation.kernel.clock import now
from cadra.foundation.kernel.references import batch
from cadra.stages.identification.queries import intake as queries
from cadra.stages.identification.tests import intake, posted
from tests.mine import work


def listed(client: Any, query: str = "") -> str:
    return client.get(reverse("identification:receipts") + query).content.decode()


def received(house: Any, receipt: Any) -> None:
    house.sql("UPDATE identification_receipt SET received_at = now() WHERE id = %s", [receipt.pk])


def test_an_empty_list_says_what_to_do(house: Any) -> None:
    page = listed(house.client("ada"))
    assert "Nothing sent yet" in page and "New referral" in page


def test_a_receipt_says_waiting_and_later_that_it_was_received_and_nothing_more(house: Any) -> None:
    receipt = intake.send(house)
    ada = house.client("ada")
    address = reverse("identification:receipt", args=[receipt.pk])
    page = ada.get(address).content.decode()
    assert receipt.reference in page and "Intake desk" in page and receipt.desk_phone in page
    assert "received it on" not in page
    received(house, receipt)
    page = ada.get(address).content.decode()
    assert "received it on" in page
    for words in ("Mira", "Drita", "Canary", "Bruises"):
        assert words not in page


def test_my_institution_sees_the_receipt_and_no_other_does(house: Any) -> None:
    receipt = intake.send(house)
    address = reverse("identification:receipt", args=[receipt.pk])
    assert receipt.reference in listed(house.client("besim"))
    assert house.client("besim").get(address).status_code == 200
    for stranger in ("zana", "marta", "petrit"):
        assert house.client(stranger).get(address).status_code == 404
        assert receipt.reference not in listed(house.client(stranger))


def test_only_mine_leaves_out_my_colleagues(house: Any) -> None:
    mine, theirs = intake.send(house, "ada"), intake.send(house, "besim")
    page = listed(house.client("ada"), "?whose=mine")
    assert mine.reference in page and theirs.reference not in page


def test_a_long_list_is_read_page_by_page(house: Any) -> None:
    besim = house.actor("besim")
    for number, reference in enumerate(batch(queries.PAGE + 3)):
        moment = now() - dt.timedelta(minutes=number)
        house.sql(
            "INSERT INTO identification_receipt (id, reference, author, institution, desk, desk_name, desk_phone,"
            " sent_at, answer_due_at) VALUES (%s, %s, %s, %s, %s, 'Desk', '', %s, %s)",
            [uuid4(), reference, besim.principal, besim.institution_principal, besim.principal, moment, moment],
        )
    with house.as_("ada") as ada:
        first = queries.receipts(ada)
        second = queries.receipts(ada, cursor=first.older)
    assert (len(first.receipts), len(second.receipts), second.older) == (queries.PAGE, 3, "")
    assert not {row.pk for row in first.receipts} & {row.pk for row in second.receipts}
    assert "Older" in listed(house.client("ada"))


def test_a_forged_cursor_is_not_found(house: Any) -> None:
    assert house.client("ada").get(reverse("identification:receipts") + "?older=zzz").status_code == 404


def test_my_work_shows_drafts_to_finish_and_what_nobody_has_received(house: Any) -> None:
    sent = intake.send(house)
    intake.begin(house, "ada")
    received(house, intake.send(house))
    with house.as_("ada") as ada:
        items = work(queries, ada)
    assert [(item.kind, item.mine, item.called) for item in items] == [
        ("draft_referral", True, "Mira"),
        ("unanswered_referral", False, ""),
    ]
    assert items[1].reference == sent.reference and items[1].due_at == sent.answer_due_at


def test_my_colleagues_drafts_are_not_my_work(house: Any) -> None:
    intake.begin(house, "ada")
    with house.as_("besim") as besim:
        assert work(queries, besim) == []
    assert "Mira" not in listed(house.client("besim"))


def test_who_does_not_refer_has_no_such_work(house: Any) -> None:
    with house.as_("mona") as mona:
        assert work(queries, mona) == []


def test_the_receipt_of_a_draft_does_not_exist(house: Any) -> None:
    ada = house.client("ada")
    referral_id = posted.start(ada)
    assert ada.get(reverse("identification:receipt", args=[referral_id])).status_code == 404
