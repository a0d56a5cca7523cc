"""Posting neutral messages. The row is written in the caller's transaction; sending follows the commit."""

import re
from uuid import UUID

from cadra.foundation.kernel.afterwards import afterwards
from cadra.foundation.ledger.actions import Acting, Entry, record_all
from cadra.foundation.network.models import Desk, User
from cadra.foundation.network.queries import desk_people, stand_in
from cadra.foundation.outbox.kinds import KINDS
from cadra.foundation.outbox.models import LINK_IS_A_PATH, Message
from cadra.foundation.outbox.reaching import NotToHer
from cadra.foundation.outbox.tasks import wake

HOME = "/"
OF_THE_ACCOUNT = frozenset({"account", "password"})  # never a matter for whoever stands in
LINK = re.compile(LINK_IS_A_PATH)


def post(*, actor: Acting, to: User | Desk | UUID, kind: str, link: str) -> list[UUID]:
    """Queue one message for a user (or her id) and whoever stands in for her today, or one for everybody at a desk.

    `kind` is a key of `kinds.KINDS`; `link` is a path of this site without a query, so nothing rides along.
    Returns the ids of the messages. ValueError for an unknown kind or any other link, `NotToHer` for anyone who is no
    colleague.
    """
    if kind not in KINDS:
        raise ValueError(f"There is no kind of message called '{kind}'.")
    if len(link) > 200 or not LINK.fullmatch(link):
        raise ValueError("A message links to a path of this site and carries nothing else.")
    messages = [Message(kind=kind, recipient=user_id, link=path) for user_id, path in _recipients(to, kind, link)]
    Message.objects.bulk_create(messages)
    posted = [Entry(verb="message.posted", purpose=kind, object_id=message.pk) for message in messages]
    record_all(actor=actor, entries=posted)
    if messages:
        afterwards(wake)  # when that fails, the sweep finds the message within 30 seconds
    return [message.pk for message in messages]


def _recipients(to: User | Desk | UUID, kind: str, link: str) -> list[tuple[UUID, str]]:
    """Who is written to, and where the link leads. A stand-in is led to "My work", which shows what she may see: the
    address of a file that does not open would tell someone on a refusal list that there is one."""
    if isinstance(to, Desk):
        return [(person.pk, link) for person in desk_people(to)]
    user_id = to.pk if isinstance(to, User) else to
    if not isinstance(to, User) and not (isinstance(to, UUID) and User.objects.filter(pk=to).exists()):
        raise NotToHer("A message goes to a colleague. To the person herself only where her rule allows it.")
    instead = stand_in(user_id) if kind not in OF_THE_ACCOUNT else None
    return [(user_id, link), (instead, HOME)] if instead else [(user_id, link)]
