"""`cadra export htcds FILE.xlsx --as EMAIL`: every file open to the authority, as one spreadsheet. Asks twice."""

import os
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from cadra.foundation.access.actor import Actor
from cadra.foundation.access.middleware import enter
from cadra.foundation.vault import KeyRefused
from cadra.steering.exchange.actions import exporting, runs
from cadra.steering.exchange.management.commands import _exchange
from cadra.steering.exchange.queries import files_in_reach
from cadra.steering.exchange.words import failure_words

PURPOSE = "command"


class Command(BaseCommand):
    help = "Export all files open to the authority as IOM's spreadsheet (HTCDS 2.0)."

    def add_arguments(self, parser: CommandParser) -> None:
        _exchange.add_arguments(parser)
        parser.add_argument(
            "--yes", type=int, metavar="COUNT", help="confirm without being asked: how many files it will hold"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(options["file"])
        if path.exists():
            raise CommandError(f"{path.name} is there already. Choose another name.")
        with _exchange.officer(options) as actor:
            with transaction.atomic():
                enter(actor)
                count = files_in_reach(actor)
            self._confirm(count, options["yes"])
            try:
                written = self._write(actor, path)
            except KeyRefused:
                path.unlink(missing_ok=True)
                raise CommandError(failure_words("quota")) from None
            except BaseException:
                path.unlink(missing_ok=True)
                raise
        self.stdout.write(f"{written} files. {path.name} can be read by whoever has it: lock it away.")

    def _confirm(self, count: int, given: int | None) -> None:
        if given is not None:
            if given != count:
                raise CommandError(f"It would hold {count} files, not {given}. Nothing was written.")
            return
        self.stdout.write(f"It would hold {count} files: names, telephones and what was told, readable by anyone.")
        if input("Write EXPORT to go on: ") != "EXPORT" or input("How many files will it hold? ") != str(count):
            raise CommandError("Nothing was written.")

    def _write(self, actor: Actor, path: Path) -> int:
        run_id = uuid4()
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as out, transaction.atomic():
            enter(actor)
            written = exporting.write(actor=actor, out=out, purpose=PURPOSE, run_id=run_id, progress=self._say)
            runs.note_export(actor=actor, run_id=run_id, rows=written, purpose=PURPOSE)
        return written

    def _say(self, done: int) -> None:
        self.stderr.write(f"\r  {done} files ", ending="")
