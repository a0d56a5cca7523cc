"""`cadra import htcds FILE.xlsx --as EMAIL`: show what a spreadsheet would bring, ask, import it: all rows or none."""

from pathlib import Path
from typing import Any
from uuid import uuid4

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from cadra.foundation.access.actor import Actor
from cadra.foundation.access.middleware import enter
from cadra.foundation.vault import KeeperRefused, KeeperUnavailable, KeyRefused
from cadra.steering.exchange.actions import importing, runs
from cadra.steering.exchange.columns import meant
from cadra.steering.exchange.files import undo
from cadra.steering.exchange.management.commands import _exchange
from cadra.steering.exchange.report import Report, TooManyRows, check, rows_of
from cadra.steering.exchange.words import failure_words, field_words, place_words, problem_words
from cadra.steering.exchange.workbook import Unreadable, Workbook


class Command(BaseCommand):
    help = "Import IOM's spreadsheet (HTCDS 2.0): a preview first, then, when it is confirmed, all rows or none."

    def add_arguments(self, parser: CommandParser) -> None:
        _exchange.add_arguments(parser)
        parser.add_argument("--dry-run", action="store_true", help="only show the preview, import nothing")
        parser.add_argument(
            "--yes", type=int, metavar="COUNT", help="confirm without being asked: how many new files it will make"
        )
        parser.add_argument(
            "--by-labels", action="store_true", help="where names and labels of columns disagree, labels are right"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(options["file"])
        try:
            stream = path.open("rb")
        except OSError as problem:
            raise CommandError(f"{path.name} can't be opened: {problem.strerror}.") from None
        with stream, _exchange.officer(options) as actor:
            try:
                with Workbook(stream) as book:
                    self._import(actor, book, options)
            except Unreadable as problem:
                raise CommandError(failure_words(problem.code)) from None
            except TooManyRows:
                raise CommandError(failure_words("too_many_rows")) from None
            except KeyRefused:
                raise CommandError(failure_words("quota")) from None
            except (KeeperUnavailable, KeeperRefused) as problem:
                raise CommandError(str(problem)) from None

    def _import(self, actor: Actor, book: Workbook, options: dict[str, Any]) -> None:
        by_labels = options["by_labels"]
        with transaction.atomic():
            enter(actor)
            report = check(book, by_labels=by_labels, progress=self._say)
        self._tell(report)
        if report.problem_count:
            raise CommandError("Nothing was imported. Put these right and try again.")
        if options["dry_run"]:
            self.stdout.write("Nothing was imported: this was a check.")
            return
        self._confirm(report, options["yes"])
        run_id, outcome = uuid4(), importing.Outcome()
        try:
            with transaction.atomic():
                enter(actor)
                rows = rows_of(book, by_labels=by_labels)
                promised = [one["reference"] for one in report.first]
                for _ in importing.carry_in(
                    actor=actor, run_id=run_id, rows=rows, references=promised, outcome=outcome
                ):
                    self._say(outcome.rows, report.rows)
                runs.note_import(actor=actor, run_id=run_id, outcome=outcome)
        except BaseException:
            undo(run_id=run_id, rows=report.rows)
            self.stderr.write("Nothing was imported.")
            raise
        self.stdout.write(f"{outcome.added} new files, {outcome.known} rows were here already.")

    def _confirm(self, report: Report, given: int | None) -> None:
        """Preview first: nothing is imported that nobody has seen counted."""
        if given is not None:
            if given != report.new:
                raise CommandError(f"It would make {report.new} new files, not {given}. Nothing was imported.")
            return
        self.stdout.write(f"It would make {report.new} new files and change nothing in {report.known}.")
        try:
            said = input("Write IMPORT to go on: ") == "IMPORT" and input("How many new files? ") == str(report.new)
        except EOFError:
            said = False
        if not said:
            raise CommandError("Nothing was imported. In a script, confirm with --yes COUNT.")

    def _tell(self, report: Report) -> None:
        self.stdout.write(
            f"{report.rows} rows with people: {report.new} new, {report.known} here already, "
            f"{report.problem_count} things to put right."
        )
        for one in report.problems:
            self.stdout.write(f"  {place_words(one)}: {problem_words(one)}")
        for column, header, cells in report.unread:
            near = f" Perhaps {meant(header)} was meant." if meant(header) else ""
            self.stdout.write(
                f"  Column {column} ({header}) is not part of the standard: {cells} cells left out.{near}"
            )
        for name, _, count, row in report.strange:
            self.stdout.write(f"  {field_words(name)}: a value nobody knows, {count} times, first in row {row}.")
        for column, name, label, cells in report.conflicts:
            self.stdout.write(
                f"  Column {column} is named {name} and labelled {field_words(label)} ({cells} cells): "
                "read by its name unless you say --by-labels."
            )

    def _say(self, done: int, rows: int = 0) -> None:
        self.stderr.write(f"\r  {done} of {rows} rows " if rows else f"\r  {done} rows checked ", ending="")
        if done == rows:
            self.stderr.write("")
