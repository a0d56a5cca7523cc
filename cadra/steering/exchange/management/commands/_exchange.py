"""What the two commands share: acting in the name of an officer of the Responsible Authority."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import translation

from cadra.foundation.access import signin
from cadra.foundation.access.actor import Actor
from cadra.foundation.kernel.roles import Role
from cadra.foundation.network.models import User
from cadra.foundation.network.queries import intake_desk
from cadra.foundation.vault import KeeperUnavailable
from cadra.steering.exchange.policy import may_exchange

STANDARDS = ("htcds",)


def add_arguments(parser: CommandParser) -> None:
    """`htcds FILE --as EMAIL`."""
    parser.add_argument("standard", choices=STANDARDS, help="the kind of spreadsheet: IOM's data standard")
    parser.add_argument("file", metavar="FILE.xlsx")
    parser.add_argument("--as", dest="email", required=True, metavar="EMAIL", help="an officer of the authority")


@contextmanager
def officer(options: dict[str, Any]) -> Iterator[Actor]:
    """A session of its own for this officer, ended afterwards. CommandError in plain words when it can't be."""
    found = User.objects.select_related("institution").filter(email__iexact=options["email"], is_active=True).first()
    if found is None or not found.holdings.filter(role=Role.RA_OFFICER).exists():
        raise CommandError(f"No active officer of the Responsible Authority has the address {options['email']}.")
    try:
        token = signin.open_for_command(found, device="cadra")
    except KeeperUnavailable as problem:
        raise CommandError(str(problem)) from None
    try:
        actor = signin.actor_by_token(token)
        if actor is None or not may_exchange(actor):
            raise CommandError("The session could not be opened.")
        if intake_desk().principal not in actor.principals:
            raise CommandError(f"{options['email']} does not answer at the desk that keeps the authority's files.")
        with translation.override(found.language):
            yield actor
    finally:
        signin.close_command(token)
