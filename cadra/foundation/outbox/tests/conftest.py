"""An outbox to post to and a mailbox to look into."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.db import transaction

from cadra.foundation.outbox.actions import post
from cadra.foundation.outbox.models import Message

SYSTEM = SimpleNamespace(user_id=None, institution_id=None)


@pytest.fixture
def worker_asleep(monkeypatch):
    """No job is left for a worker, so a test decides itself when messages are sent."""
    monkeypatch.setattr("cadra.foundation.outbox.actions.wake", lambda: None)


@pytest.fixture
def posted(house, worker_asleep) -> Callable[..., Message]:
    """Post one message to Ada, or to whom the test says."""

    def build(to: object = None, kind: str = "waiting", link: str = "/waiting/") -> Message:
        with transaction.atomic():
            [message_id] = post(actor=SYSTEM, to=to or house.user("ada"), kind=kind, link=link)
        return Message.objects.get(pk=message_id)

    return build
