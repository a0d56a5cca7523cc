"""An e-mail backend for the demonstration: mails are shown on a page instead of leaving the machine."""

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from cadra.foundation.outbox.models import DemoMail


class DemoMailbox(BaseEmailBackend):
    """Stores each mail in `outbox_demomail`, one row per recipient."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for mail in email_messages:
            rows = [
                DemoMail(recipient=address, subject=mail.subject[:200], body=str(mail.body))
                for address in mail.recipients()
            ]
            DemoMail.objects.bulk_create(rows)
        return len(email_messages)
