"""How fast rows of IOM's spreadsheet come in, and in how much memory: `python -m tests.load.htcds_import [ROWS]`.

Its own PostgreSQL, keeper and spreadsheet, as in the tests. Prints rows a second, processor seconds by process and the
peak of memory while checking, importing, importing the same again and exporting.
"""

import io
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import tests.house as house_module

import django  # isort: skip - settings read what the house put into the environment

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cadra.config.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402

from cadra.foundation.access import signin  # noqa: E402
from cadra.foundation.access.middleware import enter  # noqa: E402
from cadra.steering.exchange.actions import exporting, importing  # noqa: E402
from cadra.steering.exchange.report import check, rows_of  # noqa: E402
from cadra.steering.exchange.workbook import Workbook  # noqa: E402
from cadra.steering.exchange.writer import write_workbook  # noqa: E402
from tests import cast  # noqa: E402

HEAD = (
    "prs_FirstName",
    "prs_SecondName",
    "prs_Birthdate",
    "prs_Gender",
    "prs_Citizenship",
    "prs_MobilePhone",
    "vic_TraffickingStatus",
    "vic_TypeOfExploitation",
    "vic_MethodsOfControl",
    "cas_ReferringOrganisation",
    "cas_IncomingReferralDate",
    "cas_IncomingReferralDetails",
)


def invented(count: int) -> Iterator[list[Any]]:
    """Rows of nobody."""
    for number in range(count):
        yield [
            f"Emri{number}",
            f"Mbiemri{number % 977}",
            f"19{60 + number % 40}-01-{1 + number % 28:02}",
            "Feminine",
            "AL",
            f"+355 00 {number:06}",
            "ActualVictimOfTrafficking",
            "ForcedLabour;SexualExploitation",
            "DebtBondage;PhysicalAbuse",
            "Border post",
            "2024-03-05",
            "Some words about how it went. " * 5,
        ]


def measured(what: str, rows: int, act: Callable[[], object]) -> None:
    """Print how long something took and the peak of memory since the start."""
    begun, used = time.monotonic(), time.process_time()
    act()
    took = time.monotonic() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"{what:<12} {took:7.1f} s {rows / took:8.0f} rows/s {time.process_time() - used:7.1f} s of our own {peak:6} MB"
    )


def main(rows: int) -> None:
    """Measure on a fresh database."""
    server = house_module._server()
    server.create_database(house_module.TEMPLATE)
    try:
        call_command("migrate", database="owner", verbosity=0)
        cast.settle()
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "invented.xlsx"
            with path.open("wb") as out:
                write_workbook(out, "Sheet1", [HEAD], invented(rows))
            _measure(rows, path)
    finally:
        house_module._point_at(house_module.TEMPLATE)
        server.drop_database(house_module.TEMPLATE)


def _measure(rows: int, path: Path) -> None:
    token = signin.open_for_command(cast.people()["rea"], device="load")
    actor = signin.actor_by_token(token)
    assert actor is not None

    def read(act: Callable[[Workbook], object]) -> None:
        with path.open("rb") as stream, Workbook(stream) as book, transaction.atomic():
            enter(actor)
            act(book)

    def bring_in(book: Workbook) -> None:
        originals = (row.originals for row in rows_of(book, by_labels=False))
        importing.import_rows(actor=actor, rows=originals)

    def give_out() -> None:
        with transaction.atomic():
            enter(actor)
            exporting.write(actor=actor, out=io.BytesIO(), purpose="transfer", run_id=actor.user_id)

    measured("check", rows, lambda: read(check))
    measured("import", rows, lambda: read(bring_in))
    measured("again", rows, lambda: read(bring_in))
    measured("export", rows, give_out)
    signin.close_command(token)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
