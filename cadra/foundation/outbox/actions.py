"""Posting neutral messages. The row is written in the caller's transaction; sending follows the commit."""

import re
from uuid import UUID

from django.db import transaction

from cadra.foundation.ledger.actions import Acting, Entry, record_all
from cadra.foundation.network.models import Desk, User
from cadra.foundation.network.queries import desk_people
from cadra.foundation.outbox.kinds import KINDS
from cadra.foundation.outbox.models import LINK_IS_A_PATH, Message
from cadra.foundation.outbox.tasks import wake

LINK = re.compile(LINK_IS_A_PATH)


def post(*, actor: Acting, to: User | Desk | UUID, kind: str, link: str) -> list[UUID]:
    """Queue one message for a user (or her id), or one for everybody who answers at a desk.

    `kind` is a key of `kinds.KINDS`; `link` is a path of this site without a query, so nothing rides along.
    Returns the ids of the messages. ValueError for an unknown kind or any other link.
    """
    if kind not in KINDS:
        raise ValueError(f"There is no kind of message called '{kind}'.")
    if len(link) > 200 or not LINK.fullmatch(link):
        raise ValueError("A message links to a path of this site and carries nothing else.")
    messages = [Message(kind=kind, recipient=user_id, link=link) for user_id in _recipients(to)]
    Message.objects.bulk_create(messages)
    posted = [Entry(verb="message.posted", purpose=kind, object_id=message.pk) for message in messages]
    record_all(actor=actor, entries=posted)
    if messages:
        # A failing wake-up must not fail the request: the sweep finds the message within 30 seconds.
        transaction.on_commit(wake, robust=True)
    return [message.pk for message in messages]


def _recipients(to: User | Desk | UUID) -> list[UUID]:
    if isinstance(to, Desk):
        return list(desk_people(to).values_list("pk", flat=True))
    return [to.pk if isinstance(to, User) else to]
