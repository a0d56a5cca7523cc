"""Keeping, taking along and removing documents; following the papers she lacks."""

import base64
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid5

from cadra.foundation import vault
from cadra.foundation.access.actor import Actor
from cadra.foundation.kernel.acts import act
from cadra.foundation.kernel.afterwards import afterwards
from cadra.foundation.kernel.clock import now, today
from cadra.foundation.kernel.pack import pack
from cadra.foundation.ledger import actions as ledger
from cadra.record.cases import actions as cases
from cadra.record.documents import places
from cadra.record.documents.arriving import Arrival
from cadra.record.documents.models import OPEN, Document, Making, Paper, Progress
from cadra.record.documents.queries import tell
from cadra.record.documents.store import store
from cadra.record.documents.tasks import wake
from cadra.record.people.actions import ChangedMeanwhile
from cadra.record.people.models import Person


@dataclass(frozen=True)
class About:
    """What is said of the files of one sending: kind (code of the pack), a title, the date the paper bears."""

    kind: str
    title: str = ""
    dated: dt.date | None = None
    paper: Paper | None = None


@act
def keep(
    *, actor: Actor, person: Person, arrivals: Sequence[Arrival], about: About, submission: UUID
) -> list[Document]:
    """Keep files that have arrived; each is then made ready by the worker. The same sending twice is kept once."""
    kept = [
        document
        for number, arrival in enumerate(arrivals)
        if (document := _keep_one(actor, person, arrival, about, uuid5(actor.user_id, f"{submission}:{number}")))
    ]
    for arrival in arrivals:
        arrival.close()
    if kept:
        if about.paper is not None:
            _received(actor, person, about.paper)
        cases.touch(case_id=person.pk)
        afterwards(wake)
    return kept


def _keep_one(actor: Actor, person: Person, arrival: Arrival, about: About, sent: UUID) -> Document | None:
    if Document.objects.filter(sent=sent).exists():  # seen in time: a file has one writer at a moment (access.holding)
        return None
    row = Document(
        id=arrival.document_id,
        case_id=person.pk,
        compartment_of_row=str(pack().document_kinds[about.kind].part),
        kind=about.kind,
        format=arrival.format,
        size=arrival.size,
        sent=sent,
        paper_id=about.paper.pk if about.paper else None,
        added_by=actor.user_id,
        institution_id=actor.institution_id,
    )
    words = {"title": about.title, "dated": about.dated.isoformat() if about.dated else ""}
    vault.seal(actor.ring, row, secret=base64.b64encode(arrival.secret).decode(), words=words)
    row.save(force_insert=True)
    # Before the commit: a row without bytes would be a lie. Bytes without a row have no key, and the night clears them.
    store().put(row.pk, places.ARRIVED, arrival.file)
    handed = actor.ring.keeper.seal_system(places.errand(row.pk), arrival.secret)
    Making.objects.create(id=row.pk, format=row.format, size=row.size, handed=handed)
    tell(actor, person, row, verb="added_document")
    return row


@act
def take(*, actor: Actor, person: Person, document: Document, reason: str) -> None:
    """Write down that the original is taken along, and why (a code of the pack)."""
    tell(actor, person, document, verb="took_document", purpose=reason)


@act
def remove(*, actor: Actor, person: Person, document: Document, reason: str) -> None:
    """Take a document out of sight. It stays sealed, with the reason, until the file is erased. Twice is once."""
    values = {"removed_at": now(), "removed_by": actor.user_id, "removed_for": reason}
    if not Document.objects.filter(pk=document.pk, case_id=person.pk, removed_at=None).update(**values):
        return
    cases.touch(case_id=person.pk)
    tell(actor, person, document, verb="removed_document", purpose=reason)


@dataclass(frozen=True)
class Standing:
    """How far a paper has come."""

    progress: str
    applied_on: dt.date | None = None
    expected_on: dt.date | None = None
    ended_on: dt.date | None = None
    note: str = ""


@act
def need_paper(*, actor: Actor, person: Person, kind: str, standing: Standing, submission: UUID) -> Paper:
    """Begin to follow a paper she lacks. The same form twice is one."""
    same = uuid5(actor.user_id, str(submission))
    if (found := Paper.objects.filter(pk=same, written_by=actor.user_id).first()) is not None:
        return found
    row = Paper(id=same, case_id=person.pk, kind=kind, written_by=actor.user_id, institution_id=actor.institution_id)
    _stand(actor, row, standing)
    row.save(force_insert=True)
    cases.touch(case_id=person.pk)
    _note(actor, person, row, "needs_paper")
    return row


@act
def update_paper(*, actor: Actor, person: Person, paper: Paper, version: int, standing: Standing) -> Paper:
    """Write how far it has come. When it changed since it was shown, nothing is written and both survive."""
    row = Paper.objects.select_for_update().get(pk=paper.pk, case_id=person.pk)
    if row.version != version:
        vault.unseal(actor.ring, [row])
        raise ChangedMeanwhile(row)
    row.version += 1
    row.changed_at = now()
    _stand(actor, row, standing)
    row.save()
    cases.touch(case_id=person.pk)
    _note(actor, person, row, f"paper_{row.progress}")
    return row


def _stand(actor: Actor, row: Paper, standing: Standing) -> None:
    still = standing.progress in OPEN
    row.progress = standing.progress
    row.applied_on = standing.applied_on
    row.expected_on = standing.expected_on if still else None
    row.ended_on = None if still else standing.ended_on or today()
    vault.seal(actor.ring, row, words={"note": standing.note})


def _received(actor: Actor, person: Person, paper: Paper) -> None:
    """A document that is such a paper was added: it has come."""
    row = Paper.objects.select_for_update().get(pk=paper.pk, case_id=person.pk)
    if not row.is_open:
        return
    row.progress, row.expected_on, row.ended_on = Progress.RECEIVED, None, today()
    row.version += 1
    row.changed_at = now()
    row.save(update_fields=["progress", "expected_on", "ended_on", "version", "changed_at"])
    _note(actor, person, row, "paper_received")


def _note(actor: Actor, person: Person, row: Paper, verb: str) -> None:
    ledger.record(actor=actor, verb=verb, subjects=[person.ledger_alias], compartments=["support"], object_id=row.pk)
