"""Beginning the mechanism at the terminal: what is asked, what is refused, what is made."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from cadra.foundation.network.management.commands import found

SAID = {
    "name": "The Authority",
    "phone": "+355 00 000 009",
    "desk": "Arrivals",
    "administrator": "Arta First",
    "email": "arta@authority.example",
    "language": "en",
}


@pytest.fixture
def empty(house: Any) -> Any:
    """The house as before anybody began: no authority."""
    house.sql("UPDATE network_institution SET is_responsible_authority = false WHERE is_responsible_authority")
    return house


def made(house: Any) -> list[Any]:
    return house.sql(
        "SELECT i.name, i.phone, i.kind, d.name, v.name, v.email, v.roles, v.invited_by_id FROM network_institution i"
        " JOIN network_desk d ON d.institution_id = i.id JOIN network_invitation v ON v.institution_id = i.id"
        " WHERE i.is_responsible_authority"
    )


def typed(capsys: Any, **changed: str) -> str:
    call_command("found", **{**SAID, **changed})
    return str(capsys.readouterr().out)


def test_what_is_said_makes_the_authority_its_desk_and_one_link(empty: Any, capsys: Any) -> None:
    told = typed(capsys)
    links = re.findall(r"http://testserver(/invitation/[\w-]+/)", told)
    assert len(links) == 1
    admin = ["institution_admin"]
    row = (
        "The Authority",
        SAID["phone"],
        "responsible_authority",
        "Arrivals",
        "Arta First",
        SAID["email"],
        admin,
        None,
    )
    assert made(empty) == [row]
    assert empty.client().get(links[0]).status_code == 200
    days = empty.sql("SELECT round(extract(epoch FROM expires_at - created_at) / 86400) FROM network_invitation")
    assert days == [(7,)]
    ((authority_id,),) = empty.sql("SELECT id FROM network_institution WHERE is_responsible_authority")
    entries = empty.sql("SELECT verb, actor, institution, object_id FROM ledger_entry ORDER BY id")
    assert entries == [("founded", None, None, authority_id), ("invited", None, None, authority_id)]


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("email", "nobody"),
        ("phone", "ring me"),
        ("phone", "+"),
        ("language", "xx"),
        ("name", " "),
        ("name", "x" * 201),
        ("administrator", ""),
    ],
)
def test_an_answer_that_is_none_is_refused_and_nothing_is_made(empty: Any, option: str, value: str) -> None:
    with pytest.raises(CommandError, match=f"^--{option}: "):
        call_command("found", **{**SAID, option: value})
    assert made(empty) == []


def test_without_a_terminal_it_says_which_option_is_missing(empty: Any) -> None:
    with pytest.raises(CommandError, match="^Say --phone: Its telephone"):
        call_command("found", name="The Authority")


def test_at_a_terminal_it_asks_until_an_answer_is_one(empty: Any, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    answers: Iterator[str] = iter(
        ["", "The Authority", "ring me", SAID["phone"], "Arrivals", "Arta", "arta", SAID["email"], "en"]
    )
    monkeypatch.setattr(found.sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda words: next(answers))
    call_command("found")
    told = capsys.readouterr().out
    assert "Write something here." in told
    assert "Write a telephone number" in told
    assert "valid email address" in told
    assert len(made(empty)) == 1


def test_stopped_half_way_it_made_nothing(empty: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(words: str) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(found.sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", stop)
    with pytest.raises(CommandError, match="Nothing was made"):
        call_command("found")
    assert made(empty) == []


def test_a_lost_link_is_made_anew_and_the_lost_one_ends(empty: Any, capsys: Any) -> None:
    first, second = (re.search(r"/invitation/[\w-]+/", typed(capsys)).group() for _ in range(2))  # type: ignore[union-attr]
    assert empty.client().get(first).status_code == 404
    assert empty.client().get(second).status_code == 200
    assert empty.sql("SELECT count(*) FROM network_institution WHERE is_responsible_authority") == [(1,)]


def test_a_house_that_somebody_administers_is_not_begun_again(empty: Any, capsys: Any) -> None:
    link = re.search(r"/invitation/[\w-]+/", typed(capsys)).group()  # type: ignore[union-attr]
    words = "five words nobody would guess"
    assert empty.client().post(link, {"password": words, "again": words}).status_code == 302
    for changed in ({}, {"name": "Another", "email": "other@authority.example"}):
        with pytest.raises(CommandError, match="There is a Responsible Authority already"):
            typed(capsys, **changed)
    assert empty.sql("SELECT count(*) FROM network_invitation") == [(1,)]


def test_an_address_that_has_an_account_is_refused(empty: Any, capsys: Any) -> None:
    with pytest.raises(CommandError, match="account with this e-mail address already"):
        typed(capsys, email="MARTA@cadra.example")
    assert made(empty) == []
