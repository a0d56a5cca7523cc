"""Asking for an import or export, deciding about it, and keeping its state. The work itself is in `jobs`."""

from typing import IO
from uuid import UUID

from django.http import Http404

from cadra.foundation.access.actor import Actor
from cadra.foundation.kernel.acts import act
from cadra.foundation.kernel.clock import now
from cadra.foundation.ledger import actions as ledger
from cadra.foundation.vault.keeper import keeper
from cadra.record.cases import policy as cases
from cadra.steering.exchange import policy, sealing
from cadra.steering.exchange.actions.importing import Outcome
from cadra.steering.exchange.keeping import finish, pass_for
from cadra.steering.exchange.models import Kind, Run, State
from cadra.steering.exchange.queues import check_later, work_later


class OutOfOrder(Exception):
    """The run is not where this step belongs: it was taken already, or thrown away."""


@act
def begin_import(*, actor: Actor, submission: UUID, stream: IO[bytes]) -> Run:
    """Keep the spreadsheet sealed and have it checked. The same submission twice is one run."""
    _only_exchangers(actor)
    known = policy.visible(actor).filter(submission=submission).first()
    if known is not None:
        return known
    run = _new(actor, Kind.IMPORT, State.CHECKING, submission)
    run.size = sealing.keep(actor=actor, run=run, stream=stream)
    run.save(update_fields=["size"])
    ledger.record(actor=actor, verb="import_begun", purpose="htcds", object_id=run.pk)
    check_later(run.pk, pass_for(actor))
    return run


@act
def confirm_import(*, actor: Actor, run: Run, by_labels: bool = False) -> None:
    """Import what was checked, or try again what failed; it goes on in the background. Twice is once."""
    row = _locked(actor, run)
    if row.kind == Kind.IMPORT and row.state in (State.WORKING, State.DONE):
        return
    if row.kind != Kind.IMPORT or row.state not in (State.CHECKED, State.FAILED):
        raise OutOfOrder
    if row.report is None or row.problems or not row.added or not row.size:
        raise OutOfOrder  # never checked to its end, not in order, or nothing in it is new
    if row.state == State.CHECKED:
        row.by_labels = by_labels
    _start(actor, row)


@act
def begin_export(*, actor: Actor, submission: UUID, purpose: str) -> Run:
    """The first of two confirmations: why, and that one knows what it is."""
    _only_exchangers(actor)
    known = policy.visible(actor).filter(submission=submission).first()
    if known is not None:
        return known
    run = _new(actor, Kind.EXPORT, State.ASKED, submission, purpose=purpose, rows=cases.visible(actor).count())
    ledger.record(actor=actor, verb="export_asked", purpose=purpose, object_id=run.pk)
    return run


@act
def confirm_export(*, actor: Actor, run: Run) -> None:
    """The second confirmation: the export is made in the background. Twice is once."""
    row = _locked(actor, run)
    if row.kind == Kind.EXPORT and row.state in (State.WORKING, State.DONE):
        return
    if row.kind != Kind.EXPORT or row.state not in (State.ASKED, State.FAILED):
        raise OutOfOrder
    _start(actor, row)


@act
def discard(*, actor: Actor, run: Run) -> None:
    """Throw the sealed file away, and its key with it. What was imported stays."""
    row = _locked(actor, run)
    if row.state == State.WORKING:
        raise OutOfOrder
    if row.state not in (State.DONE, State.DISCARDED):
        row.state = State.DISCARDED
        ledger.record(actor=actor, verb=f"{row.kind}_discarded", purpose="htcds", object_id=row.pk)
    finish(actor=actor, run=row)


def _start(actor: Actor, row: Run) -> None:
    row.state, row.failure, row.done = State.WORKING, "", 0
    row.save()
    ledger.record(actor=actor, verb=f"{row.kind}_confirmed", purpose=row.purpose or "htcds", object_id=row.pk)
    work_later(row.pk, pass_for(actor))


def _new(actor: Actor, kind: Kind, state: State, submission: UUID, **values: object) -> Run:
    run = Run(owner=actor.principal, user_id=actor.user_id, kind=kind, state=state, submission=submission, **values)
    run.save(force_insert=True)
    keeper().create_cases(actor.ring.token or "", [run.pk], {run.pk: run.pk})
    return run


def _locked(actor: Actor, run: Run) -> Run:
    _only_exchangers(actor)
    row = policy.visible(actor).select_for_update().filter(pk=run.pk).first()
    if row is None:
        raise Http404
    return row


def _only_exchangers(actor: Actor) -> None:
    if not policy.may_exchange(actor):
        raise Http404


def note_import(*, actor: Actor, run_id: UUID, outcome: Outcome) -> None:
    """A command has imported: its counts stand among the officer's runs."""
    counts = {"rows": outcome.rows, "done": outcome.rows, "added": outcome.added, "known": outcome.known}
    _note(actor, run_id, Kind.IMPORT, "htcds", **counts)


def note_export(*, actor: Actor, run_id: UUID, rows: int, purpose: str) -> None:
    """A command has exported."""
    _note(actor, run_id, Kind.EXPORT, purpose, rows=rows, done=rows)


def _note(actor: Actor, run_id: UUID, kind: Kind, purpose: str, **counts: int) -> None:
    Run(
        id=run_id,
        owner=actor.principal,
        user_id=actor.user_id,
        kind=kind,
        state=State.DONE,
        purpose=purpose,
        finished_at=now(),
        **counts,
    ).save(force_insert=True)
    ledger.record(actor=actor, verb=f"{kind}_done", purpose=purpose, object_id=run_id)
