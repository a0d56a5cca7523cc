"""Putting work for the worker into the queue, in the transaction that asks for it: no run without its job."""

from uuid import UUID

from procrastinate.contrib.django import app

CHECK, WORK = "exchange.check", "exchange.work"


def check_later(run_id: UUID, sealed_pass: str) -> None:
    """Have a spreadsheet checked."""
    app.configure_task(CHECK, allow_unknown=True).defer(run=str(run_id), sealed_pass=sealed_pass)


def work_later(run_id: UUID, sealed_pass: str) -> None:
    """Have a confirmed import or export carried out."""
    app.configure_task(WORK, allow_unknown=True).defer(run=str(run_id), sealed_pass=sealed_pass)
