"""`cadra audit verify` and `cadra audit export FILE`: for whoever must answer for the ledger."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connections

from cadra.foundation.ledger import export, sealer, verify
from cadra.foundation.ledger.canonical import b64, unb64
from cadra.foundation.vault.keeper import KeeperRefused, KeeperUnavailable, keeper


class Command(BaseCommand):
    help = "Check the ledger, or write it to a file that can be checked elsewhere."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        commands = parser.add_subparsers(dest="command", required=True)
        checking = commands.add_parser("verify", help="check the database, or an exported file")
        checking.add_argument("--export", type=Path, help="check this export instead of the database")
        checking.add_argument("--key", help="the public key to trust, in base64 (default: the keeper's)")
        checking.add_argument("--witness", type=Path, help="checkpoints kept by someone outside")
        writing = commands.add_parser("export", help="write the whole ledger to a file")
        writing.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        if sealer.ALIAS not in connections:
            raise CommandError("The secret 'db_sealer' is not here: run this where the ledger is sealed.")
        try:
            if options["command"] == "export":
                self.export(options["file"])
            else:
                self.verify(options["export"], options["key"], options["witness"])
        except (KeeperUnavailable, KeeperRefused) as error:
            raise CommandError(str(error)) from None
        except DatabaseError as error:
            raise CommandError(f"The database can't be read: {type(error).__name__}.") from None
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}.") from None

    def export(self, file: Path) -> None:
        lines = export.write(file)
        self.stdout.write(f"{lines} lines were written to {file}.")
        self.stdout.write(f"The key that signs: {b64(keeper().public_key())}")

    def verify(self, file: Path | None, key: str | None, witness: Path | None) -> None:
        trusted = unb64(key) if key else keeper().public_key()
        witness = witness or settings.LEDGER_WITNESS_FILE
        if file:
            report = verify.verify_file(file, key=trusted, witness=witness)
        else:
            report = export.verify_database(public_key=trusted, witness=witness)
        for sentence in verify.sentences(report, trusted=True):
            self.stdout.write(sentence)
        if not report.is_whole:
            raise CommandError("The ledger is not whole. Stop, keep everything as it is, and tell the supervisor.")
