"""Who sees which link, and where we are."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.test import RequestFactory

from cadra.foundation.shell import navigation
from cadra.foundation.shell.navigation import Entry


@pytest.fixture(autouse=True)
def entries(monkeypatch: Any) -> None:
    monkeypatch.setattr(
        navigation,
        "ENTRIES",
        (
            Entry("shell:help", "Help"),
            Entry("shell:gallery", "Gallery", frozenset({"monitor"})),
            Entry("nowhere:at_all", "Nowhere"),
        ),
    )


def links(rf: RequestFactory, path: str, *roles: str) -> list[tuple[str, str]]:
    request = rf.get(path)
    request.actor = SimpleNamespace(has=lambda role: role in roles)
    return [(str(link["label"]), link["current"]) for link in navigation.links_for(request)]


def test_a_link_is_seen_by_its_roles_only_and_only_when_its_page_exists(rf: RequestFactory) -> None:
    assert links(rf, "/") == [("Help", "")]
    assert links(rf, "/", "monitor") == [("Help", ""), ("Gallery", "")]


def test_someone_without_an_actor_sees_what_everyone_sees(rf: RequestFactory) -> None:
    assert [link["url"] for link in navigation.links_for(rf.get("/"))] == ["/help/"]


def test_it_says_where_we_are(rf: RequestFactory) -> None:
    assert links(rf, "/gallery/", "monitor")[1] == ("Gallery", "page")
    assert links(rf, "/gallery/inside/", "monitor")[1] == ("Gallery", "true")
