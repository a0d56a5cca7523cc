"""Reading runs: the actor's own, and what checking found."""

from collections.abc import Iterator
from uuid import UUID

from django.http import Http404

from cadra.foundation import vault
from cadra.foundation.access.actor import Actor
from cadra.foundation.ledger import actions as ledger
from cadra.record.cases import policy as cases
from cadra.steering.exchange import policy, sealing
from cadra.steering.exchange.models import Kind, Run, State
from cadra.steering.exchange.report import Report

NEWEST = 20


def my_runs(actor: Actor) -> list[Run]:
    """The actor's imports and exports, newest first. 404 for whoever does not exchange."""
    if not policy.may_exchange(actor):
        raise Http404
    return list(policy.visible(actor).defer("report").order_by("-started_at")[:NEWEST])


def run_for(actor: Actor, run_id: UUID) -> Run:
    """One run of the actor's, or 404."""
    run = policy.visible(actor).filter(pk=run_id).first() if policy.may_exchange(actor) else None
    if run is None:
        raise Http404
    return run


def report_of(actor: Actor, run: Run) -> Report:
    """What checking found, opened; empty when it is gone."""
    if run.report is None:
        return Report()
    vault.unseal(actor.ring, [run])
    found = run.plain["report"]  # type: ignore[attr-defined]
    return Report.from_dict(found) if found else Report()


def files_in_reach(actor: Actor) -> int:
    """How many files an export by this actor would hold."""
    if not policy.may_exchange(actor):
        raise Http404
    return cases.visible(actor).count()


def export_of(actor: Actor, run: Run) -> Iterator[bytes]:
    """The finished export in clear, piece by piece, recorded; 404 when there is none."""
    if run.kind != Kind.EXPORT or run.state != State.DONE or not run.size:
        raise Http404
    ledger.record(actor=actor, verb="export_taken", purpose=run.purpose, object_id=run.pk)
    return sealing.pieces(actor, run)
