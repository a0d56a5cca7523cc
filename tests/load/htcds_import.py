"""How fast rows of IOM's spreadsheet come in, and in how much memory: `script/load import [ROWS]`.

Its own PostgreSQL, keeper and spreadsheet, as in the tests. Prints seconds, rows a second, processor seconds of this
process, and how far its memory rose while it does what the worker does (checks a spreadsheet, imports it, checks the
same again, exports) and while the export is taken.
"""

import gc
import os
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import openpyxl

import tests.house as house_module

import django  # isort: skip - settings read what the house put into the environment

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cadra.config.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402

from cadra.foundation.access import signin  # noqa: E402
from cadra.foundation.access.middleware import enter  # noqa: E402
from cadra.steering.exchange import jobs, keeping, queries  # noqa: E402
from cadra.steering.exchange.actions import runs  # noqa: E402
from cadra.steering.exchange.models import Run  # noqa: E402
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


def write(path: Path, count: int) -> None:
    """As another program writes it."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Sheet1")
    sheet.append(HEAD)
    for row in invented(count):
        sheet.append(row)
    book.save(path)


def measured(what: str, rows: int, act: Callable[[], object]) -> None:
    """Print how long something took and how much memory it needed."""
    gc.collect()
    before = _memory("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
    begun, used = time.monotonic(), time.process_time()
    act()
    took, worked, peak = time.monotonic() - begun, time.process_time() - used, _memory("VmHWM")
    print(
        f"{what:<7} {took:6.1f} s {rows / took:6.0f} rows/s {worked:6.1f} s of our own"
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
            write(path, rows)
            _measure(rows, path)
    finally:
        house_module._point_at(house_module.TEMPLATE)
        server.drop_database(house_module.TEMPLATE)


def _measure(rows: int, path: Path) -> None:
    token = signin.open_for_command(cast.people()["rea"], device="load")
    actor = signin.actor_by_token(token)
    assert actor is not None

    def as_rea(act: Callable[[], Any]) -> Any:
        with transaction.atomic():
            enter(actor)
            return act()

    def sent() -> Run:
        with path.open("rb") as stream:
            return cast_run(as_rea(lambda: runs.begin_import(actor=actor, submission=uuid4(), stream=stream)))

    def worked(job: Callable[[UUID, str], None], run: Run) -> None:
        """As the worker does it: in a session of its own."""
        job(run.pk, as_rea(lambda: keeping.pass_for(actor)))

    def again(run: Run) -> Run:
        return cast_run(as_rea(lambda: queries.run_for(actor, run.pk)))

    found = {"import": sent()}
    measured("check", rows, lambda: worked(jobs.check_run, found["import"]))
    as_rea(lambda: runs.confirm_import(actor=actor, run=again(found["import"])))
    measured("import", rows, lambda: worked(jobs.work_run, found["import"]))
    assert again(found["import"]).added == rows
    found["again"] = sent()
    measured("again", rows, lambda: worked(jobs.check_run, found["again"]))
    assert (again(found["again"]).added, again(found["again"]).known) == (0, rows)
    found["export"] = as_rea(lambda: runs.begin_export(actor=actor, submission=uuid4(), purpose="transfer"))
    as_rea(lambda: runs.confirm_export(actor=actor, run=found["export"]))
    measured("export", rows, lambda: worked(jobs.work_run, found["export"]))
    pieces = as_rea(lambda: queries.export_of(actor, again(found["export"])))
    measured("take", rows, lambda: deque(pieces, maxlen=0))
    signin.close_command(token)


def cast_run(run: Any) -> Run:
    """For the type checker."""
    assert isinstance(run, Run)
    return run


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
