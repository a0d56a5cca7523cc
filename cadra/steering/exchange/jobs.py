"""What the worker does: checks a spreadsheet, imports it, makes an export. One run, one session, one transaction.

Progress is written beside the transaction, over a second connection, so that a page can show it. A killed worker
leaves nothing in the database; the queue gives the job out again, and it begins anew with the same keys.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from cadra.foundation.access import signin
from cadra.foundation.access.actor import Actor
from cadra.foundation.access.middleware import enter
from cadra.foundation.kernel.clock import now
from cadra.foundation.ledger import actions as ledger
from cadra.foundation.network.queries import intake_desk
from cadra.foundation.vault import KeeperRefused, KeeperUnavailable, KeyRefused
from cadra.steering.exchange import keeping, policy, sealing
from cadra.steering.exchange.actions import exporting, importing
from cadra.steering.exchange.files import undo
from cadra.steering.exchange.models import Kind, Run, State
from cadra.steering.exchange.queries import report_of
from cadra.steering.exchange.reading import Row
from cadra.steering.exchange.report import TooManyRows, check, rows_of
from cadra.steering.exchange.workbook import Unreadable, Workbook

log = logging.getLogger(__name__)

Progress = Callable[[int], None]


class NotAtTheDesk(Exception):
    """The officer does not answer at the desk that would keep the files."""


def check_run(run_id: UUID, sealed_pass: str) -> None:
    """Check the spreadsheet of a run and keep what was found."""
    _as_its_officer(run_id, sealed_pass, State.CHECKING, _check)


def work_run(run_id: UUID, sealed_pass: str) -> None:
    """Carry out a confirmed run."""
    _as_its_officer(run_id, sealed_pass, State.WORKING, _work)


def _as_its_officer(run_id: UUID, sealed_pass: str, state: State, act: Callable[[Actor, Run, Progress], None]) -> None:
    token = keeping.token_of(sealed_pass)
    actor = signin.actor_by_token(token)
    if actor is None:
        return  # ended meanwhile: the sweep throws the run away
    try:
        with _beside(actor, run_id) as progress, transaction.atomic():
            enter(actor)
            run = policy.visible(actor).filter(pk=run_id, state=state).first()
            if run is not None and _alone(run_id):
                act(actor, run, progress)
    except Exception as problem:
        _failed(actor, run_id, problem)
    finally:
        signin.close_command(token)


def _check(actor: Actor, run: Run, progress: Progress) -> None:
    try:
        with Workbook(sealing.opened(actor, run)) as book:
            report = check(book, progress=progress)
    except (Unreadable, TooManyRows) as problem:
        run.state = State.WRONG
        run.failure = problem.code if isinstance(problem, Unreadable) else "too_many_rows"
        run.save()
        return
    keeping.keep_report(actor=actor, run=run, report=report)


def _work(actor: Actor, run: Run, progress: Progress) -> None:
    if run.kind == Kind.EXPORT:
        _export(actor, run, progress)
    else:
        _import(actor, run, progress)


def _import(actor: Actor, run: Run, progress: Progress) -> None:
    if intake_desk().principal not in actor.principals:
        raise NotAtTheDesk
    promised = [one["reference"] for one in report_of(actor, run).first]
    outcome = importing.Outcome()
    with Workbook(sealing.opened(actor, run)) as book:
        rows = _in_order(rows_of(book, by_labels=run.by_labels))
        steps = importing.carry_in(actor=actor, run_id=run.pk, rows=rows, references=promised, outcome=outcome)
        for _ in steps:
            progress(outcome.rows)
    run.state, run.done, run.rows = State.DONE, outcome.rows, outcome.rows
    run.added, run.known = outcome.added, outcome.known
    ledger.record(actor=actor, verb="import_done", purpose="htcds", object_id=run.pk)
    keeping.finish(actor=actor, run=run)


def _in_order(rows: Iterator[Row]) -> Iterator[Row]:
    """The rows again, as they were checked: one with a problem now stops everything."""
    for row in rows:
        if row.problems:
            raise Unreadable("broken")
        yield row


def _export(actor: Actor, run: Run, progress: Progress) -> None:
    with sealing.SealedSink(actor, run) as sink:
        run.rows = exporting.write(actor=actor, out=sink, purpose=run.purpose, run_id=run.pk, progress=progress)
    run.state, run.done, run.size, run.finished_at = State.DONE, run.rows, sink.size, now()
    run.save()
    ledger.record(actor=actor, verb="export_done", purpose=run.purpose, object_id=run.pk)


def _failed(actor: Actor, run_id: UUID, problem: Exception) -> None:
    """Say why, undo at the keeper what was begun. Nothing is in the database."""
    why = _why(problem)
    if why == "failed":
        log.error("a run failed: %s", type(problem).__name__)
    with transaction.atomic():
        enter(actor)
        run = policy.visible(actor).filter(pk=run_id).first()
        if run is None or not run.at_work:
            return
        checking, rows = run.state == State.CHECKING, run.rows
        run.state = State.FAILED
        run.failure = why
        run.save(update_fields=["state", "failure"])
    if run.kind == Kind.IMPORT and not checking:
        try:
            undo(run_id=run_id, rows=rows)
        except (KeeperUnavailable, KeeperRefused):
            log.error("a failed run was not undone at the keeper: its keys open nothing, its names go with the sweep")


def _why(problem: Exception) -> str:
    if isinstance(problem, KeeperUnavailable):
        return "keeper"
    if isinstance(problem, KeyRefused):
        return "quota"
    if isinstance(problem, KeeperRefused):
        return "session" if problem.code == "no_session" else "keeper"
    if isinstance(problem, NotAtTheDesk):
        return "desk"
    return "broken" if isinstance(problem, Unreadable) else "failed"


def _alone(run_id: UUID) -> bool:
    """Only one worker at a time has a run, however often its job is given out."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [run_id.int >> 65])
        return bool(cursor.fetchone()[0])


@contextmanager
def _beside(actor: Actor, run_id: UUID) -> Iterator[Progress]:
    """Write progress over a connection of its own: seen at once, gone with nothing when the work is rolled back."""
    second: Any = connections.create_connection(connection.alias)

    def progress(done: int) -> None:
        _write(second, actor, run_id, done)

    try:
        yield progress
    finally:
        second.close()


def _write(second: BaseDatabaseWrapper, actor: Actor, run_id: UUID, done: int) -> None:
    second.set_autocommit(False)
    with second.cursor() as cursor:
        cursor.execute("SELECT authz.enter(%s, %s)", [actor.ring.token, list(actor.principals)])
        cursor.execute("UPDATE exchange_run SET done = %s WHERE id = %s", [done, run_id])
    second.commit()
