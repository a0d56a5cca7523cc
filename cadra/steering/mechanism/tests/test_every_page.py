"""Every page of a file opens for whoever carries it, in few queries, and is not there for a stranger."""

from typing import Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

PAGES = [
    "file",
    "identity",
    "contact",
    "contact_edit",
    "profile",
    "notes",
    "team",
    "seen",
    "refusals",
    "consents",
    "consent_new",
]


def address(name: str, case_id: Any) -> str:
    return reverse(f"mechanism:{name}", args=[case_id])


@pytest.mark.parametrize("name", PAGES)
def test_it_opens_for_whoever_carries_the_file(house: Any, carried: Any, name: str) -> None:
    client = house.client("marta")
    assert client.get(address(name, carried.pk)).status_code == 200
    with CaptureQueriesContext(connections["default"]) as asked, CaptureQueriesContext(connections["gate"]) as gate:
        assert client.get(address(name, carried.pk)).status_code == 200
    seen = [
        one["sql"]
        for one in [*gate.captured_queries, *asked.captured_queries]
        if not one["sql"].startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"))
    ]
    print(name, len(seen), [sql[:70] for sql in seen])
    assert len(seen) <= 12
