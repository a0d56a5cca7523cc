"""What nobody waits for is done when the answer has left, and only if the transaction was kept."""

from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import transaction

from cadra.foundation.kernel.afterwards import afterwards


@pytest.fixture
def done(house: Any) -> list[str]:
    return []


def test_without_a_request_it_is_done_at_the_commit(done: list[str]) -> None:
    with transaction.atomic():
        afterwards(lambda: done.append("errand"))
        assert done == []
    assert done == ["errand"]


def test_within_a_request_it_waits_until_the_answer_has_left(done: list[str]) -> None:
    request_started.send(WSGIHandler)
    with transaction.atomic():
        afterwards(lambda: done.append("first"))
        afterwards(lambda: done.append("second"))
    assert done == []
    request_finished.send(WSGIHandler)
    assert done == ["first", "second"]
    with transaction.atomic():
        afterwards(lambda: done.append("third"))
    assert done == ["first", "second", "third"]


def test_what_was_undone_has_no_consequences(done: list[str]) -> None:
    with pytest.raises(KeyError), transaction.atomic():
        afterwards(lambda: done.append("errand"))
        raise KeyError
    assert done == []


def test_one_that_fails_is_logged_and_the_next_is_done(done: list[str], caplog: pytest.LogCaptureFixture) -> None:
    request_started.send(WSGIHandler)
    with transaction.atomic():
        afterwards(lambda: done[1])
        afterwards(lambda: done.append("next"))
    request_finished.send(WSGIHandler)
    assert done == ["next"]
    assert [record.event for record in caplog.records] == ["errand.failed"]  # type: ignore[attr-defined]
