"""The worker's side: take what is due, render it, send it, try again later.

A message is claimed by moving its `next_try` on by `LEASE` and committing, so no transaction is open while
the mail server is spoken to, and a worker killed in between leaves a message due again after the lease.
A message can therefore arrive twice, never not at all.
"""

import logging
from datetime import timedelta
from smtplib import SMTPRecipientsRefused

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from cadra.foundation.network.queries import mail_address
from cadra.foundation.outbox.kinds import render
from cadra.foundation.outbox.models import Message, State

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=4)
MOST_ATTEMPTS = 10


def wait_after(attempts: int) -> timedelta:
    """1, 2, 4 … minutes, at most 4 hours: ten attempts take about 12 hours."""
    return min(FIRST_WAIT * 2 ** (attempts - 1), LONGEST_WAIT)


def send_due() -> int:
    """Send every message that is due; the number sent. Safe to run in many workers at once."""
    sent = 0
    while (message := _claim()) is not None:
        sent += _send(message)
    return sent


def _claim() -> Message | None:
    """The message due longest, reserved for this worker; one that has used up its attempts is failed here."""
    with transaction.atomic():
        due = Message.objects.filter(state=State.QUEUED, next_try__lte=timezone.now()).order_by("next_try")
        message = due.select_for_update(skip_locked=True).first()
        if message is not None:
            message.attempts += 1
            message.next_try = timezone.now() + LEASE
            message.save(update_fields=["attempts", "next_try"])
    return message


def _send(message: Message) -> bool:
    if message.attempts > MOST_ATTEMPTS:
        return _fail(message, "worker-died")
    found = mail_address(message.recipient)
    if found is None:
        return _fail(message, "no-address")
    address, message.language = found
    try:
        text = render(message.kind, settings.BASE_URL + _path(message), message.language)
    except KeyError:
        return _fail(message, "unknown-kind")
    try:
        EmailMessage(text.subject, text.body, settings.DEFAULT_FROM_EMAIL, [address]).send()
    except Exception as error:  # any backend may raise anything; the message must survive it
        # Without the error itself: an SMTP error repeats the address it was given.
        logger.warning("not sent", extra={"event": "message.unsent", "count": message.attempts})
        return _later(message, error)
    return _sent(message)


def _path(message: Message) -> str:
    """Where the message leads. A link that is itself a secret is stored nowhere: it is made as the message leaves."""
    maker = settings.SECRET_LINKS.get(message.kind)
    return str(import_string(maker)(message.recipient)) if maker else message.link


def _sent(message: Message) -> bool:
    message.state, message.sent_at, message.link, message.reason = State.SENT, timezone.now(), "", ""
    message.save(update_fields=["state", "sent_at", "link", "reason", "language"])
    return True


def _later(message: Message, error: Exception) -> bool:
    reason = "refused" if isinstance(error, SMTPRecipientsRefused) else "unreachable"
    if message.attempts >= MOST_ATTEMPTS:
        return _fail(message, reason)
    message.reason, message.next_try = reason, timezone.now() + wait_after(message.attempts)
    message.save(update_fields=["reason", "next_try"])
    return False


def _fail(message: Message, reason: str) -> bool:
    message.state, message.reason = State.FAILED, reason
    message.save(update_fields=["state", "reason"])
    return False
