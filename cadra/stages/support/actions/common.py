"""What the verbs of support share: who may, once per submission, and how a row is kept."""

from typing import Any, TypeVar
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _

from cadra.foundation import vault
from cadra.foundation.access.actor import Actor
from cadra.foundation.access.protected import Protected
from cadra.foundation.access.queries import live_grants
from cadra.foundation.kernel.acts import once
from cadra.foundation.kernel.compartments import Compartment
from cadra.foundation.kernel.together import together
from cadra.foundation.ledger import actions as ledger
from cadra.record.cases import actions as cases
from cadra.record.cases.models import Case, Stage
from cadra.record.people.actions import ChangedMeanwhile
from cadra.record.people.models import Person
from cadra.stages.support import policy

Row = TypeVar("Row", bound=Protected)


class SupportError(Exception):
    """Something a user can put right; its text is a sentence for her."""


class RefusedByHer(SupportError):
    """The desk, its institution or all who answer there are on her refusal list, or it can't be chosen."""

    def __init__(self) -> None:
        super().__init__(_("This desk can’t be chosen for this person. Choose another one."))


class NothingAgreed(SupportError):
    """She did not agree to something that would be sent."""


class SentDiffers(SupportError):
    """What would be sent is no longer what the sender looked at."""

    def __init__(self) -> None:
        super().__init__(
            _("Something changed since you looked. This is what they would read now: look again, then send.")
        )


class NotNow(SupportError):
    """It does not stand where this can be done."""

    def __init__(self) -> None:
        super().__init__(_("This can’t be done now: it stands differently. Look at it again."))


class AnsweredMeanwhile(NotNow):
    """Somebody else moved the referral on since it was shown."""


class Rests(SupportError):
    """The file is closed: it is only read until it is opened again."""

    def __init__(self) -> None:
        super().__init__(_("This file is closed and can only be read. Open it again first."))


def must_plan(actor: Actor, person: Person) -> None:
    """404 unless the actor carries the file and its support part is open to her; `Rests` when it is closed."""
    grants, cases_found = together(live_grants(actor, person.pk), Case.objects.filter(case_id=person.pk))
    if not policy.may_plan(actor, [grant for grant in grants if grant.grantee in actor.principals]):
        raise Http404
    if cases_found and cases_found[0].stage == Stage.CLOSED:
        raise Rests


def made_before(model: type[Row], person: Person, submission: UUID) -> Row | None:
    """The row this very form made already, or None; whoever sends it twice at once waits here for the first."""
    once(submission)
    return model._default_manager.filter(case_id=person.pk, submission=submission).first()


def as_shown(actor: Actor, person: Person, row: Row, version: int) -> Row:
    """The row as it is now, held until the end. `ChangedMeanwhile` when it is not the version that was shown."""
    found: Any = type(row)._default_manager.select_for_update().get(pk=row.pk, case_id=person.pk)
    if found.version != version:
        vault.unseal(actor.ring, [found])
        raise ChangedMeanwhile(found)
    return found


def keep(actor: Actor, person: Person, verb: str, row: Protected, **words: Any) -> None:
    """Seal the words of a new row, keep it, and say so."""
    if words:
        vault.seal(actor.ring, row, **words)
    row.save(force_insert=True)
    done(actor, person, verb, row)


def done(actor: Actor, person: Person, verb: str, row: Protected | None = None) -> None:
    """The verb's entry in the ledger, under the part of the file its row belongs to; the file moves up in lists."""
    ledger.record(
        actor=actor,
        verb=verb,
        subjects=[person.ledger_alias],
        compartments=[row.sealed_under if row is not None else str(Compartment.SUPPORT)],
        object_id=row.pk if row is not None else None,
    )
    happened(person)


def happened(person: Person) -> None:
    """The file moves up in lists; its next date PostgreSQL has worked out already."""
    cases.touch(case_id=person.pk)


class NotOurs(SupportError):
    """Only the institution that has the file restricts or excludes in it."""

    def __init__(self) -> None:
        super().__init__(_("Only the institution that carries this file can do this."))


def must_hold(actor: Actor, person: Person) -> None:
    """`NotOurs` unless the actor's institution has the file."""
    if not Case.objects.filter(case_id=person.pk, holder=actor.institution_principal).exists():
        raise NotOurs
