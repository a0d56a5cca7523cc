"""How fast rows of IOM's spreadsheet come in, and in how much memory: `python -m tests.load.htcds_import [ROWS]`.

Its own PostgreSQL, keeper and spreadsheet, as in the tests. Prints seconds, rows a second, processor seconds of this
process, and how far its memory rose while checking, importing, importing the same again and exporting.
"""

import gc
import io
import os
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

from django.conf import settings  # noqa: E402
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


class _Nowhere(io.RawIOBase):
    """Takes what is written and keeps none of it, as the sealed file in the database does."""

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        return len(data)


def measured(what: str, rows: int, act: Callable[[], object]) -> None:
    """Print how long something took and how much memory it needed."""
    gc.collect()
    before = _memory("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
    begun, used = time.monotonic(), time.process_time()
    act()
    took, worked, peak = time.monotonic() - begun, time.process_time() - used, _memory("VmHWM")
    print(
        f"{what:<8} {took:6.1f} s {rows / took:6.0f} rows/s {worked:6.1f} s of our own"
        f"   at most {peak:4} MB, {peak - before:+} MB",
        flush=True,
    )


def _memory(name: str) -> int:
    """Megabytes of this process, by their name in Linux."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name)) // 1024


def main(rows: int) -> None:
    """Measure on a fresh database."""
    settings.DEBUG = False  # with it Django writes every statement out a second time
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
            exporting.write(actor=actor, out=_Nowhere(), purpose="transfer", run_id=actor.user_id)

    measured("check", rows, lambda: read(check))
    measured("import", rows, lambda: read(bring_in))
    measured("again", rows, lambda: read(bring_in))
    measured("export", rows, give_out)
    signin.close_command(token)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
