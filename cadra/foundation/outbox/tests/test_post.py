"""Posting puts neutral words in line, together with whatever caused them, and nothing else."""

from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from cadra.foundation.network.models import Desk
from cadra.foundation.outbox.actions import post
from cadra.foundation.outbox.kinds import KINDS, render
from cadra.foundation.outbox.models import Message, State

from .conftest import SYSTEM


def test_a_message_waits_with_its_kind_and_link_and_no_text(house, posted):
    message = posted(link=f"/file/{uuid4()}/#plan")
    assert (message.state, message.attempts, message.recipient) == (State.QUEUED, 0, house.user("ada").pk)
    assert {field.name for field in Message._meta.fields} == {
        *("id", "kind", "recipient", "link", "language", "state", "reason"),
        *("attempts", "next_try", "created_at", "sent_at"),
    }


def test_a_message_goes_when_its_transaction_is_rolled_back(house, worker_asleep):
    with pytest.raises(RuntimeError), transaction.atomic():
        post(actor=SYSTEM, to=house.user("ada"), kind="waiting", link="/")
        raise RuntimeError
    assert not Message.objects.exists()


def test_a_desk_is_told_through_everybody_who_answers_there(house, worker_asleep):
    desk = Desk.objects.get(institution=house.user("rea").institution)
    with transaction.atomic():
        told = post(actor=SYSTEM, to=desk, kind="waiting", link="/inbox/")
    assert list(Message.objects.filter(pk__in=told).values_list("recipient", flat=True)) == [house.user("rea").pk]


def test_who_was_told_is_in_the_ledger_without_a_person(house, posted):
    message = posted(kind="changed")
    rows = house.sql("SELECT verb, purpose, subjects FROM ledger_entry WHERE object_id = %s", [message.pk])
    assert rows == [("message.posted", "changed", [])]


@pytest.mark.parametrize(
    "link",
    [
        "",
        "work",
        "//evil.example/",
        "/file?name=Ana",
        "/file/Ana B/",
        "https://x.example/",
        "/a\n",
        "/" + "a" * 200,
    ],
)
def test_a_link_carries_nothing_along(house, worker_asleep, link):
    with pytest.raises(ValueError, match="path of this site"):
        post(actor=SYSTEM, to=house.user("ada"), kind="waiting", link=link)


def test_the_database_refuses_such_a_link_too(house):
    with pytest.raises(DatabaseError, match="link_is_a_path"):
        Message.objects.create(kind="waiting", recipient=uuid4(), link="/file?name=Ana")


def test_an_unknown_kind_is_refused(house, worker_asleep):
    with pytest.raises(ValueError, match="no kind"):
        post(actor=SYSTEM, to=house.user("ada"), kind="you-were-referred", link="/")


@pytest.mark.parametrize("kind", KINDS)
def test_no_kind_hints_at_the_subject(kind):
    words = render(kind, "https://service.example/x/", "en")
    text = f"{words.subject} {words.body}".lower()
    for hint in (
        "victim",
        "case",
        "traffick",
        "shelter",
        "police",
        "refer",
        "exploit",
        "person",
        "file",
        "çadra",
    ):
        assert hint not in text
    assert "https://service.example/x/" in words.body
    assert "\n" not in words.subject


def test_a_failing_wake_up_does_not_fail_the_request(house, monkeypatch, caplog):
    def broken() -> None:
        raise OSError

    monkeypatch.setattr("cadra.foundation.outbox.actions.wake", broken)
    with transaction.atomic():
        post(actor=SYSTEM, to=house.user("ada"), kind="waiting", link="/")
    assert Message.objects.count() == 1


def test_the_worker_is_woken_after_the_commit_and_not_before(house):
    jobs = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'outbox.send_now'"
    with transaction.atomic():
        post(actor=SYSTEM, to=house.user("ada"), kind="waiting", link="/")
        assert house.sql(jobs, alias="default") == [(0,)]
    assert house.sql(jobs, alias="default") == [(1,)]
