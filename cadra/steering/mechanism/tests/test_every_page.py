"""Every page of a file opens for whoever carries it, in few queries, and is not there for a stranger."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

FILE_PAGES = (
    *("file", "identity", "identity_edit", "contact", "contact_edit", "profile", "notes", "team", "seen"),
    *("refusals", "consents", "consent_new", "documents", "document_new", "paper_new"),
)
MOST = 12
FRAME = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")


def address(name: str, case_id: Any) -> str:
    return reverse(f"mechanism:{name}", args=[case_id])


def queries_of(client: Any, url: str) -> list[str]:
    """Statements of one page, on both connections, without those that only frame a transaction."""
    assert client.get(url).status_code == 200
    with CaptureQueriesContext(connections["default"]) as app, CaptureQueriesContext(connections["gate"]) as gate:
        assert client.get(url).status_code == 200
    asked = [one["sql"] for one in (*gate.captured_queries, *app.captured_queries)]
    return [sql for sql in asked if not sql.startswith(FRAME)]


@pytest.mark.parametrize("name", [name for name in FILE_PAGES if name != "identity_edit"])
def test_it_opens_for_whoever_carries_the_file(house: Any, carried: Any, name: str) -> None:
    asked = queries_of(house.client("marta"), address(name, carried.pk))
    assert len(asked) <= MOST, asked


@pytest.mark.parametrize("url", ["/", "/files/"])
@pytest.mark.parametrize("name", ["ada", "rea", "petrit", "marta", "sara", "kleo", "dita", "mona"])
def test_lists_ask_few_questions(house: Any, carried: Any, name: str, url: str) -> None:
    asked = queries_of(house.client(name), url)
    assert len(asked) <= MOST, asked


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", [*FILE_PAGES, "take", "identity_close"])
def test_a_stranger_gets_the_answer_of_a_file_that_does_not_exist(
    house: Any, carried: Any, name: str, method: str
) -> None:
    client = house.client("zana")
    hers, nobodys = (getattr(client, method)(address(name, key)) for key in (carried.pk, uuid4()))
    assert hers.status_code == nobodys.status_code
    assert hers.status_code in (404, 405)
    assert b"Dee" not in hers.content
    assert carried.reference.encode() not in hers.content


@pytest.mark.parametrize("name", FILE_PAGES)
def test_nobody_signed_in_is_sent_to_sign_in(house: Any, carried: Any, name: str) -> None:
    answer = house.client().get(address(name, carried.pk))
    assert answer.status_code == 302
    assert "login" in answer["Location"]


def test_an_administrator_of_the_holding_institution_sees_no_file(house: Any, carried: Any) -> None:
    client = house.client("ina")
    assert client.get(address("file", carried.pk)).status_code == 404
    assert carried.reference.encode() not in client.get("/files/").content
