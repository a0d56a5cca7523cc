"""`cadra found`: begin the mechanism on an empty, prepared copy. Prints one link, never a password."""

import sys
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import OperationalError, ProgrammingError, connections
from django.urls import reverse

from cadra.foundation.kernel.telephone import is_telephone
from cadra.foundation.network import founding
from cadra.foundation.network.accounts import AlreadyOpen

LANGUAGES = [code for code, _name in settings.LANGUAGES]
MADE = """
The Responsible Authority {name} is there, with the desk "{desk}"."""
LINK = """
Give this link to {name}, in person or by a way you trust. It opens one account, once, within seven days, and is not
shown again:

  {link}

With it {name} chooses a password and a second factor, and then, under "My institution": invites colleagues to the
authority, at least one officer who answers at the desk; adds the other institutions; invites an administrator for each.
If the link runs out unused, type 'cadra found' again."""


def said(value: str) -> None:
    if not value.strip():
        raise ValidationError("Write something here.")


def one_of_our_languages(value: str) -> None:
    if value not in LANGUAGES:
        raise ValidationError(f"Write one of: {', '.join(LANGUAGES)}.")


#: option → (what is asked, what the answer must be, the longest it may be)
ABOUT_THE_AUTHORITY: dict[str, tuple[str, Callable[[str], None], int]] = {
    "name": ("Name of the Responsible Authority", said, 200),
    "phone": ("Its telephone", is_telephone, 40),
    "desk": ("Name of the desk where referrals arrive", said, 200),
}
ABOUT_HER: dict[str, tuple[str, Callable[[str], None], int]] = {
    "administrator": ("Name of its first administrator", said, 120),
    "email": ("Her or his work e-mail address", validate_email, 254),
    "language": (f"Language she or he reads ({', '.join(LANGUAGES)})", one_of_our_languages, 10),
}


class Command(BaseCommand):
    help = "Begin: the Responsible Authority, its desk, and a link for its first administrator."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        for option, (words, *_rest) in {**ABOUT_THE_AUTHORITY, **ABOUT_HER}.items():
            parser.add_argument(f"--{option}", help=f"{words}; asked for when it is not given")

    def handle(self, *args: Any, **options: Any) -> None:
        if founding.OWNER not in connections:
            raise CommandError("The secret 'db_owner' is not here: run this where 'cadra prepare' was run.")
        try:
            self.begin(options)
        except founding.AlreadyFounded:
            raise CommandError(
                "There is a Responsible Authority already, and it has an administrator: whoever is to work here is "
                "invited by her, in the pages."
            ) from None
        except AlreadyOpen:
            raise CommandError("There is an account with this e-mail address already. Use another one.") from None
        except (KeyboardInterrupt, EOFError):
            raise CommandError("Stopped. Nothing was made.") from None
        except ProgrammingError:
            raise CommandError("The tables are not there yet. Type 'cadra prepare' first.") from None
        except OperationalError as error:
            raise CommandError(f"The database can't be used: {type(error).__name__}.") from None

    def begin(self, options: dict[str, Any]) -> None:
        home = founding.authority()
        if home is not None:
            if founding.is_administered(home):
                raise founding.AlreadyFounded
            self.stdout.write(f"{home.name} is there, and nobody administers it yet. A new link; earlier ones end.")
            administrator = self.administrator(options)
            token = founding.invite(home=home, administrator=administrator)
        else:
            kind = founding.kind_of_authority()
            if kind is None:
                raise CommandError("The country pack names no institution that registers files (actors.csv).")
            answers = {name: self.answer(name, ABOUT_THE_AUTHORITY[name], options) for name in ABOUT_THE_AUTHORITY}
            administrator = self.administrator(options)
            token = founding.found(said=founding.Authority(**answers), kind=kind, administrator=administrator)
            self.stdout.write(MADE.format(name=answers["name"], desk=answers["desk"]))
        link = settings.BASE_URL + reverse("network:accept", args=[token])
        self.stdout.write(LINK.format(name=administrator.name, link=link))

    def administrator(self, options: dict[str, Any]) -> founding.Administrator:
        answers = {name: self.answer(name, ABOUT_HER[name], options) for name in ABOUT_HER}
        return founding.Administrator(answers["administrator"], answers["email"], answers["language"])

    def answer(self, option: str, about: tuple[str, Callable[[str], None], int], options: dict[str, Any]) -> str:
        """What was given as an option, or what is typed now; asked again until it is right."""
        words, check, longest = about
        given = options[option]
        while True:
            if given is None and not sys.stdin.isatty():
                raise CommandError(f"Say --{option}: {words}.")
            value = (given if given is not None else input(f"{words}: ")).strip()
            try:
                check(value)
                if len(value) > longest:
                    raise ValidationError(f"At most {longest} characters.")
            except ValidationError as wrong:
                if given is not None:
                    raise CommandError(f"--{option}: {wrong.messages[0]}") from None
                self.stdout.write(wrong.messages[0])
            else:
                return value
