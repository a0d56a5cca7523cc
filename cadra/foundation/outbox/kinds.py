"""The few kinds of message. Each says only that the service has something, never what or about whom.

A telephone lies on a table and a mailbox is read by others: no kind may hint at the subject, the institution,
a person or a reference.
"""

from dataclasses import dataclass

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Kind:
    """One line of subject and one sentence of body."""

    subject: str | Promise
    sentence: str | Promise


@dataclass(frozen=True)
class Rendered:
    subject: str
    body: str


KINDS: dict[str, Kind] = {
    "waiting": Kind(_("Something is waiting for you"), _("Something is waiting for you in the service.")),
    "answered": Kind(_("You have an answer"), _("There is an answer for you in the service.")),
    "changed": Kind(_("Something has changed"), _("Something you follow in the service has changed.")),
    "reminder": Kind(_("A reminder"), _("Something in the service is due soon.")),
    "overdue": Kind(_("Something is overdue"), _("Something in the service is past its date.")),
    "urgent": Kind(_("Please look now"), _("Something in the service needs you today.")),
    "account": Kind(_("About your account"), _("Something about your account has changed.")),
    "password": Kind(
        _("A link to choose a new password"),
        _("Someone asked for a new password for your account. If it was not you, you need do nothing."),
    ),
}

OPEN_HERE = _("Open it here:")
NO_MORE = _("For everyone's safety this message says no more than that. Please do not answer it.")


def render(kind: str, url: str, language: str) -> Rendered:
    """Subject and plain-text body in `language`; KeyError for an unknown kind."""
    chosen = KINDS[kind]
    with translation.override(language):
        body = f"{chosen.sentence}\n\n{OPEN_HERE}\n{url}\n\n{NO_MORE}\n"
        return Rendered(str(chosen.subject), body)
